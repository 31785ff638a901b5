"""Several people at once on the same answers (QST-4, WF-2, WF-3, WF-6), on PostgreSQL, with real connections."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from catalog.models import Produit
from parcours.chargement import charger
from parcours.models import Inscription
from parcours.referentiel import forget
from questionnaires.actions import brouillon
from questionnaires.content.lot import Lot
from questionnaires.content.reader import read_folder
from questionnaires.engine.answers import MergeResult, digest
from questionnaires.models import Reponse
from tests.catalog.factories import ProduitFactory
from tests.ensemble import times_at_once
from tests.parcours.factories import InscriptionFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("referentiel")]
PEOPLE = 8


@pytest.fixture
def produit() -> Produit:
    produit = ProduitFactory(qualified=True)
    InscriptionFactory(sujet=produit)
    return produit


def signed_in(produit: Produit) -> Client:
    client = Client()
    client.force_login(produit.responsable)
    return client


def address(produit: Produit, name: str = "enregistrement") -> str:
    kwargs = {"demarche": "socles", "reference": produit.pk, "questionnaire": "interoperabilite"}
    return reverse(f"parcours:{name}", kwargs=kwargs)


CODES = ["A08.1.1", "A08.2.1", "A08.3.1", "A08.4.1", "A08.5.01", "A08.5.23", "A10.1"]


def save_each_his_own(produit: Produit) -> list[int]:
    clients = [signed_in(produit) for _ in CODES]

    def save(index: int) -> int:
        code = CODES[index]
        return clients[index].post(address(produit), {f"v-{code}": "2", f"b-{code}": digest({})}).status_code

    return times_at_once(len(CODES), save)


def test_different_criteria_merge(produit: Produit) -> None:
    """QST-4: seven people answer seven criteria at the same moment; nothing is lost, nobody gets an error."""
    assert save_each_his_own(produit) == [200] * len(CODES)
    row = Reponse.tous.get(sujet=produit, questionnaire__code="interoperabilite")
    assert {code: answer["valeur"] for code, answer in row.reponses.items()} == dict.fromkeys(CODES, 2)


def test_control_without_the_guard_answers_are_lost(produit: Produit, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above: with the revision left unchecked, the same seven saves lose answers (WF-2)."""
    save_each_his_own(produit)
    row = Reponse.tous.get(sujet=produit, questionnaire__code="interoperabilite")
    Reponse.tous.filter(pk=row.pk).update(reponses={}, revision=1)

    def unguarded(brouillon: Reponse, par: Any, reponses: dict, result: Any, **more: Any) -> Any:
        Reponse.tous.filter(pk=brouillon.pk).update(reponses=reponses)
        brouillon.reponses = reponses
        return brouillon_module_saved(brouillon, result)

    def brouillon_module_saved(row: Reponse, result: Any) -> Any:
        return brouillon.Saved(row, result.applied, result.conflicts)

    monkeypatch.setattr(brouillon, "_guarded_update", unguarded)
    lost = False
    for _ in range(10):
        Reponse.tous.filter(pk=row.pk).update(reponses={}, revision=1)
        save_each_his_own(produit)
        lost = lost or len(Reponse.tous.get(pk=row.pk).reponses) < len(CODES)
    assert lost


def test_the_same_criterion_is_never_overwritten_in_silence(produit: Produit) -> None:
    """QST-4: eight people answer one criterion; one is stored, those who differ are told (409) with both values."""
    clients = [signed_in(produit) for _ in range(PEOPLE)]

    def save(index: int) -> tuple[int, dict]:
        data = {"v-A08.1.1": str(index % 4), "c-A08.1.1": f"avis {index}", "b-A08.1.1": digest({})}
        response = clients[index].post(address(produit), data)
        return response.status_code, response.json()

    answers = times_at_once(PEOPLE, save)
    stored = Reponse.tous.get(sujet=produit, questionnaire__code="interoperabilite").reponses["A08.1.1"]
    assert sorted(status for status, _ in answers) == [200] + [409] * (PEOPLE - 1)
    winner = next(index for index, (status, _) in enumerate(answers) if status == 200)
    assert stored["commentaire"] == f"avis {winner}"
    for status, body in answers:
        if status == 409:
            assert f"avis {winner}" in body["conflits"]["A08.1.1"]["html"]


def test_control_a_merge_that_applies_everything_would_overwrite(produit: Produit, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the tokens ignored, the last one wins and nobody is told (WF-2)."""
    monkeypatch.setattr(brouillon, "merge", lambda stored, tokens, posted: MergeResult(applied=dict(posted)))
    clients = [signed_in(produit) for _ in range(PEOPLE)]

    def save(index: int) -> int:
        return clients[index].post(address(produit), {"v-A08.1.1": "1", "c-A08.1.1": f"avis {index}", "b-A08.1.1": digest({})}).status_code

    assert times_at_once(PEOPLE, save) == [200] * PEOPLE


def test_validating_twice_at_once_validates_once(produit: Produit) -> None:
    """WF-3: a double click, or two people, make one validated row."""
    client = signed_in(produit)
    answers = {f"v-{code}": "2" for code in CODES} | {f"b-{code}": digest({}) for code in CODES}
    client.post(address(produit, "questionnaire"), {**answers, "action": "enregistrer"})
    clients = [signed_in(produit) for _ in range(PEOPLE)]
    statuses = times_at_once(PEOPLE, lambda index: clients[index].post(address(produit, "questionnaire"), {"action": "valider"}).status_code)
    assert statuses.count(302) == 1 and set(statuses) <= {302, 409}
    assert Reponse.tous.filter(sujet=produit, questionnaire__code="interoperabilite", etat="validee").count() == 1


def test_adding_a_product_two_hundred_times_at_once_adds_one(produit: Produit) -> None:
    """WF-3: the same form sent again and again, ten at a time."""
    user = produit.responsable
    data = {
        "jeton": "8f1d5a2e-3a44-4f0e-9c0b-0a2f6f6a0b11",
        "etape": "recapitulatif",
        "action": "valider",
        "reportee": "1",
        "nom": "Une seule fois",
        "version": "1",
        "type": "socle",
        "responsable": str(user.pk),
        "description": "Envoyé deux cents fois.",
        "dispositifs": "aucun",
    }
    clients = [signed_in(produit) for _ in range(10)]

    def send(index: int) -> list[int]:
        return [clients[index].post(reverse("catalog:produit_ajouter"), data).status_code for _ in range(20)]

    statuses = {status for many in times_at_once(10, send) for status in many}
    assert statuses == {302}
    assert Produit.tous.filter(nom="Une seule fois").count() == 1


def test_enrolling_at_once_enrols_once() -> None:
    """WF-4, R-44."""
    produit = ProduitFactory(qualified=True)
    clients = [signed_in(produit) for _ in range(PEOPLE)]
    url = reverse("parcours:inscription_creer", kwargs={"demarche": "socles"})
    statuses = times_at_once(PEOPLE, lambda index: clients[index].post(url, {"produit": produit.pk}).status_code)
    assert set(statuses) == {302}
    assert Inscription.tous.filter(sujet=produit).count() == 1


# --- The content --------------------------------------------------------------------------------------------------------
def test_two_loads_at_once_take_their_turn() -> None:
    """WF-3: what both bring is loaded once; the second finds it there and changes nothing."""
    lot = read_folder(Path(settings.BASE_DIR) / "fixtures")
    urbanisation = next(document for document in lot.questionnaires if document["code"] == "urbanisation")
    second = Lot(questionnaires=[{**urbanisation, "version": 2, "millesime": "2026"}])
    try:
        reports = times_at_once(4, lambda index: bool(charger(second)))
        assert sorted(reports) == [False, False, False, True]
    finally:
        forget()
