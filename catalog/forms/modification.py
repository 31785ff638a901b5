"""Changing what several people may change at once: what a page had shown tells who changed what (QST-4, WF-2)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django import forms
from django.db.models import Model

CONFLICT = (
    "Enregistré entre-temps, par une autre personne ou dans un autre onglet : « {autre} ». "
    "Votre saisie n'est pas encore enregistrée : enregistrez de nouveau pour la garder, ou reprenez l'autre."
)


class ModificationForm(forms.ModelForm):
    """A form on an existing row that undoes nothing of what was recorded since it was opened.

    A field left as the page had shown it takes the value recorded since; a field changed on both sides is asked about.
    """

    montre = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflits: list[str] = []
        self.lue = {name: self.initial.get(name) for name in self._meta.fields}
        self.initial["montre"] = json.dumps({name: _digest(value) for name, value in self.lue.items()})

    def clean(self) -> dict[str, Any]:
        shown = self._shown()
        for name in [name for name in self._meta.fields if name in shown and name in self.cleaned_data]:
            recorded, typed = _digest(self.lue[name]), _digest(self.cleaned_data[name])
            if typed == shown[name]:
                self.cleaned_data[name] = self._recorded(name)
            elif recorded not in (shown[name], typed):
                self.conflits.append(name)
                shown[name] = recorded
        if self.conflits:
            self.data = self.data.copy()
            self.data["montre"] = json.dumps(shown)
        data = super().clean()
        for name in self.conflits:
            self.add_error(name, CONFLICT.format(autre=self._in_words(name) or "vide"))
        return data

    def _recorded(self, name: str) -> Any:
        """Return the value of the row, as long as what was typed is not written on it."""
        return self.lue[name] if isinstance(self.lue[name], list) else getattr(self.instance, name)

    def _shown(self) -> dict[str, str]:
        """Return the digests the page came with; none when they are not ours."""
        try:
            shown = json.loads(self.cleaned_data.get("montre") or "{}")
        except (ValueError, RecursionError):
            return {}
        return shown if isinstance(shown, dict) else {}

    def _in_words(self, name: str) -> str:
        """Say the recorded value as the form does."""
        field, items = self.fields[name], _items(self._recorded(name))
        if hasattr(field, "label_from_instance"):
            return ", ".join(field.label_from_instance(item) for item in items)
        labels = dict(getattr(field, "choices", ()))
        return ", ".join(str(labels.get(item, item)) for item in items)


def _items(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]


def _digest(value: Any) -> str:
    """Tell a value from another: rows by their keys, whatever their order, texts whatever their line ends."""
    keys = sorted(str(item.pk if isinstance(item, Model) else item).replace("\r\n", "\n").strip() for item in _items(value))
    return sha256(json.dumps(keys).encode()).hexdigest()[:16]
