"""Where a person starts from."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse

from .models import User


def home_url(user: User) -> str:
    """Give the dashboard of a company's account, the back-office of the agency's."""
    return _home(agence=user.is_agence)


@lru_cache(maxsize=2)
def _home(*, agence: bool) -> str:
    return reverse("gestion:accueil") if agence else resolve_url(settings.LOGIN_REDIRECT_URL)
