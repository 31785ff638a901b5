"""What allauth and Django tell of sessions and secrets, written into the journal (TR-1) and into the session."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account import signals as account
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.cache import cache
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from . import cgu, journal, session
from .actions.sessions import noter_ouverture, oublier_ouverture
from .models import User
from .prepared import Update, prepared_update
from .sign_in import saisie, temoin


@receiver(user_logged_in)
def on_session_opened(request: HttpRequest, user: User, **_: Any) -> None:
    session.opened(request)
    saisie.forget_that_of_another(request, user.pk)
    temoin.follow(request, user.pk)
    accepted = user.derniere_cgu if hasattr(user, "derniere_cgu") else cgu.accepted_by(user).first()  # a password has it read with the account
    if accepted is not None:
        request.session[session.CGU] = accepted
    journal.record("session.ouverte", par=user, details=_provider(request, user))


@receiver(user_logged_in, dispatch_uid="update_last_login")
def on_last_login(user: User, **_: Any) -> None:
    """Note the moment, as Django's own receiver of this name would, by a statement written once (P18)."""
    user.last_login = timezone.now()
    _note_last_login(cle=user.pk, now=user.last_login)


@prepared_update
def _note_last_login(cle: int, now: datetime) -> Update:
    return User.objects.filter(pk=cle), {"last_login": now}


def _provider(request: HttpRequest, user: User) -> dict[str, str]:
    """Name the identity provider that opened the way; nothing when the password did."""
    ways = [one for one in get_authentication_records(request, user) if one["method"] in ("password", "openid")]
    return {"fournisseur": ways[-1]["fournisseur"]} if ways and ways[-1]["method"] == "openid" else {}


@receiver(account.user_logged_in)
def on_signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    noter_ouverture(request, user)


@receiver(user_logged_out)
def on_session_closed(request: HttpRequest | None, user: User | None, **_: Any) -> None:
    if request is not None:
        cache.delete(session.activity_key(request))
        oublier_ouverture(request)
    if user is not None and user.pk is not None:
        journal.record("session.fermee", par=user)


@receiver(account.password_changed)
def on_password_changed(user: User, **_: Any) -> None:
    journal.record("mot_de_passe.change", par=user, target=user)


@receiver([account.password_set, account.password_reset])
def on_password_set(user: User, **_: Any) -> None:
    journal.record("mot_de_passe.choisi", par=user, target=user)


@receiver(mfa.authenticator_added)
def on_factor_added(user: User, authenticator: Authenticator, **_: Any) -> None:
    journal.record("double_facteur.ajoute", par=user, target=user, details={"type": authenticator.type})


@receiver(mfa.authenticator_removed)
def on_factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    request.session.pop(session.SECOND_FACTOR, None)
    journal.record("double_facteur.retire", par=user, target=user, details={"type": authenticator.type})


@receiver(mfa.authenticator_reset)
def on_factor_reset(user: User, authenticator: Authenticator, **_: Any) -> None:
    journal.record("double_facteur.renouvele", par=user, target=user, details={"type": authenticator.type})


@receiver(mfa.authentication_failed)
def on_factor_failed(user: User, authenticator: Authenticator, **_: Any) -> None:
    journal.refused("double_facteur.refuse", par=user, target=user, details={"type": authenticator.type})
