"""What was sent and answered by an error, or by nothing, is back in its form when one comes back to it (WF-2, QST-3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.accounts.factories import UserFactory
from tests.accounts.test_session_navigateur import SignIn, kept
from tests.browser import Recorder

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("transactional_db")]
FONCTION = "Ingénieure de la qualité"
GIVEN_BACK = "n'avait pas été reçu a été remis dans la page"


@pytest.fixture
def user() -> User:
    return UserFactory(peut_creer_comptes=True, preferences={"double_facteur_propose": True})


def fill_in(page: Page) -> None:
    page.goto(reverse("catalog:compte_creer"))
    page.get_by_label("Fonction").fill(FONCTION)
    page.get_by_label("Prénom").fill("Ada")


def send(page: Page) -> None:
    page.get_by_role("main").locator("form button[type=submit]").first.click()


def check_given_back(page: Page) -> None:
    expect(page.get_by_label("Fonction")).to_have_value(FONCTION)
    expect(page.locator(".messages")).to_contain_text(GIVEN_BACK)
    assert kept(page) == 0


def test_a_right_withdrawn_then_given_again(page: Page, user: User, sign_in: SignIn, recorder: Recorder, axe: Callable[[Page], None]) -> None:
    """AZ-8: the page says it, shows the text, and the form has it again once it opens."""
    recorder.allow(403)
    sign_in(page, user)
    fill_in(page)
    User.objects.filter(pk=user.pk).update(peut_creer_comptes=False)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette action ne vous est pas ouverte")
    expect(page.get_by_role("main")).to_contain_text(FONCTION)
    expect(page.locator(".messages")).not_to_contain_text(GIVEN_BACK)
    axe(page)
    User.objects.filter(pk=user.pk).update(peut_creer_comptes=True)
    page.goto(reverse("accounts:notifications"))
    page.goto(reverse("catalog:compte_creer"))
    check_given_back(page)


def test_a_breakdown(page: Page, user: User, sign_in: SignIn, recorder: Recorder) -> None:
    recorder.allow(500)
    sign_in(page, user)
    fill_in(page)
    answer(page, 500, render_to_string("erreurs/500.html", {"textes": [FONCTION]}))
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Le service a rencontré un problème")
    expect(page.get_by_role("main")).to_contain_text(FONCTION)
    page.goto(reverse("catalog:compte_creer"))
    check_given_back(page)


def test_what_stands_before_the_site_answers_alone(page: Page, user: User, sign_in: SignIn, recorder: Recorder) -> None:
    recorder.allow(502)
    sign_in(page, user)
    fill_in(page)
    answer(page, 502, "<h1>502</h1>")
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("502")
    page.go_back()
    check_given_back(page)


def answer(page: Page, status: int, html: str) -> None:
    """Answer the form in the place of the site, once."""
    page.route(
        "**" + reverse("catalog:compte_creer"),
        lambda route: route.fulfill(status=status, body=html, content_type="text/html; charset=utf-8") if route.request.method == "POST" else route.fallback(),
    )
