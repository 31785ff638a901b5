"""States of a questionnaire and of a démarche (R-3, R-5)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Statut(StrEnum):
    """State of a questionnaire, or of a démarche, for one sujet."""

    A_COMPLETER = "a_completer"
    EN_COURS = "en_cours"
    VALIDATION_DEMANDEE = "validation_demandee"
    TERMINE = "termine"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Statut.A_COMPLETER: "À compléter",
    Statut.EN_COURS: "En cours",
    Statut.VALIDATION_DEMANDEE: "Validation demandée",
    Statut.TERMINE: "Terminé",
}


def statut(*, validee_complete: bool, demandee: bool, has_answers: bool) -> Statut:
    """Return the first state that matches (R-3).

    ``validee_complete``: the last validated answers are complete for what is shown now and hold no obsolete answer;
    ``demandee``: validation is asked on the draft; ``has_answers``: there is a draft, or validated answers.
    """
    if validee_complete:
        return Statut.TERMINE
    if demandee:
        return Statut.VALIDATION_DEMANDEE
    return Statut.EN_COURS if has_answers else Statut.A_COMPLETER


def statut_demarche(statuts: Iterable[Statut]) -> Statut:
    """Return the state of a démarche from those of its applicable questionnaires (R-5); none applicable counts as complete."""
    known = set(statuts)
    if known <= {Statut.TERMINE}:
        return Statut.TERMINE
    return Statut.A_COMPLETER if known == {Statut.A_COMPLETER} else Statut.EN_COURS
