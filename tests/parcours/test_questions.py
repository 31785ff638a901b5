"""Questions among levels and conformities, in the form of criteria (QST-0 to QST-4, R-4, R-20)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Produit
from parcours.referentiel import forget
from questionnaires.engine.answers import digest
from questionnaires.enums import EtatReponse
from questionnaires.models import Reponse
from tests.parcours import melange
from tests.parcours.factories import InscriptionFactory, ReponseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel", "content")]
EMPTY = digest({})


@pytest.fixture
def content(referentiel: None, tmp_path: Path) -> Iterator[None]:
    """Publish the démarche of the test, which its end takes back: the process forgets it too."""
    forget()
    melange.load(tmp_path)
    yield
    forget()


@pytest.fixture
def produit(client: Client, content: None) -> Produit:
    produit = InscriptionFactory(code=melange.DEMARCHE).sujet
    client.force_login(produit.responsable)
    return produit


def url(produit: Produit, name: str = "questionnaire", questionnaire: str = melange.MIXTE) -> str:
    return reverse(f"parcours:{name}", args=[melange.DEMARCHE, produit.pk, questionnaire])


def page(client: Client, produit: Produit, **where: str) -> str:
    return readable(client.get(url(produit, **where)))


def readable(response: Any) -> str:
    return unescape(response.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def send(client: Client, produit: Produit, fields: dict[str, Any], action: str = "enregistrer", questionnaire: str = melange.MIXTE) -> Any:
    """Send the form with these fields, as an empty page would: ``{"v-H1.Q1": "externe"}``."""
    tokens = {f"b-{name[2:]}": EMPTY for name in fields if name[:2] in ("v-", "c-")}
    return client.post(url(produit, questionnaire=questionnaire), {**tokens, **fields, "action": action})


def stored(produit: Produit, questionnaire: str = melange.MIXTE) -> dict[str, Any]:
    row = Reponse.tous.filter(sujet=produit, questionnaire__code=questionnaire, etat=EtatReponse.BROUILLON).first()
    return row.reponses if row else {}


def card(html: str, code: str) -> str:
    """The card of a criterion."""
    return re.search(rf'<article class="[^"]*" id="critere-{re.escape(code)}".*?</article>', html, re.S)[0]


# --- Answering ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "typed", "kept", "shown"),
    [
        ("H1.Q1", "externe", "externe", 'value="externe" checked'),
        ("H2.Q1", ["sauvegarde", "supervision"], ["sauvegarde", "supervision"], 'value="supervision" checked'),
        ("H2.Q1", ["aucune"], ["aucune"], 'value="aucune" data-exclusif checked'),
        ("H2.Q3", "12,5", 12.5, 'value="12,5"'),
        ("H2.Q3", "-5", -5, 'value="-5"'),
        ("H2.Q4", "Deux\r\nlignes & <b>", "Deux\nlignes & <b>", ">Deux\nlignes & <b></textarea>"),
    ],
)
def test_a_question_is_answered_in_its_card(client: Client, produit: Produit, code: str, typed: Any, kept: Any, shown: str) -> None:
    """QST-0, QST-2: each kind has its field, and comes back as it was answered."""
    assert f'name="v-{code}"' in card(page(client, produit), code)
    assert send(client, produit, {f"v-{code}": typed}).status_code == 302
    assert stored(produit) == {code: {"valeur": kept}}
    assert shown in card(page(client, produit), code)


def test_a_form_of_questions_is_answered_too(client: Client, produit: Produit) -> None:
    """QST-0: a whole « formulaire » opened through a démarche."""
    answers = {"v-FT.1": "Télésuivi", "v-FT.2": ["web"], "v-FT.3": "2024-02-29"}
    assert send(client, produit, answers, questionnaire=melange.FORMULAIRE).status_code == 302
    html = page(client, produit, questionnaire=melange.FORMULAIRE)
    assert 'type="date" value="2024-02-29"' in card(html, "FT.3")
    assert "Questions obligatoires renseignées 3/3" in html and "Plus aucune question à renseigner" in html


@pytest.mark.parametrize(
    ("code", "typed", "words"),
    [
        ("H1.Q1", "nuage", "Choisissez l'une des réponses proposées."),
        ("H1.Q1", ["interne", "externe"], "Choisissez l'une des réponses proposées."),
        ("H2.Q1", ["sauvegarde", "nuage"], "Choisissez parmi les réponses proposées."),
        ("H2.Q1", ["sauvegarde", "aucune"], "« Aucune réponse correspondante » exclut les autres réponses."),
        ("H2.Q3", "douze", "Donnez un nombre, par exemple 12 ou 3,5."),
        ("H2.Q3", "1" * 16, "Ce nombre a trop de chiffres : 15 au plus avant la virgule, 6 après."),
        ("H2.Q3", "0,1234567", "Ce nombre a trop de chiffres : 15 au plus avant la virgule, 6 après."),
        ("H2.Q4", "x" * 5001, "Ce texte dépasse 5000 caractères (5001)."),
        ("FT.1", "x" * 501, "Ce texte dépasse 500 caractères (501)."),
        ("FT.1", "a\nb", "Cette réponse tient sur une seule ligne."),
        ("FT.3", "2024-02-30", "Donnez une date qui existe, sous la forme AAAA-MM-JJ."),
        ("FT.3", ["2024-01-01", "2024-01-02"], "Donnez une date qui existe, sous la forme AAAA-MM-JJ."),
    ],
)
def test_an_answer_that_does_not_hold_is_refused_in_words_and_loses_nothing(client: Client, produit: Produit, code: str, typed: Any, words: str) -> None:
    """QST-3: 422, the cause in place and in the summary; what was typed there and beside it is still on the page."""
    questionnaire = melange.FORMULAIRE if code.startswith("FT") else melange.MIXTE
    beside = {"v-FT.4": "42"} if questionnaire == melange.FORMULAIRE else {"v-H1.1": "2", "c-H1.1": "à garder"}
    response = send(client, produit, {f"v-{code}": typed, **beside}, questionnaire=questionnaire)
    html = readable(response)
    assert response.status_code == 422
    assert f'<a href="#critere-{code}">' in html and html.count(words) == 2
    assert f'id="erreur-{code}">{words}' in card(html, code)
    for value in typed if isinstance(typed, list) else [typed]:
        assert value in card(html, code) or value == "nuage"  # no box bears it
    assert ('value="42"' if questionnaire == melange.FORMULAIRE else "à garder") in html
    assert stored(produit, questionnaire) == {}


def test_a_negative_number_is_no_level_of_the_results(client: Client, produit: Produit) -> None:
    """R-13: a recommendation is read by level, whatever number was answered beside."""
    ReponseFactory(sujet=produit, code=melange.MIXTE, reponses={"H2.Q3": {"valeur": -5}})
    assert client.get(url(produit, "resultats")).status_code == 200


# --- What counts --------------------------------------------------------------------------------------------------------
def panel(html: str) -> list[tuple[str, str]]:
    """The lines of the panel, in order, with how each is marked."""
    return [(code, mark or "") for code, mark in re.findall(r'<a href="#critere-([^"]+)" title="[^"]*"(?: class="(\w+)")?>', html)]


def test_a_question_is_demanded_and_an_optional_one_does_not_count(client: Client, produit: Produit) -> None:
    """R-4: the panel lists what is demanded, a question as an obligation is; « Valider » names it."""
    html = page(client, produit)
    assert panel(html) == [("H1.1", ""), ("H1.2", ""), ("H1.Q1", ""), ("H2.Q1", ""), ("H2.Q3", "")]
    assert "Critères renseignés 0/5" in html
    assert re.findall(r"data-compte( hidden)?>(\d/\d)<", html) == [("", "0/3"), ("", "0/2"), (" hidden", "0/0")]
    response = send(client, produit, {"v-H1.1": "2", "v-H1.2": "conforme", "v-H1.Q1": "interne", "v-H2.Q3": "4"}, "valider")
    assert response.status_code == 422
    assert re.findall(r'<li><a href="#critere-([^"]+)">[^<]*</a> : ([^<]*)', readable(response)) == [("H2.Q1", "Il manque une réponse.")]
    assert send(client, produit, {"v-H2.Q1": "aucune"}, "valider").status_code == 302
    assert page(client, produit).count("Plus aucun critère à renseigner") == 1


def test_a_form_of_questions_counts_questions(client: Client, produit: Produit) -> None:
    """R-4: n of m by kind of questionnaire."""
    html = page(client, produit, questionnaire=melange.FORMULAIRE)
    assert "Questions obligatoires renseignées 0/3" in html and "Questions restantes" in html
    assert [code for code, _ in panel(html)] == ["FT.1", "FT.2", "FT.3"]
