"""The lines of the journal as the auditeurs read them: with the words of the action, of the object and of the company (BO-7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from ..journal_words import actions_named, libelle, objet
from ..models import EntreeJournal, Entreprise, PersonneJournal
from ..recherche import holds_all

TRANCHE = 5_000  # numbers of lines, read at once


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


def search(criteres: Mapping[str, str]) -> QuerySet[EntreeJournal]:
    """Keep the lines of an action, a person, a network address, an object, a company, a period, an outcome; the last first."""
    return EntreeJournal.objects.select_related("personne").filter(_conditions(criteres)).order_by("-sequence")


def _conditions(asked: Mapping[str, str]) -> Q:
    lookups = {"type": "target_type", "objet": "target_id", "issue": "issue", "du": "at__date__gte", "au": "at__date__lte"}
    condition = Q(**{lookup: asked[name] for name, lookup in lookups.items() if asked.get(name)})
    if action := asked.get("action"):
        condition &= holds_all(action, "action") | Q(action__in=actions_named(action))
    if personne := asked.get("personne"):
        condition &= holds_all(personne, "personne__nom", "personne__login")
    if adresse := asked.get("adresse"):
        condition &= Q(personne__adresse__istartswith=adresse)
    if entreprise := asked.get("entreprise"):
        named = Entreprise.objects.filter(holds_all(entreprise, "raison_sociale") | Q(siren="".join(entreprise.split())))
        condition &= Q(entreprise__in=named.values("pk"))
    return condition


def fetch_tranches(criteres: Mapping[str, str], jusqu_a: int) -> Iterator[list[LigneJournal]]:
    """Read the lines asked for up to a number, the last first, a span of numbers at once: no statement depends on the length of the journal."""
    found, first = search(criteres), EntreeJournal.objects.order_by("sequence").values_list("sequence", flat=True).first() or jusqu_a
    for end in range(jusqu_a, first - 1, -TRANCHE):
        yield lire(found.filter(sequence__gt=end - TRANCHE, sequence__lte=end))


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
