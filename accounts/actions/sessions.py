"""Telling one's open sessions apart, and ending those open elsewhere (AU-7)."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest

from .. import journal, session
from ..models import User
from ..selectors.sessions import sessions_of


def noter_ouverture(request: HttpRequest, user: User) -> None:
    """Note from where a session was opened, in 1 query; what a person opened before and let end is purged on schedule (P18)."""
    ouverte = UserSession(
        user=user,
        session_key=request.session.session_key,
        ip=get_adapter().get_client_ip(request),
        user_agent=request.META.get("HTTP_USER_AGENT", "")[: UserSession._meta.get_field("user_agent").max_length],
    )
    told = ["user", "ip", "user_agent", "created_at", "last_seen_at"]
    UserSession.objects.bulk_create([ouverte], update_conflicts=True, unique_fields=["session_key"], update_fields=told)


def oublier_ouverture(request: HttpRequest) -> None:
    """Forget a session that its person ends by signing out."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()


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
