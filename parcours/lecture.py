"""What every page about a sujet reads, by statements written once per process (``accounts.prepared``).

Several small statements, each planned in a moment, rather than one with all the joins: planning them takes the server longer
than answering them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from accounts.prepared import Prepared, prepared
from catalog.models import Produit
from questionnaires.models import Reponse, Sujet
from questionnaires.models.sujet import SujetQuerySet

from .models import Inscription

# What the pages show; the rest is read when asked for.
SHOWN = ("entreprise", "genre", "nom", "responsable", "archive_le")
AUTHORS = ("validee_par", "modifiee_par", "demandee_par", "renvoyee_par")
PERSON = ("username", "first_name", "last_name", "email", "is_active")


def fetch_sujet(user: User, reference: int) -> Sujet | None:
    """Read a sujet of the user's company, with its responsable and its produit; 1 query."""
    if user.entreprise_id is None:
        return None
    rows = _sujet(SujetQuerySet.of_entreprise)(reference=reference, entreprise=user.entreprise_id)
    if not rows:
        return None
    sujet = rows[0]
    if sujet.entreprise_id == user.entreprise_id:  # what the statement promises; the policy asks again
        sujet.entreprise = user.entreprise
    return sujet


def fetch_ouvertes(sujet: Sujet) -> list[Inscription]:
    """Read the open enrolments of a sujet; 1 query."""
    return _ouvertes(sujet=sujet.pk)


def fetch_reponses(sujet: Sujet, questionnaires: frozenset[int], known: Iterable[User] = ()) -> list[Reponse]:
    """Read the drafts and the last validated answers of a sujet, latest first, with who wrote them.

    1 query; 1 more when somebody else than the ``known`` wrote them.
    """
    rows = _reponses(questionnaires)(sujet=sujet.pk)
    people = {person.pk: person for person in known}
    if unknown := {key for row in rows for key in _authors(row)} - people.keys():
        people |= User.objects.only(*PERSON).in_bulk(unknown)
    for row in rows:
        for author in AUTHORS:
            if (key := getattr(row, f"{author}_id")) is not None:
                setattr(row, author, people[key])
    return rows


def _authors(row: Reponse) -> set[int]:
    return {key for author in AUTHORS if (key := getattr(row, f"{author}_id")) is not None}


# --- Statements -----------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=4)
def _sujet(of_entreprise: Callable[..., QuerySet]) -> Prepared[Sujet]:
    """Within the scope that the model gives (AZ-3)."""

    @prepared
    def sujet(reference: int, entreprise: int) -> QuerySet[Sujet]:
        options = Produit.socles.through.objects.filter(to_produit=OuterRef("pk"))
        rows = of_entreprise(Sujet.tous.filter(pk=reference).order_by(), entreprise).select_related("responsable", "produit")
        of_related = [f"responsable__{column}" for column in PERSON]
        return rows.only(*SHOWN, *of_related, "produit__version").annotate(has_options=Exists(options))

    return sujet


@prepared
def _ouvertes(sujet: int) -> QuerySet[Inscription]:
    return Inscription.tous.filter(sujet=sujet).ouvertes().order_by().only("demarche", "sujet", "entreprise")


@lru_cache(maxsize=256)
def _reponses(questionnaires: frozenset[int]) -> Prepared[Reponse]:
    @prepared
    def reponses(sujet: int) -> QuerySet[Reponse]:
        return Reponse.tous.filter(sujet=sujet, questionnaire__in=questionnaires).courantes().order_by("-pk").defer("created_at", "created_by")

    return reponses
