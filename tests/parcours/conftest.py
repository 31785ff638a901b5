"""A company and its responsable; each test gives it the produits it needs."""

from __future__ import annotations

import pytest

from accounts.models import Entreprise, User
from tests.accounts.factories import EntrepriseFactory, UserFactory


@pytest.fixture
def entreprise(db: None) -> Entreprise:
    return EntrepriseFactory()


@pytest.fixture
def responsable(entreprise: Entreprise) -> User:
    return UserFactory(entreprise=entreprise, responsable=True)
