"""What the platform asks of allauth: no open sign-up, French words, mails through the outbox, secrets encrypted."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from .. import crypto, journal
from ..courriels import outbox
from ..courriels.lettres import compose
from ..home import home_url
from ..models import User
from ..openid.ouverture import openid_opened
from ..openid.protocole import Identite
from ..rules.identity import clean_login
from ..selectors.facteurs import second_factors_of
from . import temoin, throttle

# Mails of allauth: what they are about, and the template of ours that says it.
MAILS: Mapping[str, tuple[str, str]] = {
    "account/email/password_reset_key": ("Choisissez votre mot de passe", "mot_de_passe_lien"),
    "account/email/unknown_account": ("Votre demande de mot de passe", "mot_de_passe_inconnu"),
    "account/email/password_changed": ("Votre mot de passe a été modifié", "securite"),
    "account/email/password_reset": ("Votre mot de passe a été réinitialisé", "securite"),
    "account/email/password_set": ("Votre mot de passe a été choisi", "securite"),
    "identite/rattachee": ("Un fournisseur d'identité a été rattaché à votre compte", "securite"),
    "identite/detachee": ("Un fournisseur d'identité a été détaché de votre compte", "securite"),
    "mfa/email/totp_activated": ("La double authentification est activée", "securite"),
    "mfa/email/totp_deactivated": ("La double authentification est désactivée", "securite"),
    "mfa/email/webauthn_added": ("Une clé d'accès a été ajoutée à votre compte", "securite"),
    "mfa/email/webauthn_removed": ("Une clé d'accès a été retirée de votre compte", "securite"),
    "mfa/email/recovery_codes_generated": ("De nouveaux codes de secours ont été créés", "securite"),
}
REFUSED = "Le nom d'utilisateur ou le mot de passe ne convient pas. Vérifiez votre saisie."
PURPOSE = "totp"
AUTHENTICATE_STAGE, SECOND_FACTOR_STAGE = "allauth.mfa.stages.AuthenticateStage", "accounts.sign_in.stages.SecondFactorStage"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by the platform only; signing in is slowed down after failures (AU-2)."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Ce compte est fermé. Écrivez au support si vous pensez qu'il devrait être ouvert.",
        "email_password_mismatch": REFUSED,
        "username_password_mismatch": REFUSED,
        "invalid_login": REFUSED,
        "enter_current_password": "Saisissez votre mot de passe actuel.",
        "incorrect_password": "Ce mot de passe ne convient pas.",
        "incorrect_code": "Ce code ne convient pas : il change toutes les 30 secondes et ne sert qu'une fois.",
        "invalid_password_reset": "Ce lien n'est plus valable : demandez-en un nouveau.",
        "too_many_login_attempts": "Trop d'essais rapprochés : patientez, puis recommencez.",
        "rate_limited": "Trop d'essais rapprochés : patientez quelques minutes, puis recommencez.",
    }

    def is_ajax(self, request: HttpRequest) -> bool:
        """No page of ours asks for the forms of an account as JSON: whoever does gets the page, and nothing more."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Take an address that cannot be read for one of elsewhere (WB-5)."""
        try:
            return super().is_safe_url(url)
        except ValueError:  # « http://[ »
            return False

    # --- Opening accounts -------------------------------------------------------------------------------------------------
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """:raises PermissionDenied: always; whatever page would lead here, nobody opens an account by himself."""
        raise PermissionDenied("Les comptes sont ouverts sur invitation.")

    def clean_username(self, username: str, shallow: bool = False) -> str:
        return clean_login(username)

    # --- Signing in -------------------------------------------------------------------------------------------------------
    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse to look at the password while the pair (login, address) has to wait (AU-2)."""
        self.hold_back(request, _login(credentials))

    def hold_back(self, request: HttpRequest, who: str) -> None:
        """Count a try at a secret of somebody from an address.

        :raises ValidationError: it has to wait (AU-2).
        """
        if wait := throttle.consume(who, self.get_client_ip(request)):
            minutes = math.ceil(wait / 60)
            delay = "une minute" if minutes == 1 else f"{minutes} minutes"
            raise ValidationError(f"Trop d'essais rapprochés : réessayez dans {delay}.", code="too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user = super().authenticate(request, **credentials)
        if user is not None:
            self.let_go(request, _login(credentials))
        return user

    def let_go(self, request: HttpRequest, who: str) -> None:
        """Forget the tries at a secret, once it was given."""
        throttle.forgive(who, self.get_client_ip(request))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write the failure down under the digest of the login typed: some type their password there."""
        journal.refused("session.refusee", par=None, details={"login": crypto.digest(_login(credentials), purpose="login")})

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Treat an account of a suspended company like a closed one."""
        if user.entreprise is not None and user.entreprise.is_suspendue:
            user.is_active = False  # of this object only: what the parent looks at
        return super().pre_login(request, user, **kwargs)

    def get_login_stages(self) -> list[str]:
        return [SECOND_FACTOR_STAGE if stage == AUTHENTICATE_STAGE else stage for stage in super().get_login_stages()]

    def post_login(self, request: HttpRequest, user: User, *, signal_kwargs: dict[str, Any] | None, **kwargs: Any) -> HttpResponse:
        """Once all the steps are passed, keep what a provider said of the person."""
        if said := (signal_kwargs or {}).get("openid"):
            openid_opened(request, user, Identite(**said))
        return super().post_login(request, user, signal_kwargs=signal_kwargs, **kwargs)

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any) -> None:
        """Say nothing of a sign-in: the dashboard that opens is the answer."""
        if message_template != "account/messages/logged_in.txt":
            super().add_message(request, level, message_template, *args, **kwargs)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead the agency to its back-office, a company to its dashboard."""
        return home_url(request.user)

    def logout(self, request: HttpRequest) -> None:
        """Sign out whoever asks for it: nothing is kept for him in this browser any more."""
        super().logout(request)
        temoin.unfollow(request)

    # --- Being recognised again -------------------------------------------------------------------------------------------
    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask it too of an account that only a provider opens, which the library lets through (AU-6).

        :raises ReauthenticationRequired: its provider recognised the person too long ago.
        """
        user = context.request.user
        if not user.has_usable_password() and not get_reauthentication_flows(user):
            seen = [one["at"] for one in get_authentication_records(context.request, user) if one["method"] == "openid"]
            if not seen or time.time() - seen[-1] > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
                raise ReauthenticationRequired
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Give the page of the password to whom has none either: it leads to the provider that opens the account."""
        found = super().get_reauthentication_methods(user)
        if found or not user.is_authenticated:
            return found
        return [{"id": "openid", "description": "S'identifier à nouveau", "url": reverse("account_reauthenticate")}]

    # --- Mails ------------------------------------------------------------------------------------------------------------
    def get_reset_password_from_key_url(self, key: str) -> str:
        """Build the link on the public address of the site, never on the Host of the request (WB-5)."""
        return settings.BASE_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the mail in the outbox, encrypted: it may hold a link that opens the account.

        :raises KeyError: a mail the platform does not send.
        """
        sujet, template = MAILS[template_prefix]
        lettre = compose(template, **{**context, "sujet": sujet})
        outbox.queue([outbox.build(email, **lettre, dedupe_key=f"compte:{uuid4().hex}", confidentiel=True)])

    def set_password(self, user: User, password: str) -> None:
        """Change a password, and remember for its mail whether there was one before."""
        user.is_newcomer = not user.has_usable_password()
        super().set_password(user, password)

    def send_notification_mail(self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None) -> None:
        """Tell the person what changed in the security of the account (AU-3); a first password replaces none."""
        if template_prefix == "account/email/password_reset" and getattr(user, "is_newcomer", False):
            template_prefix = "account/email/password_set"
        self.send_mail(template_prefix, email or user.email, {"user": user, "at": timezone.now(), **(context or {})})


class MFAAdapter(DefaultMFAAdapter):
    """Second factor: secrets encrypted under a key kept outside the database (CF-5); who must have one keeps it (AZ-11)."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": "La double authentification est obligatoire pour votre compte : ajoutez d'abord un autre moyen, puis retirez celui-ci.",
        "cannot_generate_recovery_codes": "Activez d'abord la double authentification.",
    }

    def get_totp_label(self, user: User) -> str:
        return user.username

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text, purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text, purpose=PURPOSE)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return f"Clé {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bind the keys to the public address of the site, never to the Host of the request (WB-5)."""
        return {"id": urlsplit(settings.BASE_URL).hostname or "", "name": settings.MFA_TOTP_ISSUER}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        return {**super().get_public_key_credential_user_entity(user), "display_name": user.nom_complet, "name": user.username}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Let those who must have a second factor remove one as long as another stays (AZ-11)."""
        user = authenticator.user
        return not user.must_have_second_factor or second_factors_of(user).exclude(pk=authenticator.pk).exists()


def _login(credentials: Mapping[str, Any]) -> str:
    return credentials.get("username") or credentials.get("email") or ""
