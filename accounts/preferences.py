"""What a person chose for himself, kept in ``User.preferences``: which notices also come by mail, what he was already told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .models import User

SANS_COURRIEL = "sans_courriel"
DOUBLE_FACTEUR_PROPOSE = "double_facteur_propose"


@dataclass(frozen=True)
class Famille:
    """Notices one chooses together: ``types`` are the values of ``Notification.type``."""

    code: str
    libelle: str
    types: Sequence[str]


# A notice of a type that stands in no family is always mailed.
FAMILLES = (
    Famille("validation", "Une validation vous est demandée", ("Validation demandée",)),
    Famille("suites", "Un questionnaire que vous suivez est validé ou renvoyé", ("Questionnaire validé", "Brouillon renvoyé")),
    Famille("acces", "Quelqu'un vous demande l'accès à un produit", ("Demande d'accès",)),
    Famille("reponse_acces", "Votre demande d'accès a reçu une réponse", ("Accès accordé", "Accès refusé")),
    Famille("produits", "Un produit vous est confié, ou passe à quelqu'un d'autre", ("Responsable d'un produit",)),
    Famille("droits", "Vos droits changent", ("Droits du compte", "Droits sur des produits")),
    Famille("gestion", "Votre compte, ou ceux que vous gérez, changent de gestionnaire, sont corrigés ou réactivés", ("Gestion de votre compte",)),
    Famille("conditions", "De nouvelles conditions d'utilisation sont publiées", ("Conditions d'utilisation",)),
)
_FAMILLE_OF = {type_: famille for famille in FAMILLES for type_ in famille.types}


def wants_mail(user: User, type_: str) -> bool:
    """Tell whether a notice of this type also goes by mail; in the platform it is always shown."""
    famille = _FAMILLE_OF.get(type_)
    return famille is None or famille.code not in _without(user)


def libelle(type_: str) -> str:
    """Say to what a notice of this type belongs, in the words of the preferences; nothing when it is always mailed."""
    return famille.libelle if (famille := _FAMILLE_OF.get(type_)) else ""


def mailed(user: User) -> list[str]:
    """List the codes of the families that the person receives by mail."""
    return [famille.code for famille in FAMILLES if famille.code not in _without(user)]


def without_mail(user: User, codes: Iterable[str]) -> None:
    """Keep the families to mail, and leave the others out, in the object alone."""
    kept = set(codes)
    user.preferences = {**user.preferences, SANS_COURRIEL: [famille.code for famille in FAMILLES if famille.code not in kept]}


def _without(user: User) -> frozenset[str]:
    """Read what is left out; anything else than a list of texts, written by another version, leaves nothing out."""
    found = user.preferences.get(SANS_COURRIEL, []) if isinstance(user.preferences, dict) else []
    return frozenset(code for code in found if isinstance(code, str)) if isinstance(found, list) else frozenset()
