"""Without JavaScript, what is sent after the end of a session can be sent again after signing in (AU-7, AX-2, CF-5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory

from accounts.models import User
from accounts.sign_in import saisie
from tests.accounts.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/compte/connexion/"
TEXTE = "Réponse <b>longue</b> & « citée »\r\nsur deux lignes"


@pytest.fixture
def clock() -> Iterator[FrozenDateTimeFactory]:
    with freeze_time("2026-11-21 08:00:00", ignore=["_pytest.timing"]) as frozen:
        yield frozen


@pytest.fixture
def page() -> str:
    return reverse("accounts:preferences")


def sign_in(client: Client, user: User) -> None:
    assert client.post(LOGIN, {"login": user.username, "password": PASSWORD}).status_code == 302


def post(client: Client, address: str, fields: Mapping[str, object]) -> HttpResponse:
    """Send a form as a browser does."""
    return client.post(address, urlencode(fields, doseq=True), content_type="application/x-www-form-urlencoded")


def send_too_late(client: Client, clock: FrozenDateTimeFactory, address: str, **fields: object) -> None:
    clock.tick(timedelta(minutes=61))
    response = post(client, address, fields)
    assert response.status_code == 302 and response["Location"].startswith(LOGIN)


def hidden(html: str) -> dict[str, str]:
    form = html.partition("Votre dernier envoi")[2].partition("</form>")[0]
    return {name: unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form) if name != "csrfmiddlewaretoken"}


def test_it_is_offered_then_sent_and_gone(client: Client, clock: FrozenDateTimeFactory, page: str) -> None:
    user = UserFactory()
    sign_in(client, user)
    send_too_late(client, clock, page, texte=TEXTE, choix=["a", "b"])
    assert client.get(reverse("accounts:notifications")).status_code == 302, "nothing to a visitor"
    sign_in(client, user)
    html = client.get(reverse("accounts:notifications")).content.decode()
    assert hidden(html)["texte"] == TEXTE and 'name="choix" value="a"' in html and 'name="choix" value="b"' in html
    assert f'action="{page}"' in html and "<noscript>" in html
    post(client, page, hidden(html))
    assert "Votre dernier envoi" not in client.get(page).content.decode()


def test_it_can_be_abandoned(client: Client, clock: FrozenDateTimeFactory, page: str) -> None:
    user = UserFactory()
    sign_in(client, user)
    send_too_late(client, clock, page, texte=TEXTE)
    sign_in(client, user)
    assert client.post(reverse("accounts:saisie_abandonner")).status_code == 302
    assert "Votre dernier envoi" not in client.get(page).content.decode()


def test_nobody_else_gets_it(client: Client, clock: FrozenDateTimeFactory, page: str) -> None:
    user, other = UserFactory(), UserFactory()
    sign_in(client, user)
    send_too_late(client, clock, page, texte=TEXTE)
    sign_in(client, other)
    assert TEXTE[:7] not in client.get(page).content.decode()
    client.post(reverse("account_logout"))
    sign_in(client, user)
    assert "Votre dernier envoi" not in client.get(page).content.decode()


def test_what_is_kept_is_neither_in_clear_nor_a_secret(client: Client, clock: FrozenDateTimeFactory, page: str) -> None:
    """CF-5."""
    sign_in(client, UserFactory())
    send_too_late(client, clock, page, texte="motif-confidentiel", oldpassword="secret-1", code="123456")
    stored = [row.get_decoded() for row in Session.objects.all()]
    assert "motif-confidentiel" not in str(stored) and any(saisie.KEY in data for data in stored)
    request = type("Request", (), {"session": next(data for data in stored if saisie.KEY in data)})()
    assert saisie.kept(request).champs == (("texte", "motif-confidentiel"),)


@pytest.mark.parametrize(
    "address, fields", [("account_change_password", {"oldpassword": "x", "autre": "y"}), ("accounts:preferences", {"texte": "x" * saisie.MOST})]
)
def test_what_is_of_the_door_or_too_large_is_not_kept(client: Client, clock: FrozenDateTimeFactory, address: str, fields: dict) -> None:
    user = UserFactory()
    sign_in(client, user)
    clock.tick(timedelta(minutes=61))
    post(client, reverse(address), fields)
    assert saisie.KEY not in client.session
