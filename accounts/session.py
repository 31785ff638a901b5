"""How long a session lasts (AU-7), and what it remembers so that a page costs no query.

The time of the last activity stands in the cache, never in the database: reading a page writes nothing there (WB-2). A cache that
forgot it falls back on the time of sign-in, so that forgetting can only end a session.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.http import HttpRequest

if TYPE_CHECKING:
    from .models import User

ABSOLUTE = timedelta(hours=12)
IDLE = timedelta(minutes=60)
IDLE_AGENCE = timedelta(minutes=30)
STAMP_EVERY = timedelta(seconds=60)
WARNING = timedelta(minutes=2)

OPENED = "ouverte_le"
CGU = "cgu_acceptee"
SECOND_FACTOR = "double_facteur"


@dataclass(frozen=True)
class Duree:
    """What is left of a session if nothing more is asked, in whole seconds, and when its page warns of the end."""

    reste: int
    avertir: int
    prolongeable: bool


def opened(request: HttpRequest) -> None:
    """Note the time of sign-in."""
    request.session[OPENED] = time.time()


def idle_limit(user: User) -> timedelta:
    return IDLE_AGENCE if user.is_agence else IDLE


def is_over(request: HttpRequest, user: User, last_activity: float | None) -> bool:
    """Tell whether the session passed its absolute or its idle limit."""
    now, since = time.time(), request.session.get(OPENED)
    if since is None or now - since > ABSOLUTE.total_seconds():
        return True
    return now - max(since, last_activity or 0) > idle_limit(user).total_seconds()


def duree(request: HttpRequest, user: User, last_activity: float | None) -> Duree:
    """Measure what is left; a session whose end is that of its twelve hours cannot be made longer."""
    now, since = time.time(), request.session.get(OPENED, 0)
    idle = max(since, last_activity or 0) + idle_limit(user).total_seconds()
    absolute = since + ABSOLUTE.total_seconds()
    return Duree(max(0, int(min(idle, absolute) - now)), int(WARNING.total_seconds()), idle < absolute)


def stamp(request: HttpRequest, last_activity: float | None) -> float:
    """Note the activity, at most once a minute; give the time noted."""
    now = time.time()
    if last_activity is not None and now - last_activity <= STAMP_EVERY.total_seconds():
        return last_activity
    cache.set(activity_key(request), now, IDLE.total_seconds())
    return now


def prolonger(request: HttpRequest) -> float:
    """Note the activity now, however recent the last one."""
    return stamp(request, None)


def activity_key(request: HttpRequest) -> str:
    return activity_key_of(request.session.session_key or "")


def activity_key_of(session_key: str) -> str:
    return "activite:" + hashlib.sha256(session_key.encode()).hexdigest()
