"""Signing in through an identity provider, over real HTTP against one of the tests (ACC-4, AU-3, AU-6, TR-4)."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
import requests
from django.conf import settings as site
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time
from pytest_django.fixtures import Settings

from accounts import crypto
from accounts.actions.comptes import effacer_compte
from accounts.courriels import outbox
from accounts.models import Courriel, EntreeJournal, IdentiteExterne, User
from accounts.openid import etat, protocole
from accounts.openid.fournisseurs import fournisseurs
from tests.accounts.factories import PASSWORD, EntrepriseFactory, UserFactory
from tests.accounts.fournisseur import CLIENT_ID, KEY, OTHER_KEY, SECRET, Personne, Provider, public_jwk, serve

pytestmark = pytest.mark.django_db(transaction=True)

CODE = "proconnect"
LOGIN = "/compte/connexion/"
DEPART = reverse("accounts:openid_connexion", args=[CODE])
RETOUR = reverse("accounts:openid_retour", args=[CODE])
IDENTITES = reverse("accounts:identites")
RATTACHER = reverse("accounts:identite_rattacher", args=[CODE])
CONFIRMER = reverse("accounts:identite_confirmer", args=[CODE])


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    found, server = serve()
    settings.OPENID_FOURNISSEURS = [{"code": CODE, "nom": "ProConnect", "url": found.url, "client_id": CLIENT_ID, "secret": SECRET}]
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def client() -> Client:
    """An ordinary client: the way back is the one GET that opens a session (WB-2)."""
    return Client()


def set_option(settings: Settings, **options: Any) -> None:
    settings.OPENID_FOURNISSEURS = [{**settings.OPENID_FOURNISSEURS[0], **options}]


def leave(client: Client, url: str = DEPART, **data: str) -> str:
    """Press the button; give the address that the page leads to."""
    response = client.post(url, data)
    assert response.status_code == 200, (response.status_code, response.headers.get("Location"))
    return unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', response.content.decode())[1])


def identify(address: str) -> str:
    """Be recognised by the provider; give the way back, as a path of the site."""
    back = requests.get(address, allow_redirects=False, timeout=5).headers["location"]
    assert back.startswith(site.BASE_URL + RETOUR + "?")
    return back.removeprefix(site.BASE_URL)


def come_in(client: Client, **data: str) -> Any:
    return client.get(identify(leave(client, **data)))


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def linked(user: User, sub: str = "personne-1") -> IdentiteExterne:
    return IdentiteExterne.objects.create(compte=user, fournisseur=CODE, sujet=sub, adresse="ada@industriel.example")


def recognised(client: Client) -> None:
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def refusals() -> list[dict[str, str]]:
    return [line.details for line in EntreeJournal.objects.filter(action="session.refusee", issue="refuse").order_by("sequence")]


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


# --- Answers that cannot be believed --------------------------------------------------------------------------------------
def hours(delta: float) -> int:
    return int(time.time() + delta * 3600)


BENT: dict[str, Callable[[Provider], None]] = {
    "nonce": lambda p: p.claims.update(nonce="celui d'un autre"),
    "sans nonce": lambda p: p.claims.update(nonce=None),
    "audience": lambda p: p.claims.update(aud="autre-client"),
    "plusieurs audiences sans azp": lambda p: p.claims.update(aud=[CLIENT_ID, "autre"]),
    "azp d'un autre": lambda p: p.claims.update(azp="autre-client"),
    "émetteur": lambda p: p.claims.update(iss="https://voleur.example"),
    "expiré": lambda p: p.claims.update(exp=hours(-1)),
    "sans expiration": lambda p: p.claims.update(exp=None),
    "du futur": lambda p: p.claims.update(iat=hours(1)),
    "sans personne": lambda p: p.claims.update(sub=None),
    "personne sans fin": lambda p: p.claims.update(sub="x" * 300),
    "autre clé": lambda p: setattr(p, "sign", lambda claims: p.encode(claims, OTHER_KEY)),
    "clé inconnue": lambda p: setattr(p, "sign", lambda claims: p.encode(claims, headers={"kid": "autre"})),
    "sans signature": lambda p: setattr(p, "sign", lambda claims: p.encode(claims, None, algorithm="none")),
    "secret partagé": lambda p: setattr(p, "sign", lambda claims: p.encode(claims, SECRET, algorithm="HS256")),
    "charabia": lambda p: setattr(p, "sign", lambda claims: "pas.un.jeton"),
    "vide": lambda p: setattr(p, "sign", lambda claims: ""),
}


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("bend", BENT.values(), ids=BENT.keys())
def test_token_that_cannot_be_believed(client: Client, provider: Provider, bend: Callable[[Provider], None]) -> None:
    linked(UserFactory())
    bend(provider)
    response = come_in(client)
    assert response.status_code == 400 and "pas pu être vérifiée" in response.content.decode()
    assert not is_in(client)
    assert len(refusals()) == 1 and refusals()[0]["fournisseur"] == CODE


def nested() -> str:
    return "[" * 60_000


def raw_token(provider: Provider, payload: str) -> str:
    """Sign a payload that no library would write."""
    return jwt.PyJWS().encode(payload.encode(), KEY, algorithm="RS256", headers={"kid": "cle-1"})


MISSHAPEN: dict[str, Callable[[Provider], None]] = {
    "nul dans la personne": lambda p: p.claims.update(sub="per\x00sonne"),
    "demi-caractère dans la personne": lambda p: p.claims.update(sub="per\ud800sonne"),
    "personne qui est un nombre": lambda p: p.claims.update(sub=12),
    "demi-caractère dans le nonce": lambda p: p.claims.update(nonce="\ud800"),
    "audiences de toute sorte": lambda p: p.claims.update(aud=[[], {}]),
    "fin qui n'en est pas une": lambda p: setattr(p, "sign", lambda claims: raw_token(p, json.dumps({**claims, "exp": float("inf")}))),
    "date qui n'est pas un nombre": lambda p: setattr(p, "sign", lambda claims: raw_token(p, json.dumps({**claims, "iat": {}}))),
    "charge sans fond": lambda p: setattr(p, "sign", lambda claims: raw_token(p, nested())),
    "réponse sans fond": lambda p: p.broken.update({"/token": (200, nested().encode())}),
    "clés sans fond": lambda p: p.broken.update({"/jwks": (200, b'{"keys": 12}')}),
    "clés de toute sorte": lambda p: p.broken.update({"/jwks": (200, b'{"keys": [1, null, {"kty": "RSA"}, {"kty": "oct", "k": "AAAA"}]}')}),
    "clé symétrique publiée": lambda p: p.broken.update({"/jwks": (200, json.dumps({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "cle-1"}]}).encode())}),
}


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("bend", MISSHAPEN.values(), ids=MISSHAPEN.keys())
def test_misshapen_answer_is_refused_without_fault(client: Client, provider: Provider, bend: Callable[[Provider], None]) -> None:
    """Bad inputs: a provider may send anything."""
    linked(UserFactory())
    bend(provider)
    assert come_in(client).status_code in (400, 503) and not is_in(client)


def test_address_that_no_mail_could_reach_is_left_aside(client: Client, provider: Provider) -> None:
    account = UserFactory()
    linked(account)
    provider.personne.email = "ada\ud800\x00@lab.example"
    assert come_in(client).status_code == 302 and is_in(client)


@pytest.mark.parametrize("methods", [None, 12, "client_secret_post", ["client_secret_basic", 12]])
def test_odd_list_of_methods_means_basic(client: Client, provider: Provider, methods: Any) -> None:
    linked(UserFactory())
    provider.basic, provider.published = True, {"token_endpoint_auth_methods_supported": methods}
    assert come_in(client).status_code == 302


# --- Keys that change -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("named", [True, False])
def test_keys_change_between_two_sign_ins(client: Client, provider: Provider, named: bool) -> None:
    """Rotation: under the same name or under none, the new key is looked for once, past the cache."""
    linked(UserFactory())
    assert come_in(client).status_code == 302
    headers = {"kid": "cle-1"} if named else {}
    provider.broken["/jwks"] = (200, json.dumps({"keys": [public_jwk(OTHER_KEY)]}).encode())
    provider.sign = lambda claims: provider.encode(claims, OTHER_KEY, headers=headers)
    assert come_in(other := Client()).status_code == 302 and is_in(other)
    provider.sign = lambda claims: provider.encode(claims, KEY, headers=headers)
    assert come_in(third := Client()).status_code == 400 and not is_in(third)


def test_one_of_several_keys_without_a_name(client: Client, provider: Provider) -> None:
    linked(UserFactory())
    keys = [public_jwk(OTHER_KEY, kid="ancienne"), public_jwk(KEY, use="enc", kid="chiffrement"), public_jwk(KEY)]
    provider.broken["/jwks"] = (200, json.dumps({"keys": keys}).encode())
    provider.sign = lambda claims: provider.encode(claims, headers={})
    assert come_in(client).status_code == 302


# --- Who answers ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("issuer", "status"), [("", 302), ("its own", 302), ("https://autre.example", 400)])
def test_answer_that_names_another_provider(client: Client, provider: Provider, issuer: str, status: int) -> None:
    """Mix-up (RFC 9207): the code is not even sent to the wrong one."""
    linked(UserFactory())
    back = identify(leave(client))
    provider.seen.clear()
    assert client.get(f"{back}&iss={provider.url if issuer == 'its own' else issuer}").status_code == status
    assert ("/token" in [path for path, _ in provider.seen]) is (status == 302)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token"])
def test_answer_that_never_ends_is_not_waited_for(client: Client, provider: Provider, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocole, "LONGEST", 0.5)
    linked(UserFactory())
    provider.slow.add(path)
    began = time.monotonic()
    response = client.post(DEPART) if path != "/token" else come_in(client)
    assert response.status_code == 503 and time.monotonic() - began < 3


def test_altered_token(client: Client, provider: Provider) -> None:
    linked(UserFactory())

    def alter(claims: dict[str, Any]) -> str:
        head, _, tail = provider.encode({**claims, "sub": "autre"}).split(".")
        body = jwt.encode(claims, KEY, algorithm="RS256").split(".")[1]
        return f"{head}.{body}.{tail}"

    provider.sign = alter
    assert come_in(client).status_code == 400


@pytest.mark.parametrize("bend", [{"userinfo": {"sub": "autre"}}, {"userinfo": {"sub": "autre"}, "signed_userinfo": True}])
def test_userinfo_of_somebody_else(client: Client, provider: Provider, bend: dict[str, Any]) -> None:
    linked(UserFactory())
    provider.email_in_token = False
    for name, value in bend.items():
        setattr(provider, name, value)
    assert come_in(client).status_code == 400


@pytest.mark.parametrize("change", ["", "x", "state=autre"])
def test_state_that_is_not_ours(client: Client, provider: Provider, change: str) -> None:
    linked(UserFactory())
    back = identify(leave(client))
    wrong = re.sub(r"state=[^&]+", f"state={change}", back)
    response = client.get(wrong)
    assert response.status_code == 400 and not is_in(client)
    assert all(path != "/token" for path, _ in provider.seen), "the code is not even sent"


def test_way_back_of_another_browser(client: Client, provider: Provider) -> None:
    """Somebody led to the way back of an attacker is not signed in as him."""
    linked(UserFactory())
    back = identify(leave(client))
    assert Client().get(back).status_code == 400


def test_way_back_serves_once(client: Client, provider: Provider) -> None:
    """Replay."""
    linked(UserFactory())
    back = identify(leave(client))
    assert client.get(back).status_code == 302
    client.post("/compte/deconnexion/")
    assert client.get(back).status_code == 400 and not is_in(client)


def test_code_replayed_under_a_new_state(client: Client, provider: Provider) -> None:
    linked(UserFactory())
    used = dict(parse_qsl(urlsplit(identify(leave(client))).query))["code"]
    client.get(RETOUR, {"code": used, "state": next(iter(client.session[etat.KEY]))})
    client.post("/compte/deconnexion/")
    leave(client)
    assert client.get(RETOUR, {"code": used, "state": next(iter(client.session[etat.KEY]))}).status_code == 400
    assert not is_in(client)


def test_way_back_lasts_ten_minutes(client: Client, provider: Provider) -> None:
    linked(UserFactory())
    with freeze_time("2026-11-21 08:00:00", ignore=["_pytest.timing"]) as clock:
        back = identify(leave(client))
        clock.tick(timedelta(seconds=etat.LIFETIME + 1))
        assert client.get(back).status_code == 400


def test_only_the_last_ways_out_are_kept(client: Client, provider: Provider) -> None:
    for _ in range(etat.KEPT + 3):
        leave(client)
    assert len(client.session[etat.KEY]) == etat.KEPT


def test_person_may_give_up(client: Client, provider: Provider) -> None:
    state = dict(parse_qsl(urlsplit(leave(client)).query))["state"]
    response = client.get(RETOUR, {"error": "access_denied", "state": state})
    assert response.status_code == 200 and "Vous avez renoncé" in response.content.decode()
    assert refusals() == []


@pytest.mark.parametrize("query", [{"error": "server_error", "error_description": "<script>alert(1)</script>"}, {}, {"code": ""}, {"code": "inconnu"}])
def test_error_of_the_provider(client: Client, provider: Provider, query: dict[str, str]) -> None:
    state = dict(parse_qsl(urlsplit(leave(client)).query))["state"]
    response = client.get(RETOUR, {**query, "state": state})
    assert response.status_code == 400 and "<script>alert" not in response.content.decode()


# --- A provider that is down, or talks nonsense ----------------------------------------------------------------------------
def test_provider_that_does_not_answer(client: Client) -> None:
    """The settings of the tests name a port where nobody listens."""
    response = client.post(DEPART)
    assert response.status_code == 503 and "ne répond pas" in response.content.decode()


NONSENSE = [(500, b""), (302, b""), (404, b"{}"), (200, b"<html>"), (200, b"[]"), (200, b"{}"), (200, b"\xff"), (200, b'{"a":"' + b"x" * 300_000 + b'"}')]


@pytest.mark.parametrize("answer", NONSENSE, ids=range(len(NONSENSE)))
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks", "/userinfo"])
def test_nonsense_is_a_french_page(client: Client, provider: Provider, path: str, answer: tuple[int, bytes]) -> None:
    linked(UserFactory())
    provider.email_in_token = False
    provider.broken[path] = answer
    response = client.post(DEPART)
    if path != "/.well-known/openid-configuration":
        address = unescape(re.search(r'url=([^"]+)"', response.content.decode())[1])
        response = client.get(identify(address))
    assert response.status_code in (400, 503) and "ProConnect" in response.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize(
    "published",
    [{"issuer": "https://voleur.example"}, {"token_endpoint": None}, {"token_endpoint": "file:///etc/passwd"}, {"jwks_uri": "https://ailleurs.example"}],
)
def test_published_addresses_are_checked(client: Client, provider: Provider, published: dict[str, Any]) -> None:
    provider.published = published
    assert client.post(DEPART).status_code == 503


# --- Linking and unlinking from the profile -------------------------------------------------------------------------------
@pytest.fixture
def user(client: Client) -> User:
    account = UserFactory(email="ada@lab.example")
    client.force_login(account)
    return account


def test_linking_asks_to_be_recognised_again(client: Client, provider: Provider, user: User) -> None:
    """AU-6."""
    assert client.post(RATTACHER)["Location"].startswith(reverse("account_reauthenticate"))
    row = linked(user)
    assert client.post(reverse("accounts:identite_detacher", args=[row.pk]))["Location"].startswith(reverse("account_reauthenticate"))
    assert IdentiteExterne.objects.exists()


def test_linking_is_confirmed_traced_and_told(client: Client, provider: Provider, user: User) -> None:
    recognised(client)
    assert client.get(identify(leave(client, RATTACHER)))["Location"] == CONFIRMER
    assert not IdentiteExterne.objects.exists(), "nothing is linked before the person has seen which identity"
    assert "ada@industriel.example" in client.get(CONFIRMER).content.decode()
    assert client.post(CONFIRMER)["Location"] == IDENTITES
    row = IdentiteExterne.objects.get()
    assert (row.compte, row.sujet) == (user, "personne-1")
    line = EntreeJournal.objects.get(action="identite.rattachee")
    assert line.acteur == user.pk and "personne-1" not in str(line.details)
    courriel = Courriel.objects.get()
    assert courriel.destinataire == user.email and "ProConnect" in crypto.decrypt(courriel.texte, purpose=outbox.PURPOSE)
    assert "Détacher" in client.get(IDENTITES).content.decode()
    assert client.post(CONFIRMER)["Location"] == IDENTITES, "confirmed twice, linked once"
    assert IdentiteExterne.objects.count() == 1


def test_unlinking_is_traced_and_told(client: Client, provider: Provider, user: User) -> None:
    row = linked(user)
    recognised(client)
    url = reverse("accounts:identite_detacher", args=[row.pk])
    assert "ne permettra plus" in client.get(url).content.decode()
    assert client.post(url)["Location"] == IDENTITES
    assert not IdentiteExterne.objects.exists()
    assert EntreeJournal.objects.filter(action="identite.detachee", acteur=user.pk).count() == 1
    assert Courriel.objects.get().sujet.startswith("Un fournisseur d'identité a été détaché")
    assert come_in(Client()).status_code == 403


def test_unlinking_never_shuts_oneself_out(client: Client, provider: Provider, user: User) -> None:
    row = linked(user)
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    page = client.post(reverse("accounts:identite_detacher", args=[row.pk]), follow=True).content.decode()
    assert "Choisissez d&#x27;abord un mot de passe" in page and IdentiteExterne.objects.exists()


def test_identity_of_another_account_is_not_taken(client: Client, provider: Provider, user: User) -> None:
    other = UserFactory()
    linked(other)
    recognised(client)
    client.get(identify(leave(client, RATTACHER)))
    assert "déjà rattachée à un autre compte" in client.post(CONFIRMER, follow=True).content.decode()
    assert IdentiteExterne.objects.get().compte == other


def test_second_identity_of_a_provider_is_refused(client: Client, provider: Provider, user: User) -> None:
    linked(user, "premiere")
    recognised(client)
    client.get(identify(leave(client, RATTACHER)))
    assert "détachez-la d&#x27;abord" in client.post(CONFIRMER, follow=True).content.decode()
    assert IdentiteExterne.objects.get().sujet == "premiere"


def test_database_keeps_one_account_to_an_identity(provider: Provider) -> None:
    linked(UserFactory())
    with pytest.raises(IntegrityError):
        linked(UserFactory())


@pytest.mark.parametrize("gone", ["personne", "compte", "trop_tard"])
def test_what_was_proposed_to_another_is_not_linked(client: Client, provider: Provider, user: User, gone: str) -> None:
    recognised(client)
    client.get(identify(leave(client, RATTACHER)))
    session = client.session
    match gone:
        case "personne":
            del session[etat.PROPOSED]
        case "compte":
            session[etat.PROPOSED] = {**session[etat.PROPOSED], "compte": user.pk + 1}
        case _:
            session[etat.PROPOSED] = {**session[etat.PROPOSED], "at": time.time() - etat.LIFETIME - 1}
    session.save()
    assert client.post(CONFIRMER)["Location"] == IDENTITES
    assert not IdentiteExterne.objects.exists()


def test_way_back_of_a_link_after_the_account_changed(client: Client, provider: Provider, user: User) -> None:
    recognised(client)
    back = identify(leave(client, RATTACHER))
    client.post("/compte/deconnexion/")
    client.force_login(UserFactory())
    client.get(back)
    assert etat.PROPOSED not in client.session and not IdentiteExterne.objects.exists()


def test_giving_up_leads_back_to_the_profile(client: Client, provider: Provider, user: User) -> None:
    recognised(client)
    state = dict(parse_qsl(urlsplit(leave(client, RATTACHER)).query))["state"]
    page = client.get(RETOUR, {"error": "access_denied", "state": state}, follow=True)
    assert page.request["PATH_INFO"] == IDENTITES and "Vous avez renoncé" in page.content.decode()


def test_link_of_a_sign_in_is_not_followed_by_somebody_signed_in(client: Client, provider: Provider, user: User) -> None:
    assert client.post(DEPART)["Location"] == reverse(site.LOGIN_REDIRECT_URL)


# --- Nothing is kept, nothing is written ------------------------------------------------------------------------------------
def test_no_token_code_or_secret_in_logs_database_or_session(client: Client, provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """TR-4: canaries, through success, refusal and failure; the driver of HTTP itself is listened to."""
    user = UserFactory(double_facteur=True)
    linked(user)
    with caplog.at_level(logging.DEBUG):
        come_in(client)
        provider.claims = {"nonce": "faux"}
        come_in(Client())
        provider.broken["/token"] = (400, json.dumps({"error": "invalid_grant", "echo": SECRET}).encode())
        come_in(Client())
        provider.broken["/token"] = (500, SECRET.encode())
        come_in(Client())
    said = caplog.text + repr(fournisseurs())
    kept = "".join(str(rows) for rows in dump()) + str(dict(client.session))
    for secret in (SECRET, *provider.tokens):
        assert secret and secret not in said and secret not in kept


def dump() -> Iterator[list[Any]]:
    with connection.cursor() as cursor:
        for table in ("accounts_identiteexterne", "accounts_entreejournal", "accounts_personnejournal", "accounts_courriel", "accounts_user", "django_session"):
            cursor.execute(f"SELECT * FROM {table}")
            yield cursor.fetchall()


def test_identity_goes_with_a_deleted_account(provider: Provider) -> None:
    """DP-2."""
    entreprise = EntrepriseFactory()
    user, par = UserFactory(entreprise=entreprise), UserFactory(entreprise=entreprise, responsable=True)
    linked(user)
    effacer_compte(user, par=par)
    assert not IdentiteExterne.objects.exists()
