"""What this room holds about a person: the produits he enrolled or withdrew (DP-2)."""

from __future__ import annotations

from django.db.models import Q

from accounts.exports.donnees import Rubrique, Section, declare
from accounts.models import User

from .models import Inscription


def inscriptions(user: User, limit: int) -> Section:
    """List the enrolments that bear the name of a person, and for what."""
    mine = Inscription.objects.of_entreprise(user.entreprise_id).filter(Q(inscrite_par=user) | Q(retiree_par=user))
    rows = mine.select_related("sujet", "demarche").order_by("-pk")[:limit]
    acts = [(row, "Inscription", row.inscrite_le) for row in rows if row.inscrite_par_id == user.pk]
    acts += [(row, "Retrait", row.retiree_le) for row in rows if row.retiree_par_id == user.pk]
    return [{"sujet": str(row.sujet), "demarche": row.demarche.titre, "acte": words, "le": moment} for row, words, moment in acts]


declare(
    Rubrique(
        "inscriptions",
        "Inscriptions à des démarches",
        {"sujet": "Produit ou stratégie", "demarche": "Démarche", "acte": "À quel titre", "le": "Le"},
        inscriptions,
    )
)
