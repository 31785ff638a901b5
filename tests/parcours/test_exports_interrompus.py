"""A worker killed in the middle of an export: the file is made all the same, once (JB-1 to JB-3)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import EtatTravail
from accounts.models import Travail
from catalog.models import Produit
from tests.catalog.factories import ProduitFactory
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.usefixtures("referentiel", "lone_workers")]


@pytest.fixture
def produit() -> Produit:
    produit = ProduitFactory(qualified=True)
    InscriptionFactory(sujet=produit)
    answers = complete_answers(produit.responsable, produit, "securite")
    ReponseFactory(sujet=produit, validee=True, code="securite", reponses=answers)
    return produit


def wait_for(pk: int, etat: EtatTravail, seconds: float) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if Travail.tous.filter(pk=pk, etat=etat).exists():
            return True
        time.sleep(0.02)
    return False


def ask_pdf(client: Client, produit: Produit) -> Travail:
    client.force_login(produit.responsable)
    kwargs = {"demarche": "socles", "reference": produit.pk, "questionnaire": "securite", "format": "pdf"}
    response = client.post(reverse("parcours:exporter", kwargs=kwargs))
    assert response.status_code == 302
    return Travail.tous.get(demandeur=produit.responsable)


def test_an_export_survives_the_death_of_its_worker(client: Client, produit: Produit, start_worker: Callable[..., Any]) -> None:
    """JB-3: kill -9 while the PDF is being drawn; another worker takes over once the lease is out; one file, complete."""
    victim = start_worker()
    travail = ask_pdf(client, produit)
    assert wait_for(travail.pk, EtatTravail.EN_COURS, 30), victim.log.read_text(errors="replace")
    victim.kill()
    victim.process.wait(10)
    abandoned = Travail.tous.get(pk=travail.pk)
    assert abandoned.etat == EtatTravail.EN_COURS and not abandoned.fichier, "the control: it was really cut in the middle"
    past = timezone.now() - timedelta(seconds=1)
    Travail.tous.filter(pk=travail.pk).update(bail_jusqu_a=past, prochain_essai=past)  # a minute passes
    start_worker()
    assert wait_for(travail.pk, EtatTravail.TERMINE, 60)
    done = Travail.tous.get(pk=travail.pk)
    assert done.essais == 2
    download = client.get(reverse("accounts:travail_fichier", args=[done.pk]))
    with done.fichier.open("rb") as stored, pikepdf.open(stored) as document:
        assert len(document.pages) > 1
    assert download.status_code == 200
    assert Travail.tous.count() == 1


def test_a_living_worker_keeps_its_job(client: Client, produit: Produit, start_worker: Callable[..., Any]) -> None:
    """JB-2, the control: while the lease holds, a second worker that starts takes nothing over."""
    first = start_worker()
    travail = ask_pdf(client, produit)
    assert wait_for(travail.pk, EtatTravail.EN_COURS, 30), first.log.read_text(errors="replace")
    start_worker()
    assert wait_for(travail.pk, EtatTravail.TERMINE, 60)
    assert Travail.tous.get(pk=travail.pk).essais == 1
