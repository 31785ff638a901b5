"""What this room holds about a person: what he did with the answers of his company (DP-2)."""

from __future__ import annotations

from django.db.models import Q

from accounts.exports.donnees import Rubrique, Section, declare
from accounts.models import User

from .models import Reponse

# What a person does with answers: the field that names him, the one that dates it, the words of the act.
ACTES = (
    ("validee_par_id", "validee_le", "Validation"),
    ("renvoyee_par_id", "renvoyee_le", "Renvoi"),
    ("demandee_par_id", "demandee_le", "Demande de validation"),
    ("modifiee_par_id", "modifiee_le", "Dernière modification"),
)


def signatures(user: User, limit: int) -> Section:
    """List the answers that bear the name of a person, and for what; what was answered belongs to the company."""
    mine = Q(*((author, user.pk) for author, _, _ in ACTES), _connector=Q.OR)
    rows = Reponse.objects.of_entreprise(user.entreprise_id).filter(mine).select_related("sujet", "questionnaire").order_by("-modifiee_le")[:limit]
    return [
        {"sujet": str(row.sujet), "questionnaire": row.questionnaire.titre, "acte": words, "le": getattr(row, moment)}
        for row in rows
        for author, moment, words in ACTES
        if getattr(row, author) == user.pk
    ]


declare(
    Rubrique(
        "signatures",
        "Réponses qui portent votre nom",
        {"sujet": "Produit ou stratégie", "questionnaire": "Questionnaire", "acte": "À quel titre", "le": "Le"},
        signatures,
    )
)
