"""Changing what several people may change at once: what a page had shown tells who changed what (QST-4, WF-2)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from django import forms
from django.db.models import Model

CONFLICT = (
    "Enregistré entre-temps, par une autre personne ou dans un autre onglet : « {autre} ». "
    "Votre saisie n'est pas encore enregistrée : enregistrez de nouveau pour la garder, ou reprenez l'autre."
)


class ModificationMixin:
    """What makes a form undo nothing of what was recorded since it was opened.

    A field left as the page had shown it takes the value recorded since; a field changed on both sides is asked about, and named in ``conflits``.
    """

    def follow(self, lue: Mapping[str, Any]) -> None:
        """Note what is recorded now, field by field; called once the form has its fields."""
        self.conflits: list[str] = []
        self.lue = dict(lue)
        self.fields["montre"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.initial["montre"] = json.dumps({name: digest(value) for name, value in lue.items()})

    def merge(self) -> None:
        """Compare what was typed with what the page had shown and with what is recorded; called once the fields are clean."""
        shown = self.shown()
        for name in [name for name in self.lue if name in shown and name in self.cleaned_data]:
            recorded, typed = digest(self.lue[name]), digest(self.cleaned_data[name])
            if typed == shown[name]:
                self.cleaned_data[name] = self.recorded(name)
            elif recorded not in (shown[name], typed):
                self.conflits.append(name)
                shown[name] = recorded
        if self.conflits:
            self.data = self.data.copy()
            self.data["montre"] = json.dumps(shown)

    def say_conflicts(self) -> None:
        """Ask about what was changed on both sides."""
        for name in self.conflits:
            self.add_error(name, CONFLICT.format(autre=self._in_words(name) or "vide"))

    def recorded(self, name: str) -> Any:
        """Return the value recorded, as the field gives it."""
        return self.lue[name]

    def shown(self) -> dict[str, str]:
        """Return the digests the page came with; none when they are not ours."""
        try:
            shown = json.loads(self.cleaned_data.get("montre") or "{}")
        except (ValueError, RecursionError):
            return {}
        return shown if isinstance(shown, dict) else {}

    def _in_words(self, name: str) -> str:
        """Say the recorded value as the form does."""
        field, items = self.fields[name], _items(self.recorded(name))
        if hasattr(field, "label_from_instance"):
            return ", ".join(field.label_from_instance(item) for item in items)
        labels = dict(getattr(field, "choices", ()))
        return ", ".join(str(labels.get(item, item)) for item in items)


def _items(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]


def digest(value: Any) -> str:
    """Tell a value from another: rows by their keys, whatever their order, texts whatever their line ends."""
    keys = sorted(str(item.pk if isinstance(item, Model) else item).replace("\r\n", "\n").strip() for item in _items(value))
    return sha256(json.dumps(keys).encode()).hexdigest()[:16]
