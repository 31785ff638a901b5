"""The journal as a CSV and as a workbook that no spreadsheet takes for formulas, made in the background (BO-7, TR-5, XP-1, XP-5)."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from .. import jobs, journal, policy
from ..errors import ActionRefused
from ..jobs import JobResult, Progress
from ..models import EntreeJournal, Travail, User
from ..selectors.journal import LigneJournal, fetch_tranches, search
from .classeur import TYPE_MIME, Cell, Classeur, Colonne

KIND = "agence.journal"
MAX_LIGNES = 100_000  # a workbook takes some twenty seconds of the sixty a job has
TOO_LONG = "Ces critères donnent {} lignes, et un fichier en contient {} au plus\u00a0: précisez une période."
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


Writer = Callable[[BinaryIO, Iterable[LigneJournal]], None]


# --- Asking ---------------------------------------------------------------------------------------------------------------
@transaction.atomic
def demander(*, par: User, criteres: Mapping[str, str], extension: str, retour: str) -> Travail:
    """Ask for the lines of the journal as a file; the export is written down (TR-5).

    :raises PermissionDenied: not an auditeur.
    :raises ActionRefused: more lines than a file may hold.
    """
    policy.check(par, "consulter", EntreeJournal)
    jusqu_a = EntreeJournal.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    count = search(criteres).filter(sequence__lte=jusqu_a).count()
    if count > MAX_LIGNES:
        raise ActionRefused(TOO_LONG.format(milliers(count), milliers(MAX_LIGNES)))
    params = {"criteres": dict(criteres), "extension": extension, "jusqu_a": jusqu_a, "lignes": count, "retour": retour, "retour_libelle": "Journal"}
    asked = hashlib.sha256(json.dumps([extension, criteres], sort_keys=True).encode()).hexdigest()
    travail = jobs.submit(KIND, par=par, entreprise=None, cle=f"{KIND}:{asked}", params=params)
    journal.record("journal.exporte", par=par, details={"criteres": sorted(criteres), "lignes": count, "format": extension})
    return travail


def milliers(number: int) -> str:
    """« 100 000 »."""
    return f"{number:,}".replace(",", "\u202f")


# --- Making ---------------------------------------------------------------------------------------------------------------
@jobs.job(KIND, readable=lambda user, travail: policy.can(user, "consulter", EntreeJournal))
def export(travail: Travail, progress: Progress) -> JobResult:
    """Write the lines there were when they were asked for.

    :raises PermissionDenied: no longer an auditeur (AZ-8).
    """
    policy.check(travail.demandeur, "consulter", EntreeJournal)
    extension = travail.params["extension"]
    write, content_type = FORMATS[extension]
    file = TemporaryFile()  # noqa: SIM115  (read when the job is finished, gone with its last reader)
    write(file, _lignes(travail, progress))
    return JobResult(file, f"journal-{timezone.localtime(travail.created_at):%Y-%m-%d}.{extension}", content_type)


def _lignes(travail: Travail, progress: Progress) -> Iterator[LigneJournal]:
    done, total = 0, max(1, travail.params["lignes"])
    for tranche in fetch_tranches(travail.params["criteres"], travail.params["jusqu_a"]):
        yield from tranche
        done += len(tranche)
        progress(min(done, total), total)


def write_csv(file: BinaryIO, lignes: Iterable[LigneJournal]) -> None:
    """Write the lines, each text made harmless; the byte order mark tells spreadsheets that it is UTF-8."""
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(colonne.titre for colonne in COLONNES)
    writer.writerows([harmless(_text(cell)) for cell in _cells(ligne)] for ligne in lignes)
    text.detach()


def write_excel(file: BinaryIO, lignes: Iterable[LigneJournal]) -> None:
    """Write the lines, each text typed as text."""
    classeur = Classeur("Journal", vers=file)
    classeur.table(classeur.sheet("Journal"), COLONNES, (_cells(ligne) for ligne in lignes))
    classeur.close()


FORMATS: dict[str, tuple[Writer, str]] = {"csv": (write_csv, "text/csv; charset=utf-8"), "xlsx": (write_excel, TYPE_MIME)}


# --- Cells ----------------------------------------------------------------------------------------------------------------
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
