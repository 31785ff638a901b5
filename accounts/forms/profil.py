"""Forms by which a person changes his own account."""

from __future__ import annotations

from typing import Any

from django import forms

from .. import preferences
from ..models import User


class AdresseForm(forms.Form):
    """A new e-mail address; whether it is free is said by mail to its owner, never here (AU-4)."""

    email = forms.EmailField(
        label="Nouvelle adresse électronique",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Par exemple : prenom.nom@entreprise.fr",
        error_messages={
            "required": "Indiquez la nouvelle adresse.",
            "invalid": "Cette adresse n'est pas complète : elle s'écrit comme prenom.nom@entreprise.fr.",
        },
    )


class PreferencesForm(forms.Form):
    """Which notices also come by mail."""

    courriels = forms.MultipleChoiceField(
        label="Recevoir aussi un courriel quand",
        required=False,
        choices=[(famille.code, famille.libelle) for famille in preferences.FAMILLES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Ce choix n'existe pas : cochez ceux de la liste."},
    )

    def __init__(self, *args: Any, compte: User, **kwargs: Any) -> None:
        super().__init__(*args, initial={"courriels": preferences.mailed(compte)}, **kwargs)
