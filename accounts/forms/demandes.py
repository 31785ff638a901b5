"""Forms of a request for an account: what a visitor types, what the support decides (ACC-2, ACC-3)."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

from django import forms
from django.core import signing

from ..enums import EtatDemande, Qualite
from ..models import DemandeDeCompte, User
from ..rules.identity import clean_address, clean_login, validate_siren, validate_siret

SALT = "demande-de-compte"
MIN_SECONDS = 3  # between the first page and the confirmation: nobody reads and types faster
ENTREPRISE = ("raison_sociale", "forme_juridique", "siren", "siret", "rcs", "adresse", "site")
PERSONNE = ("prenom", "nom", "fonction", "email", "telephone", "qualite", "login")


# What is said of a field left empty: what to write there, rather than « obligatoire » twelve times.
A_INDIQUER = {
    "raison_sociale": "Indiquez la raison sociale.",
    "forme_juridique": "Indiquez la forme juridique, par exemple SAS.",
    "siren": "Indiquez le SIREN\u00a0: 9 chiffres.",
    "siret": "Indiquez le SIRET du siège\u00a0: 14 chiffres.",
    "adresse": "Indiquez l'adresse du siège.",
    "prenom": "Indiquez votre prénom.",
    "nom": "Indiquez votre nom.",
    "fonction": "Indiquez votre fonction dans l'entreprise.",
    "email": "Indiquez l'adresse où vous recevrez la suite.",
    "telephone": "Indiquez un numéro où le support peut vous joindre.",
    "qualite": "Dites à quel titre vous faites cette demande.",
    "login": "Choisissez le nom d'utilisateur que vous souhaitez.",
}


def _text(label: str, length: int, autocomplete: str = "off", **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, widget=forms.TextInput(attrs={"autocomplete": autocomplete}), **options)


class DemandeForm(forms.Form):
    """What a company says of itself and of the person who asks. The login is checked for its form only: whether it is taken stays unsaid."""

    raison_sociale = _text("Raison sociale", 200, "organization")
    forme_juridique = _text("Forme juridique", 100, help_text="Exemple\u00a0: SAS, SARL, association.")
    siren = _text("SIREN", 20, help_text="9 chiffres. Exemple\u00a0: 732 829 320.")
    siret = _text("SIRET du siège", 30, help_text="14 chiffres\u00a0: le SIREN, puis les 5 chiffres de l'établissement.")
    rcs = _text("Immatriculation au RCS", 100, required=False, help_text="Si votre entreprise y est inscrite. Exemple\u00a0: RCS Paris.")
    adresse = forms.CharField(label="Adresse du siège", max_length=500, widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}))
    site = forms.URLField(
        label="Site internet",
        max_length=300,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"autocomplete": "url", "inputmode": "url"}),
        error_messages={"invalid": "Cette adresse n'est pas complète\u00a0: elle s'écrit comme www.entreprise.fr."},
    )
    prenom = _text("Prénom", 150, "given-name")
    nom = _text("Nom", 150, "family-name")
    fonction = _text("Fonction", 150, "organization-title")
    email = forms.EmailField(
        label="Adresse électronique professionnelle",
        help_text="Nous y enverrons la suite de votre demande. Exemple\u00a0: prenom.nom@entreprise.fr",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": "Cette adresse n'est pas complète\u00a0: elle s'écrit comme prenom.nom@entreprise.fr."},
    )
    telephone = _text("Téléphone", 30, "tel")
    qualite = forms.ChoiceField(label="Vous êtes", choices=Qualite, widget=forms.RadioSelect)
    login = _text(
        "Nom d'utilisateur souhaité",
        150,
        "username",
        help_text="De 3 à 150 caractères\u00a0: lettres, chiffres et «\u00a0. - _ @ + ». Le support vous en proposera un autre s'il ne convient pas.",
    )
    # Left empty by people, who do not see it; filled in by the scripts that fill in everything.
    deuxieme_site = forms.CharField(label="Laissez ce champ vide", required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in A_INDIQUER.items():
            self.fields[name].error_messages["required"] = words

    def clean_siren(self) -> str:
        siren = re.sub(r"[\s.\u00a0\u202f]", "", self.cleaned_data["siren"])
        validate_siren(siren)
        return siren

    def clean_siret(self) -> str:
        siret = re.sub(r"[\s.\u00a0\u202f]", "", self.cleaned_data["siret"])
        validate_siret(siret)
        siren = self.cleaned_data.get("siren")
        if siren and not siret.startswith(siren):
            raise forms.ValidationError("Le SIRET commence par le SIREN\u00a0: l'un des deux est à corriger.", code="siret_d_une_autre")
        return siret

    def clean_email(self) -> str:
        return clean_address(self.cleaned_data["email"])

    def clean_telephone(self) -> str:
        telephone = self.cleaned_data["telephone"]
        if not re.fullmatch(r"\+?[0-9 .()\u00a0\u202f-]{6,}", telephone) or sum(char.isdigit() for char in telephone) < 6:
            raise forms.ValidationError("Ce numéro ne se lit pas\u00a0: écrivez-le avec des chiffres. Exemple\u00a0: 01 23 45 67 89.")
        return telephone

    def clean_login(self) -> str:
        return clean_login(self.cleaned_data["login"])

    @property
    def is_from_a_script(self) -> bool:
        return bool(self.cleaned_data.get("deuxieme_site"))

    def champs(self) -> dict[str, Any]:
        """Give the fields of the request."""
        return {name: self.cleaned_data[name] for name in (*ENTREPRISE, *PERSONNE)}

    def bloc_entreprise(self) -> list[Any]:
        return [self[name] for name in ENTREPRISE]

    def bloc_personne(self) -> list[Any]:
        return [self[name] for name in PERSONNE]

    def en_mots(self) -> list[tuple[str, str]]:
        """Give label and words of each field, for the recapitulation."""
        choices = dict(Qualite.choices)
        return [(str(self[name].label), str(choices.get(value, value))) for name, value in self.champs().items()]


# --- The stamp that goes along -------------------------------------------------------------------------------------------
def new_stamp() -> str:
    """Sign the token of a request and the time its form was shown."""
    return signing.dumps([str(uuid.uuid4()), int(time.time())], salt=SALT)


def read_stamp(stamp: str) -> tuple[uuid.UUID, float] | None:
    """Give the token and the age in seconds; None for a stamp that is not ours."""
    try:
        jeton, at = signing.loads(stamp, salt=SALT)
        return uuid.UUID(jeton), time.time() - at
    except (signing.BadSignature, ValueError, TypeError):
        return None


# --- The support ----------------------------------------------------------------------------------------------------------
class FiltreForm(forms.Form):
    """The queue, narrowed: by words, by state, by who follows."""

    q = forms.CharField(label="Rechercher", required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"}))
    etat = forms.ChoiceField(label="État", required=False, choices=[("", "À traiter"), *EtatDemande.choices, ("toutes", "Toutes")])
    suivi = forms.ChoiceField(label="Suivi", required=False, choices=[("", "Par n'importe qui"), ("moi", "Par moi"), ("personne", "Par personne")])

    def apply(self, user: User) -> Any:
        """Give the requests asked for, the oldest first."""
        found = DemandeDeCompte.objects.select_related("prise_par")
        data = self.cleaned_data if self.is_valid() else {}
        etat = data.get("etat", "")
        if etat != "toutes":
            found = found.filter(etat=etat) if etat else found.ouvertes()
        if data.get("suivi") == "moi":
            found = found.filter(prise_par=user)
        elif data.get("suivi") == "personne":
            found = found.filter(prise_par__isnull=True)
        return found.search(data.get("q", ""))


class NoteForm(forms.Form):
    texte = forms.CharField(
        label="Ajouter une note",
        max_length=2000,
        help_text="Visible du support seulement.",
        error_messages={"required": "Écrivez la note avant de l'ajouter."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PiecesForm(forms.Form):
    message = forms.CharField(
        label="Message au demandeur",
        required=False,
        max_length=1000,
        help_text="Facultatif\u00a0: ajouté au courriel qui porte le lien de dépôt.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RefusForm(forms.Form):
    motif = forms.CharField(
        label="Motif du refus",
        max_length=2000,
        help_text="Le demandeur le reçoit tel quel\u00a0: dites-lui ce qu'il peut faire.",
        error_messages={"required": "Dites au demandeur pourquoi sa demande est refusée."},
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AcceptationForm(forms.Form):
    """What the support checked, and the account to open; ``is_representee`` when the company is already there (R-50)."""

    kbis_du = forms.DateField(
        label="Date de l'extrait Kbis",
        help_text="Telle qu'elle est écrite sur la pièce.",
        error_messages={
            "required": "Recopiez la date écrite sur l'extrait Kbis.",
            "invalid": "Écrivez le jour, le mois et l'année, par exemple 03/11/2026.",
        },
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    identite_verifiee = forms.BooleanField(
        label="La pièce d'identité est en cours de validité, et c'est celle du demandeur",
        error_messages={"required": "Vérifiez la pièce d'identité avant d'accepter."},
    )
    login = _text("Nom d'utilisateur", 150, help_text="Celui que le demandeur souhaite. Changez-le s'il est déjà pris.")
    rejoindre = forms.BooleanField(required=False, label="Ajouter cette personne comme responsable de l'entreprise déjà représentée")

    def __init__(self, *args: Any, is_representee: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_representee:
            del self.fields["rejoindre"]
        else:
            self.fields["rejoindre"].required = True
            self.fields["rejoindre"].error_messages["required"] = "Confirmez l'ajout d'un responsable, ou refusez la demande."

    def clean_login(self) -> str:
        return clean_login(self.cleaned_data["login"])
