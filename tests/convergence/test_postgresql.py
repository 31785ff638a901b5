"""A kept connection is checked without a question, and replaced once the server has ended it (OP-4)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def kept() -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own, opened by a request that has ended."""
    wrapper = connection.copy()
    wrapper.inc_thread_sharing()
    wrapper.ensure_connection()
    wrapper.health_check_enabled, wrapper.health_check_done = True, False
    yield wrapper
    wrapper.close()


def _ask(wrapper: BaseDatabaseWrapper, sql: str, params: tuple = ()) -> object:
    with wrapper.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


def _pid(wrapper: BaseDatabaseWrapper) -> int:
    return wrapper.connection.info.backend_pid


def test_a_connection_that_is_well_is_asked_nothing(kept):
    assert _ask(kept, "SELECT 'la dernière question'") == "la dernière question"
    assert kept.is_usable()
    assert "la dernière question" in _ask(connection, "SELECT query FROM pg_stat_activity WHERE pid = %s", (_pid(kept),))


def test_a_connection_ended_by_the_server_is_replaced_at_the_next_request(kept):
    """OP-4: what the server ended between two requests costs the second nothing but a new connection."""
    first = _pid(kept)
    assert _ask(connection, "SELECT pg_terminate_backend(%s, 5000)", (first,))
    assert not kept.is_usable()
    kept.health_check_done = False
    assert _ask(kept, "SELECT 1") == 1
    assert _pid(kept) != first


def test_a_closed_connection_is_not_usable(kept):
    kept.connection.close()
    assert not kept.is_usable()


def test_news_that_are_no_end_leave_the_connection_as_it_is(kept):
    """A notice nobody asked for makes the socket readable: the server is then asked, and answers."""
    _ask(kept, "SELECT 1")
    with kept.cursor() as cursor:
        cursor.execute("LISTEN essai")
    pid = _pid(kept)
    with connection.cursor() as cursor:
        cursor.execute("NOTIFY essai")
    assert kept.is_usable()
    assert _ask(kept, "SELECT 1") == 1
    assert _pid(kept) == pid
