"""What every page needs around its content: identity, navigation, count of unread notifications (R-46)."""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.home import home_url
from accounts.models import User
from accounts.notifications import unread_count
from accounts.rubriques import ouvertes
from parcours.referentiel import ParcoursInfo, Referentiel, current


class Entry(TypedDict):
    """One link of the main navigation."""

    libelle: str
    url: str
    actif: bool


def site(request: HttpRequest) -> dict[str, Any]:
    """Give ``site`` to every template."""
    return {"site": Site(request)}


class Site:
    """The surroundings of a page; what costs a query is read once, when it is used, and a visitor costs none."""

    def __init__(self, request: HttpRequest) -> None:
        user = getattr(request, "user", None)
        self._request = request
        self.utilisateur: User | None = user if user is not None and user.is_authenticated else None
        self.identite = settings.IDENTITE
        self.demo = settings.DEMO
        self.support_email = settings.SUPPORT_EMAIL

    @cached_property
    def navigation(self) -> list[Entry]:
        """« Tableau de bord », « Vos produits » and one entry per parcours for a company; for the agency, the queues entrusted to the person."""
        if self.utilisateur is None:
            return []
        if self.utilisateur.is_agence:
            return _agence_entries(self._request)
        referentiel = getattr(self._request, "referentiel", None) or current()  # a view that has read it keeps it there
        here = _parcours_of(self._request, referentiel)
        return [
            _entry(self._request, "Tableau de bord", reverse("parcours:tableau_de_bord")),
            _entry(self._request, "Vos produits", reverse("catalog:catalogue")),
            *(_parcours_entry(parcours, here) for parcours in referentiel.parcours_list),
        ]

    @cached_property
    def depart(self) -> str:
        """Where the name of the service leads: the home of the person, or that of everybody."""
        return home_url(self.utilisateur) if self.utilisateur is not None else reverse("accueil")

    @property
    def depart_libelle(self) -> str:
        """The name of that place: the agency has no « Tableau de bord »."""
        return "Tableau de bord" if self.utilisateur is not None and self.utilisateur.entreprise_id is not None else "Accueil"

    @cached_property
    def notifications_non_lues(self) -> int:
        return unread_count(self.utilisateur) if self.utilisateur is not None else 0


def _agence_entries(request: HttpRequest) -> list[Entry]:
    """List the pages of the back-office that the person may open (AZ-11)."""
    return [_entry(request, rubrique.libelle, reverse(rubrique.nom)) for rubrique in ouvertes(request.user)]


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
