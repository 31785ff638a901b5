"""Passkeys: their names, in French, and what is not the answer of a key refused in words (``MFA_FORMS``)."""

from __future__ import annotations

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
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, struct.error, InvalidSignature)


@contextmanager
def refused_in_words() -> Iterator[None]:
    """:raises ValidationError: the library could not read the answer, or the signature is not that of the key."""
    try:
        yield
    except UNREADABLE as error:
        raise forms.ValidationError(NOT_RECOGNISED, code="cle_inconnue") from error


class AjouterCleForm(AddWebAuthnForm):
    """A new key; without a name it gets one."""

    name = forms.CharField(label="Nom de la clé", required=False, max_length=NAME_LENGTH)

    def clean(self) -> dict[str, Any]:
        with refused_in_words():
            return super().clean()


class RenommerCleForm(EditWebAuthnForm):
    name = forms.CharField(label="Nom de la clé", max_length=NAME_LENGTH, error_messages={"required": "Donnez un nom à cette clé."})


class UtiliserCleForm(AuthenticateWebAuthnForm):
    """The second step of a sign-in, by a key."""

    def clean_credential(self) -> Authenticator:
        with refused_in_words():
            return super().clean_credential()


class ReconfirmerCleForm(ReauthenticateWebAuthnForm):
    """Being recognised again, by a key."""

    def clean_credential(self) -> Authenticator:
        with refused_in_words():
            return super().clean_credential()
