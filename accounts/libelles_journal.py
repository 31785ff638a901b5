"""What the lines of this room say in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .enums import Droit, Role
from .journal_words import Noms, changes, declare
from .models import User


def _droits(details: Mapping[str, Any], noms: Noms) -> str:
    return changes(dict(Droit.choices), ("donnés", details["donnes"]), ("retirés", details["retires"]))


def _groupes(details: Mapping[str, Any], noms: Noms) -> str:
    return changes(dict(Role.choices), ("ajoutés", details["ajoutes"]), ("retirés", details["retires"]))


def _cree(details: Mapping[str, Any], noms: Noms) -> str:
    if "groupes" in details:
        return changes(dict(Role.choices), ("groupes", details["groupes"]))
    return changes(dict(Droit.choices), ("droits", details.get("droits", ())))


def _champs(details: Mapping[str, Any], noms: Noms) -> str:
    return ", ".join(str(User._meta.get_field(name).verbose_name) for name in details["champs"])


def _reunion(details: Mapping[str, Any], noms: Noms) -> str:
    return str(details["entreprises"])


REUNIONS = ("entreprise.reunie", "entreprise.reunion_confirmee", "entreprise.reunion_annulee", "fusion.proposee", "fusion.ecartee")


declare(
    {
        "session.ouverte": "Connexion",
        "session.fermee": "Déconnexion",
        "session.refusee": "Connexion refusée",
        "session.fermee_a_distance": "Session fermée à distance",
        "session.autres_fermees": "Autres sessions fermées",
        "mot_de_passe.change": "Mot de passe changé",
        "mot_de_passe.choisi": "Mot de passe choisi par un lien",
        "double_facteur.ajoute": "Second facteur ajouté",
        "double_facteur.retire": "Second facteur retiré",
        "double_facteur.renouvele": "Codes de secours renouvelés",
        "double_facteur.refuse": "Second facteur refusé",
        "identite.rattachee": "Fournisseur d'identité rattaché",
        "identite.detachee": "Fournisseur d'identité détaché",
        "adresse.changement_demande": "Changement d'adresse demandé",
        "adresse.changement_annule": "Changement d'adresse annulé",
        "adresse.changee": "Adresse électronique changée",
        "preferences.modifiees": "Préférences modifiées",
        "donnees.exportees": "Export de ses données",
        "cgu.acceptees": "Conditions d'utilisation acceptées",
        "cgu.publiees": "Conditions d'utilisation publiées",
        "courriel.relance": "Courriel relancé",
        "acces.refuse": "Page ou action refusée",
        "acces.introuvable": "Objet demandé introuvable, ou d'une autre entreprise",
        "travail.demande": "Fichier demandé",
        "travail.relance": "Travail relancé",
        "travail.refuse": "Fichier refusé : droits retirés",
        "journal.lu": "Journal consulté",
        "journal.exporte": "Journal exporté",
        "entreprise.creee": "Entreprise inscrite",
        "entreprise.suspendue": "Accès de l'entreprise suspendu",
        "entreprise.suspension_levee": "Suspension de l'entreprise levée",
        "entreprise.responsable_nomme": "Responsable nommé",
        "entreprise.reunie": "Entreprises réunies",
        "entreprise.reunion_confirmee": "Réunion des entreprises confirmée",
        "entreprise.reunion_annulee": "Réunion des entreprises annulée",
        "fusion.proposee": "Fusion proposée",
        "fusion.ecartee": "Fusion écartée",
        "compte.cree": "Compte créé",
        "compte.corrige": "Identité du compte corrigée",
        "compte.second_facteur_retire": "Second facteur retiré par l'agence",
        "compte.lien_renvoye": "Lien de première connexion renvoyé",
        "compte.droits_modifies": "Droits du compte modifiés",
        "compte.groupes_modifies": "Groupes de l'agence modifiés",
        "compte.suspendu": "Compte suspendu",
        "compte.inactivite_signalee": "Compte inactif prévenu de sa suppression",
        "conservation.appliquee": "Données supprimées à leur échéance",
        "demande.sans_suite": "Demande close faute de pièces",
        "compte.reactive": "Compte réactivé",
        "compte.suspendu_par_le_support": "Compte suspendu par le support",
        "compte.suspension_levee": "Suspension du compte levée",
        "compte.retrograde": "Responsable devenu contributeur",
        "demande.deposee": "Demande déposée",
        "demande.prise": "Demande prise en charge",
        "demande.liberee": "Demande remise dans la file",
        "demande.notee": "Note interne ajoutée",
        "demande.pieces_demandees": "Pièces demandées",
        "demande.lien_renouvele": "Nouveau lien de dépôt envoyé",
        "demande.piece_deposee": "Pièce déposée",
        "demande.piece_retiree": "Pièce retirée par le demandeur",
        "demande.pieces_transmises": "Pièces transmises",
        "demande.piece_ouverte": "Pièce ouverte",
        "demande.piece_analysee": "Pièce passée à l'antivirus",
        "demande.piece_supprimee": "Fichier d'une pièce supprimé",
        "demande.acceptee": "Demande acceptée",
        "demande.refusee": "Demande refusée",
    },
    {
        "compte.droits_modifies": _droits,
        "compte.groupes_modifies": _groupes,
        "compte.cree": _cree,
        "compte.corrige": _champs,
        **dict.fromkeys(REUNIONS, _reunion),
    },
    {
        "accounts.user": "Compte",
        "accounts.entreprise": "Entreprise",
        "accounts.demandedecompte": "Demande de compte",
        "accounts.fusion": "Fusion",
        "accounts.travail": "Travail",
        "accounts.courriel": "Courriel",
        "accounts.cgu": "Conditions d'utilisation",
    },
)
