"""Names of passkeys, in French (``MFA_FORMS``)."""

from __future__ import annotations

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms

NAME_LENGTH = 60


class AjouterCleForm(AddWebAuthnForm):
    """A new key; without a name it gets one."""

    name = forms.CharField(label="Nom de la clé", required=False, max_length=NAME_LENGTH)


class RenommerCleForm(EditWebAuthnForm):
    name = forms.CharField(label="Nom de la clé", max_length=NAME_LENGTH, error_messages={"required": "Donnez un nom à cette clé."})
