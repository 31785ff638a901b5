"""Searching the journal: who, from where, what, on which object, of which company, when (BO-7, TR-5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from ..enums import Issue
from ..journal_words import objets
from ..models import EntreeJournal
from ..selectors.journal import search


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

    @property
    def criteres(self) -> dict[str, str]:
        """What is asked for, in plain texts: a job keeps them as they are."""
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in self.cleaned_data.items() if value}

    def apply(self) -> QuerySet[EntreeJournal]:
        """Give the lines asked for, the last first; none where a criterion cannot be read, rather than more than was asked."""
        return search(self.criteres) if self.is_valid() else EntreeJournal.objects.none()
