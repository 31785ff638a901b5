"""What the journal says of the produits and of the rights on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.journal_words import Noms, changes, compte_nomme, declare
from accounts.rules.elision import de
from questionnaires.enums import DroitSujet

from .models import Produit

LABELS = {field.name: str(field.verbose_name) for field in Produit._meta.fields} | {"socles": "socles complétés"}


def _champs(details: Mapping[str, Any], noms: Noms) -> str:
    return ", ".join(LABELS.get(name, name) for name in details["champs"])


def _droits(details: Mapping[str, Any], noms: Noms) -> str:
    told = changes(dict(DroitSujet.choices), ("donnés", details["donnes"]), ("retirés", details["retires"]))
    return f"{compte_nomme(details, noms)}, {told}"


def _repris(details: Mapping[str, Any], noms: Noms) -> str:
    ancien, nouveau = (noms.get(details[name], "un compte supprimé") for name in ("ancien", "nouveau"))
    return f"{de(ancien)} à {nouveau}"


def _acces(details: Mapping[str, Any], noms: Noms) -> str:
    droit = DroitSujet(details["droit"]).label.lower()
    return f"{compte_nomme(details, noms)}, {droit}" if "compte" in details else droit


declare(
    {
        "produit.ajoute": "Produit ajouté",
        "produit.modifie": "Identification modifiée",
        "produit.duplique": "Produit créé par duplication",
        "produit.publie": "Publié dans l'Observatoire",
        "produit.depublie": "Retiré de l'Observatoire",
        "produit.archive": "Produit archivé",
        "produit.restaure": "Produit restauré",
        "strategie.initialisee": "Stratégie globale initialisée",
        "strategie.modifiee": "Stratégie globale modifiée",
        "sujet.repris": "Changement de responsable",
        "droits.modifies": "Droits sur le produit modifiés",
        "acces.demande": "Accès demandé",
        "acces.accepte": "Accès accordé",
        "acces.refuse_par_gestionnaire": "Accès refusé",
        "acces.retire": "Demande d'accès retirée",
        "compte.supprime": "Compte supprimé",
    },
    {
        "produit.modifie": _champs,
        "produit.duplique": lambda details, noms: f"depuis le produit n° {details['source']}",
        "sujet.repris": _repris,
        "droits.modifies": _droits,
        **dict.fromkeys(("acces.demande", "acces.accepte", "acces.refuse_par_gestionnaire", "acces.retire"), _acces),
    },
    {"catalog.produit": "Produit", "catalog.strategieglobale": "Stratégie globale"},
)
