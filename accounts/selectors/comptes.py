"""Reads of the accounts of a company, in a fixed number of queries."""

from __future__ import annotations

from ..models import Entreprise, User
from ..models.user import UserQuerySet
from ..rules.arbre import Arbre


def presents(entreprise_id: int | None) -> UserQuerySet:
    """Keep the accounts of a company that were not deleted, in the order of names."""
    return User.objects.of_entreprise(entreprise_id).presents()


def fetch_reunies(entreprise_id: int | None) -> list[int]:
    """Give a company with those it absorbed, and those they had: the journal names each as it was then; one query each time round."""
    found, last = [entreprise_id], [entreprise_id]
    while last := list(Entreprise.objects.filter(fusionnee_dans__in=last).values_list("pk", flat=True)):
        found += last
    return found


def fetch_arbre(entreprise_id: int) -> Arbre:
    """Read the tree of a company; one query."""
    return Arbre(dict(presents(entreprise_id).values_list("pk", "gestionnaire_id")))


def has_attached(user: User) -> bool:
    """Tell whether some account is attached to this one."""
    return User.objects.of_entreprise(user.entreprise_id).filter(gestionnaire=user).exists()
