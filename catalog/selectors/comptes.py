"""Reads of « Gestion des comptes », in a fixed number of queries whatever the number of accounts and of produits (ACC-5, ACC-6, P22)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator

from accounts.enums import Droit
from accounts.models import User
from accounts.recherche import holds, is_reference, words_of
from accounts.rules.arbre import Arbre
from accounts.rules.texte import plain
from accounts.selectors.comptes import fetch_arbre, presents
from questionnaires import perms
from questionnaires.enums import DroitSujet
from questionnaires.models import DroitSurSujet, Sujet

from ..actions.acces import explicit
from ..droits import DroitProduit
from .catalogue import know_rights

COMPTES, PRODUITS, DEEPEST = 50, 25, 5
VERBES = {
    Droit.CREER_COMPTES: "créer des comptes",
    Droit.CREER_PRODUITS: "créer des produits",
    Droit.VALIDER: "valider",
    Droit.ACCES_STRATEGIE: "stratégie globale",
}


@dataclass(frozen=True)
class LigneCompte:
    """An account of the list; ``profondeur`` from 0, ``is_gere`` when the reader manages it."""

    compte: User
    profondeur: int
    gestionnaire: User | None
    produits: int
    is_gere: bool

    @property
    def droits(self) -> str:
        """The rights of the account, in words."""
        if self.compte.is_responsable:
            return "Tous les droits"
        held = [VERBES[droit] for droit in Droit if self.compte.holds(droit)]
        return ", ".join(held).capitalize() if held else "Aucun droit de compte"

    @property
    def attend(self) -> bool:
        """True while the person has not chosen a password."""
        return self.compte.is_active and not self.compte.has_usable_password()


@dataclass(frozen=True)
class Case:
    """A box: a right, held or not, that the reader may change or not."""

    code: str
    libelle: str
    tenu: bool
    modifiable: bool


@dataclass(frozen=True)
class LigneSujet:
    """A sujet and the three boxes of one account; ``par_ailleurs`` says in words what it holds otherwise."""

    sujet: Sujet
    cases: list[Case]
    par_ailleurs: str


@dataclass(frozen=True)
class Dependant:
    """An account attached to another, with the rights it holds and that one does not."""

    compte: User
    cases: list[Case] = field(default_factory=list)


def fetch_comptes(user: User, words: str, numero: int) -> Page:
    """Read one page of the accounts of a company as a tree: all for a responsable, else oneself and those attached; 3 queries.

    :raises EmptyPage: no such page.
    """
    people = {compte.pk: compte for compte in presents(user.entreprise_id)}
    arbre = Arbre({pk: compte.gestionnaire_id for pk, compte in people.items()})
    rows = [(people[pk], depth) for pk, depth in arbre.walk(None if user.is_responsable else [user.pk])]
    if words:
        rows = [row for row in rows if _matches(row[0], words)]
    page = Paginator(rows, COMPTES).page(numero)
    counts = _count_produits(user.entreprise_id, [compte.pk for compte, _ in page.object_list])
    page.object_list = [_ligne_compte(user, compte, depth, people, counts) for compte, depth in page.object_list]
    return page


def _matches(compte: User, words: str) -> bool:
    text = " ".join((compte.nom_complet, compte.username, compte.email, compte.fonction))
    return all(word in plain(text) for word in words_of(words))


def _count_produits(entreprise_id: int, keys: list[int]) -> dict[int, int]:
    """Count the sujets each account was given rights on, or is responsable of."""
    given = DroitSurSujet.objects.filter(user__in=keys).values_list("user", "content_object").distinct()
    named = Sujet.objects.of_entreprise(entreprise_id).filter(responsable__in=keys).values_list("responsable", "pk")
    found: dict[int, set[int]] = {pk: set() for pk in keys}
    for user, sujet in (*given, *named):
        found[user].add(sujet)
    return {pk: len(sujets) for pk, sujets in found.items()}


def _ligne_compte(user: User, compte: User, depth: int, people: Mapping[int, User], counts: Mapping[int, int]) -> LigneCompte:
    managed = compte.pk != user.pk and not compte.is_responsable  # the list holds nobody else than those one manages
    return LigneCompte(compte, min(depth, DEEPEST), people.get(compte.gestionnaire_id), counts[compte.pk], managed)


def droits_du_compte(par: User, compte: User) -> list[Case]:
    """Give the boxes of the account rights: one may give what one holds, and withdraw what is held (R-53)."""
    return [Case(droit.value, droit.label, compte.holds(droit), par.holds(droit) or compte.holds(droit)) for droit in Droit]


def fetch_droits(par: User, compte: User, words: str, numero: int) -> Page:
    """Read one page of the active sujets of the company with the rights of an account; 6 queries at most.

    :raises EmptyPage: no such page.
    """
    sujets = Sujet.objects.of_entreprise(compte.entreprise_id).actifs().select_related("responsable")
    for word in words_of(words):
        sujets = sujets.filter(holds(word, "nom") | is_reference(word))
    page = Paginator(sujets.order_by("-genre", "nom", "pk"), PRODUITS).page(numero)
    rows = list(page.object_list)
    know_rights(par, [sujet for sujet in rows if sujet.is_produit])
    held = explicit(compte, [sujet.pk for sujet in rows])
    page.object_list = [_ligne_sujet(par, compte, sujet, held) for sujet in rows]
    return page


def _ligne_sujet(par: User, compte: User, sujet: Sujet, held: frozenset[DroitProduit]) -> LigneSujet:
    mine = perms.granted(par, sujet)
    cases = [
        Case(right.code, right.droit.label, right in held, right.droit in mine or right in held)
        for right in (DroitProduit(sujet.pk, droit) for droit in DroitSujet)
    ]
    return LigneSujet(sujet, cases, _otherwise(compte, sujet))


def _otherwise(compte: User, sujet: Sujet) -> str:
    if sujet.responsable_id == compte.pk:
        return "Responsable : lecture et saisie tant que ce compte est désigné" + (", validation aussi" if compte.holds_valider else "")
    if not sujet.is_produit and compte.holds_acces_strategie:
        return "Lecture et saisie par le droit « Accès à la stratégie globale »"
    return ""


def fetch_dependants(compte: User, codes: Iterable[str] = ()) -> list[Dependant]:
    """List the accounts attached to one that hold rights it does not hold, only those of ``codes`` when given (R-53); 5 queries."""
    wanted = set(codes)
    below = fetch_arbre(compte.entreprise_id).descendants(compte.pk)
    people = {row.pk: row for row in presents(compte.entreprise_id).filter(pk__in=below)}
    mine = explicit(compte)
    rows = DroitSurSujet.objects.filter(user__in=people, permission__codename__in=DroitSujet.values).select_related("content_object", "permission")
    found = {pk: _beyond(compte, person) for pk, person in people.items()}
    for row in rows.order_by("content_object__nom", "content_object_id", "permission_id"):
        right = DroitProduit(row.content_object_id, DroitSujet(row.permission.codename))
        if right not in mine:
            found[row.user_id].append(Case(right.code, f"{right.droit.label} : {row.content_object}", True, True))
    kept = {pk: [case for case in cases if not wanted or case.code in wanted] for pk, cases in found.items()}
    return [Dependant(people[pk], cases) for pk, cases in kept.items() if cases]


def _beyond(compte: User, person: User) -> list[Case]:
    return [Case(droit.value, droit.label, True, True) for droit in Droit if person.holds(droit) and not compte.holds(droit)]
