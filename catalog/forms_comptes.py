"""What is typed on the pages of accounts and of requests for access; checks, writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.enums import Droit
from accounts.identity import clean_address, clean_login, identity_key
from accounts.models import User
from questionnaires.enums import DroitSujet
from questionnaires.models import Sujet

from .forms import ResponsableField

_PHONE = re.compile(r"\+?[0-9][0-9 .()-]{4,28}")
NIVEAUX = {
    DroitSujet.LECTURE: "Lecture : consulter les réponses et les résultats",
    DroitSujet.SAISIE: "Saisie : lire et répondre aux questionnaires",
    DroitSujet.VALIDATION: "Validation : lire, répondre et valider les réponses",
}


class CompteForm(forms.Form):
    """Identity and rights of a new account; only rights the author holds are offered (R-53)."""

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
    droits = forms.MultipleChoiceField(
        label="Droits du compte",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Les droits sur chaque produit se donnent ensuite, sur la fiche du compte.",
        error_messages={"invalid_choice": "Vous ne pouvez donner que les droits que vous détenez."},
    )

    def __init__(self, *args: Any, par: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["droits"].choices = [(droit.value, droit.label) for droit in Droit if par.holds(droit)]
        for name in ("first_name", "last_name", "fonction", "email", "telephone", "username"):
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


class RepriseForm(forms.Form):
    """Who takes over each sujet of an account about to be deleted: one field for each (ACC-7)."""

    def __init__(self, *args: Any, sujets: Iterable[Sujet], repreneurs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for sujet in sujets:
            archived = " — archivé" if sujet.is_archive else ""
            self.fields[f"reprise-{sujet.pk}"] = ResponsableField(
                queryset=repreneurs,
                label=f"{sujet.nom} (réf. {sujet.reference}){archived}",
                empty_label="Choisissez une personne",
                error_messages={"required": "Choisissez qui reprend ce produit.", "invalid_choice": "Choisissez une personne de la liste."},
            )

    @property
    def reprises(self) -> dict[int, int]:
        """The key of the person chosen, by référence."""
        return {int(name.partition("-")[2]): user.pk for name, user in self.cleaned_data.items()}


class DemandeAccesForm(forms.Form):
    """What one wishes to do with a produit, and why."""

    droit = forms.ChoiceField(
        label="Que souhaitez-vous faire ?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce que vous souhaitez faire.", "invalid_choice": "Vous avez déjà ce droit, ou il ne peut pas être demandé."},
    )
    message = forms.CharField(
        label="Message",
        required=False,
        max_length=1000,
        help_text="Facultatif. Dites pourquoi vous en avez besoin.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": "Le message est limité à 1 000 caractères."},
    )

    def __init__(self, *args: Any, droits: Iterable[DroitSujet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["droit"].choices = [(droit.value, NIVEAUX[droit]) for droit in droits]

    def clean_droit(self) -> DroitSujet:
        return DroitSujet(self.cleaned_data["droit"])
