"""What the support says of an act on a company or an account: why."""

from __future__ import annotations

from typing import Any

from django import forms


class MotifForm(forms.Form):
    """A reason, asked for before a binding act; ``aide`` says who reads it."""

    motif = forms.CharField(label="Motif", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": "Indiquez pourquoi."})

    def __init__(self, *args: Any, aide: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["motif"].help_text = aide
