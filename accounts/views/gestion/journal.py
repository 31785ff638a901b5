"""The journal, as the auditeurs read it: by words, by page, each reading and each export written down (BO-7, TR-5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ... import journal as journal_actions
from ... import policy
from ...exports.classeur import TYPE_MIME
from ...exports.journal import journal_csv, journal_excel
from ...forms.journal import JournalForm
from ...models import EntreeJournal
from ...selectors.journal import LigneJournal, lire
from ..pages import page_of

MAX_EXPORTED = 10_000
FORMATS: dict[str, tuple[Callable[[Iterable[LigneJournal]], bytes], str]] = {
    "csv": (journal_csv, "text/csv; charset=utf-8"),
    "xlsx": (journal_excel, TYPE_MIME),
}


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
    context = {"form": form, "page": page, "parametres": urlencode(kept), "is_narrowed": bool(kept)}
    return render(request, "gestion/journal.html", context, status=400 if form.errors else 200)


@never_cache
@require_safe
def journal_exporter(request: HttpRequest) -> HttpResponse:
    """Give the lines asked for as a CSV."""
    return _export(request, "csv")


@never_cache
@require_safe
def journal_excel_exporter(request: HttpRequest) -> HttpResponse:
    """Give the lines asked for as a workbook."""
    return _export(request, "xlsx")


def _export(request: HttpRequest, extension: str) -> HttpResponse:
    """Give 10 000 lines at most, the last ones; the export is written down. Criteria that cannot be read lead back to their page."""
    policy.check(request.user, "consulter", EntreeJournal)
    form = JournalForm(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('gestion:journal')}?{request.GET.urlencode()}")
    rows = list(form.apply()[:MAX_EXPORTED])
    kept = sorted(name for name in form.fields if request.GET.get(name, ""))
    journal_actions.record("journal.exporte", par=request.user, details={"criteres": kept, "lignes": len(rows), "format": extension})
    write, content_type = FORMATS[extension]
    response = HttpResponse(write(lire(rows)), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="journal.{extension}"'
    response["Cache-Control"] = "no-store, private"
    return response
