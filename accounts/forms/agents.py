"""What an administrateur types: an account of the agency, its groups."""

from __future__ import annotations

from typing import Any

from django import forms

from ..enums import Role
from .identite import IdentiteForm
from .modification import ModificationMixin


def groupes_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="Groupes",
        choices=[(role.value, f"{role.label} — {role.presentation}") for role in Role],
        widget=forms.CheckboxSelectMultiple,
        help_text="Chaque groupe n'ouvre que ses pages.",
        error_messages={"required": "Choisissez au moins un groupe.", "invalid_choice": "Choisissez parmi les groupes proposés."},
    )


class GroupesForm(ModificationMixin, forms.Form):
    """The groups of an account; a page opened before they changed asks before it changes them again (AZ-8)."""

    groupes = groupes_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.follow({"groupes": self.initial["groupes"]})

    def clean(self) -> dict[str, Any]:
        self.merge()
        self.say_conflicts()
        return super().clean()


class AgentForm(IdentiteForm):
    groupes = groupes_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fonction"].help_text = "Facultatif. Par exemple « Chargée de support »."
