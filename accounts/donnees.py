"""What this room holds about a person beside the account itself: his request, his address, what was written to him and decided of him (DP-2)."""

from __future__ import annotations

from .conservation import delay
from .exports.donnees import Rubrique, Section, declare
from .journal_words import libelle
from .models import AvisInactivite, ChangementAdresse, Courriel, DemandeDeCompte, EntreeJournal, PieceJustificative, User


def demandes(user: User, limit: int) -> Section:
    """List the request by which the account was opened, as it was typed."""
    rows = DemandeDeCompte.objects.filter(compte=user).order_by("-pk")[:limit]
    return [
        {
            "le": row.deposee_le,
            "entreprise": f"{row.raison_sociale} ({row.siren})",
            "personne": f"{row.demandeur}, {row.fonction}",
            "qualite": row.get_qualite_display(),
            "adresse": row.email,
            "telephone": row.telephone,
            "login": row.login,
            "etat": row.get_etat_display(),
        }
        for row in rows
    ]


def pieces(user: User, limit: int) -> Section:
    """List the pièces deposited for this request, and when each goes or went."""
    rows = PieceJustificative.objects.filter(demande__compte=user).select_related("demande").order_by("-pk")[:limit]
    kept = delay("justificatifs")
    return [
        {"le": row.deposee_le, "nature": row.get_nature_display(), "fichier": row.nom, "fin": row.supprimee_le or row.demande.decidee_le + kept} for row in rows
    ]


def adresses(user: User, limit: int) -> Section:
    """List the changes of address asked for lately."""
    rows = ChangementAdresse.objects.filter(compte=user).order_by("-pk")[:limit]
    return [{"le": row.created_at, "nouvelle": row.nouvelle, "fin": row.ferme_le or row.expire_le} for row in rows]


def courriels(user: User, limit: int) -> Section:
    """List the mails sent to the address of the account; not their texts, which may hold a link."""
    rows = Courriel.objects.filter(destinataire=user.email).order_by("-pk")[:limit]
    return [{"le": row.created_at, "objet": row.sujet, "etat": row.get_etat_display()} for row in rows]


def actes(user: User, limit: int) -> Section:
    """List what others did to the account: what and when, not who, which would be theirs."""
    rows = EntreeJournal.objects.filter(target_type=User._meta.label_lower, target_id=str(user.pk)).exclude(acteur=user.pk)[:limit]
    return [{"le": row.at, "quoi": libelle(row.action)} for row in rows]


def inactivite(user: User, limit: int) -> Section:
    """List the warnings that the account goes unused."""
    rows = AvisInactivite.objects.filter(compte=user).order_by("-donne_le")[:limit]
    return [{"le": row.donne_le, "depuis": row.depuis} for row in rows]


declare(
    Rubrique(
        "demande_de_compte",
        "Votre demande de compte",
        {
            "le": "Déposée",
            "entreprise": "Entreprise",
            "personne": "Personne",
            "qualite": "Qualité",
            "adresse": "Adresse électronique",
            "telephone": "Téléphone",
            "login": "Nom d'utilisateur souhaité",
            "etat": "État",
        },
        demandes,
    ),
    Rubrique(
        "pieces_justificatives",
        "Pièces justificatives de votre demande",
        {"le": "Déposée", "nature": "Pièce", "fichier": "Fichier", "fin": "Suppression"},
        pieces,
    ),
    Rubrique("changements_d_adresse", "Changements d'adresse demandés", {"le": "Demandé", "nouvelle": "Nouvelle adresse", "fin": "Fin"}, adresses),
    Rubrique("courriels", "Courriels envoyés à votre adresse", {"le": "Le", "objet": "Objet", "etat": "État"}, courriels),
    Rubrique("actes_sur_le_compte", "Ce qui a été fait sur votre compte", {"le": "Le", "quoi": "Action"}, actes),
    Rubrique("avis_d_inactivite", "Avertissements d'inactivité", {"le": "Donné", "depuis": "Inactif depuis"}, inactivite),
)
