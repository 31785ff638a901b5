"""A version of the conditions of use, as it is typed before being published."""

from __future__ import annotations

from django import forms

from ..models import Cgu


class PublicationForm(forms.Form):
    version = forms.CharField(
        label="Nom de la version",
        max_length=40,
        help_text="Exemple : 2027-1. Il s'affiche à côté du texte.",
        error_messages={"required": "Donnez un nom à cette version."},
    )
    texte = forms.CharField(
        label="Texte",
        max_length=100_000,
        help_text="Une ligne vide sépare deux paragraphes.",
        widget=forms.Textarea(attrs={"rows": 20}),
        error_messages={"required": "Écrivez le texte des conditions."},
    )

    def clean_version(self) -> str:
        version = self.cleaned_data["version"]
        if Cgu.objects.filter(version=version).exists():
            raise forms.ValidationError("Une version porte déjà ce nom : choisissez-en un autre.")
        return version
