"""The journal as a CSV that no spreadsheet takes for formulas (TR-5, XP-1)."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from io import StringIO

from django.utils import timezone

from .models import EntreeJournal

HEADINGS = (
    "Ligne",
    "Le (Paris)",
    "Action",
    "Auteur",
    "Compte",
    "Profil",
    "Entreprise",
    "Objet",
    "Numéro",
    "Version",
    "Issue",
    "Détails",
    "Requête",
    "Empreinte",
)
# What a spreadsheet reads as the start of a formula, its full-width forms included.
FORMULA = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def journal_csv(rows: Iterable[EntreeJournal]) -> bytes:
    """Write the lines, each text made harmless; the byte order mark tells spreadsheets that it is UTF-8."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADINGS)
    writer.writerows([harmless(str(cell)) for cell in _cells(row)] for row in rows)
    return ("\ufeff" + buffer.getvalue()).encode("utf-8")


def harmless(text: str) -> str:
    """Put an apostrophe before what would be a formula, and leave control characters out."""
    plain = CONTROL.sub(" ", text)
    return f"'{plain}" if FORMULA.match(text) else plain


def _cells(row: EntreeJournal) -> tuple[object, ...]:
    personne = getattr(row, "personne", None)
    return (
        row.sequence,
        f"{timezone.localtime(row.at):%d/%m/%Y %H:%M:%S}",
        row.action,
        personne.nom if personne else "",
        row.acteur or "",
        row.get_acteur_profil_display(),
        row.entreprise or "",
        row.target_type,
        row.target_id,
        row.version,
        row.get_issue_display(),
        json.dumps(row.details, ensure_ascii=False, sort_keys=True),
        row.request_id,
        row.empreinte,
    )
