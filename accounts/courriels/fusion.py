"""What a merge changes, told to those of both companies (BO-3)."""

from __future__ import annotations

from .. import notifications
from ..models import Entreprise, Fusion, User
from ..rules.elision import de
from .support import responsables, write

TYPE = "Fusion d'entreprises"


def fusion_faite(fusion: Fusion) -> None:
    """Tell the responsables of both by mail, and in the platform each account that now belongs to the other company."""
    sujet = f"{fusion.absorbee} et {fusion.absorbante} sont réunies sur Convergence"
    write(responsables(fusion.absorbante), sujet, "fusion_faite", fusion=fusion)
    came = User.objects.filter(pk__in=fusion.comptes_releves()).actifs()
    contenu = f"{fusion.absorbee} est réunie à {fusion.absorbante} : vos produits, vos réponses et vos droits vous suivent. Vous n'avez rien à faire."
    notifications.notify(came, type=TYPE, contenu=contenu, mail=False)


def fusion_confirmee(fusion: Fusion) -> None:
    write(responsables(fusion.absorbante), f"La réunion {de(fusion.absorbee)} et {de(fusion.absorbante)} est définitive", "fusion_confirmee", fusion=fusion)


def fusion_annulee(fusion: Fusion) -> None:
    """Tell both companies, each again on its own, by mail; and in the platform those who went back."""
    sujet = f"{fusion.absorbee} et {fusion.absorbante} sont de nouveau séparées sur Convergence"
    for entreprise in (fusion.absorbee, fusion.absorbante):
        write(responsables(entreprise), sujet, "fusion_annulee", fusion=fusion, entreprise=entreprise)
    contenu = f"{fusion.absorbee} est de nouveau séparée {de(fusion.absorbante)} : vous retrouvez votre entreprise telle qu'elle était."
    notifications.notify(_people(fusion.absorbee), type=TYPE, contenu=contenu, mail=False)


def _people(entreprise: Entreprise) -> list[User]:
    return list(User.objects.of_entreprise(entreprise).actifs())
