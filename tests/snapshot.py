"""Give the database back its content after a test that really commits.

Django's own flush would empty the content tables too, and the append-only triggers would refuse it.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase

_sqlite_copy: sqlite3.Connection | None = None
SCHEMA = "instantane"


def take() -> None:
    """Remember every row of the database as it is now, and make each transactional test end by coming back to it."""
    if connection.vendor == "sqlite":
        _take_sqlite()
    else:
        _take_postgres()
    TransactionTestCase._fixture_teardown = _teardown


def _teardown(case: Any) -> None:
    restore()


def restore() -> None:
    """Put every row back; sequences go on, as numbers never serve twice."""
    if connection.vendor == "sqlite":
        _restore_sqlite()
    else:
        _restore_postgres()


def _take_sqlite() -> None:
    global _sqlite_copy
    connection.ensure_connection()
    _sqlite_copy = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(_sqlite_copy)


def _restore_sqlite() -> None:
    connection.ensure_connection()
    _sqlite_copy.backup(connection.connection)


def _take_postgres() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in _tables():
            cursor.execute(f'CREATE TABLE {SCHEMA}."{table}" AS TABLE public."{table}"')


def _restore_postgres() -> None:
    tables = _tables()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("TRUNCATE " + ", ".join(f'public."{table}"' for table in tables))
        for table in tables:
            cursor.execute(f'INSERT INTO public."{table}" SELECT * FROM {SCHEMA}."{table}"')


def _tables() -> list[str]:
    return [table for table in connection.introspection.table_names() if table != "django_migrations"]
