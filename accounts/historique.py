"""The history of an object, read from the journal by those it concerns: what was done, when and by whom, in words (TR-5).

It is not the journal: no address, no refusal, no key of a request; and a company reads of the agency no name of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import Q, QuerySet

from .enums import Issue, Profil
from .journal_words import libelle, precision
from .models import EntreeJournal, Entreprise, User
from .selectors.comptes import fetch_reunies

COMPTE, ENTREPRISE = User._meta.label_lower, Entreprise._meta.label_lower
CITED = ("compte", "ancien", "nouveau", "reprise_a", "responsable", "gestionnaire")  # keys of the details that hold that of an account
ANONYMOUS, AGENCE = "Convergence", "Le support"
PER_PAGE = 50


@dataclass(frozen=True)
class Ligne:
    """A line of a history: ``objet`` says on what, where the page does not."""

    at: datetime
    quoi: str
    precision: str
    objet: str
    par: str


def lignes(condition: Q) -> QuerySet[EntreeJournal]:
    """Give what was done, the last first."""
    return EntreeJournal.objects.filter(condition, issue=Issue.ACCEPTE).select_related("personne").order_by("-sequence")


def of_objets(target_type: str, keys: Iterable[Any]) -> Q:
    """Keep the lines about some objects of one kind."""
    return Q(target_type=target_type, target_id__in=[str(key) for key in keys])


def of_compte(compte: User) -> Q:
    return of_objets(COMPTE, [compte.pk])


def of_entreprise(entreprise: Entreprise) -> Q:
    """Keep what was done to a company and to its accounts; nothing of its produits."""
    return Q(entreprise__in=fetch_reunies(entreprise.pk), target_type__in=(ENTREPRISE, COMPTE))


def raconter_page(page: Page, *, lecteur: User, nommer: Callable[[list[EntreeJournal]], Mapping[tuple[str, str], str]] | None = None) -> Page:
    """Put the lines of a page in words, in place; ``nommer`` says what they are about."""
    rows = list(page.object_list)
    page.object_list = raconter(rows, lecteur=lecteur, objets=nommer(rows) if nommer else None)
    return page


def raconter(rows: Sequence[EntreeJournal], *, lecteur: User, objets: Mapping[tuple[str, str], str] | None = None) -> list[Ligne]:
    """Put lines in words for a reader; ``objets`` names what they are about, by kind and key. One query for the accounts they cite."""
    noms = _noms(rows, lecteur)
    return [
        Ligne(row.at, libelle(row.action), precision(row.action, row.details, noms), _objet(row, noms, objets or {}), _author(row, lecteur)) for row in rows
    ]


def _noms(rows: Sequence[EntreeJournal], lecteur: User) -> dict[int, str]:
    cited = {key for row in rows for key in _cited(row)}
    if not cited:
        return {}
    people = User.objects if lecteur.is_agence else User.objects.of_entreprise(lecteur.entreprise_id)
    return {user.pk: user.nom_complet for user in people.filter(pk__in=cited)}


def _cited(row: EntreeJournal) -> Iterator[int]:
    if row.target_type == COMPTE:
        yield int(row.target_id)
    for name in CITED:
        if isinstance(row.details, dict) and isinstance(key := row.details.get(name), int):
            yield key


def _objet(row: EntreeJournal, noms: Mapping[int, str], objets: Mapping[tuple[str, str], str]) -> str:
    if row.target_type == COMPTE:
        return noms.get(int(row.target_id), f"Compte n° {row.target_id}")
    return objets.get((row.target_type, row.target_id), "")


def _author(row: EntreeJournal, lecteur: User) -> str:
    if row.acteur is None:
        return "Demandeur" if row.action.startswith("demande.") and row.action not in ("demande.piece_supprimee", "demande.piece_analysee") else ANONYMOUS
    if row.acteur_profil == Profil.AGENCE and not lecteur.is_agence:
        return AGENCE
    personne = getattr(row, "personne", None)
    return (personne.nom if personne else "") or f"Compte n° {row.acteur}"
