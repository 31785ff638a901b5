"""Fixtures shared by every test; the environment is set in ``tests/services.py``, the strictness in ``tests/strict.py``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command, get_commands
from django.db import connection
from django.test.testcases import LiveServerThread
from pytest_django.live_server_helper import LiveServer

from tests import services, snapshot
from tests.browser import *  # noqa: F403  (its fixtures)
from tests.people import *  # noqa: F403  (its fixtures)
from tests.strict import StrictClient

ROOT = Path(__file__).resolve().parent.parent
ON_POSTGRES = os.environ.get("TEST_SERVICES") == "postgres"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"services : {os.environ[services.CHOSEN]}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep for each pass what it can prove: browsers and what knows no database on the embedded services, ``postgres`` on PostgreSQL."""
    kept = [item for item in items if _is_proved_by(item)]
    if len(kept) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


def _is_proved_by(item: pytest.Item) -> bool:
    marks = {mark.name for mark in item.iter_markers()}
    if not ON_POSTGRES:
        return "postgres" not in marks
    reads = "django_db" in marks or {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return "postgres" in marks or (bool(reads) and not marks & {"browser", "embedded"})


# --- Database ---------------------------------------------------------------------------------------------------------
_content_error: list[Exception] = []


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Load the content of ``fixtures/`` once, and remember it for after the tests that commit."""
    with django_db_blocker.unblock():
        if "load_referentiel" in get_commands():
            try:
                call_command("load_referentiel", verbosity=0)
            except Exception as error:
                _content_error.append(error)
        snapshot.take()


@pytest.fixture
def referentiel(db: None) -> None:
    """Say that the test needs the published content; fails with the error of the loader when there is one."""
    if _content_error:
        raise _content_error[0]


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Start each test without the rate limits and stamps of the one before, nor what was read under keys that serve again."""
    yield
    cache.clear()
    if "parcours.resultats" in sys.modules:
        sys.modules["parcours.resultats"].validations.clear()


@pytest.fixture
def client() -> StrictClient:
    """Client whose GET may not write (WB-2)."""
    return StrictClient()


# --- A site that answers over HTTP ----------------------------------------------------------------------------------------
class SiteServer(LiveServer):
    """Live server on which static files pass through the middlewares, as they do in production."""

    def start(self) -> None:
        self.thread: LiveServerThread
        self.thread.static_handler = lambda application: application
        super().start()


@pytest.fixture(scope="session")
def live_server(django_db_setup: None) -> Iterator[SiteServer]:
    server = SiteServer("localhost")
    yield server
    server.stop()


# --- A real worker ----------------------------------------------------------------------------------------------------
class Worker:
    """A Celery worker process on the broker and the database of the run."""

    def __init__(self, log: Path, *options: str) -> None:
        self.log = log
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "CONVERGENCE_TEST_DATABASE": str(connection.settings_dict["NAME"])}
        command = [sys.executable, "-m", "celery", "-A", "convergence", "worker", "--concurrency", "1", "--loglevel", "INFO", *options]
        with log.open("wb") as output:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True)

    def wait_ready(self, seconds: float = 60) -> Worker:
        """:raises AssertionError: the worker died or is not ready in time."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if " ready." in self.log.read_text(errors="replace"):
                return self
            assert self.process.poll() is None, self.log.read_text(errors="replace")
            time.sleep(0.1)
        raise AssertionError(self.log.read_text(errors="replace"))

    def kill(self) -> None:
        """Kill the whole group at once, as a power cut would (JB-3)."""
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number: int) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)


@pytest.fixture
def start_worker(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start workers of one's own, to kill or stop at will: ``start_worker("--beat")`` gives one that is ready."""
    workers: list[Worker] = []

    def start(*options: str) -> Worker:
        worker = Worker(tmp_path / f"worker-{len(workers)}.log", *options, "--hostname", f"w{len(workers)}-{os.getpid()}@local")
        workers.append(worker)
        return worker.wait_ready()

    yield start
    for worker in workers:
        worker.kill()  # a warm stop takes ten seconds, and what is left in the queue is of no use to anybody


@pytest.fixture(scope="session")
def _session_worker(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    worker = Worker(tmp_path_factory.mktemp("worker") / "worker.log")
    _kept_workers.append(worker)
    yield worker.wait_ready()
    worker.kill()


_kept_workers: list[Worker] = []


@pytest.fixture
def lone_workers() -> Iterator[None]:
    """Hold the worker kept for the session still, so that only those the test starts take the jobs."""
    for worker in _kept_workers:
        worker._signal(signal.SIGSTOP)
    yield
    for worker in _kept_workers:
        worker._signal(signal.SIGCONT)


@pytest.fixture
def worker(transactional_db: None, _session_worker: Worker) -> Worker:
    """A real worker, kept for the whole session; for tests that wait for a job to be done."""
    assert _session_worker.process.poll() is None, _session_worker.log.read_text(errors="replace")
    return _session_worker
