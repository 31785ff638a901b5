"""The triggers declared by the migrations are those the database holds, and refuse what they say (WF-5, TR-3)."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from accounts.db import append_only_trigger_operations, immutable_trigger_operations, triggers

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = "essai_declencheurs"


@pytest.fixture
def table() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (id integer PRIMARY KEY, etat varchar(20), note varchar(20))")
        cursor.execute(f"INSERT INTO {TABLE} VALUES (1, 'brouillon', ''), (2, 'validee', '')")
    yield TABLE
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


def apply(operations: list, backwards: bool = False) -> None:
    state = ProjectState()
    with connection.schema_editor(atomic=connection.features.can_rollback_ddl) as editor:
        for operation in operations:
            move = operation.database_backwards if backwards else operation.database_forwards
            move("accounts", editor, state, state)


def refuses(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        assert "c'est fini" in str(error)
        return True
    return False


def test_append_only_table(table: str) -> None:
    apply(append_only_trigger_operations(table, message="Ici, c'est fini."))
    assert refuses(f"UPDATE {table} SET note = 'x' WHERE id = 1")
    assert refuses(f"DELETE FROM {table} WHERE id = 1")
    assert not refuses(f"INSERT INTO {table} VALUES (3, 'brouillon', '')")


def test_rows_immutable_under_a_condition(table: str) -> None:
    apply(immutable_trigger_operations(table, when="OLD.etat = 'validee'", message="Ici, c'est fini."))
    assert refuses(f"UPDATE {table} SET note = 'x' WHERE id = 2")
    assert refuses(f"DELETE FROM {table} WHERE id = 2")
    assert not refuses(f"UPDATE {table} SET etat = 'validee' WHERE id = 1")
    assert refuses(f"UPDATE {table} SET etat = 'brouillon' WHERE id = 1")


def test_two_rules_on_one_table_and_the_way_back(table: str) -> None:
    rules = immutable_trigger_operations(table, when="OLD.etat = 'validee'", message="Ici, c'est fini.", events=("DELETE",))
    rules += immutable_trigger_operations(table, when="NEW.note <> OLD.note", message="Ici, c'est fini.", events=("UPDATE",), suffix="_note")
    apply(rules)
    assert refuses(f"UPDATE {table} SET note = 'x' WHERE id = 1")
    assert not refuses(f"UPDATE {table} SET etat = 'autre' WHERE id = 1")
    apply(rules[::-1], backwards=True)
    assert TABLE not in triggers(connection).values()


@pytest.mark.postgres
def test_truncate_is_refused(table: str) -> None:
    apply(immutable_trigger_operations(table, when="OLD.etat = 'validee'", message="Ici, c'est fini."))
    assert refuses(f"TRUNCATE {table}")


def test_name_too_long_is_refused() -> None:
    with pytest.raises(ValueError):
        append_only_trigger_operations("x" * 60)


def test_every_declared_trigger_is_there() -> None:
    """A migration that rebuilds a table on SQLite would drop them in silence."""
    declared = set()
    for migration in MigrationLoader(connection).disk_migrations.values():
        for operation in migration.operations:
            code = getattr(operation, "code", None)
            if code is not None and code.__module__ == "accounts.db":
                declared |= {name for _, name in inspect.getclosurevars(code).nonlocals["names"]}
    held = {name for name in triggers(connection) if not name.endswith("_truncate")}
    assert declared and declared == held
