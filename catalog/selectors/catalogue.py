"""Reads of « Votre catalogue produits », in a fixed number of queries whatever the number of rows (CAT-5, R-53, P22)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from accounts import policy
from accounts.models import User
from accounts.prepared import Prepared, prepared
from accounts.recherche import holds, is_reference, words_of
from questionnaires import perms
from questionnaires.enums import DroitSujet, GenreSujet
from questionnaires.models import DroitSurSujet, Sujet
from questionnaires.models.sujet import SujetQuerySet, is_readable_by

from ..enums import TypeProduit
from ..models import DemandeAcces, Produit

PAGE = 25
SHOWN = ("entreprise", "genre", "nom", "archive_le", "responsable__username", "responsable__first_name", "responsable__last_name")


@dataclass(frozen=True)
class Ligne:
    """A produit of the list (``fetch_produits``), with what this reader may do with it; ``is_asked`` when his request for access waits."""

    produit: Sujet
    may_read: bool
    may_edit: bool
    may_duplicate: bool
    may_archive: bool
    is_asked: bool


@dataclass(frozen=True)
class Catalogue:
    """A page of the list; ``is_beyond`` when the page asked for does not exist and the first is shown instead."""

    page: Page
    lignes: Sequence[Ligne]
    is_beyond: bool


# --- Produits, read as the sujets they are ----------------------------------------------------------------------------------
def produits_of(user: User) -> SujetQuerySet:
    """Return the sujets of the user's company that are produits, archived ones included: the index by company is theirs."""
    return Sujet.objects.visible_to(user).filter(genre=GenreSujet.PRODUIT)


def search_produits(sujets: SujetQuerySet, words: str, *, lecteur: User) -> SujetQuerySet:
    """Keep those whose référence, nom or responsable holds each of the words, or the version of one that the person may read (CAT-5, R-53).

    The version is looked up sujet by sujet: joined, it would have the server read the produits of all the companies (P17).
    """
    readable = is_readable_by(lecteur)
    sujets = sujets.alias(version=Subquery(Produit.tous.filter(pk=OuterRef("pk")).values("version")))
    people = User.objects.visible_to(lecteur)
    for word in words_of(words):
        named = Q(responsable__in=people.filter(holds(word, "first_name", "last_name")).order_by().values("pk"))
        sujets = sujets.filter(holds(word, "nom") | is_reference(word) | named | holds(word, "version") & readable)
    return sujets


def fetch_produits(sujets: SujetQuerySet) -> list[Sujet]:
    """Read some sujets with what the lists show of their produits (``version``, ``type``, ``type_en_mots``, ``publie``); 1 query."""
    return _in_words(_shown(sujets))


def _shown(sujets: SujetQuerySet) -> SujetQuerySet:
    of_produit = {name: F(f"produit__{name}") for name in ("version", "type", "publie")}
    return sujets.select_related("responsable").only(*SHOWN).annotate(**of_produit)


def _in_words(produits: Iterable[Sujet]) -> list[Sujet]:
    found = list(produits)
    for produit in found:
        produit.type_en_mots = TypeProduit(produit.type).label
    return found


# --- The list ---------------------------------------------------------------------------------------------------------------
def fetch_catalogue(user: User, produits: SujetQuerySet, numero: int, *, searched: bool = False) -> Catalogue:
    """Read one page of produits of the user's company, already filtered and ordered; 4 queries at most.

    A search is run once: its keys are counted, then those of the page read. Otherwise the index by company counts and orders.
    """
    paginator = Paginator(list(produits.values_list("pk", flat=True)) if searched else produits, PAGE)
    is_beyond = numero > paginator.num_pages
    page = paginator.page(1 if is_beyond else numero)
    rows = _in_order(produits_of(user), page.object_list) if searched else fetch_produits(page.object_list)
    return _catalogue(user, page, rows, is_beyond=is_beyond)


def fetch_ouverture(user: User) -> Catalogue:
    """Read the list as it opens: the first page of the active produits, the latest first, and how many there are; 3 queries at most."""
    rows = _in_words(_ouverture(SujetQuerySet.of_entreprise)(entreprise=user.entreprise_id))
    paginator = Paginator(rows, PAGE)
    paginator.count = rows[0].total if rows else 0
    return _catalogue(user, paginator.page(1), rows)


@lru_cache(maxsize=4)
def _ouverture(of_entreprise: Callable[..., QuerySet]) -> Prepared[Sujet]:
    """Within the scope that the model gives (AZ-3)."""

    @prepared
    def ouverture(entreprise: int) -> QuerySet[Sujet]:
        actifs = of_entreprise(Sujet.tous.filter(genre=GenreSujet.PRODUIT), entreprise).actifs()
        total = actifs.order_by().values("genre").annotate(total=Count("pk")).values("total")
        return _shown(actifs.order_by("-pk")).annotate(total=Subquery(total))[:PAGE]

    return ouverture


def _catalogue(user: User, page: Page, rows: list[Sujet], *, is_beyond: bool = False) -> Catalogue:
    know_rights(user, rows)
    rights = [[policy.can(user, verb, produit) for verb in ("lire", "saisir", "dupliquer", "archiver")] for produit in rows]
    asked = _asked(user, [produit.pk for produit, (may_read, *_) in zip(rows, rights, strict=True) if not may_read])
    lignes = [Ligne(produit, *may, is_asked=produit.pk in asked) for produit, may in zip(rows, rights, strict=True)]
    return Catalogue(page, lignes, is_beyond)


def _in_order(produits: SujetQuerySet, keys: Sequence[int]) -> list[Sujet]:
    found = {produit.pk: produit for produit in fetch_produits(produits.filter(pk__in=keys).order_by())}
    return [found[key] for key in keys if key in found]


def _asked(user: User, closed: Sequence[int]) -> set[int]:
    """Keep, of the produits the person cannot read, those he already asked access to."""
    if not closed:
        return set()
    waiting = DemandeAcces.objects.visible_to(user).en_attente().filter(demandeur=user, produit__in=closed)
    return set(waiting.values_list("produit", flat=True))


def know_rights(user: User, produits: Iterable[Sujet]) -> None:
    """Read in one query the rights of an account on many produits, so that the policy asks nothing for each."""
    if user.is_responsable:
        return
    granted: dict[int, set[str]] = {produit.pk: set() for produit in produits}
    rows = DroitSurSujet.objects.filter(user=user, content_object__in=granted, permission__codename__in=DroitSujet.values)
    for reference, codename in rows.values_list("content_object_id", "permission__codename"):
        granted[reference].add(codename)
    for produit in produits:
        perms.remember(user, produit, granted[produit.pk])
