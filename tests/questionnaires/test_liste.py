"""« Questionnaires et échelles »: public, complete, and light (QST-0, R-15)."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from parcours.echelles import catalogue

pytestmark = pytest.mark.usefixtures("referentiel")
LISTE = "/questionnaires/"


def detail(client, demarche: str, code: str) -> str:
    response = client.get(reverse("questionnaires:liste_questionnaire", args=[demarche, code]))
    assert response.status_code == 200
    return response.content.decode().replace("\xa0", " ")


def criterion(html: str, code: str) -> str:
    return next(part.split("</article>")[0] for part in html.split('<article class="echelle">')[1:] if f">{code}</span>" in part)


def accepted(html: str, code: str) -> list[str]:
    """Return the classes of the accepted answers of a criterion."""
    return re.findall(r'<li class="echelle-(\S+) echelle-acceptee"', criterion(html, code))


def test_the_list_is_open_to_all_and_goes_by_parcours_then_demarche(client):
    html = client.get(LISTE).content.decode().replace("\xa0", " ")
    assert html.index("Doctrine du Numérique en Santé") < html.index("Évaluation et projection socles") < html.index("Mon espace santé")
    assert reverse("questionnaires:liste_questionnaire", args=["socles", "interoperabilite"]) in html
    assert "60 critères, dont 11 obligations" in html


def test_a_visitor_costs_the_questions_of_the_content_alone(client):
    client.get(LISTE)
    with CaptureQueriesContext(connection) as queries:
        client.get(LISTE)
    assert len(queries) <= 1


def test_every_level_accepted_is_ticked_na_included(client):
    """R-10, R-15: for the Doctrine the levels from the recommended one, and NA wherever it is offered."""
    html = detail(client, "socles", "interoperabilite")
    assert accepted(html, "A08.2.1") == ["na", "1", "2", "3"]
    assert "Obligation" in criterion(html, "A08.2.1")


def test_an_option_without_minimum_says_so(client):
    """R-15."""
    html = detail(client, "mes-sans-echange", "interoperabilite")
    assert accepted(html, "A08.1.1") == []
    assert "Aucun niveau minimum requis pour cette démarche" in criterion(html, "A08.1.1")
    assert "Option" in criterion(html, "A08.1.1")


def test_each_criterion_says_what_it_requires_or_aims_at(client):
    """QST-0: a conformity is nothing without its exigence."""
    assert "Mesurer l" in criterion(detail(client, "socles", "interoperabilite"), "A08.2.1")
    assert "Le système doit" in criterion(detail(client, "teleconsultation", "teleconsultation"), "TLC.1.01")


def test_what_depends_on_the_profile_is_told(client):
    """R-9, REFERENTIEL 1.6: minima raised when QO.18 = oui."""
    text = criterion(detail(client, "mes-guide", "securite"), "02.02")
    assert "Si " in text
    assert "Oui » : Obligation, réponses acceptées : 2 · Maturité moyenne" in text


def test_every_published_questionnaire_has_its_page_within_the_budget_of_elements(client):
    """EC-1: at most 2,000 elements on the longest page."""
    pages = 0
    for parcours in catalogue().parcours_list:
        for demarche in parcours.demarches:
            for questionnaire in demarche.questionnaires:
                if questionnaire.disponible:
                    html = detail(client, demarche.code, questionnaire.code)
                    assert html.count('<article class="echelle">') == len(questionnaire.lignes)
                    assert len(re.findall(r"<[a-z]", html)) <= 2000
                    pages += 1
    assert pages >= 10


@pytest.mark.parametrize(("demarche", "code"), [("socles", "inconnu"), ("inconnue", "interoperabilite"), ("dmn-ligne-generique", "interoperabilite")])
def test_unknown_pages_are_404(client, demarche, code):
    assert client.get(reverse("questionnaires:liste_questionnaire", args=[demarche, code])).status_code == 404


@pytest.mark.parametrize("name", ["liste", "liste_excel"])
def test_only_read(client, name):
    assert client.post(reverse(f"questionnaires:{name}")).status_code == 405


def test_excel_holds_every_criterion_as_text(client):
    """XP-1."""
    response = client.get(reverse("questionnaires:liste_excel"))
    assert response["Content-Disposition"].startswith("attachment")
    book = load_workbook(BytesIO(response.content))
    expected = {d.titre: sum(len(q.lignes) for q in d.questionnaires if q.disponible) for p in catalogue().parcours_list for d in p.demarches}
    assert {sheet.title: sheet.max_row - 1 for sheet in book} == {title[:31].strip(): size for title, size in expected.items() if size}
    assert all(cell.data_type in "sn" for sheet in book for row in sheet.iter_rows() for cell in row)
    socles = {row[2].value: row for row in book["Évaluation et projection socles"].iter_rows(min_row=2)}
    assert socles["A08.2.1"][8].value.startswith("✓ ")
    assert not socles["A08.2.1"][7].value.startswith("✓ ")


def test_excel_is_made_once(client):
    """The list is the same for all until the content changes."""
    first = client.get(reverse("questionnaires:liste_excel")).content
    assert client.get(reverse("questionnaires:liste_excel")).content == first
