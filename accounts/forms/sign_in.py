"""Forms of the account pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import ResetPasswordKeyForm as AllauthResetPasswordKeyForm
from allauth.account.forms import UserTokenForm as AllauthUserTokenForm
from allauth.account.internal.flows.password_reset import request_password_reset
from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from .. import policy
from ..models import User
from ..rules.identity import identity_key
from ..sign_in import throttle

LIENS_PAR_HEURE = 5  # to one address; each still serves for an hour, so that a stranger who asks for them keeps nobody out (AU-2)
NOUVEAU = {"password1": "Choisissez un nouveau mot de passe.", "password2": "Saisissez le nouveau mot de passe une seconde fois."}


class SaysWhatIsMissing(forms.Form):
    """Say of each empty field what it waits for (AX-2)."""

    missing: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in self.missing.items():
            self.fields[name].error_messages["required"] = words


class LoginForm(SaysWhatIsMissing, AllauthLoginForm):
    """Sign in; all that it writes (journal, session, last sign-in) is written together, once the password was looked at (TR-1)."""

    missing = {"login": "Indiquez votre nom d'utilisateur.", "password": "Indiquez votre mot de passe."}

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        with transaction.atomic():
            response = super().login(request, redirect_url)
            if request.session.modified:
                request.session.save()  # with the rest: one thing to put on the disk (P18)
            return response


class ResetPasswordForm(SaysWhatIsMissing, AllauthResetPasswordForm):
    """Ask for a link; known and unknown addresses get the same page, the same work and a mail each, up to five an hour (AU-4)."""

    missing = {"email": "Indiquez l'adresse électronique de votre compte."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Adresse électronique"  # as everywhere else on the site

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip()
        self.users = [user for user in User.objects.filter(email_cle=identity_key(email)).select_related("entreprise") if policy.is_admitted(user)]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email = self.cleaned_data["email"]
        if not throttle.allow("mot-de-passe", identity_key(email), limit=LIENS_PAR_HEURE, window=3600):
            return email
        if self.users:
            # To the address of the account, never to the one typed: they may differ by their Unicode form.
            request_password_reset(request, self.users[0].email, self.users, kwargs.get("token_generator"))
        else:
            get_adapter().send_mail("account/email/unknown_account", email, {})
        return email


class ResetPasswordKeyForm(SaysWhatIsMissing, AllauthResetPasswordKeyForm):
    """Choose a password through the link received."""

    missing = NOUVEAU


class ReauthenticateForm(SaysWhatIsMissing, AllauthReauthenticateForm):
    """Be recognised again."""

    missing = {"password": "Indiquez votre mot de passe."}


class ChangePasswordForm(SaysWhatIsMissing, AllauthChangePasswordForm):
    """Change one's password; the present one is no easier to guess here than at the door (AU-2)."""

    missing = {"oldpassword": "Indiquez votre mot de passe actuel.", **NOUVEAU}

    def clean_oldpassword(self) -> str:
        """:raises ValidationError: not the present one, or too many tries."""
        typed = self.cleaned_data.get("oldpassword", "")
        if not get_adapter().reauthenticate(self.user, typed):
            raise get_adapter().validation_error("enter_current_password")
        return typed


class UserTokenForm(AllauthUserTokenForm):
    """Read a link to choose a password; one issued before the account or its company was shut opens nothing meanwhile (AZ-8)."""

    def _get_user(self, uidb36: str) -> User | None:
        user = super()._get_user(uidb36)
        return user if user is not None and policy.is_admitted(user) else None


class CguForm(forms.Form):
    """Acceptance of the conditions in force; the version shown goes along, so that nobody accepts one he did not see."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    accepte = forms.BooleanField(
        label="J'ai lu et j'accepte les conditions générales d'utilisation",
        error_messages={"required": "Cochez la case pour accepter les conditions et continuer."},
    )

    def __init__(self, *args: Any, cgu_id: int, **kwargs: Any) -> None:
        super().__init__(*args, initial={"version": cgu_id}, **kwargs)
        self.cgu_id = cgu_id

    def clean_version(self) -> int:
        if self.cleaned_data["version"] != self.cgu_id:
            raise forms.ValidationError("Une nouvelle version vient de paraître : relisez-la avant de l'accepter.")
        return self.cgu_id
