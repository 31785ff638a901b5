"""What a session opened through a provider keeps of it."""

from __future__ import annotations

import logging

from django.http import HttpRequest

from .. import session
from ..actions import identites
from ..errors import ActionRefused
from ..models import User
from .fournisseurs import find
from .protocole import Identite

logger = logging.getLogger(__name__)
NOM = "openid_nom"


def openid_opened(request: HttpRequest, user: User, identite: Identite) -> None:
    """Link an identity recognised by its address, date its use, and remember the second factor that the provider checked.

    Only now, when every step of the sign-in is passed: an identity is never linked to an account it did not open.
    """
    fournisseur = find(identite.fournisseur)
    if fournisseur is None:  # switched off while the person was on the way
        return
    try:
        identites.rattacher_identite(par=user, identite=identite, fournisseur=fournisseur, origine="courriel")
    except ActionRefused as refusal:
        logger.warning("Compte %s ouvert sans rattachement : %s", user.pk, refusal.message)
    identites.noter_usage(par=user, identite=identite)
    request.session[NOM] = fournisseur.nom
    if identite.second_facteur:
        request.session[session.SECOND_FACTOR] = True
