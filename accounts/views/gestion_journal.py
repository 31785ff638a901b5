"""The journal, as the auditeurs read it: by words, by page, each reading written down (TR-5)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .. import journal as journal_actions
from .. import policy
from ..forms_journal import JournalForm
from ..models import EntreeJournal
from .gestion_demandes import page_of


@never_cache
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Show the lines asked for, the last first; what was asked is written down before anything is shown."""
    policy.check(request.user, "consulter", EntreeJournal)
    form = JournalForm(request.GET)
    kept = {name: value for name in form.fields if (value := request.GET.get(name, ""))}
    rows = form.apply()
    page = page_of(request, rows)
    journal_actions.record("journal.lu", par=request.user, details={"criteres": sorted(kept), "page": page.number})
    context = {"form": form, "page": page, "parametres": urlencode(kept), "is_narrowed": bool(kept)}
    return render(request, "gestion/journal.html", context, status=400 if form.errors else 200)
