"""What the support did, told by mail to those it touches: they may be unable to sign in and read a notice (BO-3)."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from .. import notifications
from ..models import Courriel, Entreprise, User
from ..rules.elision import de
from . import outbox
from .invitations import invitation_url
from .lettres import Lettre, compose

logger = logging.getLogger(__name__)
SUSPENSION = "Suspension"


def entreprise_suspendue(entreprise: Entreprise) -> None:
    write(responsables(entreprise), "L'accès de votre entreprise est suspendu", "entreprise_suspendue", entreprise=entreprise)


def entreprise_retablie(entreprise: Entreprise) -> None:
    write(responsables(entreprise), "L'accès de votre entreprise est rétabli", "entreprise_retablie", entreprise=entreprise)


def compte_suspendu(compte: User) -> None:
    """Tell the person why; tell the responsables, who will be asked about it."""
    write([compte], "Votre compte est suspendu", "compte_suspendu")
    _tell_responsables(compte, f"Le support a suspendu le compte {de(compte.nom_complet)}, pour cette raison : {compte.motif_suspension}")


def compte_retabli(compte: User) -> None:
    write([compte], "La suspension de votre compte est levée", "compte_retabli")
    _tell_responsables(compte, f"Le support a levé la suspension du compte {de(compte.nom_complet)}.")


def second_facteur_retire(compte: User) -> None:
    write([compte], "Votre double authentification est retirée", "second_facteur_retire")


def responsable_nomme(nouveau: User, autres: Iterable[User]) -> None:
    """Tell the person named, with a link when it never chose a password; tell those who were responsables and stay in the company."""
    lien = "" if nouveau.has_usable_password() else invitation_url(nouveau)
    write([nouveau], "Vous êtes responsable de votre entreprise sur Convergence", "responsable_nomme", confidentiel=bool(lien), lien=lien)
    write(autres, "Un responsable est nommé dans votre entreprise", "responsable_change", nouveau=nouveau)


def responsables(entreprise: Entreprise) -> list[User]:
    """Name those who answer for a company, suspended or not."""
    return list(User.objects.of_entreprise(entreprise).actifs().responsables())


def write(people: Iterable[User], sujet: str, modele: str, *, confidentiel: bool = False, **context: Any) -> None:
    """Queue one mail a person, whatever its preferences: it is about the way in itself. Who can receive none is left out."""
    courriels = [_mail(compte, compose(modele, sujet=sujet, compte=compte, **context), confidentiel) for compte in people]
    outbox.queue([courriel for courriel in courriels if courriel is not None])


def _mail(compte: User, lettre: Lettre, confidentiel: bool) -> Courriel | None:
    try:
        return outbox.build(compte.email, **lettre, dedupe_key=f"support:{uuid4().hex}", confidentiel=confidentiel)
    except outbox.HeaderRefused as error:
        logger.warning("Compte %s sans courriel : %s", compte.pk, error)
        return None


def _tell_responsables(compte: User, contenu: str) -> None:
    others = [user for user in responsables(compte.entreprise) if user.pk != compte.pk]
    notifications.notify(others, type=SUSPENSION, contenu=contenu)
