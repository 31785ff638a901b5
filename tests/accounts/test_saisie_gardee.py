"""Without JavaScript, what is sent after the end of a session can be sent again after signing in (AU-7, AX-2, CF-5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory

from accounts.models import User
from accounts.sign_in import saisie, temoin
from tests.accounts.factories import PASSWORD, CguFactory, UserFactory

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
    assert saisie.kept(request)[0].champs == (("texte", "motif-confidentiel"),)


@pytest.mark.parametrize(
    "address, fields", [("account_change_password", {"oldpassword": "x", "autre": "y"}), ("accounts:preferences", {"texte": "x" * saisie.MOST})]
)
def test_what_is_of_the_door_or_too_large_is_not_kept(client: Client, clock: FrozenDateTimeFactory, address: str, fields: dict) -> None:
    user = UserFactory()
    sign_in(client, user)
    clock.tick(timedelta(minutes=61))
    post(client, reverse(address), fields)
    assert saisie.KEY not in client.session


# --- The session is gone for good: nothing says any more whose it was, but the cookie set at sign-in -----------------------
GONE = ("fermée à distance", "purgée", "témoin de session perdu")


def end_for_good(client: Client, clock: FrozenDateTimeFactory, how: str) -> None:
    """Leave nothing of the session: closed from another device, past its twelve hours, or its cookie lost."""
    if how == "purgée":
        clock.tick(timedelta(hours=13))
        call_command("clearsessions")
    elif how == "fermée à distance":
        Session.objects.all().delete()
    else:
        del client.cookies[settings.SESSION_COOKIE_NAME]
    cache.clear()


def send_to_nobody(client: Client, address: str, **fields: object) -> HttpResponse:
    response = post(client, address, fields)
    assert response.status_code == 302 and response["Location"].startswith(LOGIN)
    return response


@pytest.mark.parametrize("how", GONE)
def test_it_is_offered_when_the_session_is_gone_for_good(client: Client, clock: FrozenDateTimeFactory, page: str, how: str) -> None:
    user = UserFactory()
    sign_in(client, user)
    end_for_good(client, clock, how)
    send_to_nobody(client, page, texte=TEXTE)
    html = client.get(LOGIN).content.decode()
    assert "ce que vous veniez d'envoyer est gardé" in unescape(html) and TEXTE[:7] not in html, "said, not shown"
    sign_in(client, user)
    assert hidden(client.get(page).content.decode())["texte"] == TEXTE


def test_it_is_for_the_account_that_was_open_in_that_browser(client: Client, clock: FrozenDateTimeFactory, page: str) -> None:
    first, second = UserFactory(), UserFactory()
    for user in (first, second):
        sign_in(client, user)
        end_for_good(client, clock, "fermée à distance")
    send_to_nobody(client, page, texte=TEXTE)
    sign_in(client, first)
    assert TEXTE[:7] not in client.get(page).content.decode()
    client.post(reverse("account_logout"))
    sign_in(client, second)
    assert "Votre dernier envoi" not in client.get(page).content.decode(), "taken away as soon as another account came in"


def test_each_form_sent_too_late_is_kept_the_last_of_an_address_only(client: Client, clock: FrozenDateTimeFactory, page: str) -> None:
    """Two tabs, then a form sent twice."""
    user, other = UserFactory(), reverse("accounts:adresse")
    sign_in(client, user)
    send_too_late(client, clock, page, texte="premier essai")
    send_to_nobody(client, page, texte="essai repris")
    send_to_nobody(client, other, email="neuve@lab.example")
    sign_in(client, user)
    html = client.get(reverse("accounts:notifications")).content.decode()
    assert "essai repris" in html and "neuve@lab.example" in html and "premier essai" not in html
    post(client, page, {"texte": "essai repris"})
    html = client.get(reverse("accounts:notifications")).content.decode()
    assert "essai repris" not in html and "neuve@lab.example" in html


@pytest.mark.parametrize("made_up", [None, "1", "1:aaaaaa:bbbbbb", "é", "1" * 5000])
def test_a_stranger_leaves_nothing(client: Client, made_up: str | None) -> None:
    """A visitor who never signed in fills no store (WB-1)."""
    if made_up is not None:
        client.cookies[temoin.NAME] = made_up
    send_to_nobody(client, reverse("accounts:preferences"), texte=TEXTE)
    assert not Session.objects.exists()


def test_signing_out_leaves_nothing_by_which_to_keep(client: Client, page: str) -> None:
    sign_in(client, UserFactory())
    assert client.cookies[temoin.NAME].value
    client.post(reverse("account_logout"))
    assert not client.cookies[temoin.NAME].value
    send_to_nobody(client, page, texte=TEXTE)
    assert saisie.KEY not in client.session


def test_the_cookie_serves_a_day(client: Client, clock: FrozenDateTimeFactory, page: str) -> None:
    sign_in(client, UserFactory())
    end_for_good(client, clock, "purgée")
    clock.tick(timedelta(hours=12))
    send_to_nobody(client, page, texte=TEXTE)
    assert saisie.KEY not in client.session


def test_the_cookie_is_bound_as_the_others_are_and_opens_nothing(client: Client, page: str) -> None:
    """AU-8."""
    sign_in(client, UserFactory())
    cookie = client.cookies[temoin.NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/" and not cookie["domain"] and not cookie["max-age"]
    stranger = Client()
    stranger.cookies[temoin.NAME] = cookie.value
    assert stranger.get(page).status_code == 302


def test_whoever_sends_without_end_fills_nothing(client: Client, page: str) -> None:
    """One who has an account, and throws the session away each time."""
    sign_in(client, UserFactory())
    for _ in range(saisie.MOST_IN_AN_HOUR + 3):
        client.cookies.pop(settings.SESSION_COOKIE_NAME, None)
        send_to_nobody(client, page, texte=TEXTE)
    assert sum(saisie.KEY in row.get_decoded() for row in Session.objects.all()) == saisie.MOST_IN_AN_HOUR


def test_what_a_script_sends_is_not_a_form(client: Client, page: str) -> None:
    """The save in the background of a questionnaire: its page keeps what was typed."""
    sign_in(client, UserFactory())
    del client.cookies[settings.SESSION_COOKIE_NAME]
    for headers in ({"accept": "application/json"}, {"sec-fetch-mode": "cors"}):
        client.post(page, "texte=a", content_type="application/x-www-form-urlencoded", headers=headers)
    assert not any(saisie.KEY in row.get_decoded() for row in Session.objects.all())


def test_together_they_stay_small(client: Client, clock: FrozenDateTimeFactory, page: str) -> None:
    user = UserFactory()
    sign_in(client, user)
    end_for_good(client, clock, "fermée à distance")
    send_to_nobody(client, page, texte="a" * (2 * saisie.MOST // 3))
    send_to_nobody(client, reverse("accounts:adresse"), texte="b" * (2 * saisie.MOST // 3))
    sign_in(client, user)
    html = client.get(reverse("accounts:notifications")).content.decode()
    assert "bbbb" in html and "aaaa" not in html, "the last one"


# --- A step of the gate comes first -----------------------------------------------------------------------------------------
def test_what_is_sent_as_new_conditions_come_is_kept(client: Client, clock: FrozenDateTimeFactory, page: str) -> None:
    """ACC-4: the conditions are published while a form is being filled in."""
    user = UserFactory()
    sign_in(client, user)
    cgu = CguFactory()
    assert post(client, page, {"texte": TEXTE})["Location"].startswith(reverse("accounts:cgu_accepter"))
    html = unescape(client.get(reverse("accounts:cgu_accepter")).content.decode())
    assert "ce que vous veniez d'envoyer est gardé" in html.lower()
    client.post(reverse("accounts:cgu_accepter"), {"accepte": "on", "version": cgu.pk})
    assert hidden(client.get(page).content.decode())["texte"] == TEXTE


def test_what_is_sent_as_the_account_is_shut_comes_back_when_it_opens_again(client: Client, clock: FrozenDateTimeFactory, page: str) -> None:
    """AZ-8: shut, it is told so and shown nothing; opened again within the day, it has lost nothing."""
    user = UserFactory()
    sign_in(client, user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    response = post(client, page, {"texte": TEXTE})
    assert response.status_code == 302 and TEXTE[:7] not in client.get(response["Location"]).content.decode()
    User.objects.filter(pk=user.pk).update(is_active=True)
    sign_in(client, user)
    assert hidden(client.get(page).content.decode())["texte"] == TEXTE
