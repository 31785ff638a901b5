"""The history of the accounts: of all of them for a responsable, of one for whoever manages it (TR-5)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import policy
from accounts.historique import PER_PAGE, lignes, raconter_page
from accounts.views.pages import page_of
from questionnaires.perms import entreprise_of

from ..historique import name_sujets, of_compte_gere, of_comptes
from .comptes import find_compte


@require_safe
def comptes_historique(request: HttpRequest) -> HttpResponse:
    """Show what was done to the accounts of the company."""
    policy.check(request.user, "lire_historique", entreprise_of(request.user))
    return _render(request, of_comptes(request.user), compte=None)


@require_safe
def compte_historique(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was done to one account."""
    compte = find_compte(request, pk, "lire_historique")
    return _render(request, of_compte_gere(compte), compte=compte)


def _render(request: HttpRequest, condition: Q, **context: Any) -> HttpResponse:
    page = page_of(request, lignes(condition), par_page=PER_PAGE)
    raconter_page(page, lecteur=request.user, nommer=lambda rows: name_sujets(rows, request.user))
    return render(request, "catalog/comptes_historique.html", {"page": page, **context})
