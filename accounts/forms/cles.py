"""Passkeys: their names, in French, and what is not the answer of a key refused in words (``MFA_FORMS``)."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, EditWebAuthnForm, ReauthenticateWebAuthnForm
from cryptography.exceptions import InvalidSignature
from django import forms

NAME_LENGTH = 60
NOT_RECOGNISED = "La clé n'a pas été reconnue\u00a0: réessayez, ou choisissez un autre moyen."
# What reading and checking the answer of a key raises when it is none, or that of another key.
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, struct.error, InvalidSignature)


@contextmanager
def refused_in_words() -> Iterator[None]:
    """:raises ValidationError: the library could not read the answer, or the signature is not that of the key."""
    try:
        yield
    except UNREADABLE as error:
        raise forms.ValidationError(NOT_RECOGNISED, code="cle_inconnue") from error


class ReponseDeCleField(forms.CharField):
    """What a key answered, as the script of the page sends it; Django's field fails on a text nested too deep or a number too long."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """:raises ValidationError: it is no JSON that can be read."""
        with refused_in_words():
            return json.loads(value or "null")


class AjouterCleForm(AddWebAuthnForm):
    """A new key; without a name it gets one."""

    credential = ReponseDeCleField()
    name = forms.CharField(label="Nom de la clé", required=False, max_length=NAME_LENGTH)

    def clean(self) -> dict[str, Any]:
        with refused_in_words():
            return super().clean()


class RenommerCleForm(EditWebAuthnForm):
    name = forms.CharField(label="Nom de la clé", max_length=NAME_LENGTH, error_messages={"required": "Donnez un nom à cette clé."})


class UtiliserCleForm(AuthenticateWebAuthnForm):
    """The second step of a sign-in, by a key."""

    credential = ReponseDeCleField()

    def clean_credential(self) -> Authenticator:
        with refused_in_words():
            return super().clean_credential()


class ReconfirmerCleForm(ReauthenticateWebAuthnForm):
    """Being recognised again, by a key."""

    credential = ReponseDeCleField()

    def clean_credential(self) -> Authenticator:
        with refused_in_words():
            return super().clean_credential()
