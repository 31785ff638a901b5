"""What the administrateurs see of the jobs, and trying again what failed (R-55, JB-4)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import EtatTravail
from accounts.jobs import BROKEN
from accounts.models import Travail, User
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> User:
    account = UserFactory(agence=True, role="administrateur", double_facteur=True)
    client.force_login(account)
    return account


def failed_job(**fields: object) -> Travail:
    demandeur = UserFactory(responsable=True)
    values = {"kind": "resultats.excel", "cle": "c", "demandeur": demandeur, "entreprise": demandeur.entreprise, "essais": 5, "termine_le": timezone.now()}
    return Travail.tous.create(**{**values, "etat": EtatTravail.ECHEC, "erreur": BROKEN, **fields})


def test_a_failed_job_is_shown_without_its_author_and_tried_again(client: Client, admin: User) -> None:
    travail = failed_job()
    url = reverse("gestion:accounts_travail_change", args=[travail.pk])
    html = client.get(url).content.decode()
    assert "Échecs répétés" in html and travail.demandeur.last_name not in html and travail.entreprise.raison_sociale not in html
    assert client.post(reverse("gestion:travail_relancer", args=[travail.pk])).headers["Location"] == url
    travail.refresh_from_db()
    assert travail.etat == EtatTravail.EN_ATTENTE
    assert client.post(reverse("gestion:travail_relancer", args=[travail.pk])).status_code == 409


def test_the_refusal_of_a_job_is_not_told_in_its_words(client: Client, admin: User) -> None:
    """It may name what it is about."""
    travail = failed_job(erreur="Le produit Agenda secret est archivé.")
    assert "secret" not in client.get(reverse("gestion:accounts_travail_change", args=[travail.pk])).content.decode()


def test_an_administrateur_reads_nothing_of_a_job_elsewhere(client: Client, admin: User) -> None:
    """XP-5: the file stays its owner's."""
    travail = failed_job()
    for name in ("travail", "travail_fichier"):
        assert client.get(reverse(f"accounts:{name}", args=[travail.pk])).status_code == 404
