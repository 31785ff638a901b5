"""A qualification with every kind of answer, in sections inside sections, and conditions on each kind (QST-0, QST-1, CAT-2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Produit
from parcours.chargement import charger, known_lot
from parcours.contexte import fetch_suivi
from parcours.referentiel import forget
from questionnaires.content import Lot, read_questionnaire
from questionnaires.models import Reponse
from tests.catalog.factories import R1, ProduitFactory
from tests.parcours.factories import InscriptionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]
FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "questionnaires" / "qualification-produit.yaml"
MORE = """
  - code: mesures
    titre: Mesures
    sections:
      - code: chiffres
        titre: Chiffres
        criteres:
          - {code: QP.51, titre: Taux, genre: nombre}
          - code: QP.52
            titre: Mise en service
            genre: date
            affichage: {question: QP.51, superieur: 3}
        sections:
          - code: textes
            titre: Textes
            affichage: {question: QP.52, inferieur: 2024-06-01}
            criteres:
              - {code: QP.53, titre: Mention, genre: texte}
              - code: QP.54
                titre: Précisions
                genre: texte_long
                affichage:
                  toutes:
                    - {question: QP.53, egal: "2024-01-31"}
                    - aucune:
                        - {question: QP.51, egal: 4}
                        - {question: QP.51, inferieur: 3.5}
"""
NEW = {"QP.51": "3,5", "QP.52": "2024-01-31", "QP.53": "2024-01-31", "QP.54": "Une ligne,\nune autre."}


@pytest.fixture
def qualified(referentiel: None) -> Produit:
    """Qualified and enrolled before the second version is published."""
    produit = ProduitFactory(qualified=True)
    InscriptionFactory(sujet=produit)
    return produit


@pytest.fixture(autouse=True)
def second_version(qualified: Produit, tmp_path: Path) -> Iterator[None]:
    path = tmp_path / FIXTURE.name
    text = FIXTURE.read_text(encoding="utf-8").replace("version: 1", "version: 2", 1).replace("Appels synchrones", "Appels directs")
    path.write_text(text + MORE, encoding="utf-8")
    charger(Lot(questionnaires=[read_questionnaire(path, known_lot())]))
    yield
    forget()


@pytest.fixture
def produit(client: Client) -> Produit:
    produit = ProduitFactory()
    client.force_login(produit.responsable)
    return produit


def send(client: Client, produit: Produit, action: str = "voir", *, depuis: int = 0, **answers: Any) -> Any:
    fields = {f"v-{code}": valeur for code, valeur in {**R1, **answers}.items()}
    return client.post(reverse("parcours:qualification", args=[produit.pk]), {**fields, "action": action, "depuis": depuis})


def recorded(produit: Produit) -> Reponse:
    return Reponse.tous.filter(sujet=produit).latest("pk")


def errors(html: str) -> set[str]:
    return set(re.findall(r'id="erreur-(QP\.5\d)"', html))


def test_every_question_is_on_the_page_under_its_section(client: Client, produit: Produit) -> None:
    html = client.get(reverse("parcours:qualification", args=[produit.pk])).content.decode()
    assert [code for code in NEW if f'id="question-{code}"' in html] == list(NEW)
    assert "Mesures – Chiffres – Textes" in html


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({}, {"QP.51"}),
        ({"QP.51": "3"}, set()),
        ({"QP.51": "3,000001"}, {"QP.52"}),
        ({"QP.51": "4", "QP.52": "2024-06-01"}, set()),
        ({"QP.51": "4", "QP.52": "2024-05-31"}, {"QP.53"}),
        ({"QP.51": "4", "QP.52": "2024-05-31", "QP.53": "2024-01-31"}, set()),
        ({"QP.51": "3,4", "QP.52": "2024-05-31", "QP.53": "2024-01-31"}, set()),
        ({"QP.51": "3,5", "QP.52": "2024-05-31", "QP.53": "2024-01-31"}, {"QP.54"}),
        ({"QP.51": "3,5", "QP.52": "2024-02-30"}, {"QP.52"}),
        ({"QP.51": "1e3"}, {"QP.51"}),
    ],
)
def test_conditions_compare_each_kind_of_answer(client: Client, produit: Produit, answers: dict[str, str], missing: set[str]) -> None:
    """R-6: at the bound neither above nor below; « aucune » holds of a question answered otherwise."""
    response = send(client, produit, **answers)
    assert response.status_code == (422 if missing else 302)
    if missing:
        assert errors(response.content.decode()) == missing


def test_what_was_answered_is_told_as_people_write_it(client: Client, produit: Produit) -> None:
    """Dates JJ/MM/AAAA, numbers with a comma; a text is left as it was typed."""
    assert send(client, produit, **NEW).status_code == 302
    html = client.get(reverse("parcours:fiche_produit", args=[produit.pk])).content.decode()
    assert re.findall(r"<dt>\d+\. (?:Taux|Mise en service|Mention)</dt><dd>(.*?)</dd>", html) == ["3,5", "31/01/2024", "2024-01-31"]


def test_a_very_small_number_survives_the_consequences(client: Client, produit: Produit) -> None:
    """CAT-2: what the page carries along is what was typed."""
    send(client, produit, **NEW)
    html = send(client, produit, depuis=recorded(produit).pk, **{"QP.51": "0,000001"}).content.decode()
    assert 'name="v-QP.51" value="0,000001"' in html
    send(client, produit, "confirmer", depuis=recorded(produit).pk, **{"QP.51": "0,000001"})
    assert recorded(produit).reponses["QP.51"] == {"valeur": 1e-06}
    assert "0,000001" in client.get(reverse("parcours:qualification", args=[produit.pk])).content.decode()


def test_a_product_qualified_under_the_version_before_is_asked_for_what_is_new(client: Client, qualified: Produit) -> None:
    """QST-0: its answers are there, and its profile stands until the rest is answered."""
    client.force_login(qualified.responsable)
    before = recorded(qualified)
    html = send(client, qualified, depuis=before.pk).content.decode()
    assert errors(html) == {"QP.51"} and 'name="v-QP.05" value="saas" checked' in html
    assert fetch_suivi(qualified.responsable, "socles", qualified.pk).etape("interoperabilite").progress.total == 7
    assert send(client, qualified, "confirmer", depuis=before.pk, **{"QP.51": "2"}).status_code == 302
    assert recorded(qualified).version.numero == 2
    assert fetch_suivi(qualified.responsable, "socles", qualified.pk).etape("interoperabilite").progress.total == 7


def test_answers_are_quoted_in_the_words_that_were_read(client: Client, qualified: Produit) -> None:
    """QST-1, CAT-2: a version published since puts no other words in anybody's mouth."""
    client.force_login(qualified.responsable)
    form = reverse("parcours:questionnaire", kwargs={"demarche": "socles", "reference": qualified.pk, "questionnaire": "interoperabilite"})
    assert "Appels synchrones" in client.get(form).content.decode()
    before = recorded(qualified).pk
    html = send(client, qualified, depuis=before, **{"QP.51": "2", "QP.19": ["synchrone", "asynchrone"]}).content.decode()
    assert "Appels synchrones" in html and "Appels directs, Échanges asynchrones" in html
    same = send(client, qualified, depuis=before, **{"QP.51": "2"}).content.decode()
    assert "Appels synchrones" not in same and "Appels directs" not in same
    send(client, qualified, "confirmer", depuis=before, **{"QP.51": "2"})
    assert "Appels directs" in client.get(form).content.decode()
