"""Who a new account is for: what is typed of a person, checked; writes nothing."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ..models import User
from ..rules.identity import clean_address, clean_login, identity_key
from .modification import ModificationMixin

_PHONE = re.compile(r"\+?[0-9][0-9 .()-]{4,28}")


class IdentiteForm(forms.Form):
    """The identity of a person and the login of the account; both login and address must be free."""

    first_name = forms.CharField(label="Prénom", max_length=150, error_messages={"required": "Donnez le prénom."})
    last_name = forms.CharField(label="Nom", max_length=150, error_messages={"required": "Donnez le nom."})
    fonction = forms.CharField(label="Fonction", max_length=150, required=False, help_text="Facultatif. Par exemple « Cheffe de produit ».")
    email = forms.EmailField(
        label="Adresse électronique",
        max_length=254,
        help_text="Le lien pour choisir le mot de passe y sera envoyé.",
        error_messages={"required": "Donnez l'adresse électronique.", "invalid": "Cette adresse n'est pas complète. Exemple : prenom.nom@entreprise.fr"},
    )
    telephone = forms.CharField(label="Téléphone", max_length=30, required=False, help_text="Facultatif.", widget=forms.TextInput(attrs={"type": "tel"}))
    username = forms.CharField(
        label="Nom d'utilisateur",
        max_length=150,
        help_text="Pour se connecter. De 3 à 150 caractères : lettres, chiffres et « . - _ @ + ». Exemple : prenom.nom",
        error_messages={"required": "Choisissez un nom d'utilisateur."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in IdentiteForm.base_fields:
            self.fields[name].widget.attrs["autocomplete"] = "off"  # the person typed here is not the one at the keyboard

    def clean_email(self) -> str:
        email = clean_address(self.cleaned_data["email"])
        if User.objects.filter(email_cle=identity_key(email)).exists():
            raise ValidationError("Cette adresse électronique est déjà celle d'un compte.")
        return email

    def clean_telephone(self) -> str:
        telephone = self.cleaned_data["telephone"]
        if telephone and not _PHONE.fullmatch(telephone):
            raise ValidationError("Ce numéro ne se lit pas : écrivez-le en chiffres. Exemple : 01 23 45 67 89")
        return telephone

    def clean_username(self) -> str:
        login = clean_login(self.cleaned_data["username"])
        if User.objects.filter(username_cle=identity_key(login)).exists():
            raise ValidationError("Ce nom d'utilisateur est déjà pris : choisissez-en un autre.")
        return login


class CorrectionForm(ModificationMixin, IdentiteForm):
    """What may be corrected of a person; the address too while nobody opened the account: then, its person changes it (AU-3)."""

    def __init__(self, *args: Any, compte: User, **kwargs: Any) -> None:
        super().__init__(*args, initial={name: getattr(compte, name) for name in IdentiteForm.base_fields}, **kwargs)
        self.compte = compte
        del self.fields["username"]
        if not compte.is_never_opened:
            del self.fields["email"]
        elif compte.is_active:
            self.fields["email"].help_text = "Corrigée, elle reçoit un nouveau lien pour choisir le mot de passe ; l'ancien ne sert plus."
        self.follow({name: getattr(compte, name) for name in self.fields})

    def clean(self) -> dict[str, Any]:
        self.merge()
        self.say_conflicts()
        self._refuse_address()
        return super().clean()

    def _refuse_address(self) -> None:
        """Say that an address typed while its person opened the account is not recorded."""
        typed = self.data.get("email", "").strip()
        if "email" in self.shown() and "email" not in self.fields and identity_key(typed) != self.compte.email_cle:
            self.conflits.append("email")
            self.add_error(None, f"Cette personne a ouvert son compte entre-temps : elle seule change son adresse. « {typed} » n'est pas enregistrée.")

    def clean_email(self) -> str:
        if identity_key(clean_address(self.cleaned_data["email"])) == self.compte.email_cle:
            return self.compte.email
        return super().clean_email()
