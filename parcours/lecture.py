"""What every page about a sujet reads: by SQL that Django writes once per process.

Writing these statements (a subquery, joins) costs Django several times what running them costs, and their text never changes
(PERFORMANCE, P1). The keys of the moment take the place of the negative numbers under which they were written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from accounts.models import User
from catalog.models import Produit
from questionnaires.models import Reponse, Sujet
from questionnaires.models.sujet import SujetQuerySet

from .models import Inscription

SUJET, ENTREPRISE = -1, -2
ROLES = ("validee_par", "modifiee_par", "demandee_par", "renvoyee_par")
# Of related rows, what the pages show; the rest is read when asked for.
PERSON = ("username", "email", "first_name", "last_name", "is_active")
PRODUIT = ("version",)
ENROLMENT = ("id", "demarche_id")  # no date: a bare column is not converted, SQLite gives its text
Statement = tuple[str, tuple[Any, ...]]


def fetch_sujet(user: User, reference: int) -> tuple[Sujet | None, list[Inscription]]:
    """Read a sujet of the user's company and its open enrolments, in 1 query.

    The sujet comes with its responsable, its produit, and whether it has options.
    """
    if user.entreprise_id is None:
        return None, []
    sql, params = _sujet(SujetQuerySet.of_entreprise)
    rows = list(Sujet.tous.raw(sql, _with_keys(params, {SUJET: reference, ENTREPRISE: user.entreprise_id})))
    if not rows:
        return None, []
    sujet = rows[0]
    if sujet.entreprise_id == user.entreprise_id:  # what the statement promises; the policy asks again
        sujet.entreprise = user.entreprise
    sujet.responsable = _related(User, sujet, "responsable", PERSON, id=sujet.responsable_id)
    if sujet.is_produit:
        sujet.produit = _related(Produit, sujet, "produit", PRODUIT, id=sujet.pk, nom=sujet.nom, sujet_ptr_id=sujet.pk)
    return sujet, [_inscription(row, sujet) for row in rows if row.ouverte_id is not None]


def _inscription(row: Sujet, sujet: Sujet) -> Inscription:
    inscription = _related(Inscription, row, "ouverte", ENROLMENT, sujet_id=sujet.pk, entreprise_id=sujet.entreprise_id)
    inscription.sujet = sujet
    return inscription


def fetch_reponses(sujet: Sujet, questionnaires: frozenset[int]) -> Iterator[Reponse]:
    """Read the drafts and the last validated answers of a sujet, latest first, with who wrote them; 1 query."""
    sql, params = _reponses(questionnaires)
    for row in Reponse.tous.raw(sql, _with_keys(params, {SUJET: sujet.pk})):
        for role in ROLES:
            if (key := getattr(row, f"{role}_id")) is not None:
                setattr(row, role, _related(User, row, role, PERSON, id=key))
        yield row


# --- Statements -----------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=4)
def _sujet(of_entreprise: Callable[..., QuerySet]) -> Statement:
    """One row per open enrolment of the sujet, or a single one when it has none; within the scope the model gives (AZ-3)."""
    options = Produit.socles.through.objects.filter(to_produit=OuterRef("pk"))
    ouverte = FilteredRelation("inscriptions", condition=Q(inscriptions__retiree_le__isnull=True))
    rows = of_entreprise(Sujet.tous.filter(pk=SUJET).order_by(), ENTREPRISE)
    return _compiled(rows.annotate(has_options=Exists(options), ouverte=ouverte), responsable=PERSON, produit=PRODUIT, ouverte=ENROLMENT)


@lru_cache(maxsize=256)
def _reponses(questionnaires: frozenset[int]) -> Statement:
    rows = Reponse.tous.filter(sujet=SUJET, questionnaire__in=questionnaires).courantes().order_by("-pk")
    return _compiled(rows, **dict.fromkeys(ROLES, PERSON))


def _compiled(rows: QuerySet, **related: tuple[str, ...]) -> Statement:
    """Write a query that also brings some columns of related rows, as ``relation_column``."""
    columns = {f"{name}_{column}": F(f"{name}__{column}") for name, wanted in related.items() for column in wanted}
    return rows.annotate(**columns).query.sql_with_params()


def _with_keys(params: tuple[Any, ...], keys: Mapping[int, int]) -> list[Any]:
    return [keys.get(value, value) if isinstance(value, int) else value for value in params]


def _related(model: type, row: Any, name: str, columns: tuple[str, ...], **more: Any) -> Any:
    """Return a related row of which some columns came with this one, and ``more`` is known; the rest is read when asked for."""
    known = {**more, **{column: getattr(row, f"{name}_{column}") for column in columns}}
    fields = [field.attname for field in model._meta.concrete_fields if field.attname in known]
    return model.from_db(row._state.db, fields, [known[field] for field in fields])
