"""The session engine of the site: Django's, that asks the cache once for all the gate wants, and writes a new session once."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.sessions.backends import cached_db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.utils.crypto import get_random_string

from . import cgu
from .session import activity_key_of

KEY = re.compile(r"[a-z0-9]{8,40}")
SECRET = 32  # characters of 36: 165 bits, which no other session has (AU-5)


class SessionStore(cached_db.SessionStore):
    """Sessions kept in the database and read from the cache; ``beside`` is what else the cache told, by key."""

    beside: dict[str, Any] | None = None
    _is_drawn = False
    _written: bytes | None = None

    def _validate_session_key(self, key: str | None) -> bool:
        """Take only what may be a key drawn here: a cookie may bring anything, and a database refuses to be asked for a NUL."""
        return bool(super()._validate_session_key(key)) and KEY.fullmatch(key) is not None

    def load(self) -> dict[str, Any]:
        found = self._cache.get_many([self.cache_key, activity_key_of(self.session_key), cgu.CACHE_KEY])
        session = found.pop(self.cache_key, None)
        self.beside = found
        return super().load() if session is None else session

    def create(self) -> None:
        """Draw a key; the row is written by ``save``, with all the request put into it (P18)."""
        self._session_key = get_random_string(SECRET, VALID_KEY_CHARS)
        self._is_drawn = self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Write the session, unless this request has just written it so.

        :raises UpdateError: it was ended since it was read.
        """
        if self.session_key is None:
            self.create()
        is_new = must_create or self._is_drawn
        text = self.serializer().dumps(self._get_session(no_load=is_new))
        if is_new or text != self._written:
            super().save(must_create=is_new)
        self._is_drawn, self._written = False, text
