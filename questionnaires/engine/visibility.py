"""What is shown, and why (QST-1, R-1, R-6)."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .answers import Answer, is_answered
from .conditions import Condition, Question, words
from .definition import AUCUN, Definition, Plan


@dataclass(frozen=True, eq=False)
class Shown:
    """The criteria shown, in display order, under a profile."""

    definition: Definition
    codes: tuple[str, ...]
    profil: Mapping[str, Any] = field(default_factory=dict)
    source: str = AUCUN

    @cached_property
    def as_set(self) -> frozenset[str]:
        return frozenset(self.codes)

    @cached_property
    def by_section(self) -> dict[str, tuple[str, ...]]:
        """The shown codes of each section, those of the sections inside included."""
        visible = self.as_set
        return {
            section.code: tuple(critere.code for critere in section.every_critere() if critere.code in visible) for section in self.definition.every_section()
        }

    def conditions(self, code: str) -> tuple[Condition, ...]:
        """Return the conditions that decide of a criterion, its own and those of all that holds it."""
        return self.definition.plans[self.source].conditions[code]

    def why(self, code: str, questions: Mapping[str, Question] | None = None, noun: str = "") -> str:
        """Say in words why a criterion shows; ``questions`` are those of the profile, to name them (QST-1)."""
        known = ChainMap(questions or {}, self.definition.criteres)
        return words(self.conditions(code), self.profil, known, noun or ("critère" if self.definition.criteres[code].is_graded else "question"))


def shown(definition: Definition, profil: Mapping[str, Any], source: str, own_answers: Mapping[str, Answer] | None = None) -> Shown:
    """Return what a questionnaire shows under a profile that comes from ``source``.

    ``own_answers`` are the answers typed in this very form: those of the questions it shows decide of the others, and what
    the profile says of them is ignored (R-6, inside its own form).
    """
    plan = definition.plans[source]
    if own_answers is None:
        codes = tuple(code for code, conditions in plan.conditions.items() if not conditions or _hold(conditions, profil))
        return Shown(definition, codes, profil, source)
    facts = {code: valeur for code, valeur in profil.items() if code not in definition.criteres}
    visible = _resolve(plan, facts, own_answers)
    return Shown(definition, tuple(code for code in definition.criteres if code in visible), facts, source)


def _hold(conditions: tuple[Condition, ...], facts: Mapping[str, Any]) -> bool:
    return all(condition.holds(facts) for condition in conditions)


def _resolve(plan: Plan, facts: dict[str, Any], answers: Mapping[str, Answer]) -> set[str]:
    """Decide each question after those it depends on; ``facts`` receives the answers of those that show."""
    visible: set[str] = set()
    for code in plan.order:
        if _hold(plan.conditions[code], facts):
            visible.add(code)
            if is_answered(answers.get(code)):
                facts[code] = answers[code]["valeur"]
    return visible


@dataclass(frozen=True)
class Impact:
    """What a change of profile does to a questionnaire (CAT-2)."""

    apparaissent: tuple[str, ...]
    disparaissent: tuple[str, ...]
    inchanges: tuple[str, ...]
    reponses_retirees: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.apparaissent or self.disparaissent)


def impact(definition: Definition, before: Shown, after: Shown, answers: Mapping[str, Answer] | None = None) -> Impact:
    """Compare what shows before and after; ``reponses_retirees`` are the answers given to criteria that disappear."""
    gone = tuple(code for code in definition.criteres if code in before.as_set and code not in after.as_set)
    return Impact(
        apparaissent=tuple(code for code in after.codes if code not in before.as_set),
        disparaissent=gone,
        inchanges=tuple(code for code in after.codes if code in before.as_set),
        reponses_retirees=tuple(code for code in gone if is_answered((answers or {}).get(code))),
    )
