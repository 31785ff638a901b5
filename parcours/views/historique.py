"""The history of a produit and of the stratégie globale, for whoever may read them (TR-5)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import policy
from accounts.historique import PER_PAGE, lignes, raconter_page
from accounts.views.pages import page_of
from questionnaires.models import Sujet

from ..historique import name_objets, of_sujet
from .fiche import find_produit, find_strategie


@require_safe
def produit_historique(request: HttpRequest, reference: int) -> HttpResponse:
    """Show what was done to a produit."""
    return _render(request, find_produit(request.user, reference, "lire"))


@require_safe
def strategie_historique(request: HttpRequest) -> HttpResponse:
    """Show what was done to the stratégie globale.

    :raises Http404: the company has none yet.
    """
    found = find_strategie(request.user)
    if found is None:
        raise Http404("pas de stratégie globale")
    policy.check(request.user, "lire", found)
    return _render(request, found)


def _render(request: HttpRequest, sujet: Sujet) -> HttpResponse:
    page = page_of(request, lignes(of_sujet(sujet)), par_page=PER_PAGE)
    raconter_page(page, lecteur=request.user, nommer=lambda rows: name_objets(sujet, rows))
    return render(request, "parcours/historique.html", {"sujet": sujet, "page": page})
