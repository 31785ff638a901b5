"""What a démarche requires of each criterion: nature, answers accepted, threshold (R-9, R-10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from .answers import CONFORME, NA
from .conditions import Condition, parse
from .definition import LEVELS, Critere, Definition, Genre

OBLIGATION, OPTION = "obligation", "option"


@dataclass(frozen=True, slots=True)
class Exigence:
    """What is required of one criterion. ``seuil`` is the least level accepted (0–3), None when no level is asked for."""

    nature: str = OPTION
    acceptes: frozenset[int | str] = frozenset()
    seuil: int | None = None
    recommande: int | None = None

    @property
    def is_obligation(self) -> bool:
        return self.nature == OBLIGATION

    def accepts(self, valeur: Any) -> bool:
        """True when an answer satisfies it; an exigence without accepted answers is satisfied by any."""
        return not self.acceptes or valeur in self.acceptes


@dataclass(frozen=True, eq=False)
class JeuExigences:
    """All that a démarche requires of a questionnaire.

    ``regles`` are the rules as written, in order; ``fixes`` what is required when no condition of theirs holds.
    """

    regles: Mapping[str, tuple[tuple[Condition | None, Exigence], ...]]
    fixes: Mapping[str, Exigence]
    conditionnees: frozenset[str]

    @classmethod
    def compile(cls, document: Mapping[str, Any], definition: Definition) -> JeuExigences:
        """Compile ``{critere: [rule, …]}`` (``docs/CONTENU.md``) for one version of a questionnaire; unknown codes are ignored."""
        regles = {code: _rules(rules, definition.criteres[code]) for code, rules in document.items() if code in definition.criteres}
        fixes = {code: _last(regles.get(code, ()), critere) for code, critere in definition.criteres.items()}
        conditionnees = frozenset(code for code, rules in regles.items() if rules[0][0] is not None)
        return cls(MappingProxyType(regles), MappingProxyType(fixes), conditionnees)

    def pour(self, code: str, profil: Mapping[str, Any]) -> Exigence:
        """Return what is required of a criterion: the first rule whose condition holds, else an option without level (R-9)."""
        if code in self.conditionnees:
            for condition, exigence in self.regles[code]:
                if condition is None or condition.holds(profil):
                    return exigence
        return self.fixes[code]


def _rules(rules: Any, critere: Critere) -> tuple[tuple[Condition | None, Exigence], ...]:
    entries: Sequence[Mapping[str, Any]] = [rules] if isinstance(rules, Mapping) else rules
    return tuple((parse(rule["si"]) if rule.get("si") else None, _exigence(rule, critere)) for rule in entries)


def _last(rules: Sequence[tuple[Condition | None, Exigence]], critere: Critere) -> Exigence:
    """Return the first rule without condition; an option without level when there is none."""
    return next((exigence for condition, exigence in rules if condition is None), _exigence({}, critere))


def _exigence(rule: Mapping[str, Any], critere: Critere) -> Exigence:
    nature = rule.get("nature") or OPTION
    recommande = rule.get("recommande")
    if recommande is not None:
        levels = frozenset(level for level in LEVELS if level >= int(recommande))
        return Exigence(nature, levels | ({NA} if critere.offers_na else frozenset()), int(recommande), int(recommande))
    if rule.get("acceptes"):
        accepted = frozenset(_accepted(value) for value in rule["acceptes"])
        levels = [value for value in accepted if isinstance(value, int)]
        return Exigence(nature, accepted, min(levels) if levels else None)
    if critere.genre is Genre.CONFORMITE:
        return Exigence(nature, frozenset({CONFORME, NA}))
    return Exigence(nature)


def _accepted(value: Any) -> int | str:
    return int(value) if str(value) in ("0", "1", "2", "3") else str(value)
