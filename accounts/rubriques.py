"""The pages of the back-office, each for those its policy admits: its menu and its home are made of them (BO-1, BO-6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model
from django.utils import timezone

from . import policy
from .models import User


@dataclass(frozen=True)
class FileAttente:
    """What waits in a queue: how many by state, and since when the oldest does."""

    compteurs: Mapping[str, int]
    plus_ancienne: datetime | None

    @property
    def total(self) -> int:
        return sum(self.compteurs.values())

    @property
    def age(self) -> int:
        """Whole days since the oldest one came."""
        return (timezone.now() - self.plus_ancienne).days if self.plus_ancienne else 0


@dataclass(frozen=True)
class Rubrique:
    """A page of the menu: ``nom`` is that of its URL, ``modele`` and ``verbe`` what its policy is asked; ``compter`` reads its queue, if it is one."""

    libelle: str
    nom: str
    modele: type[Model]
    presentation: str
    verbe: str = "consulter"
    compter: Callable[[], FileAttente] | None = None


_rubriques: list[Rubrique] = []


def declare(*rubriques: Rubrique) -> None:
    """Add pages to the menu, in the order they are declared; an upper room adds its own."""
    _rubriques.extend(rubrique for rubrique in rubriques if rubrique not in _rubriques)


def ouvertes(user: User) -> list[Rubrique]:
    """Give the pages a person may open."""
    return [rubrique for rubrique in _rubriques if policy.can(user, rubrique.verbe, rubrique.modele)]
