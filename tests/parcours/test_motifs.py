"""The reason given for a section declared non applicable: never overwritten in silence (R-20, QST-4)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Produit
from questionnaires.engine.answers import digest, motif_token
from questionnaires.models import Reponse
from tests.catalog.factories import R1, ProduitFactory, qualifier
from tests.parcours.factories import InscriptionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]
TYPED = {"v-A10.1": "2", "b-A10.1": digest({})}


@pytest.fixture
def produit(client: Client) -> Produit:
    """A produit whose section A08.2 is declared non applicable."""
    produit = ProduitFactory(qualified=True)
    InscriptionFactory(sujet=produit)
    client.force_login(produit.responsable)
    send(client, produit, "section_na:A08.2")
    return produit


def send(client: Client, produit: Produit, action: str = "enregistrer", *, shown: str = "", **fields: str) -> Any:
    """Send the form of a page that had shown this reason."""
    address = reverse("parcours:questionnaire", kwargs={"demarche": "socles", "reference": produit.pk, "questionnaire": "interoperabilite"})
    return client.post(address, {"action": action, "jetons": json.dumps({"m-A08.2": motif_token(shown)}), **fields})


def draft(produit: Produit) -> Reponse:
    return Reponse.tous.brouillons().get(sujet=produit, questionnaire__code="interoperabilite")


def test_the_page_says_which_reason_it_shows(client: Client, produit: Produit) -> None:
    send(client, produit, **{"m-A08.2": "Aucun échange"})
    address = reverse("parcours:questionnaire", kwargs={"demarche": "socles", "reference": produit.pk, "questionnaire": "interoperabilite"})
    assert f"&quot;m-A08.2&quot;:&quot;{motif_token('Aucun échange')}&quot;" in client.get(address).content.decode()


def test_a_page_opened_before_does_not_erase_it(client: Client, produit: Produit) -> None:
    """Neither by answering something else, nor by declaring again what somebody else had declared."""
    send(client, produit, **{"m-A08.2": "Aucun échange"})
    assert send(client, produit, **{"m-A08.2": ""}, **TYPED).status_code == 302
    assert draft(produit).reponses == {"A10.1": {"valeur": 2}}
    send(client, produit, "section_na:A08.2")
    assert draft(produit).sections_na == {"A08.2": {"motif": "Aucun échange"}}


def test_two_of_them_are_both_shown(client: Client, produit: Produit) -> None:
    """The later person sees both, and sending again keeps his, knowingly; the answers beside are saved."""
    send(client, produit, **{"m-A08.2": "Aucun échange"})
    refused = send(client, produit, **{"m-A08.2": "Hors\r\npérimètre"}, **TYPED)
    html = refused.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert refused.status_code == 409
    assert "« Aucun échange »" in html and "Hors\npérimètre</textarea>" in html and motif_token("Aucun échange") in html
    assert draft(produit).sections_na == {"A08.2": {"motif": "Aucun échange"}}
    assert draft(produit).reponses == {"A10.1": {"valeur": 2}}
    assert send(client, produit, shown="Aucun échange", **{"m-A08.2": "Hors\r\npérimètre"}).status_code == 302
    assert draft(produit).sections_na == {"A08.2": {"motif": "Hors\npérimètre"}}


def test_a_section_with_nothing_shown_is_not_declared(client: Client, produit: Produit) -> None:
    """R-20: its criteria would be « non applicable » unseen, the day the profile shows them."""
    qualifier(produit, {**R1, "QP.18": "non"})
    refused = send(client, produit, "section_na:A10")
    assert refused.status_code == 409 and "n&#x27;est plus affichée" in refused.content.decode()
    assert set(draft(produit).sections_na) == {"A08.2"}


def test_one_erased_meanwhile_is_told(client: Client, produit: Produit) -> None:
    send(client, produit, **{"m-A08.2": "Aucun échange"})
    send(client, produit, shown="Aucun échange", **{"m-A08.2": ""})
    refused = send(client, produit, shown="Aucun échange", **{"m-A08.2": "Hors périmètre"})
    assert refused.status_code == 409 and "a été effacé" in refused.content.decode()
    assert draft(produit).sections_na == {"A08.2": {"motif": ""}}


def test_one_for_a_section_taken_back_meanwhile_is_told(client: Client, produit: Produit) -> None:
    send(client, produit, "section_active:A08.2", **TYPED)
    refused = send(client, produit, **{"m-A08.2": "Aucun échange"})
    assert refused.status_code == 409 and "Aucun échange" in refused.content.decode()
    assert draft(produit).sections_na == {}


def test_one_sent_with_a_refused_answer_comes_back(client: Client, produit: Produit) -> None:
    """QST-3: with its token, so that sending again saves both."""
    refused = send(client, produit, **{"m-A08.2": "Aucun échange", "v-A10.1": "7", "b-A10.1": digest({})})
    html = refused.content.decode()
    assert refused.status_code == 422 and "Aucun échange</textarea>" in html and motif_token("") in html


def test_one_is_kept_as_one_writes(client: Client, produit: Produit) -> None:
    """QST-3: as answers are; the page learns the token of what is kept, for the next save."""
    saved = autosave(client, produit, "Aucun échange")
    assert saved.status_code == 200 and saved.json()["motif"] == ""
    assert saved.json()["jetons"] == {"m-A08.2": motif_token("Aucun échange")}
    assert autosave(client, produit, "Aucun échange prévu", shown="Aucun échange").status_code == 200
    assert draft(produit).sections_na == {"A08.2": {"motif": "Aucun échange prévu"}}


def test_one_written_while_somebody_else_wrote_another_is_told(client: Client, produit: Produit) -> None:
    """QST-4: nothing is overwritten; the page then holds the token of the other one, so that saving again is knowing."""
    autosave(client, produit, "Aucun échange")
    refused = autosave(client, produit, "Hors périmètre")
    assert refused.status_code == 409 and "« Aucun échange »" in refused.json()["motif"].replace("\N{NO-BREAK SPACE}", " ")
    assert refused.json()["jetons"] == {"m-A08.2": motif_token("Aucun échange")}
    assert draft(produit).sections_na == {"A08.2": {"motif": "Aucun échange"}}


def autosave(client: Client, produit: Produit, motif: str, *, shown: str = "") -> Any:
    """Send what the page sends by itself when a reason is written."""
    address = reverse("parcours:enregistrement", kwargs={"demarche": "socles", "reference": produit.pk, "questionnaire": "interoperabilite"})
    return client.post(address, {"jetons": json.dumps({"m-A08.2": motif_token(shown)}), "m-A08.2": motif})
