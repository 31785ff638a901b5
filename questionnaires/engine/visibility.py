"""What is shown, and why (QST-1, R-1, R-6)."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .answers import Answer, is_answered, na_codes
from .conditions import Condition, Question, references, words
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

    @property
    def _plan(self) -> Plan:
        return self.definition.plans[self.source]

    def conditions(self, code: str) -> tuple[Condition, ...]:
        """Return the conditions that decide of a criterion, its own and those of all that holds it."""
        return self._plan.conditions[code]

    @property
    def is_settled(self) -> bool:
        """True when the profile alone decides: no question of the form shows or hides anything of it."""
        return not self._plan.by_answers

    def answered(self, answers: Mapping[str, Answer], sections_na: Mapping[str, Any] | None = None) -> Shown:
        """Return what shows once the form itself is answered so (R-6, QST-1).

        What was answered in a section declared non applicable decides of nothing (R-20).
        """
        if self.is_settled:
            return self
        covered = na_codes(self.definition, sections_na or {})
        return shown(self.definition, self.profil, self.source, own_answers={code: one for code, one in answers.items() if code not in covered})

    @cached_property
    def changing(self) -> frozenset[str]:
        """The criteria that the answers to the form itself show or hide, the profile allowing."""
        return frozenset(code for code in self._plan.by_answers if all(self._allows(condition) for condition in self.conditions(code)))

    @cached_property
    def deciding(self) -> frozenset[str]:
        """The questions of the form that show or hide others."""
        read = (read for code in self.changing for condition in self.conditions(code) for read in references(condition))
        return frozenset(code for code in read if code in self.definition.criteres)

    def _allows(self, condition: Condition) -> bool:
        return condition.holds(self.profil) or any(read in self.definition.criteres for read in references(condition))

    @property
    def possible(self) -> frozenset[str]:
        """The criteria shown, and those that other answers to the form would show."""
        return self.as_set if self.is_settled else self.as_set | self.changing

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


def kept_codes(views: Iterable[Shown], answers: Mapping[str, Answer]) -> frozenset[str]:
    """Return the criteria that one view at least shows: the answers to others are obsolete (R-2).

    ``views`` are those of the démarches the sujet is enrolled in. What a section declared non applicable holds decides as if
    it were not: its answers are to come back (R-20).
    """
    return frozenset().union(*(view.answered(answers).as_set for view in views))


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
