"""The steps of a sign-in that differ from the library's."""

from __future__ import annotations

from typing import Any

from allauth.account.models import Login
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest


def openid_of(login: Login) -> dict[str, Any]:
    """Give what a provider said of the person signing in; nothing when the password opened the way."""
    return (login.signal_kwargs or {}).get("openid") or {}


class SecondFactorStage(AuthenticateStage):
    """Ask for our second factor, unless the provider checked one that the operator accepts for it (AZ-11)."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if getattr(self.login.user, "a_second_facteur", None) is False:  # read with the account by ``AccountBackend``
            return False
        return super()._should_handle(request) and not openid_of(self.login).get("second_facteur")
