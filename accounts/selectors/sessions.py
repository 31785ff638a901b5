"""The sessions an account has open, as its person recognises them (AU-7)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db.models import QuerySet

from .. import session
from ..models import User
from ..rules.appareils import appareil


@dataclass(frozen=True)
class SessionOuverte:
    """One open session; ``is_current`` for the one that reads the page."""

    pk: int
    appareil: str
    user_agent: str
    adresse: str
    ouverte_le: datetime
    active_le: datetime
    is_current: bool


def sessions_of(user: User) -> QuerySet[UserSession]:
    """Keep the sessions of one account: the only door to them (AZ-3)."""
    return UserSession.objects.filter(user=user)


def sessions_ouvertes(user: User, courante: str) -> Sequence[SessionOuverte]:
    """List what is still open, the present one first, then the last used; those that idled too long are not."""
    rows = list(sessions_of(user))
    seen = cache.get_many([session.activity_key_of(row.session_key) for row in rows])
    found = [_read(row, seen.get(session.activity_key_of(row.session_key)), courante) for row in rows if row.exists()]
    limit = time.time() - session.idle_limit(user).total_seconds()
    alive = [one for one in found if one.is_current or one.active_le.timestamp() > limit]
    return sorted(alive, key=lambda one: (not one.is_current, -one.active_le.timestamp()))


def _read(row: UserSession, seen: float | None, courante: str) -> SessionOuverte:
    return SessionOuverte(
        pk=row.pk,
        appareil=appareil(row.user_agent),
        user_agent=row.user_agent,
        adresse=row.ip,
        ouverte_le=row.created_at,
        active_le=max(row.created_at, datetime.fromtimestamp(seen, UTC)) if seen else row.created_at,
        is_current=row.session_key == courante,
    )
