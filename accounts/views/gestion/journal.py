"""The journal, as the auditeurs read it: by words, by page, each reading and each export written down (BO-7, TR-5)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ... import journal as journal_actions
from ... import policy
from ...errors import ActionRefused
from ...exports.journal import FORMATS, MAX_LIGNES, demander, milliers
from ...forms.journal import JournalForm
from ...models import EntreeJournal
from ...selectors.journal import lire
from ..pages import page_of


@never_cache
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Show the lines asked for, the last first; what was asked is written down before anything is shown."""
    policy.check(request.user, "consulter", EntreeJournal)
    form = JournalForm(request.GET)
    kept = {name: value for name in form.fields if (value := request.GET.get(name, ""))}
    page = page_of(request, form.apply())
    journal_actions.record("journal.lu", par=request.user, details={"criteres": sorted(kept), "page": page.number})
    page.object_list = lire(page.object_list)
    context = {"form": form, "page": page, "kept": kept, "parametres": urlencode(kept), "limite": milliers(MAX_LIGNES)}
    return render(request, "gestion/journal.html", context, status=400 if form.errors else 200)


@require_POST
def journal_exporter(request: HttpRequest) -> HttpResponse:
    """Ask for the lines as a file. Criteria that cannot be read lead back to their page: more than was asked never leaves."""
    policy.check(request.user, "consulter", EntreeJournal)
    form, extension = JournalForm(request.POST), request.POST.get("format", "")
    if extension not in FORMATS:
        raise Http404("Ce format d'export n'existe pas.")
    kept = urlencode({name: value for name in form.fields if (value := request.POST.get(name, ""))})
    retour = reverse("gestion:journal") + (f"?{kept}" if kept else "")
    if not form.is_valid():
        return redirect(retour)
    try:
        travail = demander(par=request.user, criteres=form.criteres, extension=extension, retour=retour)
    except ActionRefused as refusal:
        messages.error(request, refusal.message)
        return redirect(retour)
    return redirect("accounts:travail", travail.pk)
