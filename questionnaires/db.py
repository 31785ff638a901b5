"""A row and its parent belong to the same company, and the database says so itself (AZ-12), on PostgreSQL and SQLite."""

from __future__ import annotations

from django.db import migrations

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuser_autre_entreprise() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE attendue bigint;
BEGIN
    EXECUTE format('SELECT entreprise_id FROM %%I WHERE id = ($1).%%I', TG_ARGV[0], TG_ARGV[1]) INTO attendue USING NEW;
    IF attendue IS DISTINCT FROM NEW.entreprise_id THEN
        RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' : cette ligne appartient à une autre entreprise.',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
""".replace("%%", "%")


# The lock is the one the foreign key takes at the end of the same statement: a merge that is just moving the parent is waited for.
_LOCKING = _FUNCTION.replace(
    """    EXECUTE format('SELECT entreprise_id FROM %I WHERE id = ($1).%I', TG_ARGV[0], TG_ARGV[1]) INTO attendue USING NEW;
""",
    """    EXECUTE format('SELECT entreprise_id FROM %I WHERE id = ($1).%I' || CASE TG_OP WHEN 'INSERT' THEN ' FOR KEY SHARE' ELSE '' END,
        TG_ARGV[0], TG_ARGV[1]) INTO attendue USING NEW;
""",
)


def lock_parent_operations() -> list[migrations.RunPython]:
    """Make the function of ``same_entreprise_operations`` hold the parent of a new row (PostgreSQL; SQLite has one writer at a time)."""

    def write(function: str):
        def execute(apps, schema_editor) -> None:
            if schema_editor.connection.vendor == "postgresql":
                schema_editor.execute(function, params=None)

        return execute

    return [migrations.RunPython(write(_LOCKING), write(_FUNCTION))]


def same_entreprise_operations(table: str, *, parent: str = "questionnaires_sujet", key: str = "sujet_id") -> list[migrations.RunPython]:
    """Refuse any row of ``table`` whose ``entreprise_id`` is not that of its parent; an attempt raises ``IntegrityError``."""

    def create(apps, schema_editor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_FUNCTION, params=None)
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
