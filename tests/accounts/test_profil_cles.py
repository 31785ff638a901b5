"""Passkeys, by Chromium's virtual authenticator (AU-3, AZ-11)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Courriel, EntreeJournal, User
from tests.accounts.factories import PASSWORD, UserFactory
from tests.browser import Recorder

OPTIONS = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}


def give_authenticator(page: Page) -> Any:
    """Plug a virtual authenticator that says yes into the browser of a page."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {**OPTIONS, "automaticPresenceSimulation": True}})
    return cdp


def add_key(page: Page, name: str) -> None:
    page.goto(reverse("mfa_add_webauthn"))
    if "/confirmer/" in page.url:
        page.locator("#id_password").fill(PASSWORD)
        page.get_by_role("button", name="Confirmer").click()
    page.get_by_label("Nom de la clé").fill(name)
    page.get_by_role("button", name="Ajouter cette clé").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("codes de secours")


@pytest.mark.browser
def test_adding_then_signing_in_with_a_passkey(transactional_db: None, page: Page, sign_in: Any, axe: Callable[[Page], None]) -> None:
    user = UserFactory(first_name="Ada", preferences={"double_facteur_propose": True})
    sign_in(page, user)
    give_authenticator(page)
    page.goto(reverse("mfa_index"))
    axe(page)
    add_key(page, "Téléphone")
    assert Authenticator.objects.filter(user=user, type="webauthn").count() == 1
    assert Courriel.objects.filter(destinataire=user.email, sujet__startswith="Une clé d'accès a été ajoutée").exists()
    assert EntreeJournal.objects.filter(action="double_facteur.ajoute", acteur=user.pk, details={"type": "webauthn"}).exists()
    page.goto(reverse("mfa_list_webauthn"))
    expect(page.get_by_role("cell", name="Téléphone", exact=True)).to_be_visible()
    axe(page)
    page.context.clear_cookies()
    page.goto(reverse("account_login"))
    page.locator("#id_login").fill(user.username)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("heading", name="Ou utilisez votre clé d'accès")).to_be_visible()
    axe(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    page.get_by_role("button", name="Utiliser ma clé d'accès").click()
    expect(page).to_have_url(re.compile("/tableau-de-bord/"))
    replay(user, sent[-1])
    page.goto(f"{reverse('mfa_reauthenticate_webauthn')}?next={reverse('accounts:adresse')}")
    axe(page)
    page.get_by_role("button", name="Utiliser ma clé d'accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Changer d'adresse électronique")


def replay(user: User, body: str) -> None:
    """AU-3: the answer of a key opens nothing a second time, even to whoever has the password."""
    credential = re.search(r"credential=([^&]+)", body)
    assert credential
    client = Client()
    client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    url = reverse("mfa_authenticate")
    assert client.get(url).status_code == 200
    client.generic("POST", url, f"credential={credential[1]}", content_type="application/x-www-form-urlencoded")
    assert "_auth_user_id" not in client.session


def key(user: User, name: str = "Clé") -> Authenticator:
    return Authenticator.objects.create(user=user, type="webauthn", data={"name": name, "credential": {}})


def recognised(client: Client) -> None:
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["mfa_edit_webauthn", "mfa_remove_webauthn"])
def test_key_of_another_account_does_not_exist(client: Client, name: str) -> None:
    """AZ-4."""
    foreign, mine = key(UserFactory()), UserFactory()
    client.force_login(mine)
    recognised(client)
    assert client.post(reverse(name, args=[foreign.pk]), {"name": "prise"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.data["name"] == "Clé"


@pytest.mark.django_db
@pytest.mark.parametrize("name, args", [("mfa_add_webauthn", []), ("mfa_edit_webauthn", [1]), ("mfa_remove_webauthn", [1])])
def test_keys_ask_to_be_recognised_again(client: Client, name: str, args: list[int]) -> None:
    """AU-6."""
    client.force_login(UserFactory())
    for response in (client.get(reverse(name, args=args)), client.post(reverse(name, args=args))):
        assert response["Location"].startswith(reverse("account_reauthenticate"))


@pytest.mark.django_db
@pytest.mark.parametrize("name, kept", [("Clé du bureau", "Clé du bureau"), ("", "Clé"), ("x" * 61, "Clé")])
def test_renaming_a_key(client: Client, name: str, kept: str) -> None:
    user = UserFactory()
    mine = key(user)
    client.force_login(user)
    recognised(client)
    client.post(reverse("mfa_edit_webauthn", args=[mine.pk]), {"name": name})
    mine.refresh_from_db()
    assert mine.data["name"] == kept


@pytest.mark.django_db
def test_removing_a_key_is_told(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    recognised(client)
    client.post(reverse("mfa_remove_webauthn", args=[key(user).pk]))
    assert not Authenticator.objects.filter(user=user).exists()
    assert Courriel.objects.filter(destinataire=user.email, sujet__startswith="Une clé d'accès a été retirée").exists()


@pytest.mark.django_db
def test_agency_keeps_one_second_factor(client: Client) -> None:
    """AZ-11: either may go while the other stays."""
    user = UserFactory(agence=True)
    last = key(user)
    client.force_login(user)
    recognised(client)
    client.post(reverse("mfa_remove_webauthn", args=[last.pk]))
    assert Authenticator.objects.filter(pk=last.pk).exists()
    other = key(user)
    client.post(reverse("mfa_remove_webauthn", args=[other.pk]))
    assert list(Authenticator.objects.filter(user=user, type="webauthn")) == [last]


@pytest.mark.django_db
def test_enrolling_says_why_and_opens_the_way(client: Client, settings: Any) -> None:
    """ACC-4: a responsable who has a second factor comes in, and keeps one."""
    settings.DOUBLE_FACTEUR_RESPONSABLES = True
    without, holder = UserFactory(responsable=True), UserFactory(responsable=True, double_facteur=True)
    client.force_login(without)
    recognised(client)
    assert "obligatoire pour votre compte" in client.get(reverse("mfa_activate_totp")).content.decode()
    client.force_login(holder)
    assert client.get(reverse("accounts:mes_informations")).status_code == 200
    recognised(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=holder, type="totp").exists()


@pytest.mark.django_db
def test_keys_are_bound_to_the_public_address(client: Client) -> None:
    """WB-5: whatever the Host of the request."""
    user = UserFactory()
    client.force_login(user)
    recognised(client)
    html = client.get(reverse("mfa_add_webauthn"), headers={"host": "127.0.0.1"}).content.decode()
    assert '"id": "localhost"' in html and settings.BASE_URL.startswith("http://localhost")


def open_recognised(page: Page, url: str) -> None:
    page.goto(url)
    if "/confirmer/" in page.url:
        page.locator("#id_password").fill(PASSWORD)
        page.get_by_role("button", name="Confirmer").click()
    expect(page).to_have_url(re.compile(re.escape(url)))


@pytest.mark.browser
@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 900}, {"width": 390, "height": 844}])
def test_pages_of_the_keys_are_accessible(
    transactional_db: None, new_page: Callable[..., Page], sign_in: Any, axe: Callable[[Page], None], recorder: Recorder, viewport: dict[str, int]
) -> None:
    """AX-1: add, list, rename and its error, remove; with a name as long as it may be."""
    recorder.allow(400)
    user = UserFactory()
    page = new_page(viewport=viewport)
    sign_in(page, user)
    give_authenticator(page)
    add_key(page, "Clé du bureau de Clermont-Ferrand, tiroir du haut à gauche")
    axe(page)
    mine = Authenticator.objects.get(user=user, type="webauthn")
    pages = ["mfa_add_webauthn", "mfa_list_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn", "mfa_reauthenticate_webauthn"]
    for name in pages:
        args = [mine.pk] if name in ("mfa_edit_webauthn", "mfa_remove_webauthn") else []
        open_recognised(page, reverse(name, args=args))
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    open_recognised(page, reverse("mfa_edit_webauthn", args=[mine.pk]))
    page.get_by_label("Nom de la clé").fill("")
    page.get_by_role("button", name="Enregistrer le nom").click()
    expect(page.locator(".fr-error-text").first).to_be_visible()
    axe(page)


@pytest.mark.browser
def test_without_javascript_a_key_says_what_it_needs(transactional_db: None, page_without_js: Page, sign_in: Any) -> None:
    """AX-2: no button that does nothing; renaming and removing work."""
    user = UserFactory()
    sign_in(page_without_js, user)
    open_recognised(page_without_js, reverse("mfa_add_webauthn"))
    expect(page_without_js.get_by_text("Une clé d'accès demande JavaScript")).to_be_visible()
    expect(page_without_js.get_by_role("button", name="Ajouter cette clé")).to_have_count(0)
    mine = key(user)
    open_recognised(page_without_js, reverse("mfa_edit_webauthn", args=[mine.pk]))
    page_without_js.get_by_label("Nom de la clé").fill("Clé du coffre")
    page_without_js.get_by_role("button", name="Enregistrer le nom").click()
    expect(page_without_js.get_by_role("cell", name="Clé du coffre", exact=True)).to_be_visible()
    open_recognised(page_without_js, reverse("mfa_remove_webauthn", args=[mine.pk]))
    page_without_js.get_by_role("button", name="Retirer cette clé").click()
    expect(page_without_js.get_by_text("Vous n'en avez pas encore.")).to_be_visible()


GARBAGE = ["", "x", "{}", "[]", "null", '{"id": 1}', '{"id": "a", "rawId": "a", "type": "public-key", "response": {}}', "{" * 2000, "\u0661"]
GARBAGE += ["[" * 100_000, "[" * 900 + "]" * 900, "1" * 5000, '{"id": ' + "1" * 5000 + "}", '{"id": "\\u0000", "rawId": "\\ud800"}']


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("credential", GARBAGE, ids=range(len(GARBAGE)))
def test_answer_that_no_key_gives_is_refused_in_words(client: Client, credential: str) -> None:
    """Adding, being recognised again, signing in: never a 500, nobody comes in."""
    user = UserFactory(double_facteur=True)
    client.force_login(user)
    recognised(client)
    client.get(reverse("mfa_add_webauthn"))
    client.get(reverse("mfa_reauthenticate_webauthn"))
    for name in ("mfa_add_webauthn", "mfa_reauthenticate_webauthn"):
        assert client.post(reverse(name), {"name": "Clé", "credential": credential}).status_code in (302, 400)
    assert not Authenticator.objects.filter(user=user, type="webauthn").exists()
    other = Client()
    other.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    other.get(reverse("mfa_authenticate"))
    assert other.post(reverse("mfa_authenticate"), {"credential": credential}).status_code in (302, 400)
    assert "_auth_user_id" not in other.session
