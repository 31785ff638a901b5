"""The schema of a section, in a browser: fetched when opened, whole on a phone, without a fault for axe (QST-0, AX-1, EC-1)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from questionnaires.models import Image
from tests.security.monde import create_monde
from tests.security.table import TABLE

from .gestes import largeur_tenue

pytestmark = pytest.mark.browser

DRAWN = "image => image.complete && image.naturalWidth > 0"


def test_a_schema_is_fetched_when_it_is_opened(phone: Page, new_page: Callable[..., Page], sign_in, recorder, axe: Callable[..., None], referentiel):
    monde = create_monde()
    sign_in(phone, monde.a.responsable)
    fetched: list[str] = []
    phone.on("response", lambda response: fetched.append(response.url) if "/images/" in response.url else None)
    url = reverse("parcours:questionnaire", kwargs=TABLE["parcours:questionnaire"].kwargs(monde.a))
    phone.goto(url, wait_until="networkidle")
    fold = phone.locator(".schema").first
    assert not fetched
    fold.locator("summary").tap()
    image = fold.get_by_role("img", name="Trois couches superposées")
    expect(image).to_be_visible()
    phone.wait_for_function(DRAWN, arg=image.element_handle())
    assert len(fetched) == 1
    for width in (390, 320, 1280):
        phone.set_viewport_size({"width": width, "height": 844})
        largeur_tenue(phone)
        assert image.evaluate("image => Math.abs(image.width / image.height - 480 / 458) < .02"), width
        axe(phone)
    phone.goto(url, wait_until="networkidle")  # signed in, and kept by the browser all the same
    phone.locator(".schema summary").first.tap()
    phone.wait_for_function(DRAWN, arg=phone.locator(".schema img").first.element_handle())
    assert phone.evaluate("performance.getEntriesByType('resource').filter(entry => entry.name.includes('/images/')).every(entry => entry.transferSize === 0)")
    alone = new_page()
    alone.goto(phone.locator(".schema img").first.get_attribute("src"))
    expect(alone.locator("svg text").first).to_have_text("Contenu métier")


def test_a_drawing_that_would_run_something_runs_nothing(page: Page, recorder, referentiel):
    """WB-1: the loader refuses it; were it in the base all the same, the answer leaves it no right."""
    script = "document.documentElement.setAttribute('class', 'run')"
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="{script}"><script>{script}</script><text y="9">A</text></svg>'
    Image.objects.create(nom="piege.svg", type_mime="image/svg+xml", empreinte="0" * 64, contenu=drawing.encode())
    page.goto(reverse("questionnaires:image", args=["piege.svg"]))
    expect(page.locator("text")).to_have_text("A")
    expect(page.locator("svg.run")).to_have_count(0)
    assert recorder.problems and all("Blocked script execution" in problem or "Content Security Policy" in problem for problem in recorder.problems)
    recorder.problems.clear()
