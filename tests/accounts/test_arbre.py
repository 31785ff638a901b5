"""The tree of accounts: nobody manages himself, gives what he lacks or closes a circle, whatever the order of the acts (AZ-9, R-50 to R-53)."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule, run_state_machine_as_test

from accounts import policy
from accounts.actions.comptes import creer_compte, modifier_droits, reactiver_compte, suspendre_compte
from accounts.enums import Droit
from accounts.errors import ActionRefused
from accounts.models import User
from accounts.rules.arbre import Arbre
from catalog.actions.acces import explicit, modifier_droits_produits
from catalog.actions.comptes import supprimer_compte
from catalog.droits import DroitProduit
from catalog.models import Produit
from questionnaires.enums import DroitSujet
from tests.accounts.factories import UserFactory
from tests.catalog.factories import ProduitFactory

# --- The pure tree --------------------------------------------------------------------------------------------------------
FAMILY = Arbre({1: None, 2: 1, 3: 2, 4: 1, 5: None})


@pytest.mark.parametrize(("pk", "above"), [(1, []), (2, [1]), (3, [2, 1]), (4, [1]), (5, []), (99, [])])
def test_ancestors_are_the_nearest_first(pk: int, above: list[int]) -> None:
    assert FAMILY.ancestors(pk) == above


@pytest.mark.parametrize(("upper", "lower", "above"), [(1, 3, True), (2, 3, True), (3, 1, False), (4, 3, False), (1, 1, False), (5, 3, False)])
def test_is_above(upper: int, lower: int, above: bool) -> None:
    assert FAMILY.is_above(upper, lower) is above


def test_walk_gives_each_after_its_manager() -> None:
    assert list(FAMILY.walk()) == [(1, 0), (2, 1), (3, 2), (4, 1), (5, 0)]
    assert FAMILY.descendants(1) == [2, 3, 4]


def test_a_manager_who_is_not_there_makes_a_root() -> None:
    assert list(Arbre({2: 1, 3: 2}).walk()) == [(2, 0), (3, 1)]


def test_a_circle_written_by_hand_hangs_nothing() -> None:
    """The code never makes one; reading one ends all the same."""
    circle = Arbre({1: 2, 2: 1})
    assert circle.ancestors(1) == [2, 1]
    assert list(circle.walk()) == []


# --- The state machine ----------------------------------------------------------------------------------------------------
@dataclass
class Modele:
    """An account as the rules say it must be."""

    manager: int | None
    responsable: bool = False
    open: bool = True
    gone: bool = False
    suspended: bool = False
    company: int = 0
    was_open: bool = True
    droits: set[Droit] = field(default_factory=set)
    produits: set[tuple[int, DroitSujet]] = field(default_factory=set)


DROITS = st.frozensets(st.sampled_from(list(Droit)), max_size=3)
FAIR = st.sampled_from([True, True, True, False])  # most acts come from somebody who manages the account
NIVEAUX = st.frozensets(st.tuples(st.sampled_from([0, 1]), st.sampled_from(list(DroitSujet))), max_size=3)


class ComptesMachine(RuleBasedStateMachine):
    """The actions against a plain model: what the rules allow happens, all the rest is refused and changes nothing."""

    comptes = Bundle("comptes")

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.number = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(target=comptes)
    def company(self) -> Any:
        first = UserFactory(responsable=True)
        second = UserFactory(responsable=True, entreprise=first.entreprise)
        chef = UserFactory(entreprise=first.entreprise, gestionnaire=first, peut_creer_comptes=True)
        membre = UserFactory(entreprise=first.entreprise, gestionnaire=chef)
        self.entreprise = first.entreprise
        self.produits = [ProduitFactory(entreprise=first.entreprise, responsable=first).pk for _ in range(2)]
        self.named = dict.fromkeys(self.produits, first.pk)
        self.place = dict.fromkeys(self.produits, self.entreprise.pk)
        self.model = {user.pk: Modele(None, responsable=True, company=self.entreprise.pk) for user in (first, second)}
        self.model[chef.pk] = Modele(first.pk, droits={Droit.CREER_COMPTES}, company=self.entreprise.pk)
        self.model[membre.pk] = Modele(chef.pk, company=self.entreprise.pk)
        return multiple(first.pk, second.pk, chef.pk, membre.pk)

    # What the rules say, without the code under test.
    def holds(self, pk: int, droit: Droit) -> bool:
        return self.model[pk].responsable or droit in self.model[pk].droits

    def admitted(self, pk: int) -> bool:
        return self.model[pk].open

    def may(self, pk: int, reference: int) -> set[DroitSujet]:
        if self.model[pk].company != self.place[reference]:
            return set()
        if self.model[pk].responsable:
            return set(DroitSujet)
        held = {droit for ref, droit in self.model[pk].produits if ref == reference}
        held |= set(DroitSujet) if self.named[reference] == pk else set()
        held |= {DroitSujet.LECTURE} if held else set()
        return held if self.holds(pk, Droit.VALIDER) else held - {DroitSujet.VALIDATION}

    def above(self, pk: int) -> set[int]:
        found, manager = set(), self.model[pk].manager
        while manager is not None:
            found.add(manager)
            manager = self.model[manager].manager
        return found

    def manages(self, par: int, cible: int) -> bool:
        author, target = self.model[par], self.model[cible]
        if par == cible or not self.admitted(par) or author.company != target.company or target.gone or target.responsable:
            return False
        return author.responsable or par in self.above(cible)

    def author(self, par: int, cible: int, fair: bool) -> int:
        """Give somebody who manages the account when the act is to be a fair one, else whoever was drawn."""
        managers = [pk for pk in self.model if self.manages(pk, cible)]
        return managers[par % len(managers)] if fair and managers else par

    @contextmanager
    def outcome(self, allowed: bool) -> Any:
        """Expect the act, or its refusal."""
        if allowed:
            yield
        else:
            with pytest.raises((PermissionDenied, ActionRefused)), transaction.atomic():
                yield

    def user(self, pk: int) -> User:
        return User.objects.select_related("entreprise").get(pk=pk)

    def shut(self) -> set[int]:
        """Give the companies nobody enters."""
        return set()

    # What people do.
    @rule(target=comptes, par=comptes, droits=DROITS)
    def creer(self, par: int, droits: frozenset[Droit]) -> Any:
        allowed = self.admitted(par) and self.holds(par, Droit.CREER_COMPTES) and all(self.holds(par, droit) for droit in droits)
        self.number += 1
        identite = {"first_name": "Lou", "last_name": "Roy", "email": f"lou.{self.number}@lab.example", "username": f"lou.{self.number}"}
        created = None
        with self.outcome(allowed):
            created = creer_compte(par=self.user(par), identite={**identite, "profil": "responsable", "is_staff": True}, droits=droits)
        if created is None:
            return multiple()
        self.model[created.pk] = Modele(par, droits=set(droits), company=self.model[par].company)
        return created.pk

    @rule(par=comptes, cible=comptes, fair=FAIR, donner=DROITS, retirer=DROITS)
    def changer_droits(self, par: int, cible: int, fair: bool, donner: frozenset[Droit], retirer: frozenset[Droit]) -> None:
        par = self.author(par, cible, fair)
        new = {droit for droit in donner if not self.holds(cible, droit)}
        allowed = self.manages(par, cible) and all(self.holds(par, droit) for droit in new)
        with self.outcome(allowed):
            modifier_droits(compte=self.user(cible), par=self.user(par), donner=donner, retirer=retirer)
        if allowed:
            self.model[cible].droits = (self.model[cible].droits - retirer) | donner

    @rule(par=comptes, cible=comptes, fair=FAIR, donner=NIVEAUX, retirer=NIVEAUX)
    def changer_produits(self, par: int, cible: int, fair: bool, donner: frozenset[Any], retirer: frozenset[Any]) -> None:
        par = self.author(par, cible, fair)
        give, take = ({(self.produits[rank], droit) for rank, droit in chosen} for chosen in (donner, retirer))
        give |= {(ref, DroitSujet.LECTURE) for ref, _ in give}
        take |= {(ref, level) for ref, droit in take if droit == DroitSujet.LECTURE for level in DroitSujet}
        allowed = self.manages(par, cible) and all(droit in self.may(par, ref) for ref, droit in give - self.model[cible].produits)
        allowed = allowed and all(self.place[ref] == self.model[par].company for ref, _ in give | take)
        with self.outcome(allowed):
            chosen = ([DroitProduit(self.produits[rank], droit) for rank, droit in rows] for rows in (donner, retirer))
            modifier_droits_produits(compte=self.user(cible), par=self.user(par), **dict(zip(("donner", "retirer"), chosen, strict=True)))
        if allowed:
            self.model[cible].produits = (self.model[cible].produits - (take - give)) | give

    @rule(par=comptes, cible=comptes, fair=FAIR)
    def suspendre(self, par: int, cible: int, fair: bool) -> None:
        par = self.author(par, cible, fair)
        allowed = self.manages(par, cible) and self.model[cible].open
        with self.outcome(allowed):
            suspendre_compte(compte=self.user(cible), par=self.user(par))
        if allowed:
            self.model[cible].open = False

    @rule(par=comptes, cible=comptes, fair=FAIR)
    def reactiver(self, par: int, cible: int, fair: bool) -> None:
        par = self.author(par, cible, fair)
        allowed = self.manages(par, cible) and not self.model[cible].open and not self.model[cible].suspended
        with self.outcome(allowed):
            reactiver_compte(compte=self.user(cible), par=self.user(par))
        if allowed:
            self.model[cible].open = True

    @rule(rank=st.sampled_from([0, 1]), cible=comptes)
    def nommer(self, rank: int, cible: int) -> None:
        """Somebody is named responsable in the fiche of a produit (R-52)."""
        if self.model[cible].open and self.model[cible].company == self.place[self.produits[rank]]:
            Produit.tous.filter(pk=self.produits[rank]).update(responsable=cible)
            self.named[self.produits[rank]] = cible

    @rule(par=comptes, cible=comptes, fair=FAIR, heir=comptes)
    def supprimer(self, par: int, cible: int, fair: bool, heir: int) -> None:
        par = self.author(par, cible, fair)
        owned = [ref for ref, pk in self.named.items() if pk == cible]
        needed = {DroitSujet.LECTURE, DroitSujet.SAISIE} | ({DroitSujet.VALIDATION} if self.holds(par, Droit.VALIDER) else set())
        is_at_hand = self.model[heir].open and self.model[heir].company == self.model[cible].company and heir != cible
        heir_fits = is_at_hand and (heir != par or all(needed <= self.may(par, ref) for ref in owned))
        allowed = self.manages(par, cible) and not self.model[cible].suspended and (not owned or heir_fits)
        with self.outcome(allowed):
            supprimer_compte(compte=self.user(cible), par=self.user(par), reprises=dict.fromkeys(owned, heir))
        if allowed:
            self._remove(par, cible, owned, heir)

    def _remove(self, par: int, cible: int, owned: list[int], heir: int) -> None:
        gone = self.model[cible]
        for account in self.model.values():
            if account.manager == cible:
                account.manager = gone.manager if gone.manager is not None else par
        self.named.update(dict.fromkeys(owned, heir))
        self.model[cible] = Modele(None, responsable=gone.responsable, open=False, gone=True, company=gone.company)

    # What must hold at any moment.
    @invariant()
    def the_database_says_what_the_rules_say(self) -> None:
        for user in User.objects.filter(pk__in=getattr(self, "model", ())):
            expected = self.model[user.pk]
            assert user.gestionnaire_id == expected.manager
            assert (user.is_active, user.is_supprime, user.is_suspendu) == (expected.open, expected.gone, expected.suspended)
            assert user.entreprise_id == expected.company
            assert {droit for droit in Droit if getattr(user, User.DROITS[droit])} == expected.droits
            assert {(right.reference, right.droit) for right in explicit(user)} == expected.produits
            assert user.is_responsable is expected.responsable
            assert not user.is_staff

    @invariant()
    def nobody_is_above_himself_and_a_responsable_remains(self) -> None:
        managers = {pk: account.manager for pk, account in getattr(self, "model", {}).items()}
        assert not any(pk in Arbre(managers).ancestors(pk) for pk in managers)
        for company in {account.company for account in getattr(self, "model", {}).values()} - self.shut():
            assert User.objects.of_entreprise(company).actifs().responsables().exists()

    @invariant()
    def the_policy_is_the_rule(self) -> None:
        people = {user.pk: user for user in User.objects.select_related("entreprise").filter(pk__in=getattr(self, "model", ()))}
        for par in list(people)[:3]:
            for cible in list(people)[-3:]:
                assert policy.can(people[par], "modifier_droits", people[cible]) is self.manages(par, cible)


def play(machine: type[ComptesMachine], steps: int = 25) -> None:
    run_state_machine_as_test(machine, settings=settings(max_examples=25, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)))


@pytest.mark.django_db
def test_no_order_of_acts_breaks_the_tree() -> None:
    """AZ-9."""
    play(ComptesMachine)
