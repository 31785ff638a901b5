"""People, and a produit, shared by the tests of several rooms; a test that needs others defines its own under the same name."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from accounts.models import Entreprise, User
from questionnaires.enums import DroitSujet
from questionnaires.rights import grant
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.catalog.factories import ProduitFactory

RUNGS = ("anonymous", "agence", "other_entreprise", "sans_droit", "lecteur", "redacteur", "valideur", "responsable")


@dataclass
class People:
    """One account per rung of the ladder, about one produit."""

    entreprise: Entreprise
    accounts: dict[str, User]

    def login(self, client, who: str) -> User | None:
        """Open a session; ``anonymous`` opens none."""
        user = self.accounts.get(who)
        if user is not None:
            client.force_login(user)
        return user

    def __getitem__(self, who: str) -> User:
        return self.accounts[who]


@pytest.fixture
def people(referentiel) -> People:
    entreprise = EntrepriseFactory()
    accounts = {
        "agence": UserFactory(agence=True, double_facteur=True),
        "other_entreprise": UserFactory(responsable=True),
        "sans_droit": UserFactory(entreprise=entreprise),
        "lecteur": UserFactory(entreprise=entreprise),
        "redacteur": UserFactory(entreprise=entreprise, peut_creer_produits=True),
        "valideur": UserFactory(entreprise=entreprise, peut_valider=True),
        "responsable": UserFactory(entreprise=entreprise, responsable=True),
    }
    return People(entreprise, accounts)


@pytest.fixture
def produit(people):
    """A qualified socle of the company, readable, writable and validable by the accounts so named."""
    produit = ProduitFactory(entreprise=people.entreprise, responsable=people["responsable"], created_by=people["responsable"], qualified=True)
    grant(people["lecteur"], produit, [DroitSujet.LECTURE])
    grant(people["redacteur"], produit, [DroitSujet.LECTURE, DroitSujet.SAISIE])
    grant(people["valideur"], produit, list(DroitSujet))
    return produit


def as_client(user: User) -> Client:
    """A browser in which a person has signed in."""
    client = Client()
    client.force_login(user)
    return client


@dataclass
class Equipe:
    """A responsable, above a chef who creates accounts, above a membre; a voisin beside them, a stranger elsewhere."""

    responsable: User
    chef: User
    membre: User
    voisin: User
    etranger: User


@pytest.fixture
def equipe() -> Equipe:
    entreprise = EntrepriseFactory()
    responsable = UserFactory(entreprise=entreprise, responsable=True, last_name="Aubry")
    chef = UserFactory(entreprise=entreprise, gestionnaire=responsable, peut_creer_comptes=True, peut_valider=True, last_name="Bonnet")
    membre = UserFactory(entreprise=entreprise, gestionnaire=chef, last_name="Carlier")
    voisin = UserFactory(entreprise=entreprise, gestionnaire=responsable, last_name="Delmas")
    return Equipe(responsable, chef, membre, voisin, UserFactory(responsable=True, last_name="Etranger"))


@pytest.fixture
def support(db: None) -> User:
    """A member of the support, past his second factor."""
    return UserFactory(agence=True, role="support", double_facteur=True)
