"""Enrolling a produit in a démarche, and withdrawing it (PAR-2, R-40, R-44, R-45)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from parcours.models import Inscription
from questionnaires.enums import DroitSujet
from questionnaires.models import Reponse
from questionnaires.rights import grant
from tests.accounts.factories import UserFactory
from tests.catalog.factories import ProduitFactory, StrategieFactory
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers

pytestmark = pytest.mark.usefixtures("referentiel")


@pytest.fixture
def produit(entreprise, responsable):
    return ProduitFactory(entreprise=entreprise, responsable=responsable, qualified=True)


def enrol(client, user, produit, demarche: str = "socles"):
    client.force_login(user)
    return client.post(reverse("parcours:inscription_creer", args=[demarche]), {"produit": getattr(produit, "reference", produit)})


def ouvertes(sujet) -> list[str]:
    return list(Inscription.objects.of_sujet(sujet).ouvertes().order_by("pk").values_list("demarche__code", flat=True))


# --- Enrolling ------------------------------------------------------------------------------------------------------------
def test_a_produit_is_enrolled_then_shown_in_its_demarche(client, responsable, produit):
    response = enrol(client, responsable, produit)
    assert response.status_code == 302
    assert response.url == reverse("parcours:sujet_inscrit", args=["socles", produit.reference])
    assert ouvertes(produit) == ["socles"]
    assert "est inscrit à la démarche" in client.get(response.url).content.decode().replace("\u00a0", " ")


def test_asked_twice_it_is_enrolled_once(client, responsable, produit):
    """WF-3."""
    for _ in range(2):
        assert enrol(client, responsable, produit).status_code == 302
    assert ouvertes(produit) == ["socles"]


def test_enrolling_is_a_post(client, responsable, produit):
    client.force_login(responsable)
    assert client.get(reverse("parcours:inscription_creer", args=["socles"])).status_code == 405


@pytest.mark.parametrize(("who", "status"), [("anonymous", 302), ("stranger", 404), ("colleague", 403), ("lecteur", 403), ("saisie", 302)])
def test_who_may_enrol(client, entreprise, produit, who, status):
    people = {"stranger": UserFactory(responsable=True), "colleague": UserFactory(entreprise=entreprise, tous_droits=True)}
    people["lecteur"], people["saisie"] = UserFactory(entreprise=entreprise), UserFactory(entreprise=entreprise)
    grant(people["lecteur"], produit, [DroitSujet.LECTURE])
    grant(people["saisie"], produit, [DroitSujet.SAISIE])
    if who == "anonymous":
        response = client.post(reverse("parcours:inscription_creer", args=["socles"]), {"produit": produit.reference})
    else:
        response = enrol(client, people[who], produit)
    assert response.status_code == status
    assert ouvertes(produit) == (["socles"] if who == "saisie" else [])


def test_a_produit_to_qualify_is_taken_to_its_qualification(client, responsable, entreprise):
    """R-40: required by the démarches whose rules read it."""
    produit = ProduitFactory(entreprise=entreprise, responsable=responsable)
    response = enrol(client, responsable, produit)
    assert response.status_code == 302
    assert response.url == reverse("parcours:qualification", args=[produit.reference])
    assert ouvertes(produit) == []


def test_a_demarche_not_open_to_answers_yet_refuses_in_words(client, responsable, produit):
    """PAR-2: guided only says what it will hold."""
    response = enrol(client, responsable, produit, "mes-guide")
    assert response.status_code == 409
    assert "pas encore ouverte" in response.content.decode()
    assert ouvertes(produit) == []


def test_without_a_choice_the_page_comes_back(client, responsable):
    response = enrol(client, responsable, "")
    assert response.status_code == 422
    assert "Choisissez le produit à ajouter" in response.content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize("reference", ["abc", "-1", "²", "9" * 40, "1 OR 1", "0"])
def test_an_unreadable_reference_is_not_found(client, responsable, reference):
    assert enrol(client, responsable, reference).status_code == 404


def test_the_strategie_is_not_enrolled(client, responsable, entreprise):
    """R-44: it needs none."""
    strategie = StrategieFactory(entreprise=entreprise, responsable=responsable, qualified=True)
    assert enrol(client, responsable, strategie).status_code == 404
    assert ouvertes(strategie) == []


def test_an_archived_produit_is_not_enrolled(client, responsable, entreprise):
    """R-43."""
    produit = ProduitFactory(entreprise=entreprise, responsable=responsable, archive=True)
    assert enrol(client, responsable, produit).status_code == 403
    assert ouvertes(produit) == []


def test_a_demarche_not_answerable_yet_takes_nobody(client, responsable, produit):
    response = enrol(client, responsable, produit, "teleconsultation")
    assert response.status_code == 409
    assert "n&#x27;est pas encore ouverte" in response.content.decode().replace("\u00a0", " ")
    assert ouvertes(produit) == []


def test_a_closed_demarche_takes_nobody_new(client, responsable, entreprise, produit):
    """R-45: unknown to whom is not enrolled, refused in words to whom is."""
    assert enrol(client, responsable, produit, "mes-sans-echange").status_code == 404
    InscriptionFactory(sujet=ProduitFactory(entreprise=entreprise, responsable=responsable, qualified=True), code="mes-sans-echange")
    response = enrol(client, responsable, produit, "mes-sans-echange")
    assert response.status_code == 409
    assert "n&#x27;accepte plus de nouvelle inscription" in response.content.decode().replace("\u00a0", " ")
    assert ouvertes(produit) == []


def test_whoever_left_a_closed_demarche_does_not_come_back(client, responsable, entreprise, produit):
    """R-45: a former enrolment is none."""
    InscriptionFactory(sujet=produit, code="mes-sans-echange", retiree=True)
    InscriptionFactory(sujet=ProduitFactory(entreprise=entreprise, responsable=responsable, qualified=True), code="mes-sans-echange")
    assert enrol(client, responsable, produit, "mes-sans-echange").status_code == 409
    assert ouvertes(produit) == []


# --- Withdrawing ----------------------------------------------------------------------------------------------------------
def withdraw_url(sujet, demarche: str = "socles") -> str:
    return reverse("parcours:inscription_retirer", args=[demarche, sujet.reference])


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("who", "refused"), [("anonymous", 302), ("stranger", 404), ("lecteur", 403)])
def test_who_may_not_withdraw(client, entreprise, produit, who, refused, method):
    InscriptionFactory(sujet=produit)
    people = {"stranger": UserFactory(responsable=True), "lecteur": UserFactory(entreprise=entreprise)}
    grant(people["lecteur"], produit, [DroitSujet.LECTURE])
    if who != "anonymous":
        client.force_login(people[who])
    assert getattr(client, method)(withdraw_url(produit)).status_code == refused
    assert ouvertes(produit) == ["socles"]


def test_it_is_confirmed_then_withdrawn_and_the_answers_stay(client, responsable, produit):
    """R-44."""
    InscriptionFactory(sujet=produit)
    draft = ReponseFactory(sujet=produit)
    client.force_login(responsable)
    assert "Vos réponses sont conservées" in client.get(withdraw_url(produit)).content.decode().replace("\u00a0", " ")
    assert ouvertes(produit) == ["socles"]
    response = client.post(withdraw_url(produit))
    assert response.status_code == 302
    assert response.url == reverse("parcours:demarche", args=["socles"])
    assert ouvertes(produit) == []
    assert Reponse.objects.of_sujet(produit).filter(pk=draft.pk).exists()
    assert client.post(withdraw_url(produit)).status_code == 404


def test_once_something_is_validated_in_it_it_stays(client, responsable, produit):
    """R-44: the page says so before one tries, and refuses whoever tries."""
    InscriptionFactory(sujet=produit)
    ReponseFactory(sujet=produit, validee=True, reponses=complete_answers(responsable, produit))
    client.force_login(responsable)
    html = client.get(withdraw_url(produit)).content.decode().replace("\u00a0", " ")
    assert "ne peut plus être retirée" in html
    assert '<button class="fr-btn">Retirer de la démarche' not in html
    assert client.post(withdraw_url(produit)).status_code == 409
    assert ouvertes(produit) == ["socles"]


def test_leaving_a_closed_demarche_is_warned_of(client, responsable, produit):
    """R-45: one would not come back."""
    InscriptionFactory(sujet=produit, code="mes-sans-echange")
    client.force_login(responsable)
    assert "vous ne pourrez pas y revenir" in client.get(withdraw_url(produit, "mes-sans-echange")).content.decode().replace("\u00a0", " ")


def test_the_strategie_is_not_withdrawn(client, responsable, entreprise):
    strategie = StrategieFactory(entreprise=entreprise, responsable=responsable, qualified=True)
    client.force_login(responsable)
    assert client.post(withdraw_url(strategie)).status_code == 404
