"""What the support chooses when it names a responsable, or merges two companies; checks, writes nothing (BO-3)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.enums import CampFusion, SortResponsable
from accounts.forms.identite import IdentiteForm
from accounts.forms.support import MotifForm
from accounts.models import Entreprise, User
from accounts.rules.identity import validate_siren

from .produits import ResponsableField, RowsField

CHOISIR = "Choisissez l'entreprise qui reste."
COMPTE, NOUVEAU = "compte", "nouveau"


class PassationForm(MotifForm):
    """Who is named, what becomes of each responsable, and why."""

    vus = forms.CharField(widget=forms.HiddenInput, required=False)
    qui = forms.ChoiceField(
        label="Qui devient responsable ?",
        choices=[(COMPTE, "Un compte de l'entreprise"), (NOUVEAU, "Une nouvelle personne, à qui un compte est créé")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un compte de l'entreprise, ou une nouvelle personne."},
    )
    compte = ResponsableField(
        queryset=User.objects.none(),
        label="Compte de l'entreprise",
        required=False,
        empty_label="Choisissez un compte",
        error_messages={"invalid_choice": "Choisissez un compte de la liste."},
    )

    def __init__(self, *args: Any, responsables: Iterable[User], ouverts: Any, **kwargs: Any) -> None:
        self.responsables = list(responsables)
        super().__init__(*args, aide="Gardé pour le support : il n'est envoyé à personne.", **kwargs)
        self.fields["vus"].initial = ",".join(str(ancien.pk) for ancien in self.responsables)
        self.fields["compte"].queryset = ouverts
        for ancien in self.responsables:
            self.fields[f"sort-{ancien.pk}"] = forms.ChoiceField(
                label=f"Que devient {ancien.nom_complet} ?",
                help_text="Suspendu par le support." if ancien.is_suspendu else "",
                choices=SortResponsable,
                initial=SortResponsable.RESTE,
                widget=forms.RadioSelect,
                error_messages={"required": "Choisissez ce que devient cette personne."},
            )
        self.order_fields(["vus", "qui", "compte"])

    def clean_vus(self) -> frozenset[int]:
        """Read the keys of the responsables the page showed; anything else never matches those there are."""
        return frozenset(int(key) for key in self.cleaned_data["vus"].split(",") if key.isascii() and key.isdigit() and len(key) < 19)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("qui") == COMPTE and not data.get("compte") and "compte" not in self.errors:
            self.add_error("compte", "Choisissez le compte qui devient responsable.")
        return data

    @property
    def sorts(self) -> dict[int, SortResponsable]:
        return {ancien.pk: SortResponsable(self.cleaned_data[f"sort-{ancien.pk}"]) for ancien in self.responsables}

    def champs_sorts(self) -> list[Any]:
        return [self[f"sort-{ancien.pk}"] for ancien in self.responsables]


class NouveauForm(IdentiteForm):
    """The person for whom an account is created; not looked at, and nothing of it required, when an account of the company is named."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = field.required and self.is_bound


class PartenaireForm(forms.Form):
    """The other company of a merge, and which of the two stays."""

    siren = forms.CharField(
        label="SIREN de l'autre entreprise",
        max_length=20,
        help_text="9 chiffres. Vous le trouvez dans la liste des entreprises.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": "Donnez le SIREN de l'autre entreprise."},
    )
    reste = forms.ChoiceField(label="Quelle entreprise reste ?", widget=forms.RadioSelect, error_messages={"required": CHOISIR, "invalid_choice": CHOISIR})

    def __init__(self, *args: Any, entreprise: Entreprise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entreprise = entreprise
        self.fields["reste"].choices = [("autre", f"L'autre : elle absorbe {entreprise}"), ("celle-ci", f"{entreprise} : elle absorbe l'autre")]

    def clean_siren(self) -> Entreprise:
        siren = re.sub(r"[\s.\u00a0\u202f]", "", self.cleaned_data["siren"])
        validate_siren(siren)
        found = Entreprise.objects.filter(siren=siren).first()
        if found is None:
            raise ValidationError("Aucune entreprise inscrite n'a ce SIREN.")
        if found == self.entreprise:
            raise ValidationError("C'est l'entreprise dont vous venez : donnez le SIREN de l'autre.")
        return found

    @property
    def parties(self) -> tuple[Entreprise, Entreprise]:
        """Give the company absorbed, then the one that stays."""
        other = self.cleaned_data["siren"]
        return (self.entreprise, other) if self.cleaned_data["reste"] == "autre" else (other, self.entreprise)


class PropositionForm(MotifForm):
    """What the proposal of a merge decides: the stratégie globale kept, and who stays responsable."""

    strategie_gardee = forms.ChoiceField(
        label="Quelle stratégie globale garder ?",
        widget=forms.RadioSelect,
        help_text="L'autre est archivée : sa référence, ses réponses et son historique restent lisibles.",
        error_messages={"required": "Chaque entreprise a une stratégie globale : choisissez celle qui reste active."},
    )
    restent = RowsField(
        queryset=User.objects.none(),
        label="Quels responsables de l'entreprise absorbée le restent ?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Les autres deviennent contributeurs, sans droit de compte ; ils gardent les produits dont ils sont le responsable désigné.",
        error_messages={"invalid_choice": "Choisissez parmi les responsables proposés."},
    )

    def __init__(self, *args: Any, responsables: Any, strategies: dict[CampFusion, str], **kwargs: Any) -> None:
        super().__init__(*args, aide="Lu par la personne du support qui approuve.", **kwargs)
        self.responsables = list(responsables)
        self.fields["restent"].queryset = responsables
        self.fields["restent"].initial = self.responsables
        self.fields["restent"].label_from_instance = lambda compte: compte.nom_complet
        if len(strategies) < 2:
            del self.fields["strategie_gardee"]
        else:
            self.fields["strategie_gardee"].choices = [(camp.value, nom) for camp, nom in strategies.items()]
        if not self.responsables:
            del self.fields["restent"]
        self.order_fields(["strategie_gardee", "restent", "motif"])

    @property
    def choix(self) -> dict[str, Any]:
        """Give what the action takes."""
        staying = set(self.cleaned_data.get("restent", ()))
        return {
            "motif": self.cleaned_data["motif"],
            "strategie_gardee": self.cleaned_data.get("strategie_gardee") or CampFusion.ABSORBANTE,
            "deviennent_contributeurs": [compte.pk for compte in self.responsables if compte not in staying],
        }
