"""« de » and « que » before a name known only when it is written: « d'Inès Moreau », « de Claire Martin »."""

from __future__ import annotations

import unicodedata

_VOYELLES = frozenset("aeiou")
# Beginnings whose h is mute in the names one meets; any other h keeps its « de », which is never a fault of sense.
_H_MUETS = ("hel", "herv", "hon", "hop", "hor", "hosp", "hub", "hug", "hum", "hyd", "hyg", "hyp")


def de(nom: object) -> str:
    """Write « de » and a name."""
    return _before(nom, "d'", "de ")


def que(nom: object) -> str:
    """Write « que » and a name."""
    return _before(nom, "qu'", "que ")


def _before(nom: object, elided: str, whole: str) -> str:
    name = str(nom)
    return f"{elided if _is_elided(name) else whole}{name}"


def _is_elided(name: str) -> bool:
    plain = unicodedata.normalize("NFKD", name.lstrip(" «\u00a0\"'").casefold().replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    if letters.startswith("y"):
        return letters[1:2].isalpha() and letters[1:2] not in _VOYELLES  # « d'Yves », « de Yanis »
    return letters[:1] in _VOYELLES if not letters.startswith("h") else letters.startswith(_H_MUETS)
