"""The lines of the journal as the auditeurs read them: with the words of the action, of the object and of the company (BO-7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..journal_words import libelle, objet
from ..models import EntreeJournal, Entreprise, PersonneJournal


@dataclass(frozen=True)
class LigneJournal:
    """A line, with what its codes and keys stand for; ``personne`` is None when nobody signed in, or once erased."""

    entree: EntreeJournal
    quoi: str
    objet: str
    entreprise: str
    personne: PersonneJournal | None

    @property
    def details(self) -> list[tuple[str, str]]:
        """Give what the line keeps besides, without what is empty."""
        return [(name, text) for name, value in self.entree.details.items() if (text := _plain(value))]


def _plain(value: Any) -> str:
    """Write a value of the details without the signs of a program."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(inner) for inner in value)
    if isinstance(value, bool):
        return "oui" if value else "non"
    return "" if value is None else str(value)


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
