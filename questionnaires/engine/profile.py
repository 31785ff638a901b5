"""The profile: answers of a qualification or of an orientation, hidden questions left out (R-6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .definition import AUCUN, Definition
from .visibility import shown


def effective_profil(definition: Definition, answers: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the values the conditions may read: ``{question: value}``, without hidden nor unanswered questions."""
    visible = shown(definition, {}, AUCUN, own_answers=answers)
    return {code: visible.profil[code] for code in visible.codes if code in visible.profil}


def shown_questions(definition: Definition, answers: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the questions a form shows, given what was answered in it."""
    return shown(definition, {}, AUCUN, own_answers=answers).codes
