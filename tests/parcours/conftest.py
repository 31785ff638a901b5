"""A company and its responsable; each test gives it the produits it needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.models import Entreprise, User
from parcours.referentiel import forget
from tests.accounts.factories import EntrepriseFactory, UserFactory

from . import melange


@pytest.fixture
def entreprise(db: None) -> Entreprise:
    return EntrepriseFactory()


@pytest.fixture
def responsable(entreprise: Entreprise) -> User:
    return UserFactory(entreprise=entreprise, responsable=True)


@pytest.fixture
def melange_publie(referentiel: None, tmp_path: Path) -> Iterator[None]:
    """Publish the démarche whose questionnaires hold questions; the end of the test takes it back, and the process forgets it."""
    forget()
    melange.load(tmp_path)
    yield
    forget()
