"""The lines of the journal as the auditeurs read them: with the words of the action, of the object and of the company (BO-7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..libelles_journal import libelle, objet
from ..models import EntreeJournal, Entreprise, PersonneJournal


@dataclass(frozen=True)
class LigneJournal:
    """A line, with what its codes and keys stand for; ``personne`` is None when nobody signed in, or once erased."""

    entree: EntreeJournal
    quoi: str
    objet: str
    entreprise: str
    personne: PersonneJournal | None


def lire(rows: Iterable[EntreeJournal]) -> list[LigneJournal]:
    """Put lines in words; one query for the names of the companies."""
    rows = list(rows)
    noms = dict(Entreprise.objects.filter(pk__in={row.entreprise for row in rows} - {None}).values_list("pk", "raison_sociale"))
    return [
        LigneJournal(
            row,
            libelle(row.action),
            objet(row.target_type) if row.target_type else "",
            noms.get(row.entreprise, f"n° {row.entreprise}") if row.entreprise else "",
            getattr(row, "personne", None),
        )
        for row in rows
    ]
