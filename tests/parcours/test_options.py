"""« Dépend d'un produit option »: information only, which an archived option does not lose (R-23, R-43)."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.actions import archiver_produit, restaurer_produit
from catalog.models import Produit
from questionnaires.engine.answers import digest
from questionnaires.models import Reponse
from tests.catalog.factories import ProduitFactory
from tests.parcours.factories import InscriptionFactory, ReponseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]


@pytest.fixture
def option(client: Client) -> Produit:
    """An option on which one answer of its socle depends."""
    socle = ProduitFactory(qualified=True)
    InscriptionFactory(sujet=socle)
    option = ProduitFactory(entreprise=socle.entreprise, responsable=socle.responsable, option=True, socles=[socle])
    ReponseFactory(sujet=socle, reponses={"A08.1.1": {"valeur": 2, "option": option.pk}}, demandee=True)
    client.force_login(socle.responsable)
    return option


def address(option: Produit) -> str:
    return reverse("parcours:questionnaire", kwargs={"demarche": "socles", "reference": option.socles.get().pk, "questionnaire": "interoperabilite"})


def send_whole_page(client: Client, option: Produit, **typed: str) -> Any:
    """Send every field of the page as a browser does, with what was typed over it."""
    html = client.get(address(option)).content.decode()
    fields = dict.fromkeys(re.findall(r'name="([co]-[^"]+)"', html), "")
    fields |= {name: unescape(value) for name, value in re.findall(r'name="([vo]-[^"]+)" value="([^"]*)"(?: checked| list)', html)}
    fields["jetons"] = unescape(re.search(r'name="jetons" value="([^"]+)"', html)[1])
    return client.post(address(option), {**fields, **typed, "action": "enregistrer"})


def draft(option: Produit) -> Reponse:
    return Reponse.tous.brouillons().get(sujet=option.socles.get())


def test_an_archived_option_stays_named(client: Client, option: Produit) -> None:
    archiver_produit(produit=option, par=option.responsable)
    assert send_whole_page(client, option).status_code == 302
    assert draft(option).demandee_le is not None, "nothing has changed"
    assert send_whole_page(client, option, **{"v-A08.1.1": "3"}).status_code == 302
    assert draft(option).reponses == {"A08.1.1": {"valeur": 3, "option": option.pk}}
    restaurer_produit(produit=option, par=option.responsable)
    assert f'value="{option.pk} · ' in client.get(address(option)).content.decode()


def test_an_active_option_is_taken_back_by_emptying_the_field(client: Client, option: Produit) -> None:
    assert send_whole_page(client, option).status_code == 302
    assert draft(option).reponses["A08.1.1"]["option"] == option.pk
    send_whole_page(client, option, **{"o-A08.1.1": ""})
    assert draft(option).reponses == {"A08.1.1": {"valeur": 2}}


def test_a_conflict_about_the_option_alone_says_so(client: Client, option: Produit) -> None:
    """QST-4, R-23: somebody has kept the level and taken the option away; the two answers are not written alike."""
    row = draft(option)
    stale = digest(row.reponses["A08.1.1"])
    row.reponses["A08.1.1"] = {"valeur": 2}
    row.save()
    response = client.post(address(option), {"b-A08.1.1": stale, "v-A08.1.1": "3", "o-A08.1.1": str(option.pk), "action": "enregistrer"})
    assert response.status_code == 409 and "dépend du produit option" not in response.content.decode()
    row.reponses["A08.1.1"] = {"valeur": 3, "option": option.pk}
    row.save()
    response = client.post(address(option), {"b-A08.1.1": stale, "v-A08.1.1": "3", "o-A08.1.1": "", "action": "enregistrer"})
    assert response.status_code == 409
    assert f"« 3 · Maturité forte, dépend du produit option réf. {option.pk} »" in response.content.decode().replace("\N{NO-BREAK SPACE}", " ")
