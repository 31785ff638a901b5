"""Two companies about to merge, for the tests of what a merge does and of what the database lets it do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from accounts.models import Fusion, User
from catalog.actions.fusion import approuver_fusion, proposer_fusion
from tests.accounts.factories import UserFactory
from tests.security.monde import Cote, create_cote


@dataclass
class Paire:
    """Two companies with the same things in each, and two members of the support."""

    a: Cote
    b: Cote
    sophie: User
    karim: User

    def propose(self, **choices: Any) -> Fusion:
        values = {"absorbee": self.a.entreprise, "absorbante": self.b.entreprise, "par": self.sophie, "motif": "Rachat", **choices}
        return proposer_fusion(**values)

    def merge(self, **choices: Any) -> Fusion:
        return approuver_fusion(fusion=self.propose(**choices), par=self.karim)


@pytest.fixture
def paire() -> Paire:
    support = [UserFactory(agence=True, role="support") for _ in range(2)]
    return Paire(create_cote("alpha"), create_cote("beta"), *support)
