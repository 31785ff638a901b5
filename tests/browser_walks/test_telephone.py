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
