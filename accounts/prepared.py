"""Reads that every page makes: Django writes their SQL once per process, PostgreSQL plans it once per connection (PERFORMANCE, P1).

Writing a statement costs Django several times what running it costs, and so does planning it cost the server; its text never changes::

    @prepared
    def _account(user_id: int) -> QuerySet[User]:
        return User.objects.filter(pk=user_id).select_related("entreprise")

    _account(user_id=12)  # a list of accounts

The function is called once, with marks in the place of its arguments, which are whole numbers: keys, or values of an ``Exists``.
It must not take another path from one argument to another; what changes the text of the statement is the argument of an
``lru_cache`` around.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from copy import copy
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)
FIRST_MARK = -9_000_000_000_000  # a number that no key has


class Prepared(Generic[M]):
    """A queryset, compiled at its first use: called with the values of its arguments, it gives the rows."""

    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        self._build = build
        self._marks = {name: FIRST_MARK - number for number, name in enumerate(inspect.signature(build).parameters)}
        self._compiled = lru_cache(maxsize=1)(self._compile)

    def __call__(self, **values: int) -> list[M]:
        rows, compiler, sql, params = self._compiled()
        by_mark = {mark: values[name] for name, mark in self._marks.items()}
        compiler = copy(compiler)
        compiler.connection = connections[rows.db]  # that of this thread
        found = _execute(compiler.connection, sql, [by_mark.get(value, value) if type(value) is int else value for value in params])
        compiler.execute_sql = lambda *_, **__: [found]
        return list(rows._iterable_class(_Answering(rows, compiler)))

    def _compile(self) -> tuple[QuerySet[M], SQLCompiler, str, tuple[Any, ...]]:
        rows = self._build(**self._marks)
        compiler = rows.query.get_compiler(using=rows.db)
        sql, params = compiler.as_sql()
        if missing := [name for name, mark in self._marks.items() if mark not in params]:
            raise ValueError(f"{self._build.__name__} : {', '.join(missing)} ne va pas dans la requête.")
        converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
        compiler.get_converters = lambda expressions: converters
        return rows, compiler, sql, params


class _Answering:
    """What Django's iterables ask of a queryset, with a compiler that has done its work."""

    def __init__(self, rows: QuerySet, compiler: SQLCompiler) -> None:
        self.db, self.model, self._known_related_objects = rows.db, rows.model, {}
        self.query = SimpleNamespace(get_compiler=lambda using: compiler)


def _execute(connection: BaseDatabaseWrapper, sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.cursor = _preparing_cursor()(connection.connection)
        cursor.execute(sql, params)
        return cursor.fetchall()


@lru_cache(maxsize=1)
def _preparing_cursor() -> type:
    from django.db.backends.postgresql.base import ServerBindingCursor  # here: only where there is a PostgreSQL

    class PreparingCursor(ServerBindingCursor):
        """Has the server keep the plan of a statement, where the connection allows it (``prepare_threshold``)."""

        def execute(self, query: str, params: Any = None) -> Any:
            super().execute(query, params, prepare=True)
            self._query = SimpleNamespace(query=query.encode())  # what Django notes of a statement when it is asked to note them
            return self

    return PreparingCursor


def prepared(build: Callable[..., QuerySet[M]]) -> Prepared[M]:
    """Make of a function that builds a queryset one that gives its rows, by a statement written once."""
    return Prepared(build)
