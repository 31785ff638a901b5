"""What every page needs around its content: identity, navigation, count of unread notifications (R-46)."""

from __future__ import annotations

import json
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString

from accounts.home import home_url, sent_from
from accounts.models import User
from accounts.notifications import unread_count
from accounts.rubriques import ouvertes
from accounts.sign_in import saisie
from accounts.sign_in.saisie import Saisie
from parcours.referentiel import Referentiel, current

from .cadre import Entete, Entry, entete_html, pied_html, session_html, tete_html

MAY_BE_SENT_AGAIN = frozenset({400, 409, 413, 429})


def site(request: HttpRequest) -> dict[str, Any]:
    """Give ``site`` to every template, and one token to all the forms of a page: each one asked for is masked anew."""
    around = Site(request)
    return {"site": around, "csrf_token": SimpleLazyObject(lambda: around.jeton)}


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
    def navigation(self) -> tuple[Entry, ...]:
        """« Tableau de bord », « Vos produits » and one entry per parcours for a company; for the agency, the queues entrusted to the person."""
        if self.utilisateur is None:
            return ()
        if self.utilisateur.is_agence:
            return tuple(_agence_entries(self._request))
        referentiel = getattr(self._request, "referentiel", None) or current()  # a view that has read it keeps it there
        titles = tuple((parcours.code, parcours.titre) for parcours in referentiel.parcours_list)
        return _company_entries(titles, _place(self._request, referentiel))

    @cached_property
    def depart(self) -> str:
        """Where the name of the service leads: the home of the person, or that of everybody."""
        return home_url(self.utilisateur) if self.utilisateur is not None else reverse("accueil")

    @property
    def depart_libelle(self) -> str:
        """The name of that place: the agency has no « Tableau de bord »."""
        return "Tableau de bord" if self.utilisateur is not None and self.utilisateur.entreprise_id is not None else "Accueil"

    @cached_property
    def jeton(self) -> str:
        """The token of the forms."""
        return get_token(self._request)

    @property
    def tete(self) -> SafeString:
        """What the head of every page holds."""
        return tete_html(self.identite)

    @property
    def entete(self) -> SafeString:
        """The header; that of a visitor holds no form, hence asks for no token."""
        return entete_html(self._entete, self.jeton if self.utilisateur is not None else "")

    @property
    def _entete(self) -> Entete:
        user = self.utilisateur
        if user is None:
            return Entete(self.identite, self.demo, self.depart, self.depart_libelle)
        return Entete(
            self.identite,
            self.demo,
            self.depart,
            self.depart_libelle,
            navigation=self.navigation,
            nom=user.nom_complet,
            entreprise=user.entreprise.raison_sociale if user.entreprise_id is not None else "",
            non_lues=self.notifications_non_lues,
            gere_des_comptes=user.holds_creer_comptes or bool(getattr(user, "a_des_comptes", False)),
        )

    @property
    def notifications_non_lues(self) -> int:
        """Read with the account; that of a person who comes in just now was not read so."""
        if self.utilisateur is None:
            return 0
        known = getattr(self.utilisateur, "non_lues", None)
        return unread_count(self.utilisateur) if known is None else known

    @property
    def pied(self) -> SafeString:
        """The footer."""
        return pied_html(self.identite, self.support_email)

    @cached_property
    def saisies_gardees(self) -> tuple[Saisie, ...]:
        """What was sent and not received: the last session had ended, or a step of the gate came first."""
        return saisie.kept(self._request) if self.utilisateur is not None else ()

    @property
    def retour_libelle(self) -> str:
        """How the pages of errors lead to ``depart``."""
        return "Revenir au tableau de bord" if self.depart_libelle == "Tableau de bord" else "Revenir à l'accueil"

    @property
    def is_refused(self) -> bool:
        """True on the page that answers a form with an error: what was typed stands nowhere else any more."""
        return bool(getattr(self._request, "refused_with", 0))

    @property
    def page_d_envoi(self) -> str:
        """The page from which such a form was sent, when it is likely to open again."""
        return sent_from(self._request) if getattr(self._request, "refused_with", 0) in MAY_BE_SENT_AGAIN else ""

    @cached_property
    def textes_refuses(self) -> list[str]:
        """What was typed in a form answered with an error; nothing of a form that was not checked to be ours (WB-2)."""
        return saisie.of_checked(self._request) if self.is_refused else []

    @property
    def non_recus(self) -> str:
        """The addresses of the forms that were sent and not received, as ``session.js`` reads them; empty when there are none."""
        refused = [self._request.get_full_path()] if self.is_refused else []
        addresses = [*refused, *(one.adresse for one in self.saisies_gardees)]
        return json.dumps(addresses) if addresses else ""

    @property
    def fin_de_session(self) -> SafeString | str:
        """The dialog that warns before the session ends; nothing where no session is followed."""
        duree = getattr(self._request, "duree_de_session", None)
        if duree is None or self.utilisateur is None:
            return ""
        return session_html(self.utilisateur.pk, duree.avertir, duree.reste, self.jeton)


def _agence_entries(request: HttpRequest) -> list[Entry]:
    """List the pages of the back-office that the person may open (AZ-11)."""
    found = [(rubrique.libelle, reverse(rubrique.nom)) for rubrique in ouvertes(request.user)]
    return [Entry(libelle, url, request.path.startswith(url)) for libelle, url in found]


@lru_cache(maxsize=256)
def _company_entries(parcours_list: tuple[tuple[str, str], ...], place: str) -> tuple[Entry, ...]:
    """Draw up the navigation of a company; ``place`` is the address or the parcours where the page stands."""
    return (
        *(Entry(libelle, url, url == place) for libelle, url in (("Tableau de bord", _dashboard()), ("Vos produits", _catalogue()))),
        *(Entry(titre, reverse("parcours:parcours", args=[code]), code == place) for code, titre in parcours_list),
    )


def _place(request: HttpRequest, referentiel: Referentiel) -> str:
    """Say where a page stands: the address of one of the two first entries, or the code of a parcours, its own or that of its démarche."""
    for url in (_dashboard(), _catalogue()):
        if request.path.startswith(url):
            return url
    match = request.resolver_match
    if match is None or match.namespace != "parcours":
        return ""
    demarche = referentiel.demarches.get(match.kwargs.get("demarche", ""))
    return demarche.parcours_code if demarche else match.kwargs.get("parcours", "")


@lru_cache(maxsize=1)
def _dashboard() -> str:
    return reverse("parcours:tableau_de_bord")


@lru_cache(maxsize=1)
def _catalogue() -> str:
    return reverse("catalog:catalogue")
