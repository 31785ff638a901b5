"""Forms of the second factor: one code at a time for an account, so that a code sent twice at once serves once (AU-3), and not too many (AU-2)."""

from __future__ import annotations

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm as LibraryAuthenticateForm
from allauth.mfa.base.forms import BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as LibraryReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from django import forms
from django.db import transaction

from ..models import User


class OneCodeAtATime(BaseAuthenticateForm):
    """The library marks a code as used in the cache, which not every cache does at once: here, under the lock of the account."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        error_messages={"required": "Recopiez le code, puis recommencez."},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )

    def clean_code(self) -> str:
        """:raises ValidationError: a code that opens nothing, or too many of them."""
        door, who = get_account_adapter(), f"code {self.user.pk}"  # no login holds a space
        door.hold_back(context.request, who)
        forgive, code = check_rate_limit(self.user), self.cleaned_data["code"]
        factors = sorted(Authenticator.objects.filter(user=self.user).exclude(type=Authenticator.Type.WEBAUTHN), key=_application_first)
        with transaction.atomic():
            User.objects.select_for_update(of=("self",), no_key=True).get(pk=self.user.pk)
            found = next((factor for factor in factors if factor.wrap().validate_code(code)), None)
        if found is not None:
            found.user = self.user
            self.authenticator = found
            forgive()
            door.let_go(context.request, who)
            return code
        if factors:
            self._emit_authentication_failed(factors[0])  # outside the lock: a refusal is written in its own transaction
        raise get_adapter().validation_error("incorrect_code")


class AuthenticateForm(OneCodeAtATime, LibraryAuthenticateForm):
    """The second step of a sign-in."""


class ReauthenticateForm(OneCodeAtATime, LibraryReauthenticateForm):
    """Being recognised again by a code."""


def _application_first(factor: Authenticator) -> bool:
    return factor.type != Authenticator.Type.TOTP
