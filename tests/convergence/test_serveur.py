"""The one command that starts everything: it answers, mends itself, stops cleanly (OP-4)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.embedded]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(var_dir: Path, **values: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "VAR_DIR": str(var_dir), **values}


def launch(var_dir: Path, **values: str) -> subprocess.Popen:
    command = [sys.executable, "scripts/serveur.py"]
    return subprocess.Popen(command, cwd=ROOT, env=environment(var_dir, **values), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def read_until(process: subprocess.Popen, text: str) -> str:
    read = ""
    for line in process.stdout:
        read += line
        if text in line:
            return read
    raise AssertionError(read)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/", timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


def asked_raw(port: int, request: bytes) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client, client.makefile("rb") as answer:
        client.sendall(request)
        return answer.read().decode()


UNREADABLE = {
    b"GET /?q=%s HTTP/1.1\r\nHost: localhost\r\n\r\n" % (b"a" * 9000): "414",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: a=%s\r\n\r\n" % (b"a" * 9000): "431",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na": "400",
    b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n": "400",
}


def check_what_cannot_be_read_is_told_in_french(port: int) -> None:
    """WB-1: what gunicorn refuses by itself gets a page and the headers, as the rest does."""
    for request, status in UNREADABLE.items():
        head, _, page = asked_raw(port, request).partition("\r\n\r\n")
        assert head.startswith(f"HTTP/1.1 {status} ")
        assert 'lang="fr"' in page and "<h1>" in page
        for header in ("Content-Security-Policy: default-src 'none'", "X-Content-Type-Options: nosniff", "Referrer-Policy: same-origin"):
            assert header in head
    long = asked_raw(port, b"GET /?q=%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % (b"a" * 8000))
    assert long.startswith("HTTP/1.1 200 ")


def wait_for(condition, seconds: float = 20) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if condition():
            return True
        time.sleep(0.2)
    return False


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("site")


@pytest.fixture
def site(var_dir) -> Iterator[tuple[subprocess.Popen, int, str]]:
    port = free_port()
    process = launch(var_dir, PORT=str(port))
    yield process, port, read_until(process, "Ctrl-C")
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_the_site_starts_mends_itself_and_stops_cleanly(site, var_dir):
    process, port, said = site
    assert f"http://localhost:{port}/" in said
    assert "Comptes de démonstration" in said
    assert answers(port)
    check_what_cannot_be_read_is_told_in_french(port)

    second = launch(var_dir, PORT=str(free_port()))
    assert "tourne déjà" in second.communicate(timeout=20)[0]
    assert second.returncode == 1

    for name in ("gunicorn", "celery"):
        dead = next(child for child in psutil.Process(process.pid).children() if name in " ".join(child.cmdline()))
        family = [dead, *dead.children(recursive=True)]
        dead.kill()
        assert wait_for(lambda: not any(is_alive(child) for child in family))  # noqa: B023
        assert wait_for(lambda: len(psutil.Process(process.pid).children(recursive=True)) >= 6 and answers(port))

    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGTERM)
    assert "Le site est arrêté." in process.communicate(timeout=40)[0]
    assert process.returncode == 0
    assert wait_for(lambda: not any(is_alive(child) for child in family))


def test_a_port_already_taken_is_told_at_once(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = launch(tmp_path, PORT=str(port))
        assert f"Le port {port} n'est pas disponible" in process.communicate(timeout=20)[0]
    assert process.returncode == 1


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1"])
def test_a_port_that_is_none_is_told_at_once(tmp_path, port):
    process = launch(tmp_path, PORT=port)
    assert "n'est pas un numéro de port" in process.communicate(timeout=20)[0]
    assert process.returncode == 1
