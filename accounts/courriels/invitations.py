"""The link by which a new account chooses its first password: one use, 24 hours (ACC-4, AU-5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse

from ..models import User
from . import outbox
from .lettres import compose

VALIDITY = timedelta(hours=24)


class LinkTokenGenerator(PasswordResetTokenGenerator):
    """Make tokens out of the account alone; the library's reads, and writes, a table of addresses for known accounts only (AU-4)."""


class InvitationTokenGenerator(LinkTokenGenerator):
    """Make tokens that the page of forgotten passwords accepts for 24 hours instead of one: they are dated ahead by the difference."""

    def _now(self) -> datetime:
        return super()._now() + VALIDITY - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def invitation_url(compte: User) -> str:
    """Build the link, on the public address of the site; it dies with its first use, or when the address changes."""
    key = {"uidb36": user_pk_to_url_str(compte), "key": InvitationTokenGenerator().make_token(compte)}
    return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs=key)


def queue_invitation(compte: User, *, par: User) -> None:
    """Put the mail of invitation in the outbox, encrypted.

    :raises HeaderRefused: the address can receive no mail.
    """
    lettre = compose("compte_invitation", sujet="Votre compte Convergence est créé", compte=compte, par=par, lien=invitation_url(compte))
    outbox.queue([outbox.build(compte.email, **lettre, dedupe_key=f"invitation:{uuid4().hex}", confidentiel=True)])
