"""What every page about a sujet reads: by SQL that Django writes once per process.

Writing these statements (a subquery, joins) costs Django several times what running them costs, and their text never changes
(PERFORMANCE, P1). The keys of the moment take the place of the negative numbers under which they were written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.models import User
from catalog.models import Produit
from questionnaires.models import Reponse, Sujet

from .models import Inscription

SUJET, ENTREPRISE = -1, -2
ROLES = ("validee_par", "modifiee_par", "demandee_par", "renvoyee_par")
# Of a person or of a produit, what the pages show; the rest is read when asked for.
PERSON = ("username", "email", "first_name", "last_name", "is_active")
PRODUIT = ("version",)
Statement = tuple[str, tuple[Any, ...]]


def fetch_sujet(user: User, reference: int) -> Sujet | None:
    """Read a sujet of the user's company, with its responsable, its produit and whether it has options; 1 query."""
    if user.entreprise_id is None:
        return None
    sql, params = _sujet()
    for row in Sujet.tous.raw(sql, _with_keys(params, {SUJET: reference, ENTREPRISE: user.entreprise_id})):
        row.entreprise = user.entreprise
        row.responsable = _related(User, row, "responsable", PERSON, row.responsable_id)
        if row.is_produit:
            row.produit = _related(Produit, row, "produit", PRODUIT, row.pk, nom=row.nom, sujet_ptr_id=row.pk)
        return row
    return None


def fetch_inscriptions(sujet: Sujet) -> list[Inscription]:
    """Read the open enrolments of a sujet; 1 query."""
    sql, params = _inscriptions()
    return list(Inscription.tous.raw(sql, _with_keys(params, {SUJET: sujet.pk})))


def fetch_reponses(sujet: Sujet, questionnaires: frozenset[int]) -> Iterator[Reponse]:
    """Read the drafts and the last validated answers of a sujet, latest first, with who wrote them; 1 query."""
    sql, params = _reponses(questionnaires)
    for row in Reponse.tous.raw(sql, _with_keys(params, {SUJET: sujet.pk})):
        for role in ROLES:
            if (key := getattr(row, f"{role}_id")) is not None:
                setattr(row, role, _related(User, row, role, PERSON, key))
        yield row


# --- Statements -----------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=1)
def _sujet() -> Statement:
    rows = Sujet.objects.of_entreprise(ENTREPRISE).filter(pk=SUJET).order_by()
    options = Produit.socles.through.objects.filter(to_produit=OuterRef("pk"))
    return _compiled(rows.annotate(has_options=Exists(options)), responsable=PERSON, produit=PRODUIT)


@lru_cache(maxsize=1)
def _inscriptions() -> Statement:
    return _compiled(Inscription.tous.filter(sujet=SUJET).ouvertes().order_by())


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


def _related(model: type, row: Any, name: str, columns: tuple[str, ...], key: int, **more: Any) -> Any:
    """Return a related row of which some columns came with this one; the others are read when asked for."""
    known = {"id": key, **more, **{column: getattr(row, f"{name}_{column}") for column in columns}}
    fields = [field.attname for field in model._meta.concrete_fields if field.attname in known]
    return model.from_db(row._state.db, fields, [known[field] for field in fields])
