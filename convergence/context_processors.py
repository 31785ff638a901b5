"""What every page needs around its content: identity, navigation, count of unread notifications (R-46)."""

from __future__ import annotations

from functools import partial
from typing import Any, TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.notifications import unread_count
from parcours.referentiel import ParcoursInfo, Referentiel, current


class Entry(TypedDict):
    """One link of the main navigation."""

    libelle: str
    url: str
    actif: bool


def site(request: HttpRequest) -> dict[str, Any]:
    """Give ``site``; what costs a query is lazy, and a visitor costs none."""
    user = getattr(request, "user", None)
    signed_in = user if user is not None and user.is_authenticated else None
    return {
        "site": {
            "identite": settings.IDENTITE,
            "demo": settings.DEMO,
            "support_email": settings.SUPPORT_EMAIL,
            "utilisateur": signed_in,
            "navigation": SimpleLazyObject(partial(_navigation, request, signed_in)),
            "notifications_non_lues": SimpleLazyObject(partial(_unread, signed_in)),
        }
    }


def _navigation(request: HttpRequest, user: Any) -> list[Entry]:
    """List « Tableau de bord », « Vos produits » and one entry per parcours, for the accounts of a company."""
    if user is None or user.entreprise_id is None:
        return []
    referentiel = getattr(request, "referentiel", None) or current()  # a view that has read it keeps it there
    here = _parcours_of(request, referentiel)
    return [
        _entry(request, "Tableau de bord", reverse("parcours:tableau_de_bord")),
        _entry(request, "Vos produits", reverse("catalog:catalogue")),
        *(_parcours_entry(parcours, here) for parcours in referentiel.parcours_list),
    ]


def _entry(request: HttpRequest, libelle: str, url: str) -> Entry:
    return {"libelle": libelle, "url": url, "actif": request.path.startswith(url)}


def _parcours_entry(parcours: ParcoursInfo, here: str) -> Entry:
    return {"libelle": parcours.titre, "url": reverse("parcours:parcours", args=[parcours.code]), "actif": parcours.code == here}


def _parcours_of(request: HttpRequest, referentiel: Referentiel) -> str:
    """Return the code of the parcours the page belongs to, by its own address or by that of its démarche."""
    match = request.resolver_match
    if match is None or match.namespace != "parcours":
        return ""
    demarche = referentiel.demarches.get(match.kwargs.get("demarche", ""))
    return demarche.parcours_code if demarche else match.kwargs.get("parcours", "")


def _unread(user: Any) -> int:
    return unread_count(user) if user is not None else 0
