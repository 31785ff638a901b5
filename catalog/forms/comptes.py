"""What is typed on the pages of accounts and of requests for access; checks, writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.enums import Droit
from accounts.forms.identite import IdentiteForm
from accounts.models import User
from questionnaires.enums import DroitSujet
from questionnaires.models import Sujet

from .produits import ResponsableField

NIVEAUX = {
    DroitSujet.LECTURE: "Lecture : consulter les réponses et les résultats",
    DroitSujet.SAISIE: "Saisie : lire et répondre aux questionnaires",
    DroitSujet.VALIDATION: "Validation : lire, répondre et valider les réponses",
}


class CompteForm(IdentiteForm):
    """Identity and rights of a new account; only rights the author holds are offered (R-53)."""

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
