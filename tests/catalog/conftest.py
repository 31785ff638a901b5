"""People and produits shared by the tests of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from accounts.models import Entreprise, User
from questionnaires.enums import DroitSujet
from questionnaires.rights import grant
from tests.accounts.factories import EntrepriseFactory, UserFactory

from .factories import ProduitFactory

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
