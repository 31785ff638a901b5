"""Recovery codes by their digests, and codes that serve once, even sent twice at once (AU-3, CF-5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import auth, flows
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import connection
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time
from pytest_django.fixtures import Settings

from accounts.forms.mfa import AuthenticateForm
from accounts.models import User
from accounts.sign_in.codes_secours import SHOWN_SECONDS, CodesDeSecours
from tests.accounts.factories import PASSWORD, SECRET, UserFactory
from tests.ensemble import times_at_once

pytestmark = pytest.mark.django_db(transaction=True)
VIEW, GENERATE, DOWNLOAD = (reverse(f"mfa_{name}_recovery_codes") for name in ("view", "generate", "download"))


@pytest.fixture
def user(client: Client) -> User:
    account = UserFactory(double_facteur=True)
    client.force_login(account)
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    return account


def generate(client: Client) -> list[str]:
    """Make codes from the page, and read them on the one that follows."""
    assert client.post(GENERATE)["Location"] == VIEW
    codes = re.findall(r"<li>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})</li>", client.get(VIEW).content.decode())
    assert len(codes) == len(set(codes)) == 10
    return codes


def enter(user: User, code: str) -> bool:
    client = Client()
    client.post("/compte/connexion/", {"login": user.username, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code})
    return "_auth_user_id" in client.session


def test_library_uses_our_codes() -> None:
    """An upgrade that looks elsewhere must be seen."""
    assert auth.RecoveryCodes is flows.RecoveryCodes is CodesDeSecours
    row = Authenticator(user=UserFactory(), type="recovery_codes", data={})
    assert isinstance(row.wrap(), CodesDeSecours)


def test_code_opens_the_account_once(client: Client, user: User) -> None:
    first, second, *_ = generate(client)
    assert enter(user, first) and not enter(user, first)
    assert enter(user, second.upper().replace("-", " ")), "typed as one reads it"
    assert not enter(user, "aaaa-bbbb-cccc")
    assert "Il vous en reste <strong>8</strong>" in client.get(reverse("mfa_index")).content.decode()


def test_no_code_stands_in_the_database(client: Client, user: User) -> None:
    """AU-3, CF-5: neither in the table nor in the session, neither whole nor without its signs."""
    codes = generate(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        kept = str(cursor.fetchall()) + str(dict(client.session))
    for code in codes:
        assert code not in kept and code.replace("-", "") not in kept


def test_codes_are_shown_for_a_quarter_of_an_hour_to_who_made_them(client: Client, user: User) -> None:
    with freeze_time("2026-11-21 08:00:00", ignore=["_pytest.timing"]) as clock:
        assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
        codes = generate(client)
        assert codes[0] in client.get(VIEW).content.decode(), "reloading the page loses nothing"
        assert codes[0] in client.get(DOWNLOAD).content.decode()
        other = Client()
        other.force_login(user)
        other.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        assert codes[0] not in other.get(VIEW).content.decode()
        assert other.get(DOWNLOAD).status_code == 403
        clock.tick(timedelta(seconds=SHOWN_SECONDS + 1))
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        page = client.get(VIEW).content.decode()
        assert codes[0] not in page and "Il vous reste 10 codes" in page
        assert client.get(DOWNLOAD).status_code == 403


def test_new_codes_end_the_former(client: Client, user: User) -> None:
    former = generate(client)[0]
    generate(client)
    assert not enter(user, former)


def test_activating_the_application_gives_codes(client: Client) -> None:
    account = UserFactory()
    client.force_login(account)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    code = format_hotp_value(hotp_value(client.session["mfa.totp.secret"], next(iter(yield_hotp_counters_from_time()))))
    page = client.post(reverse("mfa_activate_totp"), {"code": code}, follow=True)
    assert page.request["PATH_INFO"] == VIEW and "Notez-les maintenant" in page.content.decode()


# --- Sent twice at once ---------------------------------------------------------------------------------------------------
@pytest.fixture
def slow_cache(settings: Settings, tmp_path: Any) -> Iterator[None]:
    """The cache of the embedded mode, where « add if absent » is two steps."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path}}
    yield


@pytest.mark.parametrize("kind", ["totp", "secours"])
def test_code_sent_twice_at_once_serves_once(slow_cache: None, kind: str, rf: Any) -> None:
    """Race: four requests, one comes in."""
    user = UserFactory(double_facteur=True)
    request = rf.post("/")
    request.session = {}
    if kind == "totp":
        code = format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))
    else:
        with context.request_context(request):
            code = CodesDeSecours.activate(user).get_unused_codes()[0]

    def send(_: int) -> bool:
        with context.request_context(rf.post("/")):
            return AuthenticateForm({"code": code}, user=user).is_valid()

    results = times_at_once(4, send)
    assert sorted(results) == [False, False, False, True]
