"""What the lines of the journal say in French: each room declares the words of what it records, in its ``libelles_journal.py``.

::

    declare({"produit.modifie": "Identification modifiée"}, {"produit.modifie": _champs}, {"catalog.produit": "Produit"})

The second table, for some actions, tells the details as the end of a sentence; it is given the names of the accounts they cite. The
third names the kinds of objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .enums import Droit, Role

Noms = Mapping[int, str]
Precision = Callable[[Mapping[str, Any], Noms], str]
_mots: dict[str, str] = {}
_precisions: dict[str, Precision] = {}
_objets: dict[str, str] = {}


def declare(mots: Mapping[str, str], precisions: Mapping[str, Precision] | None = None, objets: Mapping[str, str] | None = None) -> None:
    """Add the words of some actions, and those of the kinds of objects they are about.

    :raises ValueError: an action already has other words.
    """
    for action, texte in mots.items():
        if _mots.setdefault(action, texte) != texte:
            raise ValueError(f"Deux libellés pour « {action} ».")
    _precisions.update(precisions or {})
    _objets.update(objets or {})


def libelle(action: str) -> str:
    """Give the words of an action, or its code when nobody declared any."""
    return _mots.get(action, action)


def precision(action: str, details: Mapping[str, Any], noms: Noms) -> str:
    """Tell the details of a line, or nothing; details written by another version say nothing."""
    try:
        return _precisions[action](details, noms) if action in _precisions else ""
    except (KeyError, TypeError, ValueError, AttributeError):
        return ""


def objet(target_type: str) -> str:
    """Give the words of a kind of object, or its code."""
    return _objets.get(target_type, target_type)


def objets() -> list[tuple[str, str]]:
    """List the kinds of objects, in the order of their words."""
    return sorted(_objets.items(), key=lambda pair: pair[1])


def actions_named(words: str) -> list[str]:
    """List the actions whose words hold these."""
    return [action for action, texte in _mots.items() if words.casefold() in texte.casefold()]


def known() -> frozenset[str]:
    """List the actions that have words."""
    return frozenset(_mots)


# --- What several rooms tell alike ----------------------------------------------------------------------------------------
def changes(labels: Mapping[str, str], *sides: tuple[str, Iterable[str]]) -> str:
    """« donnés : valider ; retirés : créer des comptes »."""
    told = [(verb, sorted(labels.get(code, code).lower() for code in codes)) for verb, codes in sides]
    return " ; ".join(f"{verb} : {', '.join(words)}" for verb, words in told if words)


def compte_nomme(details: Mapping[str, Any], noms: Noms) -> str:
    """Name the account the details cite by its key."""
    return noms.get(details["compte"], f"compte n° {details['compte']}")


def _droits(details: Mapping[str, Any], noms: Noms) -> str:
    return changes(dict(Droit.choices), ("donnés", details["donnes"]), ("retirés", details["retires"]))


def _groupes(details: Mapping[str, Any], noms: Noms) -> str:
    return changes(dict(Role.choices), ("ajoutés", details["ajoutes"]), ("retirés", details["retires"]))


def _cree(details: Mapping[str, Any], noms: Noms) -> str:
    if "groupes" in details:
        return changes(dict(Role.choices), ("groupes", details["groupes"]))
    return changes(dict(Droit.choices), ("droits", details.get("droits", ())))


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
    {"compte.droits_modifies": _droits, "compte.groupes_modifies": _groupes, "compte.cree": _cree, **dict.fromkeys(REUNIONS, _reunion)},
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
