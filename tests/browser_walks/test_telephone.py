"""On a phone of 390 pixels: nothing scrolls sideways, the panel opens from below, one answers with the finger (UX)."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

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
