"""What the support types of a company that has not asked online, and of who answers for it (BO-3)."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ..models import Entreprise
from ..rules.identity import validate_siren
from .identite import IdentiteForm

ENTREPRISE = ("raison_sociale", "forme_juridique", "siren", "adresse", "site")


class EntrepriseForm(IdentiteForm):
    """A company, its responsable, and why it is registered here."""

    raison_sociale = forms.CharField(label="Raison sociale", max_length=200, error_messages={"required": "Indiquez la raison sociale."})
    forme_juridique = forms.CharField(label="Forme juridique", max_length=100, required=False, help_text="Facultatif. Exemple : SAS, SARL, association.")
    siren = forms.CharField(label="SIREN", max_length=20, help_text="9 chiffres. Exemple : 732 829 320.", error_messages={"required": "Indiquez le SIREN."})
    adresse = forms.CharField(label="Adresse du siège", max_length=500, required=False, help_text="Facultatif.", widget=forms.Textarea(attrs={"rows": 3}))
    site = forms.URLField(
        label="Site internet",
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text="Facultatif.",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        error_messages={"invalid": "Cette adresse n'est pas complète : elle s'écrit comme www.entreprise.fr."},
    )
    motif = forms.CharField(
        label="Pourquoi sans demande en ligne, et comment la personne a été vérifiée",
        max_length=1000,
        help_text="Gardé pour le support : il n'est envoyé à personne.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites pourquoi, et comment vous avez vérifié qui est cette personne."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*ENTREPRISE, *IdentiteForm.base_fields, "motif"])
        for name in (*ENTREPRISE, "motif"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_siren(self) -> str:
        siren = re.sub(r"[\s.\u00a0\u202f]", "", self.cleaned_data["siren"])
        validate_siren(siren)
        if found := Entreprise.objects.filter(siren=siren).first():
            raise ValidationError(f"{found.raison_sociale} est déjà inscrite avec ce SIREN : nommez-lui un responsable depuis sa fiche.")
        return siren

    def bloc_entreprise(self) -> list[Any]:
        return [self[name] for name in ENTREPRISE]

    def en_mots(self) -> list[tuple[str, str]]:
        """Give label and words of each field, to be read again."""
        return [(str(field.label), self.cleaned_data[name]) for name, field in self.fields.items()]

    def bloc_personne(self) -> list[Any]:
        return [self[name] for name in IdentiteForm.base_fields]
