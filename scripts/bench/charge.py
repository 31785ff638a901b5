"""The site under load: 2 gunicorn sync workers on the loopback, 8 connections, a bounded number of requests."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from .mesure import Browser, Serie

WORKERS, CONNECTIONS = 2, 8
START_SECONDS = 30
MIB = 1024


@dataclass
class Server:
    """A gunicorn of this run, and the only one it will ever end."""

    port: int
    process: subprocess.Popen

    def memory(self) -> float:
        """Return what the master and its workers hold in MiB, pages they share counted once."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return sum(_pss(int(pid)) for pid in (self.process.pid, *children)) / MIB

    def ask(self, method: str, path: str, headers: dict[str, str], body: str | None = None) -> tuple[int, bytes]:
        """Send one request on a connection of its own: a sync worker keeps none open."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


@contextmanager
def server(application: str) -> Iterator[Server]:
    """Start ``scripts.bench.wsgi:…`` and wait until it listens; end it by its own pid."""
    port = _free_port()
    command = [
        sys.executable, "-m", "gunicorn", f"scripts.bench.wsgi:{application}", "--config", "python:convergence.gunicorn_conf",
        "--workers", str(WORKERS), "--bind", f"127.0.0.1:{port}", "--log-level", "error", "--worker-tmp-dir", str(settings.VAR_DIR),
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env={**os.environ, "PYTHONPATH": str(settings.BASE_DIR)})
    try:
        _wait(port, process)
        yield Server(port, process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(port: int, process: subprocess.Popen) -> None:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("gunicorn n'a pas démarré.")


def _pss(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


@dataclass
class Load:
    """What came of a load: times, seconds in all, answers that were not the one expected."""

    serie: Serie = field(default_factory=Serie)
    seconds: float = 0.0
    errors: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.serie.times) / self.seconds


def read(to: Server, browser: Browser, path: str, *, requests: int, seconds: float) -> Load:
    """Read one page over and over, by 8 connections at once."""
    headers = {"Cookie": browser.cookie, "Host": "localhost"}
    for _ in range(2 * WORKERS):  # each worker fills what it keeps
        to.ask("GET", path, headers)
    return _at_once(lambda _: to.ask("GET", path, headers), requests=requests, seconds=seconds)


def _at_once(send: Callable[[int], tuple[int, bytes]], *, requests: int, seconds: float, expected: int = 200) -> Load:
    load, limit = Load(), time.monotonic() + seconds

    def run(number: int) -> None:
        for _ in range(requests // CONNECTIONS):
            if time.monotonic() > limit:
                break
            start = time.perf_counter()
            status, body = send(number)
            load.serie.times.append((time.perf_counter() - start) * 1000)
            if status != expected:
                load.errors.append(f"{status} : {body[:200].decode(errors='replace')}")

    start = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(run, range(CONNECTIONS)))
    load.seconds = time.perf_counter() - start
    return load


def save_together(to: Server, browser: Browser, path: str, chains: list[Callable[[], Any]], *, requests: int) -> Load:
    """Save by 8 connections at once, each its own criterion of one draft (P9); ``chains`` give the fields of each next save."""
    headers = {
        "Cookie": browser.cookie, "Host": "localhost", "X-CSRFToken": browser.csrf, "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    return _at_once(lambda number: to.ask("POST", path, headers, urlencode(chains[number]())), requests=requests, seconds=30)
