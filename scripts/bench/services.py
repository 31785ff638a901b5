"""A base, a cache and a folder of variable data for one run of the bench, taken away when it ends."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

LAST_REDIS_DB = 15
CLAIM = "convergence:tests"  # the suite claims its databases by the same key: neither takes the other's
OF_THE_SITE = (
    "ALLOWED_HOSTS", "BASE_URL", "CONVERGENCE_DEMO", "CONVERGENCE_PRODUCTION", "DATABASE_URL", "EMAIL_URL", "HTTPS", "IDENTITE", "PROXY_DEPTH",
    "REDIS_URL", "S3_BUCKET", "SECRET_KEY",
)  # fmt: skip


@contextmanager
def site() -> Iterator[str]:
    """Set the environment of a site of its own, and say in words what it stands on; nothing of the developer's is touched."""
    for name in OF_THE_SITE:
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, _base() as base, _cache() as cache:
        os.environ.update(VAR_DIR=folder, DJANGO_SETTINGS_MODULE="scripts.bench.reglages", LOG_LEVEL="ERROR")
        yield f"{base}, {cache}"


@contextmanager
def _base() -> Iterator[str]:
    """Create a database on the local PostgreSQL, dropped at the end; SQLite when there is none."""
    import psycopg
    from psycopg import sql

    try:
        admin = psycopg.connect("postgres://postgres@127.0.0.1:5432/postgres", connect_timeout=2, autocommit=True)
    except psycopg.Error:
        yield "SQLite"
        return
    name = f"convergence_bench_{os.getpid()}"
    with admin:
        version = admin.info.server_version // 10000
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        os.environ["DATABASE_URL"] = f"postgres://postgres@127.0.0.1:5432/{name}"
        try:
            yield f"PostgreSQL {version}"
        finally:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _cache() -> Iterator[str]:
    """Take an empty database of the local Redis, given back empty; files when there is none."""
    client = _free_redis()
    if client is None:
        yield "cache en fichiers"
        return
    os.environ["REDIS_URL"] = f"redis://127.0.0.1:6379/{client.connection_pool.connection_kwargs['db']}"
    try:
        yield "Redis"
    finally:
        client.flushdb()


def _free_redis():
    import redis

    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", 6379)):
            return None
    for number in range(LAST_REDIS_DB, 0, -1):
        client = redis.Redis(db=number, socket_timeout=5)
        if client.dbsize() == 0 and client.set(CLAIM, os.getpid(), nx=True):
            return client
    return None
