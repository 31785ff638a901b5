"""The gallery: every component in every state, without a violation, on a desk and on a phone (AX-1, EC-1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, override_settings
from playwright.sync_api import Page, expect

from convergence.galerie import samples

pytestmark = pytest.mark.django_db


def test_it_is_for_the_demonstration_and_the_staff_only(client: Client) -> None:
    assert client.get("/galerie/").status_code == 200
    with override_settings(DEMO=False):
        assert client.get("/galerie/").status_code == 404


def test_hostile_texts_stay_texts(client: Client) -> None:
    """WB-4: nothing typed becomes markup, whichever component shows it."""
    html = client.get("/galerie/").content.decode()
    assert samples()["hostile"] not in html
    assert "&lt;script&gt;" in html
    assert " style=" not in html and "javascript:" not in html


def test_the_card_of_a_criterion_is_light() -> None:
    """DOM ≤ 2 000 on the longest page, of sixty criteria: few elements in the ordinary card."""
    card = samples()["cartes"][0]
    assert card.count("<") - card.count("</") <= 28


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 768, 390, 320])
def test_axe_finds_nothing_and_nothing_overflows(new_page: Callable[..., Page], axe: Callable[..., None], width: int) -> None:
    page = new_page(viewport={"width": width, "height": 900})
    page.goto("/galerie/")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.querySelectorAll('*').length") <= 2000


@pytest.mark.browser
def test_a_level_answers_to_the_whole_panel_and_to_the_arrows(page: Page) -> None:
    """UX, « The questionnaire »: the whole panel is clickable, arrows choose, the choice shows without colour."""
    page.goto("/galerie/")
    card = page.locator("#critere-A08\\.1\\.1")
    card.locator("label.niveau-2").click(position={"x": 60, "y": 60})
    expect(card.locator("input[value='2']")).to_be_checked()
    page.keyboard.press("ArrowRight")
    expect(card.locator("input[value='3']")).to_be_checked()
    chosen = card.locator("label.niveau-3")
    shadow: Any = chosen.evaluate("element => getComputedStyle(element).boxShadow")
    assert shadow != "none" and card.locator("label.niveau-2").evaluate("element => getComputedStyle(element).boxShadow") == "none"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_the_colours_of_the_reader_everything_is_still_drawn(new_page: Callable[..., Page], scheme: str) -> None:
    """AX-1: what a ground, a shadow or a fill says in our colours, a line or the reader's own ink says in his."""
    page = new_page(forced_colors="active", color_scheme=scheme)
    page.goto("/galerie/")
    page.locator("#critere-A08\\.1\\.1 label.niveau-2").click()
    assert page.evaluate(UNDRAWN) == []


# What the forced colours have made vanish: words of a drawing that are not in the ink of the page, buttons and choices without a line.
UNDRAWN = """() => {
  const ink = getComputedStyle(document.body).color, style = element => getComputedStyle(element), say = element => element.outerHTML.slice(0, 100);
  const words = [...document.querySelectorAll("main svg text")].filter(text => style(text).fill !== ink);
  const buttons = [...document.querySelectorAll("main a.fr-btn")].filter(link => parseFloat(style(link).borderTopWidth) < 1);
  const chosen = [...document.querySelectorAll("main .niveau:has(:checked)")].filter(level => style(level).outlineStyle !== "solid");
  const bars = [...document.querySelectorAll("main progress")].filter(bar => parseFloat(style(bar).borderTopWidth) < 1);
  return [...words, ...buttons, ...chosen, ...bars].map(say);
}"""


@pytest.mark.browser
def test_without_scripts_the_levels_can_be_chosen_and_everything_read(page_without_js: Page) -> None:
    page_without_js.goto("/galerie/")
    card = page_without_js.locator("#critere-A08\\.1\\.1")
    card.locator("label.niveau-1").click()
    expect(card.locator("input[value='1']")).to_be_checked()
    card.locator(".critere-commentaire summary").click()
    expect(card.locator("textarea")).to_be_visible()


@pytest.mark.browser
def test_a_text_cut_by_the_browser_is_told(page: Page) -> None:
    """QST-3: nothing typed is lost without a word."""
    page.goto("/galerie/")
    comment = page.locator(".critere-commentaire:has(textarea:not([readonly]))").first
    comment.evaluate("block => { block.open = true; }")
    comment.locator("textarea").focus()
    page.keyboard.insert_text("x" * 6000)
    expect(comment.locator(".champ-plein")).to_contain_text(re.compile(r"5\s000 caractères au plus"))
    page.keyboard.press("Backspace")
    expect(comment.locator(".champ-plein")).to_have_count(0)
