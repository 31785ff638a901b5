"""Changing an existing row (QST-4, WF-2)."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.forms.modification import ModificationMixin


class ModificationForm(ModificationMixin, forms.ModelForm):
    """A form on an existing row that undoes nothing of what was recorded since it was opened."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.follow({name: self.initial.get(name) for name in self._meta.fields})

    def clean(self) -> dict[str, Any]:
        self.merge()
        data = super().clean()
        self.say_conflicts()
        return data

    def recorded(self, name: str) -> Any:
        """Return the value of the row, as long as what was typed is not written on it."""
        return self.lue[name] if isinstance(self.lue[name], list) else getattr(self.instance, name)
