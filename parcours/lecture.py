"""The answers of one sujet, read by SQL that Django writes once per process.

Every page about a sujet reads them. Writing this statement (a subquery, four joins) costs Django six times what running it
costs; its text depends on the questionnaires alone (PERFORMANCE, P1).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.db.models import F

from accounts.models import User
from questionnaires.models import Reponse, Sujet

ANYONE = -1  # stands for the sujet in the statement
ROLES = ("validee_par", "modifiee_par", "demandee_par", "renvoyee_par")
KNOWN = {"username", "first_name", "last_name", "email", "is_active"}  # of each person; the rest is read when asked for
COLUMNS = tuple(field.attname for field in User._meta.concrete_fields if field.attname in KNOWN)


def fetch_reponses(sujet: Sujet, questionnaires: frozenset[int]) -> Iterator[Reponse]:
    """Read the drafts and the last validated answers of a sujet, latest first, with who wrote them; 1 query."""
    sql, params = _statement(questionnaires)
    for row in Reponse.tous.raw(sql, [sujet.pk if value == ANYONE else value for value in params]):
        for role in ROLES:
            if getattr(row, f"{role}_id") is not None:
                setattr(row, role, _person(row, role))
        yield row


@lru_cache(maxsize=256)
def _statement(questionnaires: frozenset[int]) -> tuple[str, tuple[Any, ...]]:
    rows = Reponse.tous.filter(sujet=ANYONE, questionnaire__in=questionnaires).courantes().order_by("-pk")
    people = {f"{role}_{column}": F(f"{role}__{column}") for role in ROLES for column in COLUMNS}
    return rows.annotate(**people).query.sql_with_params()


def _person(row: Reponse, role: str) -> User:
    values = [getattr(row, f"{role}_{column}") for column in COLUMNS]
    return User.from_db(row._state.db, ("id", *COLUMNS), (getattr(row, f"{role}_id"), *values))
