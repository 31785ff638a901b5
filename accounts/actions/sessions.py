"""Ending one's sessions open elsewhere (AU-7)."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import transaction

from .. import journal, session
from ..models import User
from ..selectors.sessions import sessions_of


@transaction.atomic
def fermer_session(*, par: User, ouverte: UserSession) -> None:
    """End one session: its next request is a visitor's. Ending one that is over already does nothing more."""
    _end(ouverte)
    journal.record("session.fermee_a_distance", par=par, target=par, details={"ouverte_le": ouverte.created_at})


@transaction.atomic
def fermer_autres_sessions(*, par: User, courante: str) -> int:
    """End all the sessions of the account but the present one; give how many."""
    autres = list(sessions_of(par).exclude(session_key=courante))
    for ouverte in autres:
        _end(ouverte)
    if autres:
        journal.record("session.autres_fermees", par=par, target=par, details={"nombre": len(autres)})
    return len(autres)


def _end(ouverte: UserSession) -> None:
    cache.delete(session.activity_key_of(ouverte.session_key))
    ouverte.end()
