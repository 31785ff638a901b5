"""The journal, as the auditeurs read it: by words, by page, each reading written down (TR-5)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .. import journal as journal_actions
from .. import policy
from ..exports_journal import journal_csv
from ..forms_journal import JournalForm
from ..models import EntreeJournal
from .pages import page_of

MAX_EXPORTED = 10_000


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


@never_cache
@require_safe
def journal_exporter(request: HttpRequest) -> HttpResponse:
    """Give the lines asked for as a CSV, 10 000 at most, the last ones; the export is written down."""
    policy.check(request.user, "consulter", EntreeJournal)
    form = JournalForm(request.GET)
    rows = list(form.apply()[:MAX_EXPORTED])
    kept = sorted(name for name in form.fields if request.GET.get(name, ""))
    journal_actions.record("journal.exporte", par=request.user, details={"criteres": kept, "lignes": len(rows)})
    response = HttpResponse(journal_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="journal.csv"'
    response["Cache-Control"] = "no-store, private"
    return response
