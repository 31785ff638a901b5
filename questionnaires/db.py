"""A row and its parent belong to the same company, and the database says so itself (AZ-12), on PostgreSQL and SQLite."""

from __future__ import annotations

from django.db import migrations

# The parent of a new row is read with the lock its foreign key takes anyway: a merge that is just moving it is waited for.
# One text for all migrations: of two, the last to run would win, and rooms are not always migrated in the same order.
_FUNCTION = """
CREATE OR REPLACE FUNCTION refuser_autre_entreprise() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE attendue bigint;
BEGIN
    EXECUTE format('SELECT entreprise_id FROM %I WHERE id = ($1).%I' || CASE TG_OP WHEN 'INSERT' THEN ' FOR KEY SHARE' ELSE '' END,
        TG_ARGV[0], TG_ARGV[1]) INTO attendue USING NEW;
    IF attendue IS DISTINCT FROM NEW.entreprise_id THEN
        RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' : cette ligne appartient à une autre entreprise.',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def lock_parent_operations() -> list[migrations.RunPython]:
    """Write the function of ``same_entreprise_operations`` again, where its triggers are already (SQLite has none)."""
    return [migrations.RunPython(_write_function, migrations.RunPython.noop)]


def _write_function(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_FUNCTION, params=None)


def same_entreprise_operations(table: str, *, parent: str = "questionnaires_sujet", key: str = "sujet_id") -> list[migrations.RunPython]:
    """Refuse any row of ``table`` whose ``entreprise_id`` is not that of its parent; an attempt raises ``IntegrityError``."""

    def create(apps, schema_editor) -> None:
        _write_function(apps, schema_editor)
        for event in ("insert", "update"):
            schema_editor.execute(_statement(schema_editor.connection.vendor, event), params=None)

    def _statement(vendor: str, event: str) -> str:
        name = f"entreprise_{table}_{event}"
        if vendor == "postgresql":
            return f"CREATE TRIGGER \"{name}\" BEFORE {event} ON \"{table}\" FOR EACH ROW EXECUTE FUNCTION refuser_autre_entreprise('{parent}', '{key}')"
        return (
            f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" FOR EACH ROW '
            f'WHEN (SELECT entreprise_id FROM "{parent}" WHERE id = NEW.{key}) IS NOT NEW.entreprise_id '
            f"BEGIN SELECT RAISE(ABORT, '{table} : cette ligne appartient à une autre entreprise.'); END"
        )

    def drop(apps, schema_editor) -> None:
        suffix = f' ON "{table}"' if schema_editor.connection.vendor == "postgresql" else ""
        for event in ("insert", "update"):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "entreprise_{table}_{event}"{suffix}', params=None)

    return [migrations.RunPython(create, drop)]
