"""A field, a property or a method of an object as a labelled value, for the lists and the pages of the back-office."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.utils import label_for_field, lookup_field
from django.db.models import Model

VIDE = "—"
COURTE = 20  # characters a field holds at most: a SIREN, a number


@dataclass(frozen=True)
class Etat:
    """A state to draw as a badge: ``icone`` is one of those the component knows."""

    icone: str
    libelle: str


@dataclass(frozen=True)
class Valeur:
    """A labelled value; the template writes moments as the site does."""

    nom: str
    libelle: str
    valeur: Any
    is_courte: bool = False  # one of a list of choices, or a short code: never cut in a word

    @property
    def is_moment(self) -> bool:
        return isinstance(self.valeur, datetime)

    @property
    def is_etat(self) -> bool:
        return isinstance(self.valeur, Etat)


def libelle(nom: str, admin: Any) -> str:
    """Give the words for a column: those of the field, or the ``description`` of the method."""
    text = str(label_for_field(nom, admin.model, admin))
    return text[:1].upper() + text[1:]


def valeur(nom: str, obj: Model, admin: Any) -> Valeur:
    """Read one value of an object."""
    field, _, value = lookup_field(nom, obj, admin)
    choices = dict(getattr(field, "flatchoices", None) or ())
    is_courte = bool(choices) or 0 < (getattr(field, "max_length", None) or 0) <= COURTE
    return Valeur(nom, libelle(nom, admin), _words(choices.get(value, value) if choices else value), is_courte)


def bloc(noms: Iterable[str], obj: Model, admin: Any) -> list[Valeur]:
    return [valeur(nom, obj, admin) for nom in noms]


def _words(value: Any) -> Any:
    if value is None or value == "":
        return VIDE
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    return value
