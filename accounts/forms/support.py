"""What the support says of an act on a company or an account: why, or what it checked."""

from __future__ import annotations

from typing import Any

from django import forms


class MotifForm(forms.Form):
    """A reason, asked for before a binding act; ``aide`` says who reads it."""

    motif = forms.CharField(label="Motif", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": "Indiquez pourquoi."})

    def __init__(self, *args: Any, aide: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["motif"].help_text = aide


class PersonneReconnueForm(forms.Form):
    """What one attests before taking away what proved that a person is the right one."""

    reconnue = forms.BooleanField(
        label="J'ai vérifié, autrement que par courriel, que la demande vient bien de cette personne",
        error_messages={"required": "Vérifiez d'abord qui vous le demande."},
    )
