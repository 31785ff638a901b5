"""Several managers at the very same instant (WF-3, AZ-9)."""

from __future__ import annotations

import pytest

from accounts.actions.comptes import creer_compte, modifier_droits
from accounts.enums import Droit
from accounts.errors import ActionRefused
from accounts.models import EntreeJournal, User
from catalog.actions.acces import accepter_acces, demander_acces, explicit, modifier_droits_produits
from catalog.actions.comptes import supprimer_compte
from catalog.droits import DroitProduit
from questionnaires.enums import DroitSujet
from tests.accounts.factories import UserFactory
from tests.catalog.factories import ProduitFactory
from tests.ensemble import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chain() -> tuple[User, User, User]:
    """A responsable, a chef who validates, a membre."""
    responsable = UserFactory(responsable=True)
    chef = UserFactory(entreprise=responsable.entreprise, gestionnaire=responsable, peut_creer_comptes=True, peut_valider=True)
    return responsable, chef, UserFactory(entreprise=responsable.entreprise, gestionnaire=chef)


def test_two_grants_at_once_are_both_kept(chain):
    """WF-3: rights of the account, and rights on the same produit."""
    responsable, chef, membre = chain
    produit = ProduitFactory(entreprise=responsable.entreprise, responsable=responsable)
    at_once(
        lambda: modifier_droits(compte=membre, par=responsable, donner=[Droit.CREER_PRODUITS]),
        lambda: modifier_droits(compte=membre, par=chef, donner=[Droit.VALIDER]),
        lambda: modifier_droits_produits(compte=membre, par=responsable, donner=[DroitProduit(produit.pk, DroitSujet.SAISIE)]),
        lambda: modifier_droits_produits(compte=membre, par=responsable, donner=[DroitProduit(produit.pk, DroitSujet.VALIDATION)]),
    )
    membre.refresh_from_db()
    assert (membre.peut_creer_produits, membre.peut_valider) == (True, True)
    assert {right.droit for right in explicit(membre)} == set(DroitSujet)


@pytest.mark.parametrize("_", range(5))
def test_a_right_withdrawn_at_the_same_instant_is_given_before_or_not_at_all(chain, _):
    """AZ-9: nobody gives what he no longer has."""
    responsable, chef, membre = chain
    at_once(
        lambda: modifier_droits(compte=chef, par=responsable, retirer=[Droit.VALIDER]),
        lambda: modifier_droits(compte=membre, par=chef, donner=[Droit.VALIDER]),
    )
    membre.refresh_from_db()
    order = list(EntreeJournal.objects.filter(action="compte.droits_modifies").order_by("sequence").values_list("target_id", flat=True))
    assert order == ([str(membre.pk), str(chef.pk)] if membre.peut_valider else [str(chef.pk)])


@pytest.mark.parametrize("_", range(3))
def test_nobody_hangs_an_account_on_one_being_deleted(chain, _):
    """AZ-9: created before, it goes to the manager above; after, it is not created."""
    responsable, chef, _membre = chain
    identite = {"first_name": "Lou", "last_name": "Roy", "email": "lou@lab.example", "username": "lou.roy"}
    at_once(
        lambda: supprimer_compte(compte=chef, par=responsable, reprises={}),
        lambda: creer_compte(par=chef, identite=identite),
    )
    created = User.objects.filter(username="lou.roy").first()
    assert User.objects.get(pk=chef.pk).is_supprime
    assert created is None or created.gestionnaire_id == responsable.pk


def test_one_login_asked_twice_at_once_is_one_account(chain):
    responsable, chef, _ = chain
    identite = {"first_name": "Lou", "last_name": "Roy", "email": "lou@lab.example", "username": "lou.roy"}
    given = at_once(lambda: creer_compte(par=responsable, identite=identite), lambda: creer_compte(par=chef, identite=identite))
    assert sum(isinstance(result, User) for result in given) == 1
    assert sum(isinstance(result, ActionRefused) for result in given) == 1


def test_a_request_asked_or_accepted_many_times_counts_once(chain):
    """R-53."""
    responsable, _, membre = chain
    produit = ProduitFactory(entreprise=responsable.entreprise, responsable=responsable)
    given = at_once(*[lambda: demander_acces(produit=produit, par=membre, droit=DroitSujet.LECTURE)] * 4)
    demandes = [result for result in given if not isinstance(result, Exception)]
    assert len(demandes) == 1
    answers = at_once(*[lambda: accepter_acces(demande=demandes[0], par=responsable)] * 4)
    assert sum(isinstance(result, ActionRefused) for result in answers) == 3
    assert {right.droit for right in explicit(membre)} == {DroitSujet.LECTURE}
