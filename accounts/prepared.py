"""Statements that every page or job makes: Django writes their SQL once per process, PostgreSQL plans it once per connection (PERFORMANCE, P1).

Writing a statement costs Django several times what running it costs, and so does planning it cost the server; its text never changes::

    @prepared
    def _account(user_id: int) -> QuerySet[User]:
        return User.objects.filter(pk=user_id).select_related("entreprise")

    _account(user_id=12)  # a list of accounts

    @prepared_update
    def _seen(user_id: int, now: datetime) -> Update:
        return User.objects.filter(pk=user_id, is_active=True), {"last_login": now}

    _seen(user_id=12, now=timezone.now())  # the number of rows changed

The function is called once, with the places of its arguments, typed by their annotations (``FIELDS``). It must not take another path
from one argument to another; what changes the text of the statement is the argument of an ``lru_cache`` around.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, DateTimeField, Expression, Field, JSONField, Model, QuerySet, TextField, UUIDField
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery

M = TypeVar("M", bound=Model)
Row = list[Any] | tuple[Any, ...]
Update = tuple[QuerySet, dict[str, Any]]
FIELDS: dict[str, type[Field]] = {"int": BigIntegerField, "str": TextField, "datetime": DateTimeField, "UUID": UUIDField, "dict": JSONField}


class Argument(Expression):
    """The place of a value in a statement: it stands itself among the parameters, until the value takes it."""

    def __init__(self, name: str, output_field: Field) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        return "%s", [self]

    def prepare(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """Return a value as the database takes it."""
        return value if isinstance(value, int | str) else self.output_field.get_db_prep_save(value, connection)


def _arguments_of(build: Callable[..., Any]) -> dict[str, Argument]:
    given = inspect.signature(build).parameters.values()
    return {one.name: Argument(one.name, FIELDS[getattr(one.annotation, "__name__", one.annotation)]()) for one in given}


def _check_placed(build: Callable[..., Any], arguments: dict[str, Argument], params: Sequence[Any]) -> None:
    """:raises ValueError: an argument goes nowhere."""
    placed = {param.name for param in params if isinstance(param, Argument)}
    if missing := arguments.keys() - placed:
        raise ValueError(f"{build.__name__} : {', '.join(sorted(missing))} ne va pas dans la requête.")


def _filled(params: Sequence[Any], values: dict[str, Any], connection: BaseDatabaseWrapper) -> list[Any]:
    return [param.prepare(values[param.name], connection) if isinstance(param, Argument) else param for param in params]


class Prepared(Generic[M]):
    """A queryset of objects, compiled at its first use: called with the values of its arguments, it gives the rows."""

    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        self._build = build
        self._statement = lru_cache(maxsize=1)(self._compile)

    def __call__(self, **values: Any) -> list[M]:
        statement = self._statement()
        connection, rows = self._rows(statement, values)
        return [statement.object_of(row, connection) for row in rows]

    def one(self, **values: Any) -> tuple[M | None, list[dict[str, Any]]]:
        """Give the object of the first row, and the annotations of each: of rows that repeat one object beside many values."""
        statement = self._statement()
        connection, rows = self._rows(statement, values)
        found = statement.object_of(rows[0], connection) if rows else None
        return found, [statement.annotations_of(row) for row in rows]

    def _rows(self, statement: Statement, values: dict[str, Any]) -> tuple[BaseDatabaseWrapper, list[Row]]:
        connection = connections[statement.alias]  # that of this thread
        with connection.wrap_database_errors, _cursor(connection) as cursor:
            cursor.execute(statement.sql, _filled(statement.params, values, connection))
            return connection, cursor.fetchall()

    def _compile(self) -> Statement:
        arguments = _arguments_of(self._build)
        rows = self._build(**arguments)
        compiler = rows.query.get_compiler(using=rows.db)
        sql, params = compiler.as_sql()
        _check_placed(self._build, arguments, params)
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


class PreparedUpdate:
    """An update compiled at its first use: called with the values of its arguments, it gives the number of rows changed."""

    def __init__(self, build: Callable[..., Update]) -> None:
        self._build = build
        self._statement = lru_cache(maxsize=1)(self._compile)

    def __call__(self, **values: Any) -> int:
        alias, sql, params = self._statement()
        connection = connections[alias]
        with connection.wrap_database_errors, _cursor(connection) as cursor:
            cursor.execute(sql, _filled(params, values, connection))
            return cursor.rowcount

    def _compile(self) -> tuple[str, str, Sequence[Any]]:
        arguments = _arguments_of(self._build)
        rows, changes = self._build(**arguments)
        query = rows.query.chain(UpdateQuery)
        query.add_update_values(changes)
        query.clear_ordering(force=True)
        sql, params = query.get_compiler(rows.db).as_sql()
        _check_placed(self._build, arguments, params)
        return rows.db, sql, params


def _cursor(connection: BaseDatabaseWrapper) -> Any:
    """Open a cursor as ``connection.cursor()`` does, of the kind that lets the server keep the plan; bare when nobody listens to what it runs."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    cursor = _preparing_cursor()(connection.connection)
    listened = connection.execute_wrappers or connection.queries_logged or connection.needs_rollback
    return connection._prepare_cursor(cursor) if listened else cursor


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


def prepared_update(build: Callable[..., Update]) -> PreparedUpdate:
    """Make of a function that gives rows and what to write into them one that writes it, by a statement written once."""
    return PreparedUpdate(build)
