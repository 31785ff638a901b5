"""What the lines of the journal say in French: each room declares the words of what it records, in its ``libelles_journal.py``.

::

    declare({"produit.modifie": "Identification modifiée"}, {"produit.modifie": _champs}, {"catalog.produit": "Produit"})

The second table, for some actions, tells the details as the end of a sentence; it is given the names of the accounts they cite. The
third names the kinds of objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .recherche import words_of
from .rules.texte import plain

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
    """List the actions whose words hold each of these."""
    return [action for action, texte in _mots.items() if all(word in plain(texte) for word in words_of(words))]


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
