"""Signing in with ProConnect in a browser: with and without JavaScript, under the policy of the pages (ACC-4, AX-1, AX-2, WB-1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from accounts.models import IdentiteExterne
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.openid.fournisseur import CLIENT_ID, SECRET, Provider, serve
from tests.browser import Recorder

from .gestes import linked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def provider(settings: Settings, live_server: Any, recorder: Recorder) -> Iterator[Provider]:
    """A provider that asks the person to press a link, and sends back to the site under test."""
    found, server = serve()
    found.interactive = True
    settings.BASE_URL = live_server.url
    settings.OPENID_FOURNISSEURS = [{"code": "proconnect", "nom": "ProConnect", "url": found.url, "client_id": CLIENT_ID, "secret": SECRET}]
    recorder.allow_host(found.url)
    yield found
    server.shutdown()
    server.server_close()


def test_linking_then_signing_in(page: Page, sign_in: Any, axe: Callable[[Page], None], provider: Provider) -> None:
    user = UserFactory(preferences={"double_facteur_propose": True})
    sign_in(page, user)
    page.goto(reverse("accounts:identites"))
    page.get_by_role("button", name="Rattacher ProConnect").click()
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Confirmer").click()
    page.get_by_role("link", name="Je suis Ada").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rattacher cette identité")
    axe(page)
    page.get_by_role("button", name="Rattacher à mon compte").click()
    expect(page.get_by_text("Vous pouvez maintenant vous connecter avec ProConnect.")).to_be_visible()
    axe(page)
    page.context.clear_cookies()
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Se connecter avec ProConnect").click()
    page.get_by_role("link", name="Je suis Ada").click()
    expect(page).to_have_url(re.compile("/tableau-de-bord/"))


def test_stranger_at_390_pixels_without_javascript(new_page: Callable[..., Page], recorder: Recorder, axe: Callable[[Page], None], provider: Provider) -> None:
    recorder.allow(403)
    for options in ({"java_script_enabled": False}, {"viewport": {"width": 390, "height": 844}}):
        page = new_page(**options)
        page.goto(reverse("account_login"))
        page.get_by_role("button", name="Se connecter avec ProConnect").click()
        page.get_by_role("link", name="Je suis Ada").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Aucun compte n'est rattaché à cette identité")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert not IdentiteExterne.objects.exists()


def test_recognised_again_without_a_password_at_390_pixels(phone: Page, axe: Callable[[Page], None], provider: Provider, settings: Settings) -> None:
    """AU-6, AX-1."""
    user = UserFactory(preferences={"double_facteur_propose": True})
    user.set_unusable_password()
    user.save()
    linked(user)
    phone.goto(reverse("account_login"))
    phone.get_by_role("button", name="Se connecter avec ProConnect").click()
    phone.get_by_role("link", name="Je suis Ada").click()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    phone.goto(reverse("accounts:adresse"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Confirmez que c'est bien vous")
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    phone.get_by_role("button", name="S'identifier avec ProConnect").click()
    phone.get_by_role("link", name="Je suis Ada").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Changer d'adresse électronique")
