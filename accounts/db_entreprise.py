"""What the database itself says of the company of a row: it changes inside a recorded merge only, and none is written in a company
that was absorbed (AZ-12, BO-3), on PostgreSQL and SQLite alike.

These triggers read other tables. SQLite refuses to rebuild a table that a trigger elsewhere reads, and forgets the triggers of a
table it rebuilds: so they are no migrations but stand after them, taken down before any (``pre_migrate``), set again after.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from .db import triggers
from .rattachement import Table, tables

PREFIX = "fusion_"
FUSION = "accounts_fusion"
CHANGED = "cette ligne ne change pas d''entreprise hors d''une fusion."
CLOSED = "cette entreprise a été absorbée par une autre."
OPENED = "l''une de ces entreprises a déjà une fusion ouverte."

_MOVING = """EXISTS (SELECT 1 FROM accounts_fusion f WHERE
    (f.deplacement = 'aller' AND f.absorbee_id = OLD.entreprise_id AND f.absorbante_id = NEW.entreprise_id)
    OR (f.deplacement = 'retour' AND f.absorbante_id = OLD.entreprise_id AND f.absorbee_id = NEW.entreprise_id))"""
_OTHER_SIDE = """EXISTS (SELECT 1 FROM accounts_fusion f WHERE f.etat IN ('proposee', 'approuvee')
    AND (f.absorbee_id = NEW.absorbante_id OR f.absorbante_id = NEW.absorbee_id))"""

# The company is read with the lock its foreign key takes anyway: a merge that is just being done is waited for, then seen.
_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION refuser_changement_d_entreprise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT {_MOVING} THEN
        RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' : {CHANGED}', ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION refuser_entreprise_absorbee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM accounts_entreprise WHERE id = NEW.entreprise_id AND fusionnee_dans_id IS NULL FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' : {CLOSED}', ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION refuser_deuxieme_fusion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {_OTHER_SIDE} THEN
        RAISE EXCEPTION USING MESSAGE = '{OPENED}', ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


def names() -> dict[str, str]:
    """Give the triggers there must be: name → table."""
    moved = {f"{PREFIX}{table.nom}_update": table.nom for table in tables() if table.bouge}
    rooted = {f"{PREFIX}{table.nom}_insert": table.nom for table in tables() if table.is_racine}
    return {**moved, **rooted, f"{PREFIX}{FUSION}_insert": FUSION}


def held(connection: BaseDatabaseWrapper) -> set[str]:
    """Name those the database holds now."""
    return set(triggers(connection, PREFIX))


def take_down(using: str = "default", plan: Any = (), **_: Any) -> None:
    """Before migrations that may rebuild a table (SQLite alone)."""
    connection = connections[using]
    if connection.vendor == "sqlite" and plan:
        with connection.cursor() as cursor:
            for name in held(connection):
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')


def set_up(using: str = "default", plan: Any = (), **_: Any) -> None:
    """After migrations, create what is missing; after any, all of it again: what they say may have changed."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    wanted = names()
    if not {FUSION, *wanted.values()} <= present:
        return  # migrated part of the way
    missing = wanted.keys() if plan else wanted.keys() - held(connection)
    if missing:
        with connection.cursor() as cursor:
            for statement in _statements(connection.vendor, missing):
                cursor.execute(statement)


def _statements(vendor: str, missing: Any) -> Iterator[str]:
    if vendor == "postgresql":
        yield _FUNCTIONS
    for table in tables():
        if table.bouge:
            yield from _statement(vendor, missing, table, "update")
        if table.is_racine:
            yield from _statement(vendor, missing, table, "insert")
    name = f"{PREFIX}{FUSION}_insert"
    if name in missing:
        yield _drop(vendor, name, FUSION)
        yield _create(vendor, name, FUSION, "INSERT", "", _OTHER_SIDE, "refuser_deuxieme_fusion", OPENED)


def _statement(vendor: str, missing: Any, table: Table, event: str) -> Iterator[str]:
    name = f"{PREFIX}{table.nom}_{event}"
    if name not in missing:
        return
    yield _drop(vendor, name, table.nom)
    if event == "update":
        differs = "NEW.entreprise_id IS DISTINCT FROM OLD.entreprise_id" if vendor == "postgresql" else "NEW.entreprise_id IS NOT OLD.entreprise_id"
        yield _create(vendor, name, table.nom, "UPDATE", differs, f"NOT {_MOVING}", "refuser_changement_d_entreprise", f"{table.nom} : {CHANGED}")
    else:
        absorbed = "EXISTS (SELECT 1 FROM accounts_entreprise e WHERE e.id = NEW.entreprise_id AND e.fusionnee_dans_id IS NOT NULL)"
        named = "NEW.entreprise_id IS NOT NULL"
        yield _create(vendor, name, table.nom, "INSERT", named, absorbed, "refuser_entreprise_absorbee", f"{table.nom} : {CLOSED}")


def _drop(vendor: str, name: str, table: str) -> str:
    return f'DROP TRIGGER IF EXISTS "{name}"' + (f' ON "{table}"' if vendor == "postgresql" else "")


def _create(vendor: str, name: str, table: str, event: str, when: str, refused: str, function: str, message: str) -> str:
    """On SQLite the trigger holds its whole condition; on PostgreSQL one that reads a table stands in the function."""
    if vendor == "postgresql":
        condition = f"WHEN ({when}) " if when else ""
        return f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" FOR EACH ROW {condition}EXECUTE FUNCTION {function}()'
    condition = " AND ".join(filter(None, (when, refused)))
    return f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" FOR EACH ROW WHEN {condition} BEGIN SELECT RAISE(ABORT, \'{message}\'); END'
