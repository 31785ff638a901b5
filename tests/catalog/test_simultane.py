"""Several people, or one page sent many times, at the very same instant (WF-3, QST-4)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from accounts.models import User
from catalog import actions
from catalog.models import Produit, StrategieGlobale
from parcours.actions import requalifier
from parcours.referentiel import current
from questionnaires.enums import GenreSujet
from questionnaires.models import Reponse, Sujet
from questionnaires.published import published_qualification
from tests.accounts.factories import UserFactory
from tests.ensemble import times_at_once

from .factories import R1, STRATEGIE, ProduitFactory, as_answers

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TIMES = 8


def fiche(user: User) -> dict[str, Any]:
    return {
        "nom": "MonSuivi",
        "version": "1",
        "type": "socle",
        "nil": "",
        "responsable": user,
        "description": "Suivi.",
        "certifications": "",
        "dispositifs": ["aucun"],
        "socles": [],
    }


def test_valider_sent_many_times_creates_one_produit():
    """WF-3."""
    user, jeton = UserFactory(responsable=True), uuid.uuid4()
    given = times_at_once(TIMES, lambda _: actions.ajouter_produit(entreprise=user.entreprise, par=user, fiche=fiche(user), qualification=None, jeton=jeton))
    assert {produit.pk for produit in given} == {Produit.tous.get().pk}


def test_duplicating_sent_many_times_makes_one_copy():
    """WF-3."""
    produit, jeton = ProduitFactory(qualified=True), uuid.uuid4()
    copies = times_at_once(TIMES, lambda _: actions.dupliquer_produit(produit=produit, par=produit.responsable, jeton=jeton))
    assert len({copy.pk for copy in copies}) == 1
    assert Produit.tous.count() == 2


def test_the_strategie_is_opened_once_by_many():
    """CAT-7: whoever comes second gets the one already there."""
    user = UserFactory(responsable=True)
    version = published_qualification(GenreSujet.STRATEGIE)
    qualification = actions.produit.Qualification(version.questionnaire_id, version.pk, version.definition, as_answers(STRATEGIE))
    data = {"nom": "Politique", "responsable": user, "certifications": ""}
    given = times_at_once(TIMES, lambda _: actions.initialiser_strategie(entreprise=user.entreprise, par=user, fiche=data, qualification=qualification))
    assert {strategie.pk for strategie in given} == {StrategieGlobale.tous.get().pk}


def test_of_many_different_identifications_one_is_recorded():
    """WF-2: read alike, changed at once: the others are told, nothing is overwritten."""
    produit = ProduitFactory()
    lue = {name: produit.serializable_value(name) for name in actions.produit.FIELDS}
    read = {name: getattr(produit, name) for name in actions.produit.FIELDS}

    def change(number: int) -> Produit:
        return actions.modifier_produit(produit=produit, par=produit.responsable, fiche={**read, "version": f"9.{number}"}, lue=lue)

    given = times_at_once(TIMES, change)
    assert sum(isinstance(result, Produit) for result in given) == 1


def test_of_many_different_qualifications_one_is_recorded():
    """QST-4: the others are told, nothing is overwritten."""
    produit = ProduitFactory(qualified=True)
    since = Reponse.tous.get(sujet=produit.pk).pk
    sujet, referentiel = Sujet.tous.get(pk=produit.pk), current()
    choices = ["standard", "saas_ou_standard"] * (TIMES // 2)

    def change(number: int) -> Reponse:
        answers = as_answers({**R1, "QP.05": choices[number], "QP.06": [("professionnels", "usagers")[number % 2]]})
        return requalifier(sujet=sujet, referentiel=referentiel, answers=answers, par=produit.responsable, since=since)

    given = times_at_once(TIMES, change)
    assert sum(isinstance(result, Reponse) for result in given) == 1
    assert Reponse.tous.filter(sujet=produit.pk).count() == 2
