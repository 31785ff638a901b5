"""Going to an identity provider and coming back: to sign in, to be recognised again, or to link an identity to one's account (ACC-4).

The way back is the one GET of the site that opens a session: the protocol wants it so. The state, bound to the browser and used
once, does there what the form token does elsewhere (WB-2).
"""

from __future__ import annotations

from dataclasses import asdict

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url, perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from .. import journal
from ..actions import identites
from ..home import home_url
from ..openid import etat, protocole
from ..openid.fournisseurs import Fournisseur, find

STATUSES = {"annulee": 200, "inconnue": 403, "invalide": 400, "indisponible": 503, "perimee": 400}


@login_not_required
@require_POST
def openid_connexion(request: HttpRequest, fournisseur: str) -> HttpResponse:
    """« Se connecter avec … »."""
    found = get_fournisseur(fournisseur)
    if request.user.is_authenticated:
        return redirect(home_url(request.user))
    return leave(request, found, etat.CONNECTER, suite=get_next_redirect_url(request) or "")


@login_not_required
@require_GET
def openid_retour(request: HttpRequest, fournisseur: str) -> HttpResponse:
    """Take the answer of the provider; a state serves once, whatever comes with it."""
    found = get_fournisseur(fournisseur)
    depart = etat.take_depart(request, found.code, request.GET.get("state", ""))
    if depart is None or depart.compte != (request.user.pk or 0):
        return _fail(request, found, "perimee", depart)
    if request.GET.get("error"):
        return _fail(request, found, "annulee" if request.GET["error"] == "access_denied" else "invalide", depart, cause="fournisseur")
    try:
        protocole.check_issuer(found, request.GET.get("iss", ""))
        identite = protocole.fetch_identite(found, code=request.GET.get("code", ""), verifieur=depart.verifieur, nonce=depart.nonce)
    except protocole.Indisponible:
        return _fail(request, found, "indisponible", depart)
    except protocole.IdentiteRefusee as refusal:
        return _fail(request, found, "invalide", depart, cause=str(refusal))
    if depart.intention == etat.RECONFIRMER:
        return _recognise(request, found, identite, depart)
    if depart.intention == etat.RATTACHER:
        request.session[etat.PROPOSED] = {**asdict(identite), "compte": depart.compte, "at": depart.at}
        return redirect("accounts:identite_confirmer", found.code)
    return _sign_in(request, found, identite, depart.suite)


def get_fournisseur(code: str) -> Fournisseur:
    """:raises Http404: no such provider is on."""
    if (found := find(code)) is None:
        raise Http404
    return found


def leave(request: HttpRequest, fournisseur: Fournisseur, intention: str, *, suite: str = "", compte: int = 0) -> HttpResponse:
    """Send the person to the provider by a page of ours that leads there at once.

    A redirection would not do: the browser holds a form, and all that it leads to, within our own pages (``form-action``), and a
    provider may itself lead to others.
    """
    state, depart = etat.open_depart(request, fournisseur.code, intention, suite=suite, compte=compte)
    try:
        again = intention == etat.RECONFIRMER
        adresse = protocole.authorization_url(fournisseur, state=state, nonce=depart.nonce, verifieur=depart.verifieur, de_nouveau=again)
    except protocole.Indisponible:
        return _fail(request, fournisseur, "indisponible", depart)
    return render(request, "accounts/openid_depart.html", {"fournisseur": fournisseur, "adresse": adresse})


def _sign_in(request: HttpRequest, fournisseur: Fournisseur, identite: protocole.Identite, suite: str) -> HttpResponse:
    """Open the account of the identity, our second factor still to come; nobody opens one by himself."""
    compte = identites.compte_of(identite) or identites.compte_by_adresse(identite, fournisseur)
    if compte is None:
        return _fail(request, fournisseur, "inconnue", cause="inconnue")
    record_authentication(request, compte, "openid", fournisseur=fournisseur.code)
    return perform_login(request, compte, redirect_url=suite or None, signal_kwargs={"openid": asdict(identite)})


def _recognise(request: HttpRequest, fournisseur: Fournisseur, identite: protocole.Identite, depart: etat.Depart) -> HttpResponse:
    """Let whoever was recognised again go on, if it is the person of the account; a password, where there is one, is asked all the same (AU-6)."""
    if identites.compte_of(identite) != request.user:
        return _fail(request, fournisseur, "autre", depart, cause="autre")
    record_authentication(request, request.user, "openid", fournisseur=fournisseur.code)
    return redirect(depart.suite)


def _fail(request: HttpRequest, fournisseur: Fournisseur, raison: str, depart: etat.Depart | None = None, *, cause: str = "") -> HttpResponse:
    """Say what happened and what to do; on the profile, whoever was linking an identity."""
    if cause and raison != "annulee":
        user = request.user if request.user.is_authenticated else None
        journal.refused("session.refusee", par=user, details={"fournisseur": fournisseur.code, "cause": cause})
    if request.user.is_authenticated:
        messages.error(request, REASONS[raison].format(fournisseur.nom))
        return redirect("accounts:identites")
    context = {"fournisseur": fournisseur, "raison": raison}
    return render(request, "accounts/openid_echec.html", context, status=STATUSES[raison])


REASONS = {
    "annulee": "Vous avez renoncé auprès de {}\u00a0: rien n'a été modifié.",
    "autre": "Ce n'est pas l'identité {} de votre compte\u00a0: rien n'a été modifié.",
    "inconnue": "{} ne vous a pas reconnu\u00a0: rien n'a été modifié.",
    "invalide": "La réponse de {} n'a pas pu être vérifiée\u00a0: rien n'a été modifié. Recommencez.",
    "indisponible": "{} ne répond pas en ce moment\u00a0: rien n'a été modifié. Réessayez dans quelques minutes.",
    "perimee": "Cette demande à {} a expiré, ou elle a déjà servi\u00a0: recommencez.",
}
