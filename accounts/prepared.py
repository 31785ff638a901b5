"""Reads that every page makes: Django writes their SQL once per process, PostgreSQL plans it once per connection (PERFORMANCE, P1).

Writing a statement costs Django several times what running it costs, and so does planning it cost the server; its text never changes::

    @prepared
    def _account(user_id: int) -> QuerySet[User]:
        return User.objects.filter(pk=user_id).select_related("entreprise")

    _account(user_id=12)  # a list of accounts

The function is called once, with marks in the place of its arguments, which are keys: whole numbers, or texts where they are said to be.
It must not take another path from one argument to another; what changes the text of the statement is the argument of an
``lru_cache`` around.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)
FIRST_MARK = 9_000_000_000_000_000_000  # a number that no key has, and that a key could be
TEXT_MARK = "\ue000{}\ue001"
Row = list[Any] | tuple[Any, ...]


class Prepared(Generic[M]):
    """A queryset of objects, compiled at its first use: called with the values of its arguments, it gives the rows."""

    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        self._build = build
        given = inspect.signature(build).parameters.values()
        self._marks = {one.name: TEXT_MARK.format(one.name) if one.annotation in (str, "str") else FIRST_MARK + number for number, one in enumerate(given)}
        self._statement = lru_cache(maxsize=1)(self._compile)

    def __call__(self, **values: int | str) -> list[M]:
        statement = self._statement()
        connection, rows = self._rows(statement, values)
        return [statement.object_of(row, connection) for row in rows]

    def one(self, **values: int | str) -> tuple[M | None, list[dict[str, Any]]]:
        """Give the object of the first row, and the annotations of each: of rows that repeat one object beside many values."""
        statement = self._statement()
        connection, rows = self._rows(statement, values)
        found = statement.object_of(rows[0], connection) if rows else None
        return found, [statement.annotations_of(row) for row in rows]

    def _rows(self, statement: Statement, values: dict[str, int | str]) -> tuple[BaseDatabaseWrapper, list[Row]]:
        by_mark = {mark: values[name] for name, mark in self._marks.items()}
        connection = connections[statement.alias]  # that of this thread
        params = [by_mark.get(value, value) if isinstance(value, int | str) else value for value in statement.params]
        return connection, _execute(connection, statement.sql, params)

    def _compile(self) -> Statement:
        rows = self._build(**self._marks)
        compiler = rows.query.get_compiler(using=rows.db)
        sql, params = compiler.as_sql()
        if missing := [name for name, mark in self._marks.items() if mark not in params]:
            raise ValueError(f"{self._build.__name__} : {', '.join(missing)} ne va pas dans la requête.")
        select, klass_info = compiler.select, compiler.klass_info
        first, last = klass_info["select_fields"][0], klass_info["select_fields"][-1] + 1
        return Statement(
            alias=rows.db,
            sql=sql,
            params=params,
            model=klass_info["model"],
            own=slice(first, last),
            names=[column[0].target.attname for column in select[first:last]],
            related=get_related_populators(klass_info, select, rows.db),
            annotations=list((compiler.annotation_col_map or {}).items()),
            converters=list(compiler.get_converters([column[0] for column in select[: compiler.col_count]]).items()),
        )


@dataclass(frozen=True)
class Statement:
    """A statement, and how Django makes objects of the rows it brings (as ``django.db.models.query.ModelIterable`` does)."""

    alias: str
    sql: str
    params: tuple[Any, ...]
    model: type[Model]
    own: slice
    names: list[str]
    related: list[Any]
    annotations: list[tuple[str, int]]
    converters: list[tuple[int, tuple[list[Any], Any]]]

    def object_of(self, raw: Row, connection: BaseDatabaseWrapper) -> Any:
        """Make an object of a row, with those related to it."""
        row = self._converted(raw, connection) if self.converters else raw
        found = self.model.from_db(self.alias, self.names, row[self.own])
        for populator in self.related:
            populator.populate(row, found)
        for name, position in self.annotations:
            setattr(found, name, row[position])
        return found

    def annotations_of(self, row: Row) -> dict[str, Any]:
        """Return the annotations of a row: keys and truths, which need no conversion."""
        return {name: row[position] for name, position in self.annotations}

    def _converted(self, raw: Row, connection: BaseDatabaseWrapper) -> Row:
        row = list(raw)
        for position, (converters, expression) in self.converters:
            value = row[position]
            for converter in converters:
                value = converter(value, expression, connection)
            row[position] = value
        return row


def _execute(connection: BaseDatabaseWrapper, sql: str, params: list[Any]) -> list[Row]:
    with _cursor(connection) as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _cursor(connection: BaseDatabaseWrapper) -> CursorWrapper:
    """Open a cursor as ``connection.cursor()`` does, of the kind that lets the server keep the plan."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return connection._prepare_cursor(_preparing_cursor()(connection.connection))


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
