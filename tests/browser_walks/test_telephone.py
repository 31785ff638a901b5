"""On a phone of 390 pixels: nothing scrolls sideways, the panel opens from below, one answers with the finger (UX)."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from catalog.models import Produit
from tests.catalog.factories import ProduitFactory
from tests.security.monde import Monde, create_monde
from tests.security.table import TABLE

from .gestes import carte, coche, enregistre, largeur_tenue, niveau
from .pages import readers

pytestmark = pytest.mark.browser


def test_every_page_fits_a_phone(phone: Page, sign_in, referentiel):
    monde = create_monde(" de coordination des parcours de soins et de télésurveillance des patients")
    pages = readers(monde.acteurs)
    visit(phone, monde, [name for name, actor in pages.items() if actor == "anonyme"])
    sign_in(phone, monde.a.responsable)
    visit(phone, monde, [name for name, actor in pages.items() if actor == "responsable_a"])
    answer(phone, monde)


# What one presses and is lower than 44 pixels; a choice is pressed by its label, a link inside a sentence or a title is excepted.
SMALL = """() => [...document.querySelectorAll("main :is(button, summary, select, textarea, a.fr-btn, .restantes a, input)")]
  .filter(element => element.checkVisibility() && !["hidden", "radio", "checkbox"].includes(element.type) && !element.closest(".fr-sr-only"))
  .filter(element => element.getBoundingClientRect().height < 44)
  .map(element => element.outerHTML.slice(0, 120))"""


def test_tables_fit_a_tablet(phone: Page, sign_in, referentiel):
    """UX: from 768 pixels rows are rows again, and every column fits."""
    monde = create_monde(" de coordination des parcours de soins et de télésurveillance des patients")
    sign_in(phone, monde.a.responsable)
    phone.set_viewport_size({"width": 768, "height": 1024})
    names = ("parcours:tableau_de_bord", "parcours:demarche", "parcours:resultats", "catalog:catalogue", "catalog:comptes", "accounts:notifications")
    visit(phone, monde, list(names))


def test_what_one_presses_is_large_enough(phone: Page, sign_in, referentiel):
    """UX: targets of 44 pixels on a phone, the panel opened too."""
    monde = create_monde()
    sign_in(phone, monde.a.responsable)
    for name in ("tableau_de_bord", "demarche", "fiche_produit", "sujet_inscrit", "resultats", "qualification", "questionnaire"):
        phone.goto(reverse(f"parcours:{name}", kwargs=TABLE[f"parcours:{name}"].kwargs(monde.a)))
        assert not phone.evaluate(SMALL), name
    phone.locator(".panneau-detail summary").tap()
    assert not phone.evaluate(SMALL)


def test_one_turns_the_pages_and_sorts_on_a_phone(phone: Page, sign_in, referentiel):
    """UX: no word is cut in the links of a long list, and what sorts its rows is there to press and to take the focus."""
    monde = create_monde()
    ProduitFactory.create_batch(26, entreprise=monde.a.responsable.entreprise, responsable=monde.a.responsable)
    sign_in(phone, monde.a.responsable)
    for width in (320, 390, 700, 1280):
        phone.set_viewport_size({"width": width, "height": 844})
        phone.goto(reverse("catalog:catalogue"))
        assert not phone.evaluate(CUT_LINKS), width
        largeur_tenue(phone)
    phone.set_viewport_size({"width": 390, "height": 844})
    phone.get_by_role("link", name=re.compile("^Responsable")).tap()
    expect(phone).to_have_url(re.compile("tri=responsable"))
    phone.get_by_role("link", name="Page suivante").tap()
    expect(phone).to_have_url(re.compile("page=2"))


# Links of a list that show a part of their words: all of them, or none beside an arrow.
CUT_LINKS = """() => [...document.querySelectorAll(".fr-pagination a, .tri")].filter(link => {
  const box = link.getBoundingClientRect(), range = document.createRange();
  range.selectNodeContents([...link.childNodes].find(node => node.nodeType === Node.TEXT_NODE));
  const words = range.getBoundingClientRect();
  return box.width < 24 || words.left < box.right - 1 && (words.left < box.left || words.right > box.right + 1);
}).map(link => link.outerHTML)"""


def test_the_panel_keeps_the_reference_of_a_long_name(phone: Page, sign_in, referentiel):
    """UX: the product's name and référence are always in sight inside its pages."""
    monde = create_monde()
    Produit.tous.filter(pk=monde.a.produit.pk).update(nom="X" * 150)
    sign_in(phone, monde.a.responsable)
    phone.set_viewport_size({"width": 1280, "height": 900})
    phone.goto(reverse("parcours:questionnaire", kwargs=TABLE["parcours:questionnaire"].kwargs(monde.a)))
    assert phone.locator(".panneau-sujet").evaluate("panel => panel.scrollWidth <= panel.clientWidth")


def test_an_open_menu_stays_in_the_page(phone: Page, sign_in, referentiel):
    monde = create_monde(" de coordination des parcours de soins et de télésurveillance des patients")
    sign_in(phone, monde.a.responsable)
    for width in (320, 640):
        phone.set_viewport_size({"width": width, "height": 844})
        for name in ("catalog:catalogue", "parcours:fiche_produit"):
            phone.goto(reverse(name, kwargs=TABLE[name].kwargs(monde.a)))
            phone.locator(".menu-actions summary").first.click()
            largeur_tenue(phone)


def test_the_flag_hides_no_word(phone: Page, sign_in, referentiel):
    """UX: the words of a recommended level are whole beside its flag."""
    monde = create_monde()
    sign_in(phone, monde.a.responsable)
    phone.goto(reverse("parcours:questionnaire", kwargs=TABLE["parcours:questionnaire"].kwargs(monde.a)))
    for width in (390, 320, 700, 1280):
        phone.set_viewport_size({"width": width, "height": 844})
        assert not phone.evaluate(UNDER_THE_FLAG), width


# Recommended levels whose words reach into the corner where the flag is drawn.
UNDER_THE_FLAG = """() => [...document.querySelectorAll(".niveau-recommande")].filter(level => {
  const box = level.getBoundingClientRect(), flag = getComputedStyle(level, "::after"), range = document.createRange();
  range.selectNodeContents(level.querySelector("b"));
  const left = box.right - parseFloat(flag.right) - parseFloat(flag.width), bottom = box.top + parseFloat(flag.top) + parseFloat(flag.height);
  return [...range.getClientRects()].some(line => line.right > left && line.top < bottom);
}).map(level => level.textContent)"""


def visit(phone: Page, monde: Monde, names: list[str]) -> None:
    wide = []
    for name in names:
        phone.goto(reverse(name, kwargs=TABLE[name].kwargs(monde.a)), wait_until="domcontentloaded")
        try:
            largeur_tenue(phone)
        except AssertionError as error:
            wide.append(str(error))
    assert not wide, "\n".join(wide)


def answer(phone: Page, monde: Monde) -> None:
    """UX: the panel is a bar at the bottom that opens; a link of it leads to the criterion and folds it again."""
    phone.goto(reverse("parcours:questionnaire", kwargs=TABLE["parcours:questionnaire"].kwargs(monde.a)))
    panel, detail = phone.locator(".questionnaire-panneau"), phone.locator(".panneau-detail")
    expect(detail).not_to_have_attribute("open", re.compile(".*"))
    carte(phone, "A08.1.1").scroll_into_view_if_needed()
    box = panel.bounding_box()
    assert box and round(box["y"] + box["height"]) == 844, box
    detail.locator("summary").tap()
    expect(detail.locator(".restantes")).to_be_visible()
    detail.get_by_role("link", name="A10.1").tap()
    expect(detail.locator(".restantes")).to_be_hidden()
    expect(carte(phone, "A10.1")).to_be_in_viewport()
    niveau(phone, "A10.1", 2).tap()
    assert coche(phone, "A10.1") == "2"
    enregistre(phone)
    largeur_tenue(phone)


def test_a_table_keeps_its_headings_where_they_are_needed(phone: Page, sign_in, referentiel):
    """UX: two numbers beside an axis say nothing without theirs; on paper, as narrow as a phone is not, rows stay rows."""
    monde = create_monde()
    sign_in(phone, monde.a.responsable)
    phone.goto(reverse("parcours:resultats", kwargs=TABLE["parcours:resultats"].kwargs(monde.a)))
    heading = phone.get_by_role("table", name="Moyenne par axe").get_by_role("columnheader", name="Niveau recommandé")
    assert heading.bounding_box()["width"] > 40
    phone.set_viewport_size({"width": 700, "height": 1000})
    phone.emulate_media(media="print")
    row = phone.get_by_role("table", name="Niveaux manquants par critère").locator("tbody tr").first
    assert row.evaluate("row => getComputedStyle(row).display") == "table-row"
