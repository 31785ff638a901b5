"""Guessing is slowed down per account and address, and a stranger locks nobody out (AU-2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory

from accounts.models import EntreeJournal, User
from accounts.sign_in import throttle
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.test_sign_in import totp_code

HERE, ELSEWHERE = "203.0.113.1", "198.51.100.9"


@pytest.fixture
def clock() -> FrozenDateTimeFactory:
    with freeze_time("2026-11-21 08:00:00", ignore=["_pytest.timing"]) as frozen:
        yield frozen


def fail(times: int, login: str = "camille", adresse: str = HERE) -> None:
    for _ in range(times):
        assert throttle.consume(login, adresse) == 0


def test_five_failures_are_free_then_one_minute(clock: FrozenDateTimeFactory) -> None:
    fail(5)
    assert throttle.consume("camille", HERE) == 60
    clock.tick(timedelta(seconds=59))
    assert throttle.consume("camille", HERE) == pytest.approx(1)
    clock.tick(timedelta(seconds=1))
    fail(1)


def test_each_failure_doubles_the_delay(clock: FrozenDateTimeFactory) -> None:
    fail(5)
    for delay in (60, 120, 240, 480, 960):
        assert throttle.consume("camille", HERE) == delay
        clock.tick(timedelta(seconds=delay))
        fail(1)


def test_at_most_25_tries_a_day(clock: FrozenDateTimeFactory) -> None:
    tries = 0
    for _ in range(24 * 60 - 1):
        tries += throttle.consume("camille", HERE) == 0
        clock.tick(timedelta(minutes=1))
    assert 5 < tries <= 25


def test_waiting_costs_no_try(clock: FrozenDateTimeFactory) -> None:
    fail(5)
    for _ in range(20):
        throttle.consume("camille", HERE)
    assert throttle.consume("camille", HERE) == 60


@pytest.mark.parametrize("login, adresse", [("camille", ELSEWHERE), ("claude", HERE)])
def test_a_stranger_locks_nobody_else(clock: FrozenDateTimeFactory, login: str, adresse: str) -> None:
    fail(5)
    assert throttle.consume(login, adresse) == 0


@pytest.mark.parametrize("variant", ["CAMILLE", "ｃamille"])
def test_spellings_of_one_login_share_a_counter(clock: FrozenDateTimeFactory, variant: str) -> None:
    fail(5)
    assert throttle.consume(variant, HERE) == 60


def test_success_forgets(clock: FrozenDateTimeFactory) -> None:
    fail(4)
    throttle.forgive("camille", HERE)
    fail(5)


def test_one_address_cannot_try_everybody(clock: FrozenDateTimeFactory) -> None:
    for rank in range(throttle.ADDRESS_TRIES):
        fail(1, login=f"compte.{rank}")
    assert throttle.consume("encore.un", HERE) == 3600
    assert throttle.consume("encore.un", ELSEWHERE) == 0


def test_counters_hold_no_login_and_no_address() -> None:
    assert "camille" not in throttle._key("camille", HERE) and HERE not in throttle._key("camille", HERE)


# --- On the page of sign-in -----------------------------------------------------------------------------------------------
LOGIN = "/compte/connexion/"


def sign_in(user: User, password: str = PASSWORD, adresse: str = HERE) -> Client:
    client = Client(REMOTE_ADDR=adresse)
    client.answer = client.post(LOGIN, {"login": user.username, "password": password})
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.django_db(transaction=True)
def test_page_makes_one_wait_longer_and_longer(clock: FrozenDateTimeFactory) -> None:
    """The right password is not even looked at before the delay; the words say how long it is."""
    user = UserFactory()
    for _ in range(5):
        sign_in(user, "mauvais")
    for delay, words in ((60, "une minute"), (120, "2 minutes"), (240, "4 minutes")):
        refused = sign_in(user)
        assert not is_in(refused) and f"réessayez dans {words}" in refused.answer.content.decode()
        clock.tick(timedelta(seconds=delay - 1))
        assert not is_in(sign_in(user))
        clock.tick(timedelta(seconds=1))
        sign_in(user, "mauvais")
    clock.tick(timedelta(seconds=480))
    assert is_in(sign_in(user)), "the owner comes in at the end of the delay"
    assert not is_in(sign_in(user, "mauvais")) and is_in(sign_in(user)), "and starts again from nothing"


@pytest.mark.django_db(transaction=True)
def test_page_never_shuts_out_the_owner_for_a_stranger(clock: FrozenDateTimeFactory) -> None:
    """A whole day of guesses from elsewhere, and the owner comes in where he is."""
    user = UserFactory()
    for _ in range(30):
        sign_in(user, "mauvais", ELSEWHERE)
        clock.tick(timedelta(minutes=45))
    assert is_in(sign_in(user))


SECRETS = {
    "mfa_authenticate": {"code": "000000"},
    "account_change_password": {"oldpassword": "mauvais", "password1": "trois hiboux dans une bibliothèque", "password2": "trois hiboux dans une bibliothèque"},
    "account_reauthenticate": {"password": "mauvais"},
    "mfa_reauthenticate": {"code": "000000"},
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", SECRETS)
def test_no_secret_is_easier_to_guess_than_at_the_door(clock: FrozenDateTimeFactory, page: str) -> None:
    """AU-2: neither the code of the second step, nor the present password, nor being recognised again."""
    user = UserFactory(double_facteur=True)
    client = Client(REMOTE_ADDR=HERE)
    for _ in range(24 * 6):
        if page == "mfa_authenticate":
            client.post(LOGIN, {"login": user.username, "password": PASSWORD})
        elif not is_in(client):
            client.force_login(user)
        client.post(reverse(page), SECRETS[page])
        clock.tick(timedelta(minutes=10))
    refused = EntreeJournal.objects.filter(action__in=("double_facteur.refuse", "session.refusee")).count()
    assert 5 < refused <= 25


@pytest.mark.django_db(transaction=True)
def test_right_code_forgets_the_wrong_ones(clock: FrozenDateTimeFactory) -> None:
    user = UserFactory(double_facteur=True)
    for _ in range(3):
        client = Client(REMOTE_ADDR=HERE)
        client.post(LOGIN, {"login": user.username, "password": PASSWORD})
        for _ in range(3):
            client.post(reverse("mfa_authenticate"), {"code": "000000"})
        client.post(reverse("mfa_authenticate"), {"code": totp_code()})
        assert is_in(client)
        clock.tick(timedelta(minutes=6))
