"""Two states of a questionnaire, answer by answer (QST-8, QST-11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .answers import SIGNIFICANT, Answer, is_answered, significant
from .definition import Definition


@dataclass(frozen=True)
class Difference:
    """What changed for one criterion: ``ajoute``, ``retire``, ``modifie``, or its ``commentaire`` alone."""

    code: str
    nature: str
    avant: Answer
    apres: Answer


def compare(definition: Definition, avant: Mapping[str, Answer], apres: Mapping[str, Answer]) -> tuple[Difference, ...]:
    """Return the differences between two sets of answers as they count, in display order."""
    ordered = [*definition.criteres, *sorted((set(avant) | set(apres)) - set(definition.criteres))]
    pairs = ((code, avant.get(code, {}), apres.get(code, {})) for code in ordered)
    return tuple(Difference(code, _nature(a, b), a, b) for code, a, b in pairs if significant(a) != significant(b))


def _nature(avant: Answer, apres: Answer) -> str:
    if is_answered(avant) is not is_answered(apres):
        return "ajoute" if is_answered(apres) else "retire"
    before, after = significant(avant), significant(apres)
    apart = {key for key in SIGNIFICANT if before.get(key) != after.get(key)}
    return "commentaire" if apart == {"commentaire"} else "modifie"
