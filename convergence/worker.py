"""The web process: gunicorn's, whose own answers to what it cannot read as a request are a page of ours, with the headers of all (WB-1)."""

from __future__ import annotations

import re
from typing import Any

from gunicorn.workers.sync import SyncWorker

HEADERS = (
    "Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options: nosniff",
    "X-Frame-Options: DENY",
    "Referrer-Policy: same-origin",
    "Cross-Origin-Opener-Policy: same-origin",
    "Cross-Origin-Resource-Policy: same-origin",
    "Cache-Control: no-store, private",
    "Content-Type: text/html; charset=utf-8",
    "Connection: close",
)


class Worker(SyncWorker):
    """Answers one request at a time."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        super().handle_error(req, _InFrench(client), addr, exc)


class _InFrench:
    """The connection to a client, on which a page of ours goes in place of the one that gunicorn writes."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    def sendall(self, answer: bytes) -> None:
        from .views import bare_page  # here: gunicorn reads this module before the site is there

        line = answer.split(b"\r\n", 1)[0].decode("latin1")
        page = bare_page(int(re.findall(r"[0-9]{3}", line)[0])).content
        head = "\r\n".join((line, *HEADERS, f"Content-Length: {len(page)}", "", ""))
        self.connection.sendall(head.encode("latin1") + page)
