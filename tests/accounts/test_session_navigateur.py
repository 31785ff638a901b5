"""The end of a session as a person meets it, with limits of seconds: warning, « Prolonger », what was typed given back (AU-7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts import session
from accounts.models import User
from tests.accounts.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("transactional_db")]

SignIn = Callable[[Page, User], None]
TYPED = "ada.lovelace@nouvelle.example"


@pytest.fixture
def user() -> User:
    return UserFactory(first_name="Ada", preferences={"double_facteur_propose": True})


def shorten(monkeypatch: pytest.MonkeyPatch, *, idle: float, warning: float, absolute: float = 3600) -> None:
    for name, seconds in {"IDLE": idle, "WARNING": warning, "ABSOLUTE": absolute, "STAMP_EVERY": 0}.items():
        monkeypatch.setattr(session, name, timedelta(seconds=seconds))


def open_address_form(page: Page, user: User) -> None:
    """Sign in by the form and reach a page where something is typed."""
    page.goto(f"{reverse('account_login')}?next={reverse('accounts:adresse')}")
    come_back(page, user)


def come_back(page: Page, user: User) -> None:
    """Sign in where the site asks for it, and be recognised again, as the page of the address wants it (AU-6)."""
    sign_in_by_form(page, user)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Changer d'adresse électronique")


def sign_in_by_form(page: Page, user: User) -> None:
    page.locator("#id_login").fill(user.username)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter", exact=True).click()


def kept(page: Page) -> int:
    return page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('convergence:saisie:')).length")


def test_warning_then_prolonging(page: Page, user: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, axe: Callable[[Page], None]) -> None:
    """The warning takes the focus, is a dialog one can read, and « Prolonger » gives the time again."""
    shorten(monkeypatch, idle=8, warning=6)
    sign_in(page, user)
    page.goto(reverse("accounts:preferences"))
    warning = page.get_by_role("dialog", name="Votre session va prendre fin")
    expect(warning).to_be_visible()
    expect(page.get_by_role("button", name="Prolonger")).to_be_focused()
    monkeypatch.setattr(session, "IDLE", timedelta(seconds=60))
    axe(page)
    page.keyboard.press("Enter")
    expect(warning).to_be_hidden()
    page.goto(reverse("accounts:notifications"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Notifications")


def test_one_request_at_most_until_the_warning(page: Page, user: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """No polling; a save in the background puts the warning off."""
    shorten(monkeypatch, idle=5, warning=3)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/compte/session/" in request.url else None)
    sign_in(page, user)
    page.goto(reverse("accounts:preferences"))
    monkeypatch.setattr(session, "IDLE", timedelta(seconds=3600))  # as if another tab had been used
    page.wait_for_timeout(4000)
    assert len(asked) == 1
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_was_typed_comes_back(page: Page, user: User, monkeypatch: pytest.MonkeyPatch, axe: Callable[[Page], None]) -> None:
    """The page says that the session is over; after signing in again the page and the text are back, and nothing is kept."""
    open_address_form(page, user)
    shorten(monkeypatch, idle=3, warning=1)
    page.reload()
    page.locator("#id_email").fill(TYPED)
    expect(page.get_by_role("dialog", name="Votre session a pris fin")).to_be_visible()
    axe(page)
    monkeypatch.setattr(session, "IDLE", timedelta(seconds=600))
    page.get_by_role("link", name="Se connecter à nouveau").click()
    expect(page).to_have_url(re.compile("/compte/connexion/"))
    come_back(page, user)
    expect(page.locator("#id_email")).to_have_value(TYPED)
    expect(page.locator(".messages")).to_contain_text("a été remis dans la page")
    assert kept(page) == 0


def test_form_sent_after_the_end_comes_back_filled(page: Page, user: User) -> None:
    open_address_form(page, user)
    page.locator("#id_email").fill(TYPED)
    end_on_the_server(user)
    page.get_by_role("button", name="Envoyer le message de confirmation").click()
    expect(page).to_have_url(re.compile(r"/compte/connexion/\?next="))
    come_back(page, user)
    expect(page.locator("#id_email")).to_have_value(TYPED)


def test_nothing_is_given_back_to_another_account(page: Page, user: User) -> None:
    other = UserFactory(preferences={"double_facteur_propose": True})
    open_address_form(page, user)
    page.locator("#id_email").fill(TYPED)
    end_on_the_server(user)
    page.get_by_role("button", name="Envoyer le message de confirmation").click()
    come_back(page, other)
    expect(page.locator("#id_email")).to_have_value("")
    assert kept(page) == 0


def test_form_that_was_received_leaves_nothing(page: Page, user: User) -> None:
    open_address_form(page, user)
    page.locator("#id_email").fill(TYPED)
    page.get_by_role("button", name="Envoyer le message de confirmation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes informations")
    assert kept(page) == 0
    page.goto(reverse("accounts:adresse"))
    expect(page.locator("#id_email")).to_have_value("")


def test_signing_out_leaves_nothing(page: Page, user: User) -> None:
    open_address_form(page, user)
    page.evaluate("(key) => sessionStorage.setItem(key, JSON.stringify({typed: [], remettre: true}))", f"convergence:saisie:{user.pk}:/ailleurs/")
    page.locator("[data-menu-compte] summary").click()
    page.get_by_role("button", name="Déconnexion").click()
    expect(page.get_by_role("link", name="Se connecter").first).to_be_visible()
    assert kept(page) == 0


def test_end_of_the_twelve_hours(page: Page, user: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be put off: the page says to save, once."""
    shorten(monkeypatch, idle=600, warning=8, absolute=10)
    sign_in(page, user)
    page.goto(reverse("accounts:preferences"))
    dialog = page.get_by_role("dialog", name="Votre session va prendre fin")
    expect(dialog).to_contain_text("douze heures")
    expect(page.get_by_role("button", name="Prolonger")).to_be_hidden()
    page.get_by_role("button", name="J'ai compris").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("dialog", name="Votre session a pris fin")).to_be_visible(timeout=12_000)


def test_help_on_a_new_password(page: Page, user: User, sign_in: SignIn, axe: Callable[[Page], None]) -> None:
    """AU-1: what is missing is said as one types; the server decides."""
    sign_in(page, user)
    page.goto(reverse("account_change_password"))
    said = page.locator("[data-manque]")
    for text, words in {
        "girafe": "il manque 6 caractères",
        "Convergence2026": "noms connus",
        "aaaaaaaaaaaaaaaa": "se devine",
        "sept loutres au bord du canal": "seconde fois",
    }.items():
        page.locator("#id_password1").fill(text)
        expect(said).to_contain_text(words)
    axe(page)
    page.locator("#id_password2").fill("sept loutres au bord du canal")
    expect(said).to_have_text("C'est bon.")
    expect(page.locator('[data-regle][data-tenue="oui"]')).to_have_count(4)


def end_on_the_server(user: User) -> None:
    """End the session as an hour without activity would, the page knowing nothing of it."""
    keys = UserSession.objects.filter(user=user).values_list("session_key", flat=True)
    for row in Session.objects.filter(pk__in=list(keys)):
        store = row.get_session_store_class()(row.session_key)
        store[session.OPENED] -= session.ABSOLUTE.total_seconds() + 1
        store.save()
    cache.clear()
