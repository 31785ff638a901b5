"""What every page needs around its content: identity, navigation, count of unread notifications."""

from __future__ import annotations

from functools import partial
from typing import Any, TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject


class Entry(TypedDict):
    """One link of the main navigation."""

    libelle: str
    url: str
    actif: bool


def site(request: HttpRequest) -> dict[str, Any]:
    """Give ``site``; what costs a query is lazy, so that a page without header pays nothing."""
    return {
        "site": {
            "identite": settings.IDENTITE,
            "demo": settings.DEMO,
            "support_email": settings.SUPPORT_EMAIL,
            "navigation": SimpleLazyObject(partial(_navigation, request)),
            "notifications_non_lues": SimpleLazyObject(partial(_unread, request)),
        }
    }


def _navigation(request: HttpRequest) -> list[Entry]:
    """List « Tableau de bord », « Vos produits » and one entry per parcours (R-46); empty for a visitor."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    entries = [_entry(request, "Tableau de bord", "parcours:tableau_de_bord"), _entry(request, "Vos produits", "catalog:produits")]
    return [entry for entry in entries if entry]


def _entry(request: HttpRequest, libelle: str, name: str, *args: str) -> Entry | None:
    try:
        url = reverse(name, args=args)
    except NoReverseMatch:
        return None
    return {"libelle": libelle, "url": url, "actif": request.path.startswith(url)}


def _unread(request: HttpRequest) -> int:
    from accounts.notifications import unread_count  # here: the models are not loaded when the settings name this module

    user = getattr(request, "user", None)
    return unread_count(user) if user is not None and user.is_authenticated else 0
