"""The three steps « Identification, Qualification, Récapitulatif », carried from page to page by the form itself.

Nothing is created before « Valider », nothing is lost by « Précédent », and two tabs do not disturb each other: the state is
in the form, not in the session (CAT-1, CAT-7).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.forms import ModelChoiceField, ModelForm
from django.forms.boundfield import BoundField
from django.http import QueryDict

from questionnaires.engine.definition import Definition
from questionnaires.formulaire import Posted, as_fields, read_questions
from questionnaires.questions import QuestionForm, question_form

STEPS = ("identification", "qualification", "recapitulatif")
TITLES = ("Identification", "Qualification", "Récapitulatif")
CALLED = "Vos réponses font apparaître cette question : il reste à y répondre."


@dataclass
class Wizard:
    """Where one is, and all that was typed so far."""

    step: str
    form: ModelForm
    posted: Posted
    questions: QuestionForm
    jeton: uuid.UUID
    reportee: bool = False
    is_confirmed: bool = False

    @property
    def numero(self) -> int:
        return STEPS.index(self.step) + 1

    @property
    def titre(self) -> str:
        return TITLES[self.numero - 1]

    @property
    def suivante(self) -> str:
        return TITLES[self.numero] if self.numero < len(TITLES) else ""

    @property
    def fiche_en_mots(self) -> list[tuple[str, str]]:
        """The identification as people read it: label and words of each field; call it once the form holds."""
        lines = [(field, _in_words(field, self.form.cleaned_data.get(field.name))) for field in self.form]
        return [(str(field.label), words) for field, words in lines if words or field.name != "socles"]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """The fields of the other steps, to be sent along as hidden fields."""
        pairs = [("jeton", str(self.jeton)), ("etape", self.step)]
        if self.step != "identification":
            pairs += [(name, value) for name in self.form.fields for value in _values(self.form.data, name)]
        if self.step != "qualification":  # as typed: going back loses nothing, not even what does not hold
            pairs += as_fields(self.posted.raw, self.questions.definition.criteres)
        if self.reportee:
            pairs.append(("reportee", "1"))
        return pairs


def _in_words(field: BoundField, value: Any) -> str:
    """Say what was chosen by its label, what was typed as it was."""
    if isinstance(field.field, ModelChoiceField):
        rows = [value] if isinstance(value, Model) else list(value or [])
        return ", ".join(field.field.label_from_instance(row) for row in rows)
    labels = dict(getattr(field.field, "choices", ()))
    return ", ".join(str(labels.get(item, item)) for item in (value if isinstance(value, list) else [value or ""]))


def _values(data: Any, name: str) -> list[str]:
    return data.getlist(name) if hasattr(data, "getlist") else []


def read_jeton(data: QueryDict) -> uuid.UUID:
    """Return the token of this wizard, a new one when it is absent or not one of ours."""
    try:
        return uuid.UUID(data.get("jeton", ""))
    except ValueError:
        return uuid.uuid4()


def advance(data: QueryDict, form: ModelForm, definition: Definition, *, may_defer: bool = False) -> Wizard:
    """Decide which step comes next from what was posted; errors keep one where they are.

    ``may_defer`` accepts « Répondre plus tard » (R-40).
    """
    came_from = data.get("etape") if data.get("etape") in STEPS else "identification"
    posted = read_questions(definition, data)
    wanted = _wanted(came_from, data.get("action", "suivant"))
    reportee = may_defer and (data.get("action") == "plus_tard" or (bool(data.get("reportee")) and came_from == "recapitulatif"))
    if wanted != "identification" and not form.is_valid():
        wanted = "identification"
    if wanted in ("recapitulatif", "valider") and not reportee:
        questions = demanded_form(definition, posted, data.get("affichees", ""))
        wanted = "qualification" if questions.erreurs else wanted
    else:
        questions = question_form(definition, posted.answers, refused=posted.refused, raw=posted.raw)
    step = "recapitulatif" if wanted == "valider" else wanted
    return Wizard(step, form, posted, questions, read_jeton(data), reportee, is_confirmed=wanted == "valider")


def demanded_form(definition: Definition, posted: Posted, affichees: str) -> QuestionForm:
    """Build the form with all that keeps it from being recorded: answers that do not hold, answers missing.

    ``affichees`` names the questions the page displayed: without JavaScript those its answers call for appear now only, and
    are asked for without reproach (QST-1).
    """
    visible = question_form(definition, posted.answers)
    displayed = set(affichees.split()[: len(definition.criteres)])
    refused = {code: cause for code, cause in posted.refused.items() if code in set(visible.shown.codes)}
    called = {code: CALLED for code in visible.manquantes if displayed and code not in displayed}
    return question_form(definition, posted.answers, refused={**called, **refused}, raw=posted.raw, demand=True)


def _wanted(came_from: str, action: str) -> str:
    index = STEPS.index(came_from)
    if action == "precedent":
        return STEPS[max(index - 1, 0)]
    if came_from == "recapitulatif":
        return "valider" if action == "valider" else "recapitulatif"
    return STEPS[index + 1]
