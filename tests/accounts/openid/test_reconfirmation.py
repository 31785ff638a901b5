"""An account that only a provider opens is recognised again there before its security is touched (AU-6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory

from accounts.models import User
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.openid.fournisseur import Provider

from .gestes import CODE, IDENTITES, come_in, identify, is_in, leave, linked, refusals

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = reverse("account_reauthenticate")
RECONFIRMER = reverse("accounts:identite_reconfirmer", args=[CODE])
NEW = "sept loutres au bord du canal"
SENSITIVE = ("accounts:adresse", "account_set_password", "mfa_activate_totp", "mfa_add_webauthn")


@pytest.fixture
def clock() -> Iterator[FrozenDateTimeFactory]:
    with freeze_time(ignore=["_pytest.timing"]) as frozen:
        yield frozen


@pytest.fixture
def user(client: Client, provider: Provider, clock: FrozenDateTimeFactory) -> User:
    """Open an account that has never had a password."""
    account = UserFactory()
    account.set_unusable_password()
    account.save()
    linked(account)
    come_in(client)
    assert is_in(client)
    return account


@pytest.mark.parametrize("name", SENSITIVE)
def test_it_is_asked_once_five_minutes_are_over(client: Client, user: User, clock: FrozenDateTimeFactory, name: str) -> None:
    address = reverse(name)
    assert client.get(address).status_code == 200
    clock.tick(timedelta(minutes=6))
    for _ in range(2):
        client.post(address, {"nouvelle": "voleur@ailleurs.example", "password1": NEW, "password2": NEW})
    asked = client.get(address)
    assert asked.status_code == 302 and urlsplit(asked["Location"]).path == PAGE
    page = client.get(asked["Location"]).content.decode()
    assert f'action="{RECONFIRMER}"' in page and 'type="password"' not in page
    user.refresh_from_db()
    assert not user.has_usable_password()

    to = leave(client, RECONFIRMER, next=address)
    assert parse_qs(urlsplit(to).query)["prompt"] == ["login"], "whatever session is open at the provider"
    assert client.get(identify(to))["Location"] == address
    assert client.get(address).status_code == 200


def test_another_person_at_the_provider_does_not_pass(client: Client, user: User, provider: Provider, clock: FrozenDateTimeFactory) -> None:
    clock.tick(timedelta(minutes=6))
    provider.personne.sub = "personne-2"
    back = client.get(identify(leave(client, RECONFIRMER, next=reverse("accounts:adresse"))))
    assert back["Location"] == IDENTITES and "pas l'identité ProConnect de votre compte" in client.get(IDENTITES).content.decode().replace("&#x27;", "'")
    assert client.get(reverse("accounts:adresse"))["Location"].startswith(PAGE)
    assert refusals()[-1] == {"fournisseur": CODE, "cause": "autre"}


def test_it_never_leads_elsewhere(client: Client, user: User) -> None:
    back = client.get(identify(leave(client, RECONFIRMER, next="https://voleur.example/")))
    assert back["Location"] == reverse(site.LOGIN_REDIRECT_URL)


def test_whoever_has_a_password_is_asked_for_it(client: Client, user: User) -> None:
    """Being recognised by the provider opens nothing more then."""
    user.set_password(PASSWORD)
    user.save()
    come_in(client)
    client.get(identify(leave(client, RECONFIRMER)))
    assert client.get(reverse("accounts:adresse"))["Location"].startswith(PAGE)
    assert 'type="password"' in client.get(PAGE).content.decode()
