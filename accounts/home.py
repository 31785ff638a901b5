"""Where a person starts from, and where he comes from."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse

from .models import User


def home_url(user: User) -> str:
    """Give the dashboard of a company's account, the back-office of the agency's."""
    return _home(agence=user.is_agence)


@lru_cache(maxsize=2)
def _home(*, agence: bool) -> str:
    return reverse("gestion:accueil") if agence else resolve_url(settings.LOGIN_REDIRECT_URL)


def sent_from(request: HttpRequest) -> str:
    """Give the page a form was sent from, when it is ours; nothing when the browser does not say, or says what is no address (WB-5)."""
    try:
        page = urlsplit(request.headers.get("referer", ""))
    except ValueError:  # « http://[ »
        return ""
    return urlunsplit(("", "", page.path, page.query, "")) if page.netloc == request.get_host() else ""
