"""Searching the journal: who, from where, what, on which object, of which company, when (BO-7, TR-5)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from ..enums import Issue
from ..journal_words import actions_named, objets
from ..models import EntreeJournal, Entreprise
from ..recherche import holds_all


class JournalForm(forms.Form):
    """The lines of an action, a person, a network address, an object, a company, a period, an outcome."""

    action = forms.CharField(label="Action", required=False, max_length=80, help_text="Exemple : « droits » ou demande.acceptee")
    personne = forms.CharField(label="Auteur", required=False, max_length=100, help_text="Nom ou nom d'utilisateur.")
    adresse = forms.CharField(label="Adresse du réseau", required=False, max_length=64, help_text="Entière ou son début. Exemple : 203.0.113.")
    entreprise = forms.CharField(label="Entreprise", required=False, max_length=200, help_text="Raison sociale ou SIREN.")
    type = forms.ChoiceField(label="Type d'objet", required=False)
    objet = forms.RegexField(r"^[0-9]{1,18}$", label="Numéro de l'objet", required=False, error_messages={"invalid": "Un numéro ne compte que des chiffres."})
    issue = forms.ChoiceField(label="Issue", required=False, choices=[("", "Toutes"), *Issue.choices])
    du = forms.DateField(label="Du", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    au = forms.DateField(label="Au", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [("", "Tous"), *objets()]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("du") and data.get("au") and data["du"] > data["au"]:
            self.add_error("au", "La fin de la période vient après son début.")
        return data

    def apply(self) -> QuerySet[EntreeJournal]:
        """Give the lines asked for, the last first; none where a criterion cannot be read, rather than more than was asked."""
        found = EntreeJournal.objects.select_related("personne").order_by("-sequence")
        return found.filter(_conditions(self.cleaned_data)) if self.is_valid() else found.none()


def _conditions(asked: dict[str, Any]) -> Q:
    lookups = {"type": "target_type", "objet": "target_id", "issue": "issue", "du": "at__date__gte", "au": "at__date__lte"}
    condition = Q(**{lookup: asked[name] for name, lookup in lookups.items() if asked.get(name)})
    if action := asked.get("action"):
        condition &= holds_all(action, "action") | Q(action__in=actions_named(action))
    if personne := asked.get("personne"):
        condition &= holds_all(personne, "personne__nom", "personne__login")
    if adresse := asked.get("adresse"):
        condition &= Q(personne__adresse__istartswith=adresse)
    if entreprise := asked.get("entreprise"):
        named = Entreprise.objects.filter(holds_all(entreprise, "raison_sociale") | Q(siren="".join(entreprise.split())))
        condition &= Q(entreprise__in=named.values("pk"))
    return condition
