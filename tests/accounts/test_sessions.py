"""The open sessions of an account, and ending them (AU-7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time
from playwright.sync_api import Page, expect

from accounts.actions.sessions import noter_ouverture
from accounts.models import EntreeJournal, User
from accounts.rules.appareils import INCONNU, appareil
from tests.accounts.factories import FIREFOX, PASSWORD, UserFactory, session_ailleurs

ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
LOGIN = "/compte/connexion/"
PAGE = reverse("accounts:mes_informations")


@pytest.mark.parametrize(
    "user_agent, words",
    [
        (FIREFOX, "Firefox sur Windows"),
        (ANDROID, "Chrome sur Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0", "Edge sur Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/604.1", "Safari sur iPhone"),
        ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0 Safari/604.1", "Chrome sur iPad"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15", "Safari sur Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0", "Firefox sur Linux"),
        ("Firefox/1.0", "Firefox"),
        ("curl/8.0 (Windows)", "Windows"),
        ("", INCONNU),
        ("<script>alert(1)</script>", INCONNU),
    ],
)
def test_device_in_words(user_agent: str, words: str) -> None:
    assert appareil(user_agent) == words


@pytest.fixture
def user(db: None) -> User:
    return UserFactory()


def signed_in(user: User, **headers: str) -> Client:
    """Sign in by the page, as a person does."""
    client = Client(**headers)
    assert client.post(LOGIN, {"login": user.username, "password": PASSWORD}).status_code == 302
    return client


def is_open(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def row_of(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


def test_sessions_are_told_by_device_and_last_activity(user: User) -> None:
    with freeze_time("2026-11-21 08:00:00", ignore=["_pytest.timing"]) as clock:
        other = signed_in(user, HTTP_USER_AGENT=ANDROID, REMOTE_ADDR="198.51.100.9")
        clock.tick(timedelta(minutes=50))
        other.get(PAGE)
        clock.tick(timedelta(minutes=20))
        here = signed_in(user, HTTP_USER_AGENT=FIREFOX)
        html = here.get(reverse("accounts:sessions")).content.decode()
    assert html.index("Celle-ci") < html.index("Chrome sur Android")
    assert "Firefox sur Windows" in html and "198.51.100.9" in html
    assert "aujourd'hui à 9\xa0h\xa050" in unescape(html), "the last page asked, not the sign-in"


def test_session_that_idled_too_long_is_not_shown(user: User) -> None:
    with freeze_time("2026-11-21 08:00:00", ignore=["_pytest.timing"]) as clock:
        signed_in(user, HTTP_USER_AGENT=ANDROID)
        clock.tick(timedelta(minutes=61))
        assert "Android" not in signed_in(user).get(reverse("accounts:sessions")).content.decode()


def test_ending_one_session_leaves_the_others(user: User) -> None:
    here, lost, kept = signed_in(user), signed_in(user), signed_in(user)
    key, url = lost.session.session_key, reverse("accounts:session_fermer", args=[row_of(lost).pk])
    assert "devra se connecter à nouveau" in here.get(url).content.decode()
    assert is_open(lost), "asking ends nothing (WB-2)"
    assert here.post(url)["Location"] == reverse("accounts:sessions")
    assert [is_open(client) for client in (here, lost, kept)] == [True, False, True]
    line = EntreeJournal.objects.get(action="session.fermee_a_distance")
    assert line.acteur == user.pk and key not in str(line.details)


def test_ending_all_the_others(user: User) -> None:
    here, *others = (signed_in(user) for _ in range(3))
    assert here.post(reverse("accounts:sessions_fermer"))["Location"] == reverse("accounts:sessions")
    assert [is_open(client) for client in (here, *others)] == [True, False, False]
    assert EntreeJournal.objects.get(action="session.autres_fermees").details == {"nombre": 2}
    here.post(reverse("accounts:sessions_fermer"))
    assert EntreeJournal.objects.filter(action="session.autres_fermees").count() == 1, "nothing to end, nothing to trace"


def test_present_session_is_left_by_signing_out(user: User) -> None:
    here = signed_in(user)
    assert here.post(reverse("accounts:session_fermer", args=[row_of(here).pk]))["Location"] == reverse("account_logout")
    assert is_open(here)


def test_session_of_another_account_does_not_exist(user: User) -> None:
    """AZ-4."""
    foreign = session_ailleurs(UserFactory(entreprise=user.entreprise))
    assert signed_in(user).post(reverse("accounts:session_fermer", args=[foreign.pk])).status_code == 404
    assert foreign.exists()


def test_other_sessions_end_with_a_new_password(user: User) -> None:
    """AU-7: the one that changed it stays; the others are visitors at once."""
    here, other = signed_in(user), signed_in(user)
    new = "sept loutres au bord du canal"
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_open(here), is_open(other)) == (True, False)


@pytest.mark.browser
def test_ending_a_session_at_390_pixels_without_javascript(
    transactional_db: None, new_page: Callable[..., Page], sign_in: Any, axe: Callable[[Page], None]
) -> None:
    """AX-1, AX-2."""
    user = UserFactory()
    gone = session_ailleurs(user, ANDROID)
    for options in ({"viewport": {"width": 390, "height": 844}}, {"java_script_enabled": False}):
        page = new_page(**options)
        sign_in(page, user)
        page.goto(reverse("accounts:sessions"))
        if options.get("java_script_enabled", True):
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("link", name="Fermer : Chrome sur Android").click()
    page.get_by_role("button", name="Fermer cette session").click()
    expect(page.get_by_text("La session « Chrome sur Android » est fermée.")).to_be_visible()
    assert not UserSession.objects.filter(pk=gone.pk).exists()


def test_signing_in_asks_as_little_with_many_open_sessions(user: User, django_assert_max_num_queries) -> None:
    """P18, AU-7."""
    for _ in range(12):
        session_ailleurs(user)
    with django_assert_max_num_queries(12):  # transactions included
        client = signed_in(user)
    assert UserSession.objects.filter(user=user).count() == 13 and row_of(client).user == user


def test_a_session_opened_twice_keeps_one_row(user: User) -> None:
    """AU-7: an identity provider recognises the person again on the session of before."""
    client = signed_in(user, HTTP_USER_AGENT=ANDROID)
    request = client.get(PAGE, HTTP_USER_AGENT=FIREFOX).wsgi_request
    noter_ouverture(request, user)
    assert [row.user_agent for row in UserSession.objects.filter(user=user)] == [FIREFOX]


def test_signing_out_forgets_the_session_and_no_other(user: User) -> None:
    """AU-7: what is over is not listed."""
    client, other = signed_in(user), signed_in(user, HTTP_USER_AGENT=ANDROID)
    gone = row_of(client).pk
    client.post("/compte/deconnexion/")
    assert not UserSession.objects.filter(pk=gone).exists()
    assert is_open(other) and row_of(other).user == user


def test_an_endless_user_agent_is_cut(user: User) -> None:
    assert row_of(signed_in(user, HTTP_USER_AGENT="x" * 5000)).user_agent == "x" * UserSession._meta.get_field("user_agent").max_length
