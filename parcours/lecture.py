"""What every page about a sujet reads, by statements written once per process and planned once per connection (``accounts.prepared``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.prepared import Prepared, prepared
from catalog.models import Produit
from questionnaires import perms
from questionnaires.enums import DroitSujet
from questionnaires.models import DroitSurSujet, Reponse, Sujet
from questionnaires.models.sujet import SujetQuerySet

from .models import Inscription

# What the pages show; the rest is read when asked for.
SHOWN = ("entreprise", "genre", "nom", "responsable", "archive_le")
AUTHORS = ("validee_par", "modifiee_par", "demandee_par", "renvoyee_par")
PERSON = ("username", "first_name", "last_name", "email", "is_active")


def fetch_sujet(user: User, reference: int) -> tuple[Sujet | None, dict[int, int]]:
    """Read a sujet of the user's company and its open enrolments, in 1 query: the key of each by that of its démarche.

    The sujet comes with its responsable, its produit, whether it has options, and the rights the user was given on it.
    """
    if user.entreprise_id is None:
        return None, {}
    sujet, rows = _sujet(SujetQuerySet.of_entreprise).one(reference=reference, entreprise=user.entreprise_id, user=user.pk)
    if sujet is None:
        return None, {}
    if sujet.entreprise_id == user.entreprise_id:  # what the statement promises; the policy asks again
        sujet.entreprise = user.entreprise
    perms.remember(user, sujet, [droit.value for droit in DroitSujet if rows[0][f"a_{droit.value}"]])
    return sujet, {row["ouverte_demarche"]: row["ouverte_id"] for row in rows if row["ouverte_id"] is not None}


def inscription_of(sujet: Sujet, demarche: int, key: int) -> Inscription:
    """Make an enrolment of its keys; the rest is read when asked for."""
    known = {"id": key, "entreprise_id": sujet.entreprise_id, "sujet_id": sujet.pk, "demarche_id": demarche}
    return Inscription.from_db(sujet._state.db, list(known), list(known.values()))


def fetch_reponses(sujet: Sujet, questionnaires: frozenset[int], known: Iterable[User] = ()) -> list[Reponse]:
    """Read the drafts and the last validated answers of a sujet, latest first, with who wrote them.

    1 query; 1 more when somebody else than the ``known`` wrote them.
    """
    rows = _reponses(questionnaires)(sujet=sujet.pk)
    people = _people({key for row in rows for key in _authors(row)}, known)
    for row in rows:
        for author in AUTHORS:
            if (key := getattr(row, f"{author}_id")) is not None:
                setattr(row, author, people[key])
    return rows


def people_of(rows: Iterable[Reponse], wanted: set[int]) -> dict[int, User]:
    """Give people by their keys; 1 query when others than those who wrote ``rows`` are among them."""
    return _people(wanted, (getattr(row, author) for row in rows for author in AUTHORS if getattr(row, f"{author}_id") in wanted))


def _people(wanted: set[int], known: Iterable[User]) -> dict[int, User]:
    people = {person.pk: person for person in known}
    if unknown := wanted - people.keys():
        people |= User.objects.only(*PERSON).in_bulk(unknown)
    return people


def _authors(row: Reponse) -> set[int]:
    return {key for author in AUTHORS if (key := getattr(row, f"{author}_id")) is not None}


# --- Statements -----------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=4)
def _sujet(of_entreprise: Callable[..., QuerySet]) -> Prepared[Sujet]:
    """One row per open enrolment, or a single one when there is none; within the scope that the model gives (AZ-3)."""

    @prepared
    def sujet(reference: int, entreprise: int, user: int) -> QuerySet[Sujet]:
        options = Produit.socles.through.objects.filter(to_produit=OuterRef("pk"))
        rows = of_entreprise(Sujet.tous.filter(pk=reference).order_by(), entreprise).select_related("responsable", "produit")
        rows = rows.only(*SHOWN, *(f"responsable__{column}" for column in PERSON), "produit__version")
        rows = rows.annotate(ouverte=FilteredRelation("inscriptions", condition=Q(inscriptions__retiree_le__isnull=True)))
        rows = rows.annotate(ouverte_id=F("ouverte__id"), ouverte_demarche=F("ouverte__demarche_id"), has_options=Exists(options))
        return rows.annotate(**{f"a_{droit.value}": Exists(_given(user, droit)) for droit in DroitSujet})

    return sujet


def _given(user: int, droit: DroitSujet) -> QuerySet[DroitSurSujet]:
    return DroitSurSujet.objects.filter(user=user, content_object=OuterRef("pk"), permission__codename=droit.value)


@lru_cache(maxsize=256)
def _reponses(questionnaires: frozenset[int]) -> Prepared[Reponse]:
    @prepared
    def reponses(sujet: int) -> QuerySet[Reponse]:
        return Reponse.tous.filter(sujet=sujet, questionnaire__in=questionnaires).courantes().order_by("-pk").defer("created_at", "created_by")

    return reponses
