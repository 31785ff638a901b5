"""What a password must be (AU-1): long, not guessable, no composition rule, no expiry."""

from __future__ import annotations

import math
import re
import string
from typing import Any

from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

MIN_LENGTH = 12
MIN_LENGTH_AGENCE = 16
MAX_LENGTH = 128
MIN_BITS = 50
MIN_SCORE = 3
# zxcvbn reads no more; what follows only adds to the strength.
READ = 72
CONTEXT = ("convergence", "esante", "sante", "maturite", "evaluation", "plateforme", "motdepasse", "azerty", "azertyuiop")
_ALPHABETS = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
_OTHERS = 32


class LengthValidator:
    """Ask for 12 characters, 16 from the agency, and no more than 128."""

    def validate(self, password: str, user: Any = None) -> None:
        """:raises ValidationError: too short or too long."""
        least = min_length(user)
        if len(password) < least:
            raise ValidationError(f"Le mot de passe doit compter au moins {least} caractères.", code="mot_de_passe_trop_court")
        if len(password) > MAX_LENGTH:
            raise ValidationError(f"Le mot de passe ne peut pas dépasser {MAX_LENGTH} caractères.", code="mot_de_passe_trop_long")

    def get_help_text(self) -> str:
        return f"Au moins {MIN_LENGTH} caractères ({MIN_LENGTH_AGENCE} pour l'agence), de toute sorte : une phrase convient très bien."


class StrengthValidator:
    """Refuse what is quickly guessed, above all from the names of the person and of the company."""

    def validate(self, password: str, user: Any = None) -> None:
        """:raises ValidationError: guessable."""
        if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
            return  # already said by LengthValidator
        words = known_words(user)
        if is_made_of(password, words):
            raise ValidationError(
                "Le mot de passe reprend surtout votre nom, votre entreprise ou le nom du service : choisissez d'autres mots.",
                code="mot_de_passe_de_contexte",
            )
        if bits(password) < MIN_BITS or zxcvbn(password[:READ], user_inputs=words)["score"] < MIN_SCORE:
            raise ValidationError(
                "Ce mot de passe se devine trop facilement : allongez-le, ou choisissez plusieurs mots sans rapport entre eux.",
                code="mot_de_passe_trop_faible",
            )

    def get_help_text(self) -> str:
        return "Évitez les suites, les répétitions, votre nom et celui de votre entreprise."


def min_length(user: Any) -> int:
    """Give the length asked from an account; what is not yet an account counts as a company's."""
    return MIN_LENGTH_AGENCE if getattr(user, "is_agence", False) else MIN_LENGTH


def bits(password: str) -> float:
    """Give length × log2(size of the alphabets used), over distinct neighbours: a repeated character counts once."""
    kept = re.sub(r"(.)\1+", r"\1", password, flags=re.DOTALL)
    size = sum(len(alphabet) for alphabet in _ALPHABETS if any(char in alphabet for char in kept))
    if any(char not in "".join(_ALPHABETS) for char in kept):
        size += _OTHERS
    return len(kept) * math.log2(size) if size > 1 else 0.0


def known_words(user: Any) -> list[str]:
    """List the words an attacker tries first for this person: login, names, address, company, name of the service."""
    texts = [*CONTEXT]
    for name in ("username", "first_name", "last_name", "email", "fonction"):
        texts.append(str(getattr(user, name, "") or ""))
    entreprise = getattr(user, "entreprise", None)
    if entreprise is not None:
        texts += [entreprise.raison_sociale, entreprise.siren]
    words = {text.casefold() for text in texts if text}
    words |= {part for text in words for part in re.split(r"[\W_]+", text) if len(part) >= 3}
    return sorted(words)


def is_made_of(password: str, words: list[str]) -> bool:
    """Tell whether fewer than eight characters remain once the known words, digits and signs are taken out."""
    rest = password.casefold()
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= 4:
            rest = rest.replace(word, "")
    touched = len(rest) < len(password)
    return touched and len(re.sub(r"[\W\d_]+", "", rest)) < 8
