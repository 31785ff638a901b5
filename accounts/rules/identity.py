"""Rules on what names a person or a company: logins, addresses, SIREN. No database."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError

# Latin letters of European languages only. Cyrillic or Greek letters and the lookalikes of the IPA would let a login be taken for
# another (AU-10); the dotless i and the long s are left out for the same reason.
_LETTERS = "A-Za-zÀ-ÖØ-öø-ÿĀ-įĲ-ķĹ-ňŊ-ž"
LOGIN = re.compile(rf"[{_LETTERS}0-9][{_LETTERS}0-9._@+-]{{2,149}}")


def identity_key(text: str) -> str:
    """Give the form under which two spellings are the same login or address (AU-10)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def clean_login(login: str) -> str:
    """Give the login as it will be kept.

    :raises ValidationError: too short, or made of characters that could be taken for others (AU-10).
    """
    login = unicodedata.normalize("NFKC", login).strip()
    if not LOGIN.fullmatch(login):
        raise ValidationError(
            "Le nom d'utilisateur compte de 3 à 150 caractères : lettres latines, chiffres et « . - _ @ + », en commençant par une lettre ou un chiffre.",
            code="login_invalide",
        )
    return login


def validate_login(login: str) -> None:
    """Field validator over ``clean_login``."""
    clean_login(login)


def clean_address(address: str) -> str:
    """Give an e-mail address as it will be kept: without surrounding space, in lower case."""
    return unicodedata.normalize("NFKC", address).strip().lower()


def is_siren(text: str) -> bool:
    """Tell whether a text is a SIREN: nine ASCII digits and the right key (Luhn)."""
    return bool(re.fullmatch(r"[0-9]{9}", text)) and text != "000000000" and _luhn(text)


def is_siret(text: str) -> bool:
    """Tell whether a text is a SIRET: a SIREN, five digits of establishment, and the right key.

    The establishments of La Poste follow another rule: the sum of their digits is a multiple of five.
    """
    if not re.fullmatch(r"[0-9]{14}", text) or not is_siren(text[:9]):
        return False
    return _luhn(text) or (text.startswith("356000000") and sum(map(int, text)) % 5 == 0)


def _luhn(text: str) -> bool:
    """Double every second digit from the right: the sum of what results is a multiple of ten."""
    doubled = [int(digit) * (2 if rank % 2 else 1) for rank, digit in enumerate(reversed(text))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def validate_siren(text: str) -> None:
    """:raises ValidationError: not a SIREN."""
    if not is_siren(text):
        raise ValidationError("Le SIREN compte 9 chiffres, et sa clé doit être juste : vérifiez votre saisie.", code="siren_invalide")


def validate_siret(text: str) -> None:
    """:raises ValidationError: not a SIRET."""
    if not is_siret(text):
        raise ValidationError("Le SIRET compte 14 chiffres, et sa clé doit être juste : vérifiez votre saisie.", code="siret_invalide")
