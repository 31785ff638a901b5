"""Signing in through an identity provider, over real HTTP against one of the tests (ACC-4, AU-3, AU-6)."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Courriel, EntreeJournal, IdentiteExterne, User
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.openid.fournisseur import CLIENT_ID, SECRET, Personne, Provider

from .gestes import CODE, CONFIRMER, DEPART, IDENTITES, LOGIN, RATTACHER, RETOUR, come_in, is_in, leave, linked, refusals, set_option

pytestmark = pytest.mark.django_db(transaction=True)


# --- Off by default -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method, url", [("post", DEPART), ("get", RETOUR), ("get", IDENTITES), ("post", RATTACHER), ("get", CONFIRMER)])
def test_without_provider_there_is_nothing(client: Client, settings: Settings, method: str, url: str) -> None:
    settings.OPENID_FOURNISSEURS = []
    if url not in (DEPART, RETOUR):
        client.force_login(UserFactory())
    assert getattr(client, method)(url).status_code == 404


def test_button_is_there_when_it_is_on(client: Client, settings: Settings) -> None:
    assert "Se connecter avec ProConnect" in client.get(LOGIN).content.decode()
    settings.OPENID_FOURNISSEURS = []
    assert "openid" not in client.get(LOGIN).content.decode()


# --- What is asked ------------------------------------------------------------------------------------------------------
def test_request_carries_state_nonce_and_pkce_and_no_secret(client: Client, provider: Provider, settings: Settings) -> None:
    """The redirect address is exact, on the public address of the site whatever the Host (WB-5)."""
    settings.ALLOWED_HOSTS = ["*"]
    response = client.post(DEPART, headers={"host": "voleur.example"})
    address = unescape(re.search(r'url=([^"]+)"', response.content.decode())[1])
    asked = dict(parse_qsl(urlsplit(address).query))
    assert asked["response_type"] == "code" and asked["client_id"] == CLIENT_ID and asked["scope"] == "openid email"
    assert asked["redirect_uri"] == site.BASE_URL + RETOUR
    assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 32 and len(asked["nonce"]) >= 32 and asked["state"] != asked["nonce"]
    assert SECRET not in response.content.decode() and "no-store" in response["Cache-Control"]


def test_two_requests_share_nothing(client: Client, provider: Provider) -> None:
    first, second = (dict(parse_qsl(urlsplit(leave(client)).query)) for _ in range(2))
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_sign_in_is_a_post_with_the_token_of_the_form(provider: Provider) -> None:
    """WB-2: another site cannot send a person to the provider."""
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(DEPART).status_code == 405
    assert strict.post(DEPART).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', strict.get(LOGIN).content.decode())[1]
    assert strict.post(DEPART, {"csrfmiddlewaretoken": token}).status_code == 200


def test_page_that_leads_away_loosens_no_policy(client: Client, provider: Provider) -> None:
    """WB-1: forms still lead to our own pages alone."""
    assert "form-action 'self';" in client.post(DEPART)["Content-Security-Policy"] + ";"


# --- Signing in ---------------------------------------------------------------------------------------------------------
def test_linked_identity_opens_its_account(client: Client, provider: Provider) -> None:
    user = UserFactory()
    row = linked(user)
    before = client.session.session_key
    response = come_in(client)
    assert response["Location"] == reverse(site.LOGIN_REDIRECT_URL)
    assert client.session["_auth_user_id"] == str(user.pk) and client.session.session_key != before
    assert EntreeJournal.objects.get(action="session.ouverte").details == {"fournisseur": CODE}
    row.refresh_from_db()
    assert row.utilisee_le is not None
    assert "session ProConnect" in client.get(reverse("account_logout")).content.decode()


def test_address_that_changes_at_the_provider_still_opens_and_is_shown(client: Client, provider: Provider) -> None:
    """ACC-4: the identity is its subject; its address is what the person tells it by, and none sent changes nothing."""
    user = UserFactory()
    linked(user)
    for sent, shown in (("ada.lovelace@nouveau.example", "ada.lovelace@nouveau.example"), ("", "ada.lovelace@nouveau.example")):
        provider.personne.email = sent
        come_in(client)
        assert is_in(client) and shown in client.get(IDENTITES).content.decode()
        client.post(reverse("account_logout"))
    user.refresh_from_db()
    assert "nouveau" not in user.email


def test_person_comes_back_to_the_page_asked(client: Client, provider: Provider) -> None:
    linked(UserFactory())
    assert come_in(client, next="/notifications/")["Location"] == "/notifications/"


@pytest.mark.parametrize("target", ["https://voleur.example/", "//voleur.example", "javascript:alert(1)"])
def test_person_is_never_led_elsewhere(client: Client, provider: Provider, target: str) -> None:
    """WB-5."""
    linked(UserFactory())
    assert come_in(client, next=target)["Location"] == reverse(site.LOGIN_REDIRECT_URL)


@pytest.mark.parametrize("options", [{"basic": True}, {"email_in_token": False}, {"email_in_token": False, "signed_userinfo": True}])
def test_what_providers_do_otherwise(client: Client, provider: Provider, options: dict[str, bool]) -> None:
    """Secret in the header, address in a userinfo in clear, or signed as ProConnect does."""
    for name, value in options.items():
        setattr(provider, name, value)
    linked(UserFactory())
    come_in(client)
    assert is_in(client)


def test_unknown_person_opens_no_account_and_learns_how_to_ask(client: Client, provider: Provider) -> None:
    response = come_in(client)
    html = response.content.decode()
    assert response.status_code == 403 and reverse("accounts:demande_compte") in html and "Aucun compte n'est rattaché" in html.replace("&#x27;", "'")
    assert not is_in(client) and not User.objects.exists() and not IdentiteExterne.objects.exists()
    assert refusals() == [{"fournisseur": CODE, "cause": "inconnue"}]


@pytest.mark.parametrize("fields", [{"inactif": True}, {"entreprise__suspendue": True}])
def test_closed_account_does_not_come_in(client: Client, provider: Provider, fields: dict[str, bool]) -> None:
    """AZ-8."""
    linked(UserFactory(**fields))
    assert come_in(client)["Location"] == reverse("account_inactive")
    assert not is_in(client)


# --- The address, where the operator trusts the provider with it ----------------------------------------------------------
def test_address_alone_opens_nothing(client: Client, provider: Provider) -> None:
    UserFactory(email="ada@industriel.example")
    assert come_in(client).status_code == 403


def test_verified_address_links_the_account_when_the_operator_wants_it(client: Client, provider: Provider, settings: Settings) -> None:
    set_option(settings, par_courriel=True)
    user = UserFactory(email="Ada@industriel.example")
    come_in(client)
    assert is_in(client)
    assert IdentiteExterne.objects.get().compte == user
    assert EntreeJournal.objects.get(action="identite.rattachee").details["origine"] == "courriel"
    assert Courriel.objects.get().destinataire == user.email
    user.refresh_from_db()
    assert user.check_password(PASSWORD), "the password stays"
    User.objects.filter(pk=user.pk).update(email="autre@industriel.example", email_cle="autre@industriel.example")
    come_in(again := Client())
    assert is_in(again), "linked for good: the address serves once"


@pytest.mark.parametrize("verified", [False, None, "true", 1, "yes"])
def test_address_not_verified_opens_nothing(client: Client, provider: Provider, settings: Settings, verified: Any) -> None:
    """No takeover by an address that the provider takes from whoever types it."""
    set_option(settings, par_courriel=True)
    UserFactory(email="ada@industriel.example")
    provider.personne.email_verified = verified
    assert come_in(client).status_code == 403
    assert not is_in(client) and not IdentiteExterne.objects.exists()


@pytest.mark.parametrize("case", ["agence", "deja_rattache", "supprime"])
def test_accounts_that_no_address_opens(client: Client, provider: Provider, settings: Settings, case: str) -> None:
    """The agency links by itself; an address that passed to somebody else opens nothing of its former owner."""
    set_option(settings, par_courriel=True)
    user = UserFactory(email="ada@industriel.example", agence=case == "agence", inactif=case == "supprime")
    if case == "deja_rattache":
        linked(user, "quelqu-un-d-autre")
    if case == "supprime":
        User.objects.filter(pk=user.pk).update(supprime_le=timezone.now())
    assert come_in(client).status_code == 403
    assert not is_in(client)


def test_identity_is_linked_only_once_the_second_factor_passed(client: Client, provider: Provider, settings: Settings) -> None:
    set_option(settings, par_courriel=True)
    UserFactory(email="ada@industriel.example", double_facteur=True)
    assert come_in(client)["Location"] == reverse("mfa_authenticate")
    assert not is_in(client) and not IdentiteExterne.objects.exists()


# --- Second factor --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "options, personne, asked",
    [
        ({}, Personne(acr="eidas3", amr=("mfa",)), True),
        ({"acr": ["eidas2", "eidas3"]}, Personne(acr="eidas1"), True),
        ({"acr": ["eidas2", "eidas3"]}, Personne(acr="eidas3"), False),
        ({"amr": ["mfa"]}, Personne(amr=("pwd", "mfa")), False),
        ({"amr": ["mfa"]}, Personne(amr=("pwd",)), True),
    ],
)
@pytest.mark.parametrize("traits", [{"agence": True, "double_facteur": True}, {"double_facteur": True}])
def test_second_factor_is_ours_unless_the_operator_accepts_that_of_the_provider(
    client: Client, provider: Provider, settings: Settings, traits: dict[str, bool], options: dict[str, Any], personne: Personne, asked: bool
) -> None:
    """AZ-11."""
    set_option(settings, **options)
    provider.personne = personne
    linked(UserFactory(**traits))
    response = come_in(client)
    assert (response["Location"] == reverse("mfa_authenticate")) is asked
    assert is_in(client) is not asked


def test_agent_without_second_factor_must_still_activate_one(client: Client, provider: Provider) -> None:
    """AZ-11."""
    linked(UserFactory(agence=True))
    come_in(client)
    assert client.get(reverse("gestion:accueil"))["Location"] == reverse("mfa_activate_totp")


def test_factor_of_the_provider_stands_for_that_of_an_agent(client: Client, provider: Provider, settings: Settings) -> None:
    set_option(settings, acr=["eidas2"])
    provider.personne.acr = "eidas2"
    linked(UserFactory(agence=True))
    come_in(client)
    assert client.get(reverse("gestion:accueil")).status_code == 200
    assert dict(parse_qsl(urlsplit(leave(Client())).query))["acr_values"] == "eidas2"
