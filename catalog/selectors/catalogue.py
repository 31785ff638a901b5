"""Reads of « Votre catalogue produits », in a fixed number of queries whatever the number of rows (CAT-5, R-53, P22)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import EmptyPage, Page, Paginator

from accounts import policy
from accounts.models import User
from questionnaires import perms
from questionnaires.enums import DroitSujet
from questionnaires.models import DroitSurSujet
from questionnaires.models.sujet import SujetQuerySet

from ..models import Produit
from ..models.produit import ProduitQuerySet

PAGE = 25
SHOWN = (
    "entreprise", "genre", "nom", "archive_le", "version", "type", "publie",
    "responsable__username", "responsable__first_name", "responsable__last_name",
)  # fmt: skip


@dataclass(frozen=True)
class Ligne:
    """A produit of the list, with what this reader may do with it."""

    produit: Produit
    may_read: bool
    may_edit: bool
    may_duplicate: bool
    may_archive: bool


@dataclass(frozen=True)
class Catalogue:
    """A page of the list; ``is_beyond`` when the page asked for does not exist and the first is shown instead."""

    page: Page
    lignes: Sequence[Ligne]
    is_beyond: bool


def fetch_catalogue(user: User, produits: ProduitQuerySet, numero: int, *, counted: SujetQuerySet) -> Catalogue:
    """Read one page of produits of the user's company, already filtered and ordered; ``counted`` are as many; 3 queries at most."""
    paginator = Paginator(produits.select_related("responsable").only(*SHOWN), PAGE)
    paginator.count = counted.count()
    try:
        page, is_beyond = paginator.page(numero), False
    except EmptyPage:
        page, is_beyond = paginator.page(1), True
    rows = list(page.object_list)
    know_rights(user, rows)
    return Catalogue(page, [_ligne(user, produit) for produit in rows], is_beyond)


def _ligne(user: User, produit: Produit) -> Ligne:
    verbs = ("lire", "saisir", "dupliquer", "archiver")
    return Ligne(produit, *(policy.can(user, verb, produit) for verb in verbs))


def know_rights(user: User, produits: Iterable[Produit]) -> None:
    """Read in one query the rights of an account on many produits, so that the policy asks nothing for each."""
    if user.is_responsable:
        return
    granted: dict[int, set[str]] = {produit.pk: set() for produit in produits}
    rows = DroitSurSujet.objects.filter(user=user, content_object__in=granted, permission__codename__in=DroitSujet.values)
    for reference, codename in rows.values_list("content_object_id", "permission__codename"):
        granted[reference].add(codename)
    for produit in produits:
        perms.remember(user, produit, granted[produit.pk])
