"""Whoever finds a session open changes nothing of the account's security (AU-6), and no secret reaches the logs (TR-4)."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time

from accounts import crypto
from accounts.courriels import outbox
from accounts.models import ChangementAdresse, Courriel, IdentiteExterne, User
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.test_sign_in import totp_code

pytestmark = pytest.mark.django_db(transaction=True)
CONFIRM = reverse("account_reauthenticate")

ACTS = [
    ("accounts:adresse", {"email": "autre@example.org"}),
    ("accounts:identite_rattacher", {}),
    ("accounts:identite_detacher", {}),
    ("mfa_activate_totp", {"code": "000000"}),
    ("mfa_deactivate_totp", {}),
    ("mfa_generate_recovery_codes", {}),
    ("mfa_add_webauthn", {"name": "Clé", "credential": "{}"}),
    ("mfa_edit_webauthn", {"name": "prise"}),
    ("mfa_remove_webauthn", {}),
]


@pytest.fixture
def user() -> User:
    return UserFactory()


def arguments(name: str, user: User) -> list[object]:
    if name.startswith("accounts:identite_r"):
        return ["proconnect"]
    if name == "accounts:identite_detacher":
        return [IdentiteExterne.objects.create(compte=user, fournisseur="proconnect", sujet="s").pk]
    if name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        return [Authenticator.objects.create(user=user, type="webauthn", data={"name": "Clé", "credential": {}}).pk]
    return []


def state(user: User) -> tuple[object, ...]:
    factors = list(Authenticator.objects.filter(user=user).order_by("pk").values_list("type", "data"))
    return factors, IdentiteExterne.objects.filter(compte=user).count(), ChangementAdresse.objects.filter(compte=user).count()


@pytest.mark.parametrize("name, data", ACTS, ids=[name for name, _ in ACTS])
def test_nothing_changes_before_one_is_recognised_again(client: Client, user: User, name: str, data: dict[str, str]) -> None:
    """AU-6: neither at once, nor once the five minutes of the last confirmation are over."""
    if name == "mfa_deactivate_totp" or name == "mfa_generate_recovery_codes":
        user = UserFactory(double_facteur=True)
    with freeze_time("2026-11-21 08:00:00", ignore=["_pytest.timing"]) as clock:
        client.force_login(user)
        url = reverse(name, args=arguments(name, user))
        before = state(user)
        assert client.post(url, data)["Location"].startswith(CONFIRM)
        assert client.post(CONFIRM, {"password": PASSWORD}).status_code == 302
        clock.tick(timedelta(minutes=6))
        assert client.post(url, data)["Location"].startswith(CONFIRM)
        assert state(user) == before


@pytest.mark.parametrize("old, status", [("mauvais mot de passe", 400), (PASSWORD, 302)])
def test_new_password_asks_for_the_former(client: Client, user: User, old: str, status: int) -> None:
    """AU-6: the present password, on the very form."""
    client.force_login(user)
    new = "sept loutres au bord du canal"
    assert client.post(reverse("account_change_password"), {"oldpassword": old, "password1": new, "password2": new}).status_code == status
    user.refresh_from_db()
    assert user.check_password(new) is (status == 302)


def test_no_secret_reaches_the_logs(caplog: pytest.LogCaptureFixture) -> None:
    """TR-4: canaries through sign-in, forgotten password, second factor and recovery codes; the mails keep theirs encrypted."""
    user = UserFactory(double_facteur=True)
    client, codes = Client(), [totp_code()]
    with caplog.at_level(logging.DEBUG):
        client.post("/compte/mot-de-passe/oubli/", {"email": user.email})
        link = re.search(r"https?://\S+", crypto.decrypt(Courriel.objects.get().texte, purpose=outbox.PURPOSE))[0]
        client.get("/" + link.split("/", 3)[3], follow=True)
        client.post("/compte/connexion/", {"login": user.username, "password": "Canari-mal-tapé-77"})
        client.post("/compte/connexion/", {"login": user.username, "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": codes[0]})
        client.post(CONFIRM, {"password": PASSWORD})
        page = client.post(reverse("mfa_generate_recovery_codes"), follow=True).content.decode()
        client.get("/nulle-part/")
    codes += re.findall(r"<li>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})</li>", page)
    assert len(codes) == 11
    key = link.rstrip("/").rsplit("-", 1)[1]
    stored = "".join(row.texte + row.html + row.sujet for row in Courriel.objects.all())
    for secret in (PASSWORD, "Canari-mal-tapé-77", key, client.session.session_key, *codes):
        assert secret not in caplog.text and secret not in stored
