"""Signing a draft: by whoever holds validation, and only what was read (QST-5, R-21, WF-2)."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from catalog.models import Produit
from parcours.contexte import fetch_suivi
from questionnaires.actions import declarer_section_na
from questionnaires.enums import DroitSujet
from questionnaires.models import Reponse
from questionnaires.rights import grant, withdraw
from tests.accounts.factories import UserFactory
from tests.catalog.factories import ProduitFactory
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]


@pytest.fixture
def produit() -> Produit:
    """A produit whose draft, complete, waits for its validation."""
    produit = ProduitFactory(qualified=True)
    InscriptionFactory(sujet=produit)
    ReponseFactory(sujet=produit, demandee=True, reponses=complete_answers(produit.responsable, produit))
    return produit


@pytest.fixture
def valideur(produit: Produit) -> User:
    """May validate this produit, and change nothing of it (R-51)."""
    user = UserFactory(entreprise=produit.entreprise, peut_valider=True)
    grant(user, produit, [DroitSujet.LECTURE, DroitSujet.VALIDATION])
    return user


def address(produit: Produit, name: str = "questionnaire") -> str:
    return reverse(f"parcours:{name}", args=["socles", produit.pk, "interoperabilite"])


def fields_of(client: Client, produit: Produit) -> dict[str, str]:
    """What a browser sends of the page: what is checked, what is written, the tokens."""
    html = client.get(address(produit)).content.decode()
    checked = re.findall(r'name="(v-[^"]+)" value="([^"]*)" checked>', html)
    if "data-lecture-seule" in html:  # what is shown read-only is disabled
        checked = re.findall(r'name="(lecture)" value="(1)"', html)
    return dict.fromkeys(re.findall(r'name="(c-[^"]+)"', html), "") | dict(checked) | {"jetons": unescape(re.search(r'name="jetons" value="([^"]+)"', html)[1])}


def change(produit: Produit, code: str, niveau: int) -> None:
    """Do as a colleague who answers meanwhile."""
    row = Reponse.tous.brouillons().get(sujet=produit)
    row.reponses[code] = {"valeur": niveau}
    row.revision += 1
    row.save()


def signed(produit: Produit) -> list[Reponse]:
    return list(Reponse.tous.validees().filter(sujet=produit, questionnaire__code="interoperabilite"))


def test_validation_without_saisie_is_enough_to_validate(client: Client, produit: Produit, valideur: User) -> None:
    """R-21, R-51: who holds validation may « Valider » or « Renvoyer »; nothing of the page is taken as an answer."""
    client.force_login(valideur)
    html = client.get(address(produit)).content.decode()
    assert 'value="valider"' in html and address(produit, "brouillon_renvoyer") in html
    assert 'value="enregistrer"' not in html and 'value="demander"' not in html
    sent = fields_of(client, produit) | {"v-A10.1": "0", "c-A10.1": "rien n'en est gardé", "action": "valider"}
    assert client.post(address(produit), sent).status_code == 302
    (row,) = signed(produit)
    assert (row.validee_par, row.reponses["A10.1"]) == (valideur, {"valeur": 3})


def test_a_page_opened_read_only_takes_no_answer_away_once_saisie_is_given(client: Client, produit: Produit, valideur: User) -> None:
    """AZ-8, QST-4: its levels are not sent; it signs what it had shown."""
    client.force_login(valideur)
    opened = fields_of(client, produit)
    grant(valideur, produit, [DroitSujet.SAISIE])
    assert client.post(address(produit), opened | {"action": "valider"}).status_code == 302
    assert {answer["valeur"] for answer in signed(produit)[0].reponses.values()} == {3}


def test_what_was_typed_before_saisie_was_withdrawn_is_shown_and_not_signed(client: Client, produit: Produit, valideur: User) -> None:
    """AZ-8, QST-3: the page had fields; nothing of it is dropped in silence under a signature."""
    grant(valideur, produit, [DroitSujet.SAISIE])
    client.force_login(valideur)
    opened = fields_of(client, produit)
    withdraw(valideur, produit, [DroitSujet.SAISIE])
    response = client.post(address(produit), opened | {"v-A10.1": "0", "action": "valider"})
    assert response.status_code == 403 and signed(produit) == []


def test_the_card_leads_who_may_only_validate_to_what_waits(client: Client, produit: Produit, valideur: User) -> None:
    """R-21, PAR-3."""
    client.force_login(valideur)
    page = client.get(reverse("parcours:sujet_inscrit", args=["socles", produit.pk])).content.decode()
    assert "Relire et valider" in page and "Consulter" not in page


@pytest.mark.parametrize("action", ["enregistrer", "demander", "section_na:A08.1"])
def test_validation_without_saisie_changes_nothing(client: Client, produit: Produit, valideur: User, action: str) -> None:
    """R-51: saisie is another right."""
    client.force_login(valideur)
    before = Reponse.tous.brouillons().get(sujet=produit).reponses
    assert client.post(address(produit), fields_of(client, produit) | {"v-A10.1": "0", "action": action}).status_code == 403
    assert Reponse.tous.brouillons().get(sujet=produit).reponses == before


def test_without_saisie_an_incomplete_draft_is_named_and_not_signed(client: Client, produit: Produit, valideur: User) -> None:
    """QST-3: what is missing is said to whoever can send the draft back."""
    row = Reponse.tous.brouillons().get(sujet=produit)
    del row.reponses["A10.1"]
    row.save()
    client.force_login(valideur)
    response = client.post(address(produit), fields_of(client, produit) | {"action": "valider"})
    html = response.content.decode()
    assert response.status_code == 422 and 'href="#critere-A10.1"' in html and "Votre brouillon est enregistré" not in html
    assert signed(produit) == []


def test_an_archived_produit_offers_no_signature(client: Client, produit: Produit, valideur: User) -> None:
    """R-43, the control: read-only for all."""
    produit.archive_le, produit.archive_par = produit.created_at, produit.responsable
    produit.save()
    client.force_login(valideur)
    assert 'value="valider"' not in client.get(address(produit)).content.decode()
    assert client.post(address(produit), {"action": "valider"}).status_code == 403


@pytest.mark.parametrize("who", ["responsable", "valideur"])
def test_what_changed_since_the_page_is_read_before_it_is_signed(client: Client, produit: Produit, valideur: User, who: str) -> None:
    """R-21, WF-2: a colleague changed an answer while the page was open; it is shown, and signed the next time."""
    client.force_login(valideur if who == "valideur" else produit.responsable)
    opened = fields_of(client, produit)
    change(produit, "A10.1", 0)
    response = client.post(address(produit), opened | {"action": "valider"})
    html = response.content.decode()
    assert response.status_code == 409 and signed(produit) == []
    assert 'href="#critere-A10.1"' in html and 'href="#critere-A08.1.1">A08.1.1 –' not in html
    assert 'name="v-A10.1" value="0" checked' in html
    assert client.post(address(produit), fields_of(client, produit) | {"action": "valider"}).status_code == 302
    assert signed(produit)[0].reponses["A10.1"] == {"valeur": 0}


def test_a_section_declared_since_the_page_is_read_before_it_is_signed(client: Client, produit: Produit, valideur: User) -> None:
    """R-20, R-21: it changes what the answers of the section are worth."""
    client.force_login(valideur)
    opened = fields_of(client, produit)
    cible = fetch_suivi(produit.responsable, "socles", produit.pk).etape("interoperabilite").cible()
    declarer_section_na(cible=cible, par=produit.responsable, section="A08.4")
    response = client.post(address(produit), opened | {"action": "valider"})
    assert response.status_code == 409 and 'href="#critere-A08.4.1"' in response.content.decode()
    assert signed(produit) == []


def test_what_one_has_just_typed_is_signed_at_once(client: Client, produit: Produit) -> None:
    """QST-3, the control: the answers and the reasons of the page itself are known to who sends it."""
    client.force_login(produit.responsable)
    client.post(address(produit), fields_of(client, produit) | {"action": "section_na:A08.4"})
    sent = fields_of(client, produit) | {"v-A10.1": "1", "c-A10.1": " relu\r\nici ", "m-A08.4": " sans\r\nobjet ", "action": "valider"}
    assert client.post(address(produit), sent).status_code == 302
    (row,) = signed(produit)
    assert row.reponses["A10.1"] == {"valeur": 1, "commentaire": "relu\nici"} and row.sections_na == {"A08.4": {"motif": "sans\nobjet"}}


def test_an_answer_saved_as_one_types_is_signed_at_once(client: Client, produit: Produit) -> None:
    """QST-3, the control: the page takes the token of what it has just saved itself."""
    client.force_login(produit.responsable)
    opened = fields_of(client, produit)
    tokens = json.loads(opened["jetons"])
    saved: Any = client.post(address(produit, "enregistrement"), {"v-A10.1": "1", "b-A10.1": tokens["A10.1"]}).json()
    sent = opened | {"v-A10.1": "1", "jetons": json.dumps(tokens | saved["jetons"]), "action": "valider"}
    assert client.post(address(produit), sent).status_code == 302
