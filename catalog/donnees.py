"""What this room holds about a person: his rights on each produit, what he answers for, what he asked for (DP-2)."""

from __future__ import annotations

from accounts.exports.donnees import Rubrique, Section, declare
from accounts.models import User
from questionnaires.enums import DroitSujet
from questionnaires.models import Sujet

from .actions.acces import explicit
from .models import DemandeAcces


def droits(user: User, limit: int) -> Section:
    """List the rights given to a person, sujet by sujet."""
    held: dict[int, list[str]] = {}
    for droit in sorted(explicit(user), key=lambda droit: (-droit.reference, DroitSujet.values.index(droit.droit))):
        held.setdefault(droit.reference, []).append(droit.droit.label)
    sujets = Sujet.objects.of_entreprise(user.entreprise_id).in_bulk(held)
    return [{"sujet": str(sujets[reference]), "droits": ", ".join(droits)} for reference, droits in held.items() if reference in sujets][:limit]


def responsabilites(user: User, limit: int) -> Section:
    """List the sujets whose fiche names the person."""
    return [{"sujet": str(sujet)} for sujet in Sujet.objects.of_entreprise(user.entreprise_id).filter(responsable=user).order_by("-pk")[:limit]]


def demandes(user: User, limit: int) -> Section:
    """List the accesses the person asked for."""
    rows = DemandeAcces.objects.of_entreprise(user.entreprise_id).filter(demandeur=user).select_related("produit").order_by("-pk")[:limit]
    return [
        {"sujet": str(row.produit), "droit": row.get_droit_display(), "message": row.message, "etat": row.get_etat_display(), "le": row.created_at}
        for row in rows
    ]


SUJET = "Produit ou stratégie"
declare(
    Rubrique("droits_sur_les_produits", "Droits sur des produits", {"sujet": SUJET, "droits": "Droits"}, droits),
    Rubrique("responsabilites", "Produits dont vous êtes responsable", {"sujet": SUJET}, responsabilites),
    Rubrique(
        "demandes_d_acces",
        "Accès demandés",
        {"sujet": SUJET, "droit": "Droit", "message": "Message", "etat": "État", "le": "Demandé"},
        demandes,
    ),
)
