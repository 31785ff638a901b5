"""What a page is told of the end of its session, and « Prolonger » (AU-7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory

from accounts.models import User
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/compte/connexion/"


@pytest.fixture
def clock() -> Iterator[FrozenDateTimeFactory]:
    with freeze_time("2026-11-21 08:00:00", ignore=["_pytest.timing"]) as frozen:
        yield frozen


@pytest.fixture
def user(clock: FrozenDateTimeFactory, client: Client) -> User:
    account = UserFactory()
    client.force_login(account)
    client.get(reverse("accounts:notifications"))
    return account


def left(client: Client) -> dict[str, int | bool]:
    return client.get(reverse("accounts:session_duree")).json()


def extend(client: Client) -> dict[str, int | bool]:
    return client.post(reverse("accounts:session_prolonger"), headers={"accept": "application/json"}).json()


def test_asking_what_is_left_does_not_make_it_longer(client: Client, user: User, clock: FrozenDateTimeFactory) -> None:
    assert left(client) == {"reste": 3600, "prolongeable": True}
    for minutes in (29, 30):
        clock.tick(timedelta(minutes=minutes))
        left(client)
    assert left(client) == {"reste": 60, "prolongeable": True}
    clock.tick(timedelta(seconds=61))
    assert client.get(reverse("accounts:session_duree")).status_code == 302


def test_extending_gives_the_whole_time_again(client: Client, user: User, clock: FrozenDateTimeFactory) -> None:
    clock.tick(timedelta(minutes=59))
    assert extend(client) == {"reste": 3600, "prolongeable": True}
    clock.tick(timedelta(seconds=30))
    assert extend(client)["reste"] == 3600, "even within the minute in which reading pages notes nothing"


def test_staff_have_half_the_time(client: Client, clock: FrozenDateTimeFactory) -> None:
    client.force_login(UserFactory(agence=True, double_facteur=True))
    assert left(client)["reste"] == 1800


def test_twelve_hours_cannot_be_made_longer(client: Client, user: User, clock: FrozenDateTimeFactory) -> None:
    for _ in range(23):
        clock.tick(timedelta(minutes=30))
        extend(client)
    clock.tick(timedelta(minutes=28, seconds=30))
    assert left(client) == {"reste": 90, "prolongeable": False}
    assert extend(client) == {"reste": 90, "prolongeable": False}
    clock.tick(timedelta(seconds=91))
    assert client.post(reverse("accounts:session_prolonger")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_session_that_is_over_cannot_be_extended(client: Client, user: User, clock: FrozenDateTimeFactory) -> None:
    clock.tick(timedelta(minutes=61))
    response = client.post(reverse("accounts:session_prolonger"), headers={"accept": "application/json"})
    assert response["Location"] == LOGIN
    assert client.get(reverse("accounts:notifications"))["Location"].startswith(LOGIN)


def test_extending_is_a_post(client: Client, user: User) -> None:
    """WB-2."""
    assert client.get(reverse("accounts:session_prolonger")).status_code == 405


@pytest.mark.parametrize("target", ["https://voleur.example/", "//voleur.example", "javascript:alert(1)", "0", "mfa_index"])
def test_ordinary_form_never_leads_elsewhere(client: Client, user: User, target: str) -> None:
    """WB-5."""
    assert client.post(reverse("accounts:session_prolonger"), {"next": target})["Location"] == reverse("parcours:tableau_de_bord")
    assert client.post(reverse("accounts:session_prolonger"), {"next": "/notifications/"})["Location"] == "/notifications/"


def test_page_carries_the_warning(client: Client, user: User) -> None:
    html = client.get(reverse("accounts:notifications")).content.decode()
    assert f'data-compte="{user.pk}"' in html and 'data-reste="3600"' in html and 'data-avertir="120"' in html


def test_visitor_gets_no_warning(client: Client) -> None:
    assert "<dialog" not in client.get(LOGIN).content.decode()


# --- Coming back -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "referer, back",
    [
        ("http://testserver/compte/preferences/?a=1", f"{LOGIN}?next=%2Fcompte%2Fpreferences%2F%3Fa%3D1"),
        ("https://voleur.example/compte/preferences/", LOGIN),
        ("nonsense", LOGIN),
        ("http://[", LOGIN),
        ("", LOGIN),
    ],
)
def test_form_sent_too_late_leads_back_to_its_page(client: Client, user: User, clock: FrozenDateTimeFactory, referer: str, back: str) -> None:
    clock.tick(timedelta(minutes=61))
    response = client.post(reverse("accounts:preferences"), {}, headers={"referer": referer} if referer else {})
    assert response["Location"] == back


def test_fragment_asked_too_late_leads_back_to_its_page(client: Client, user: User, clock: FrozenDateTimeFactory) -> None:
    clock.tick(timedelta(minutes=61))
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/notifications/?page=1"}
    assert client.get(reverse("accounts:mes_informations"), headers=headers)["HX-Redirect"] == f"{LOGIN}?next=%2Fnotifications%2F%3Fpage%3D1"


def test_fragment_of_no_page_leads_to_the_sign_in(client: Client, user: User, clock: FrozenDateTimeFactory) -> None:
    """WB-5: what a browser calls the page is no address."""
    clock.tick(timedelta(minutes=61))
    headers = {"hx-request": "true", "hx-current-url": "http://["}
    assert client.get(reverse("accounts:mes_informations"), headers=headers)["HX-Redirect"] == LOGIN


@pytest.mark.parametrize("ended", ["elsewhere", "cookie"])
def test_what_comes_from_a_page_whose_session_is_gone_leads_back_to_it(client: Client, user: User, ended: str) -> None:
    """AU-7: closed from another device, or its cookie dropped by the browser after twelve hours."""
    if ended == "elsewhere":
        Session.objects.all().delete()
        cache.clear()
    else:
        client.cookies.clear()
    page, back = "http://testserver/compte/preferences/?a=1", f"{LOGIN}?next=%2Fcompte%2Fpreferences%2F%3Fa%3D1"
    answer = client.post(reverse("accounts:session_prolonger"), headers={"referer": page})
    assert answer["Location"] == back, "never to the address of a form, which cannot be read"
    assert "Votre session a pris fin" in client.get(back).content.decode()
    fragment = client.get(reverse("accounts:mes_informations"), headers={"hx-request": "true", "hx-current-url": page})
    assert fragment["HX-Redirect"] == back, "never the page of sign-in inside the page"


def test_sessions_end_with_the_password(client: Client, user: User) -> None:
    """AU-7: a password that changes ends the sessions opened with the former one."""
    user.set_password("sept loutres au bord du canal")
    user.save()
    assert client.get(reverse("accounts:notifications")).status_code == 302
