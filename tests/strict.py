"""What makes the run strict: undefined template variables fail, a GET that writes fails."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connections
from django.template import Template
from django.test import Client

# Elements whose attributes are all optional, as allauth calls them.
OPTIONAL_ATTRIBUTES = ("templates/allauth/",)

# A refusal is written down (AZ-4), and a session is opened, refreshed or ended, whatever the method.
WRITABLE_ON_GET = ("django_session", "accounts_entreejournal", "accounts_personnejournal", "accounts_journaltete", "usersessions_usersession")

_WRITE = re.compile(r"^\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE|REPLACE\s+INTO)\s+[\"`]?(\w+)", re.IGNORECASE)


class FastArgon2PasswordHasher(Argon2PasswordHasher):
    """The algorithm of the site at its lowest cost: the suite signs in hundreds of times."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


class UndefinedVariable(str):
    """Value of ``string_if_invalid`` that fails when a template of ours names a variable that does not exist."""

    def __new__(cls, base_dir: Path) -> UndefinedVariable:
        value = super().__new__(cls, "%s")
        value.base_dir = base_dir
        return value

    def __mod__(self, variable: Any) -> str:
        origin = _rendering_template()
        if self._is_ours(origin):
            raise AssertionError(f"Variable de gabarit indéfinie : « {variable} » dans {origin}")
        return ""

    def _is_ours(self, origin: str) -> bool:
        if not origin.startswith(str(self.base_dir)) or "site-packages" in origin:
            return False
        relative = origin.removeprefix(f"{self.base_dir}/")
        return not relative.startswith(OPTIONAL_ATTRIBUTES)


def _rendering_template() -> str:
    """Find which template the caller is rendering: the nearest node that knows its origin."""
    frame = sys._getframe(2)
    while frame is not None:
        value = frame.f_locals.get("self")
        origin = getattr(value, "origin", None)
        if origin is not None and (isinstance(value, Template) or hasattr(value, "render_annotated")):
            return str(origin.name)
        frame = frame.f_back
    return ""


class StrictClient(Client):
    """Test client whose GET and HEAD may not write (WB-2); what a refusal or a session writes is allowed."""

    def get(self, *args: Any, **kwargs: Any) -> Any:
        with forbid_writes():
            return super().get(*args, **kwargs)

    def head(self, *args: Any, **kwargs: Any) -> Any:
        with forbid_writes():
            return super().head(*args, **kwargs)


@contextmanager
def forbid_writes() -> Any:
    """Refuse any INSERT, UPDATE or DELETE outside ``WRITABLE_ON_GET``, in this thread.

    :raises AssertionError: a statement writes.
    """
    with connections["default"].execute_wrapper(_refuse_writes):
        yield


def _refuse_writes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    found = _WRITE.match(sql)
    if found and found.group(1).lower() not in WRITABLE_ON_GET:
        raise AssertionError(f"Un GET écrit dans la base : {sql[:200]}")
    return execute(sql, params, many, context)
