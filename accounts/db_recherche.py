"""Searching without regard to case on SQLite, as PostgreSQL does: its own LIKE knows the case of A to Z only, and « élise » would not find « Élise »."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

JOKERS = {"%": ".*", "_": "."}


def install(sender: Any, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Give a new connection our LIKE, with and without ESCAPE."""
    if connection.vendor == "sqlite":
        for count in (2, 3):
            connection.connection.create_function("like", count, like, deterministic=True)


def like(pattern: Any, text: Any, escape: str = "") -> bool | None:
    """Tell whether a text is like a pattern; unknown when either is NULL."""
    if pattern is None or text is None:
        return None
    return _compiled(str(pattern), escape).fullmatch(str(text)) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str, escape: str) -> re.Pattern[str]:
    parts, letters = [], iter(pattern)
    for letter in letters:
        parts.append(re.escape(next(letters, "")) if letter == escape else JOKERS.get(letter) or re.escape(letter))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
