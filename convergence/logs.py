"""Logs of one line a record, each bearing the id of the request it belongs to (TR-4)."""

from __future__ import annotations

import logging
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")

_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F, 0x85)} | {
    ord("\n"): "\\n",
    ord("\r"): "\\r",
    ord("\t"): "\\t",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


class OneLineFormatter(logging.Formatter):
    """Escape line breaks and control characters, so that nothing typed by a person can forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        return f"[{request_id.get()}] {super().format(record)}".translate(_ESCAPES)
