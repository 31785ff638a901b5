"""The session engine of the site: Django's, whose one question to the cache also brings what the gate asks of it."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.sessions.backends import cached_db

from . import cgu
from .session import activity_key_of

KEY = re.compile(r"[a-z0-9]{8,40}")


class SessionStore(cached_db.SessionStore):
    """Sessions kept in the database and read from the cache; ``beside`` is what else the cache told, by key."""

    beside: dict[str, Any] | None = None

    def _validate_session_key(self, key: str | None) -> bool:
        """Take only what may be a key drawn here: a cookie may bring anything, and a database refuses to be asked for a NUL."""
        return bool(super()._validate_session_key(key)) and KEY.fullmatch(key) is not None

    def load(self) -> dict[str, Any]:
        found = self._cache.get_many([self.cache_key, activity_key_of(self.session_key), cgu.CACHE_KEY])
        session = found.pop(self.cache_key, None)
        self.beside = found
        return super().load() if session is None else session
