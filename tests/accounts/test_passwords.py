"""Passwords and their verdicts (AU-1)."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import Entreprise, User
from accounts.sign_in.passwords import bits
from tests.accounts.factories import PASSWORD

COMPANY = User(
    username="jean.dupont",
    email="jean.dupont@medisoft.fr",
    first_name="Jean",
    last_name="Dupont",
    profil="contributeur",
    entreprise=Entreprise(raison_sociale="Medisoft Santé", siren="732829320"),
)
AGENCY = User(username="agent.un", email="agent.un@agence.fr", first_name="Agent", last_name="Un", profil="agence")


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "girafe lampe tunnel",
        "xK9$vQ2!mZ7p",
        "qzjvkwtrpxmn",  # twelve letters drawn at random: no composition rule
        "éléphant où grimpe-t-il ?",
        "   espaces   comptés   ",
        "密码学很有趣但很难记住呢",
        "🦒🦓🦏🐘🦛🐪🦘🦥🦦🦨🦡🐿",
        "v" + "kqzj" * 31 + "wxy",  # 128 characters
    ],
)
def test_password_accepted(password: str) -> None:
    validate_password(password, COMPANY)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "court",
        "xK9$vQ2!mZ7",  # eleven
        "x" * 129,
        "aaaaaaaaaaaa",
        "123456789012",
        "8402751936472",  # digits alone: too few bits
        "azertyuiopqs",
        "azertyuiop123456",
        "motdepasse1234",
        "password1234567",
        "qwertyuiop12",
        "jean.dupont2026",
        "Jean-Dupont-Jean",
        "jean.dupont@medisoft.fr",
        "MedisoftSante2026!",
        "Medisoft732829320",
        "convergence2026!",
        "Convergence-Esante-1",
        "abcdefghijklm",
        "jeandupontmedisoft",
    ],
)
def test_password_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, COMPANY)


@pytest.mark.parametrize("password, accepted", [("xK9$vQ2!mZ7p", False), ("xK9$vQ2!mZ7pR4", False), ("xK9$vQ2!mZ7pR4&w", True), (PASSWORD, True)])
def test_agency_needs_sixteen_characters(password: str, accepted: bool) -> None:
    if accepted:
        validate_password(password, AGENCY)
    else:
        with pytest.raises(ValidationError, match="16"):
            validate_password(password, AGENCY)


def test_messages_are_french_and_say_what_to_do() -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_password("girafegirafe", COMPANY)
    assert any("allongez-le" in message for message in refusal.value.messages)


def test_repeated_characters_bring_no_bits() -> None:
    assert bits("aaaaaaaaaaaaaaaa") == bits("a")
    assert bits("") == 0
