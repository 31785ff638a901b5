"""Timing: calls to an application in this process, interleaved, so that what slows the machine slows each of them."""

from __future__ import annotations

import gzip
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from statistics import mean, quantiles
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client

Gesture = Callable[[], "Reply"]
Prepared = Callable[[], Gesture]
SLOWEST = 0.95
FEWEST = 5
IN_A_ROW = 4


@dataclass(frozen=True)
class Reply:
    """What an application answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def compressed(self) -> int:
        """Bytes once compressed as the proxy does."""
        return len(gzip.compress(self.body, 6))


@dataclass
class Serie:
    """Times of one gesture, in milliseconds, and what one of them cost."""

    times: list[float] = field(default_factory=list)
    queries: int = 0
    reply: Reply | None = None

    @property
    def p50(self) -> float:
        return sorted(self.times)[len(self.times) // 2]

    @property
    def p95(self) -> float:
        return quantiles(self.times, n=20)[-1] if len(self.times) > 1 else self.times[0]

    @property
    def rate(self) -> float:
        """Requests a second, one after the other."""
        return 1000 / mean(self.times)


class Browser:
    """Speaks WSGI to an application, with the session of an account; nothing of Django's test client is timed."""

    def __init__(self, application: Any, user: Any = None) -> None:
        self.application, self.csrf = application, secrets.token_hex(16)
        self.cookies = {settings.CSRF_COOKIE_NAME: self.csrf}
        if user is not None:
            client = Client()
            client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
            self.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def get(self, path: str, expected: int = 200) -> Reply:
        return self.call(self.environ("GET", path), expected)

    def post(self, path: str, fields: Any, expected: int = 302) -> Reply:
        return self.call(self.environ("POST", path, urlencode(fields).encode()), expected)

    def environ(self, method: str, path: str, body: bytes = b"") -> dict[str, Any]:
        """Return a request, ready to be sent once."""
        path, _, query = path.partition("?")
        return {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost", "HTTP_COOKIE": self.cookie,
            "HTTP_X_CSRFTOKEN": self.csrf, "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": BytesIO(body), "wsgi.errors": BytesIO(),
            "wsgi.multithread": False, "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip

    def call(self, environ: Mapping[str, Any], expected: int) -> Reply:
        """:raises AssertionError: another status than expected: what is measured is not what one thinks."""
        started: list[Any] = []
        response = self.application(environ, lambda status, headers, *_: started.extend((status, headers)))
        try:
            body = b"".join(response)
        finally:
            response.close()
        status = int(started[0].split(" ", 1)[0])
        assert status == expected, f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} : {status} au lieu de {expected}\n{body[:2000].decode()}"
        return Reply(status, dict(started[1]), body)


def measure(gestures: Mapping[str, Prepared], *, rounds: int, seconds: float) -> dict[str, Serie]:
    """Time each gesture as many times, in turn, a few calls one after the other; stop before when the time allowed is over (never under ``FEWEST``).

    One call of each in turn would time, more than the gesture, what the one before left of the caches of the processor.
    """
    series = {name: Serie() for name in gestures}
    for name, prepare in gestures.items():
        for _ in range(2):  # warm
            answer = prepare()()
            series[name].reply = answer if isinstance(answer, Reply) else None
        series[name].queries = count_queries(prepare())
    limit, group = time.monotonic() + seconds, min(IN_A_ROW, rounds)
    for done in range(0, rounds, group):
        if done >= FEWEST and time.monotonic() > limit:
            break
        for name, prepare in gestures.items():
            series[name].times += [once(prepare()) for _ in range(group)]
    return series


def count_queries(act: Gesture) -> int:
    """Run a gesture and count its statements; those that open or close a transaction are not queries."""
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        act()
    return sum(not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")) for sql in seen)


def once(act: Callable[[], Any]) -> float:
    """Return the time of one call, in milliseconds."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000
