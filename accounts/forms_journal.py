"""Searching the journal (TR-5)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from .enums import Issue
from .models import EntreeJournal


class JournalForm(forms.Form):
    """The lines of an action, a person, an object, a period, an outcome."""

    action = forms.CharField(label="Action", required=False, max_length=80, help_text="Exemple : demande.acceptee")
    personne = forms.CharField(label="Personne", required=False, max_length=100, help_text="Nom ou nom d'utilisateur.")
    objet = forms.RegexField(r"^[0-9]{1,18}$", label="Numéro de l'objet", required=False, error_messages={"invalid": "Un numéro ne compte que des chiffres."})
    issue = forms.ChoiceField(label="Issue", required=False, choices=[("", "Toutes"), *Issue.choices])
    du = forms.DateField(label="Du", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    au = forms.DateField(label="Au", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def apply(self) -> QuerySet[EntreeJournal]:
        """Give the lines asked for, the last first; all of them where a criterion cannot be read."""
        asked = self.cleaned_data if self.is_valid() else {}
        found = EntreeJournal.objects.select_related("personne").order_by("-sequence")
        return found.filter(_conditions(asked))


def _conditions(asked: dict[str, Any]) -> Q:
    lookups = {"action": "action__icontains", "objet": "target_id", "issue": "issue", "du": "at__date__gte", "au": "at__date__lte"}
    condition = Q(**{lookup: asked[name] for name, lookup in lookups.items() if asked.get(name)})
    if personne := asked.get("personne"):
        condition &= Q(personne__nom__icontains=personne) | Q(personne__login__icontains=personne)
    return condition
