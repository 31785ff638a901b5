"""Logins, addresses and SIREN: tables of cases (AU-10)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.rules.identity import clean_login, identity_key, is_siren


@pytest.mark.parametrize("login", ["jean.dupont", "Hélène-2", "o_brien@lab", "ŒUVRE.sante", "abc", "x" * 150])
def test_login_accepted(login: str) -> None:
    assert clean_login(login) == login


@pytest.mark.parametrize(
    "login",
    [
        "ab",
        "x" * 151,
        "jеan.dupont",  # Cyrillic е
        "аdmin",  # Cyrillic а
        "αdmin",  # Greek α
        "pаypаl",
        "admın",  # dotless i
        "ɑdmin",  # IPA alpha
        "jean dupont",
        "jean\ndupont",
        "jean\u200bdupont",
        "\u202ejean",
        "<script>",
        ".jean",
        "",
    ],
)
def test_login_refused(login: str) -> None:
    with pytest.raises(ValidationError):
        clean_login(login)


def test_fullwidth_login_is_kept_in_its_usual_form() -> None:
    assert clean_login("ｊｅａｎ．ｄｕｐｏｎｔ") == "jean.dupont"


@pytest.mark.parametrize(
    "one, other",
    [("Jean", "JEAN"), ("ｊean", "jean"), ("Straße", "STRASSE"), ("e\u0301lodie", "ÉLODIE"), ("ﬁn", "FIN")],
)
def test_two_spellings_of_one_identity(one: str, other: str) -> None:
    assert identity_key(one) == identity_key(other)


@pytest.mark.parametrize(
    "text, valid",
    [
        ("732829320", True),
        ("404833048", True),
        ("732829321", False),
        ("000000000", False),
        ("73282932", False),
        ("7328293200", False),
        ("732 829 320", False),
        ("７３２８２９３２０", False),
        ("", False),
    ],
)
def test_siren(text: str, valid: bool) -> None:
    assert is_siren(text) is valid
