"""The second factors of an account (AZ-11)."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db.models import OuterRef, QuerySet

from ..models import User


def second_factors_of(user: User | OuterRef) -> QuerySet[Authenticator]:
    """Keep what may be asked at sign-in after the password; codes of secours stand in for one, they are none."""
    return Authenticator.objects.filter(user=user, type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN))
