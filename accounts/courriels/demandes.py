"""The mails about a request for an account (ACC-2, ACC-3).

Until the support has read the request, none repeats what was typed in it: a stranger could otherwise write to whom he likes in
our name.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.urls import reverse

from ..models import DemandeDeCompte, LienDepot, PieceJustificative, User
from . import outbox
from .invitations import invitation_url
from .lettres import compose


def demande_deposee(demande: DemandeDeCompte, *, siren_connu: bool) -> None:
    """Confirm the request; whoever asks for a company already represented learns it here, and here only (R-54)."""
    _queue(demande, "Votre demande de compte", "demande_recue", {"siren_connu": siren_connu})


def pieces_demandees(demande: DemandeDeCompte, lien: LienDepot, jeton: str, message: str) -> None:
    """Send the link to deposit the pièces."""
    context = {"lien": _url(jeton), "expire_le": lien.expire_le, "message": message}
    _queue(demande, "Vos pièces justificatives", "demande_pieces", context, confidentiel=True)


def lien_renouvele(demande: DemandeDeCompte, lien: LienDepot, jeton: str) -> None:
    """Send the link that replaces one that was over."""
    _queue(demande, "Votre nouveau lien de dépôt", "demande_lien", {"lien": _url(jeton), "expire_le": lien.expire_le}, confidentiel=True)


def piece_infectee(demande: DemandeDeCompte, piece: PieceJustificative, lien: LienDepot | None = None, jeton: str = "") -> None:
    """Say that a file was refused by the antivirus; with a new link when the former one has served."""
    context = {"piece": piece, "lien": _url(jeton) if lien else "", "expire_le": lien.expire_le if lien else None}
    _queue(demande, "Une de vos pièces est à remplacer", "demande_piece_infectee", context, confidentiel=lien is not None)


def pieces_recues(demande: DemandeDeCompte) -> None:
    _queue(demande, "Vos pièces justificatives sont reçues", "demande_pieces_recues", {})


def demande_acceptee(demande: DemandeDeCompte, compte: User) -> None:
    """Open the way in: the link to choose the first password (ACC-4)."""
    _queue(demande, "Votre compte Convergence est ouvert", "demande_acceptee", {"compte": compte, "lien": invitation_url(compte)}, confidentiel=True)


def demande_refusee(demande: DemandeDeCompte) -> None:
    _queue(demande, "Votre demande de compte n'est pas acceptée", "demande_refusee", {})


def demande_sans_suite(demande: DemandeDeCompte) -> None:
    """Say that a request whose pièces never came is deleted (DP-1)."""
    _queue(demande, "Votre demande de compte est close", "demande_sans_suite", {})


def _url(jeton: str) -> str:
    return settings.BASE_URL + reverse("accounts:depot", kwargs={"jeton": jeton})


def _queue(demande: DemandeDeCompte, sujet: str, template: str, context: dict[str, Any], *, confidentiel: bool = False) -> None:
    """:raises HeaderRefused: the address can receive no mail."""
    lettre = compose(template, sujet=sujet, demande=demande, **context)
    outbox.queue([outbox.build(demande.email, **lettre, dedupe_key=f"demande:{demande.pk}:{template}:{uuid4().hex}", confidentiel=confidentiel)])
