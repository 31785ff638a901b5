"""Logs of one line a record, each bearing the id of the request it belongs to (TR-4)."""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")

_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F, 0x85)} | {
    ord("\n"): "\\n",
    ord("\r"): "\\r",
    ord("\t"): "\\t",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


# What follows opens an account or a deposit: Django names the address of a page that fails or refuses.
_LINKS = re.compile(r"(/pieces/|/compte/adresse/|/compte/mot-de-passe/oubli/\w+-)[\w-]{20,}")


class OneLineFormatter(logging.Formatter):
    """Escape line breaks and control characters, so that nothing typed can forge a line; hide the links sent by mail."""

    def format(self, record: logging.LogRecord) -> str:
        return _LINKS.sub(r"\1***", f"[{request_id.get()}] {super().format(record)}".translate(_ESCAPES))
