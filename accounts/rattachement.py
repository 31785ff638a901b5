"""What belongs to a company, and what each row follows when two companies merge (BO-3): each room declares its own tables.

A table that names a company and is not declared here fails the tests: nobody decided whether it moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.db.models import Model

from .models import DemandeDeCompte, Fusion, Passation, Travail, User


class Suit(Enum):
    """What decides of the company of a row."""

    SOI = "itself"
    COMPTE = "the account it names"
    SUJET = "the sujet it is about"
    RIEN = "nothing: what was decided about a company stays said of it"


@dataclass(frozen=True)
class Table:
    """A model of company data; ``champ`` is the foreign key it follows."""

    model: type[Model]
    suit: Suit
    champ: str = ""

    @property
    def nom(self) -> str:
        return self.model._meta.db_table

    @property
    def bouge(self) -> bool:
        return self.suit != Suit.RIEN

    @property
    def is_racine(self) -> bool:
        """True when no parent vouches for the company of a new row."""
        return self.suit in (Suit.SOI, Suit.COMPTE)


_tables: dict[type[Model], Table] = {}


def declare(model: type[Model], suit: Suit, champ: str = "") -> None:
    """:raises ValueError: declared twice."""
    if model in _tables:
        raise ValueError(f"{model.__name__} : déjà déclaré.")
    _tables[model] = Table(model, suit, champ)


def tables() -> list[Table]:
    """List the tables declared by every room."""
    return list(_tables.values())


declare(User, Suit.SOI)
declare(Travail, Suit.COMPTE, "demandeur")
declare(DemandeDeCompte, Suit.RIEN)
declare(Passation, Suit.RIEN)
declare(Fusion, Suit.RIEN)
