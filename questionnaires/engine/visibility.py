"""What is shown, and why (QST-1, R-1, R-6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .conditions import Condition, Question, evaluate, references, words
from .definition import Critere, Definition

AUCUN = "aucun"


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
            section.code: tuple(critere.code for critere in section.every_critere() if critere.code in visible)
            for section in self.definition.every_section()
        }

    def conditions(self, code: str) -> tuple[Condition, ...]:
        """Return the conditions that make a criterion show."""
        return conditions_of(self.definition.criteres[code], self.source)

    def why(self, code: str, questions: Mapping[str, Question] | None = None, noun: str = "Ce critère") -> str:
        """Say in words why a criterion shows; ``questions`` are those of the profile, to name them."""
        known = questions if questions is not None else self.definition.criteres
        return words(self.conditions(code), self.profil, known, noun)


def conditions_of(critere: Critere, source: str) -> tuple[Condition, ...]:
    """Return the conditions of a criterion, and of all that holds it, for a source of profile."""
    return tuple(condition for regle in critere.regles for condition in regle.pour(source))


def shown(definition: Definition, profil: Mapping[str, Any], source: str, own_answers: Mapping[str, Any] | None = None) -> Shown:
    """Return what a questionnaire shows under a profile.

    ``own_answers`` are the answers typed in this very form: they show or hide its questions (R-6, inside its own form).
    """
    facts = dict(profil)
    if own_answers is None:
        codes = tuple(critere.code for critere in definition.criteres.values() if _holds(critere, source, facts))
        return Shown(definition, codes, facts, source)
    visible = _resolve(definition, source, facts, own_answers)
    return Shown(definition, tuple(code for code in definition.criteres if visible[code]), facts, source)


def _holds(critere: Critere, source: str, facts: Mapping[str, Any]) -> bool:
    return all(evaluate(condition, facts) for condition in conditions_of(critere, source))


def _resolve(definition: Definition, source: str, facts: dict[str, Any], answers: Mapping[str, Any]) -> dict[str, bool]:
    """Decide each question after those it depends on, and let only shown ones speak; ``facts`` receives their answers."""
    visible: dict[str, bool] = {}

    def decide(code: str) -> None:
        if code in visible:
            return
        visible[code] = False  # a cycle, refused when the content is loaded, would stop here
        critere = definition.criteres[code]
        for reference in _references(critere, source):
            if reference in definition.criteres:
                decide(reference)
        visible[code] = _holds(critere, source, facts)
        valeur = answers.get(code, {}).get("valeur") if visible[code] else None
        if valeur not in (None, "", []):
            facts[code] = valeur

    for code in definition.criteres:
        facts.pop(code, None)
    for code in definition.criteres:
        decide(code)
    return visible


def _references(critere: Critere, source: str) -> list[str]:
    return [reference for condition in conditions_of(critere, source) for reference in references(condition)]


@dataclass(frozen=True)
class Impact:
    """What a change of profile does to a questionnaire (CAT-2)."""

    apparaissent: tuple[str, ...]
    disparaissent: tuple[str, ...]
    inchanges: tuple[str, ...]
    reponses_retirees: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.apparaissent or self.disparaissent)


def impact(definition: Definition, before: Shown, after: Shown, answers: Mapping[str, Any] | None = None) -> Impact:
    """Compare what shows before and after; ``reponses_retirees`` are the answers given to criteria that disappear."""
    gone = tuple(code for code in definition.criteres if code in before.as_set and code not in after.as_set)
    return Impact(
        apparaissent=tuple(code for code in after.codes if code not in before.as_set),
        disparaissent=gone,
        inchanges=tuple(code for code in after.codes if code in before.as_set),
        reponses_retirees=tuple(code for code in gone if (answers or {}).get(code)),
    )


