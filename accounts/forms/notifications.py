"""Narrowing one's notifications (ACC-8)."""

from __future__ import annotations

from typing import Any

from django import forms

from ..models import Notification, User
from ..models.notification import NotificationQuerySet

ETATS = [("", "Toutes"), ("non_lues", "Non lues"), ("a_traiter", "À traiter"), ("lues", "Lues")]


class FiltreNotificationsForm(forms.Form):
    """By words, by state, by type; the types are those the person has received."""

    q = forms.CharField(label="Rechercher", required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"}))
    etat = forms.ChoiceField(label="État", required=False, choices=ETATS)
    type = forms.ChoiceField(label="Type", required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.rows = Notification.objects.visible_to(user)
        types = self.rows.order_by("type").values_list("type", flat=True).distinct()
        self.fields["type"].choices = [("", "Tous"), *((name, name) for name in types)]

    def apply(self) -> NotificationQuerySet:
        """Give the notices asked for, the last ones first; what cannot be read narrows nothing."""
        self.is_valid()
        etat, type_ = self.cleaned_data.get("etat", ""), self.cleaned_data.get("type", "")
        found = getattr(self.rows, etat)() if etat else self.rows
        found = found.filter(type=type_) if type_ else found
        return found.select_related("emetteur", "destinataire").search(self.cleaned_data.get("q", ""))

    @property
    def kept(self) -> dict[str, str]:
        """Give the criteria in use, for the links between the pages."""
        return {name: value for name in self.fields if (value := self.cleaned_data.get(name, ""))}
