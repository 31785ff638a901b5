"""The identities linked to one's account: read them, link one, unlink one (ACC-4, AU-6)."""

from __future__ import annotations

import time

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..actions import identites as actions
from ..errors import ActionRefused
from ..openid import etat
from ..openid.fournisseurs import fournisseurs
from ..openid.protocole import Identite
from ..selectors import identites as selectors
from .compte import next_page
from .openid import get_fournisseur, leave


@require_safe
def identites(request: HttpRequest) -> HttpResponse:
    """Show by which providers the account can be opened."""
    if not fournisseurs():
        raise Http404
    return render(request, "accounts/profil_identites.html", {"connexions": selectors.connexions(request.user)})


@require_POST
def identite_rattacher(request: HttpRequest, fournisseur: str) -> HttpResponse:
    """Go to the provider, after the person was recognised again (AU-6)."""
    found = get_fournisseur(fournisseur)
    raise_if_reauthentication_required(request, app="accounts")
    return leave(request, found, etat.RATTACHER, compte=request.user.pk)


@require_POST
def identite_reconfirmer(request: HttpRequest, fournisseur: str) -> HttpResponse:
    """Go to the provider that opens the account, to be recognised again where there is no password (AU-6)."""
    return leave(request, get_fournisseur(fournisseur), etat.RECONFIRMER, suite=next_page(request), compte=request.user.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def identite_confirmer(request: HttpRequest, fournisseur: str) -> HttpResponse:
    """Say which identity would be linked, and link it: at the provider, somebody else may have been signed in."""
    found = get_fournisseur(fournisseur)
    identite = _proposed(request, found.code)
    if identite is None:
        messages.error(request, f"Cette demande à {found.nom} a expiré, ou elle a déjà servi\u00a0: recommencez.")
        return redirect("accounts:identites")
    if request.method != "POST":
        return render(request, "accounts/profil_identite_confirmer.html", {"fournisseur": found, "identite": identite})
    raise_if_reauthentication_required(request, app="accounts")
    del request.session[etat.PROPOSED]
    try:
        actions.rattacher_identite(par=request.user, identite=identite, fournisseur=found)
    except ActionRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Vous pouvez maintenant vous connecter avec {found.nom}.")
    return redirect("accounts:identites")


@require_http_methods(["GET", "HEAD", "POST"])
def identite_detacher(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what unlinking does, then unlink, after the person was recognised again (AU-6)."""
    identite = get_object_or_404(selectors.identites_of(request.user), pk=pk)
    found = get_fournisseur(identite.fournisseur)
    if request.method != "POST":
        return render(request, "accounts/profil_identite_detacher.html", {"fournisseur": found, "identite": identite})
    raise_if_reauthentication_required(request, app="accounts")
    try:
        actions.detacher_identite(par=request.user, identite=identite, nom=found.nom)
    except ActionRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{found.nom} ne permet plus de se connecter à votre compte.")
    return redirect("accounts:identites")


def _proposed(request: HttpRequest, fournisseur: str) -> Identite | None:
    """Read the identity the provider just gave to this person; it waits no longer than a way out."""
    found = dict(request.session.get(etat.PROPOSED) or {})
    if not found or found.pop("compte") != request.user.pk or time.time() - found.pop("at") > etat.LIFETIME:
        return None
    return Identite(**found) if found["fournisseur"] == fournisseur else None
