"""What the database itself forbids (WF-5, TR-3): operations of migration that create the triggers, on PostgreSQL and SQLite.

On SQLite a later migration that rebuilds the table drops its triggers: such a migration repeats the operation
(``tests/accounts/test_triggers.py`` compares what is declared with what the database holds).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_NAME = re.compile(r"[a-z][a-z0-9_]*")
PREFIX = "immuable_"

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuser_modification() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation';
END $$
"""


def append_only_trigger_operations(table: str, *, message: str = "") -> list[migrations.RunPython]:
    """Forbid UPDATE, DELETE and (PostgreSQL) TRUNCATE of a table; an attempt raises ``IntegrityError``."""
    return immutable_trigger_operations(table, message=message or f"{table} : on ajoute, on ne modifie ni ne supprime.")


def immutable_trigger_operations(
    table: str, *, when: str = "", message: str = "", events: tuple[str, ...] = ("UPDATE", "DELETE"), suffix: str = ""
) -> list[migrations.RunPython]:
    """Forbid changing the rows that match ``when`` (SQL over ``OLD`` and, for UPDATE alone, ``NEW``), and TRUNCATE of the table.

    ``when`` must read alike on both databases, as ``OLD.etat = 'validee'``; ``suffix`` tells apart two rules on one table.
    """
    message = message or f"{table} : cette ligne ne change plus."
    names = [(event, f"{PREFIX}{table}_{event.lower()}{suffix}") for event in events]
    for _, name in names:
        _check_name(name)
    return [migrations.RunPython(_creator(table, names, when, message), _dropper(table, names))]


def _creator(table: str, names: list[tuple[str, str]], when: str, message: str) -> Callable[[Any, BaseDatabaseSchemaEditor], None]:
    def create(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_FUNCTION, params=None)
        for statement in _statements(schema_editor.connection.vendor, table, names, when, message):
            schema_editor.execute(statement, params=None)

    return create


def _statements(vendor: str, table: str, names: list[tuple[str, str]], when: str, message: str) -> Iterator[str]:
    condition = f"WHEN ({when})" if when else ""
    text = message.replace("'", "''")
    for event, name in names:
        yield f'DROP TRIGGER IF EXISTS "{name}"' + (f' ON "{table}"' if vendor == "postgresql" else "")
        if vendor == "postgresql":
            yield f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" FOR EACH ROW {condition} EXECUTE FUNCTION refuser_modification(\'{text}\')'
        else:
            yield f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" FOR EACH ROW {condition} BEGIN SELECT RAISE(ABORT, \'{text}\'); END'
    if vendor == "postgresql":
        name = truncate_trigger(table)
        yield f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'
        yield f'CREATE TRIGGER "{name}" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION refuser_modification(\'{text}\')'


def _dropper(table: str, names: list[tuple[str, str]]) -> Callable[[Any, BaseDatabaseSchemaEditor], None]:
    def drop(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            for name in [*(name for _, name in names), truncate_trigger(table)]:
                schema_editor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"', params=None)
        else:
            for _, name in names:
                schema_editor.execute(f'DROP TRIGGER IF EXISTS "{name}"', params=None)

    return drop


def truncate_trigger(table: str) -> str:
    return _check_name(f"{PREFIX}{table}_truncate")


def _check_name(name: str) -> str:
    """:raises ValueError: a name the databases would cut or misread."""
    if len(name) > 63 or not _NAME.fullmatch(name):
        raise ValueError(f"Nom de déclencheur impossible : {name}")
    return name


def triggers(connection: BaseDatabaseWrapper, prefix: str = PREFIX) -> dict[str, str]:
    """Give the protections the database holds now: name of the trigger → table."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name: table for name, table in cursor.fetchall() if name.startswith(prefix)}
