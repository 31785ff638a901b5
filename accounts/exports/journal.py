"""The journal as a CSV and as a workbook that no spreadsheet takes for formulas (TR-5, XP-1)."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import StringIO

from django.utils import timezone

from ..selectors.journal import LigneJournal
from .classeur import Cell, Classeur, Colonne

COLONNES = (
    Colonne("Ligne", 10),
    Colonne("Le (Paris)", 18),
    Colonne("Action", 28),
    Colonne("En mots", 32),
    Colonne("Auteur", 24),
    Colonne("Nom d'utilisateur", 22),
    Colonne("Compte", 10),
    Colonne("Profil", 14),
    Colonne("Adresse", 18),
    Colonne("Entreprise", 28),
    Colonne("N° d'entreprise", 12),
    Colonne("Objet", 22),
    Colonne("Numéro", 12),
    Colonne("Version", 12),
    Colonne("Issue", 10),
    Colonne("Détails", 50),
    Colonne("Requête", 34),
    Colonne("Empreinte", 66),
)
# What a spreadsheet reads as the start of a formula, its full-width forms included.
FORMULA = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def journal_csv(lignes: Iterable[LigneJournal]) -> bytes:
    """Write the lines, each text made harmless; the byte order mark tells spreadsheets that it is UTF-8."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(colonne.titre for colonne in COLONNES)
    writer.writerows([harmless(_text(cell)) for cell in _cells(ligne)] for ligne in lignes)
    return ("\ufeff" + buffer.getvalue()).encode("utf-8")


def journal_excel(lignes: Iterable[LigneJournal]) -> bytes:
    """Write the lines, each text typed as text."""
    classeur = Classeur("Journal")
    classeur.table(classeur.sheet("Journal"), COLONNES, (_cells(ligne) for ligne in lignes))
    return classeur.close()


def harmless(text: str) -> str:
    """Put an apostrophe before what would be a formula, and leave control characters out."""
    plain = CONTROL.sub(" ", text)
    return f"'{plain}" if FORMULA.match(text) else plain


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return f"{timezone.localtime(cell):%d/%m/%Y %H:%M:%S}"
    return "" if cell is None else str(cell)


def _cells(ligne: LigneJournal) -> Sequence[Cell]:
    row, personne = ligne.entree, ligne.personne
    return (
        row.sequence,
        row.at,
        row.action,
        ligne.quoi,
        personne.nom if personne else None,
        personne.login if personne else None,
        row.acteur,
        row.get_acteur_profil_display(),
        personne.adresse if personne else None,
        ligne.entreprise,
        row.entreprise,
        ligne.objet,
        row.target_id,
        row.version,
        row.get_issue_display(),
        json.dumps(row.details, ensure_ascii=False, sort_keys=True),
        row.request_id,
        row.empreinte,
    )
