"""What a provider answers and nobody must believe, or wait for (ACC-4, AU-6)."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
from django.test import Client
from freezegun import freeze_time

from accounts.openid import etat, protocole
from tests.accounts.factories import UserFactory
from tests.accounts.openid.fournisseur import CLIENT_ID, KEY, OTHER_KEY, SECRET, Provider, public_jwk

from .gestes import CODE, DEPART, RETOUR, come_in, identify, is_in, leave, linked, refusals

pytestmark = pytest.mark.django_db(transaction=True)


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
