"""The identities linked to an account, as its person recognises them (ACC-4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from ..models import IdentiteExterne, User
from ..openid.fournisseurs import Fournisseur, fournisseurs


@dataclass(frozen=True)
class Connexion:
    """A provider that is on, and the identity of it linked to the account, if any."""

    fournisseur: Fournisseur
    identite: IdentiteExterne | None


def identites_of(user: User) -> QuerySet[IdentiteExterne]:
    """Keep the identities of one account: the only door to them from a page (AZ-3)."""
    return IdentiteExterne.objects.filter(compte=user)


def connexions(user: User) -> Sequence[Connexion]:
    """List the providers, each with what is linked."""
    linked = {identite.fournisseur: identite for identite in identites_of(user)}
    return [Connexion(fournisseur, linked.get(fournisseur.code)) for fournisseur in fournisseurs()]
