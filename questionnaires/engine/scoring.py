"""Radar, verdict and gap: pure functions of the answers as they count (QST-6, QST-7, R-10 to R-13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from .answers import CONFORME, NA, NON_CONFORME, Answer, effective_answers, is_answered
from .completeness import NO_FACTS, Facts, Manque, Progress, missing, progress
from .definition import CIBLE, Definition
from .exigences import Exigence, JeuExigences
from .visibility import Shown


class Verdict(StrEnum):
    """« Atteint » or « Non atteint »; no verdict while something is missing."""

    ATTEINT = "atteint"
    NON_ATTEINT = "non_atteint"

    @property
    def label(self) -> str:
        return "Atteint" if self is Verdict.ATTEINT else "Non atteint"


@dataclass(frozen=True)
class PointRadar:
    """The mean of one axis, exact, over ``effectif`` criteria."""

    axe: str
    titre: str
    valeur: Fraction
    effectif: int


@dataclass(frozen=True)
class Ecart:
    """How far one criterion is from what is asked (R-13). ``manque_seuil`` and ``manque_cible`` are numbers of levels."""

    code: str
    valeur: Any
    nature: str
    seuil: int | None
    manque_seuil: int
    manque_cible: int
    bloque: bool


@dataclass(frozen=True)
class Evaluation:
    """All that a set of answers is worth in a démarche."""

    manquants: tuple[Manque, ...]
    progress: Progress
    radar: tuple[PointRadar, ...]
    attendus: tuple[PointRadar, ...]
    verdict: Verdict | None
    ecarts: tuple[Ecart, ...]
    effective: Mapping[str, Answer] = field(repr=False, default_factory=dict)

    @property
    def bloquants(self) -> tuple[Ecart, ...]:
        """The obligations that stand between the answers and « Atteint »."""
        return tuple(ecart for ecart in self.ecarts if ecart.bloque)


Required = Mapping[str, Exigence]


def requirements(shown: Shown, jeu: JeuExigences, profil: Mapping[str, Any]) -> dict[str, Exigence]:
    """Return what is required of each shown criterion."""
    return {code: jeu.pour(code, profil) for code in shown.codes}


def radar(definition: Definition, shown: Shown, effective: Mapping[str, Answer], jeu: JeuExigences, profil: Mapping[str, Any]) -> tuple[PointRadar, ...]:
    """Return the mean of each axis over shown, obligatory, answered, not-NA criteria; an axis with none is removed (QST-6)."""
    return _means(definition, shown, effective, requirements(shown, jeu, profil), expected=False)


def expected_series(
    definition: Definition, shown: Shown, effective: Mapping[str, Answer], jeu: JeuExigences, profil: Mapping[str, Any]
) -> tuple[PointRadar, ...]:
    """Return the mean threshold of each axis over the shown obligations that are not NA (R-12)."""
    return _means(definition, shown, effective, requirements(shown, jeu, profil), expected=True)


def _means(definition: Definition, shown: Shown, effective: Mapping[str, Answer], required: Required, *, expected: bool) -> tuple[PointRadar, ...]:
    sums: dict[str, list[int]] = {}
    for code in shown.codes:
        exigence = required[code]
        level = _level(effective.get(code))
        if not exigence.is_obligation:
            continue
        if expected:
            level = None if _valeur(effective.get(code)) == NA else exigence.seuil
        if level is not None:
            sums.setdefault(definition.criteres[code].axe, []).append(level)
    return tuple(
        PointRadar(axe.code, axe.titre, Fraction(sum(sums[axe.code]), len(sums[axe.code])), len(sums[axe.code]))
        for axe in definition.axes
        if axe.code in sums
    )


def _valeur(answer: Answer | None) -> Any:
    return answer.get("valeur") if answer else None


def _level(answer: Answer | None) -> int | None:
    valeur = _valeur(answer)
    return valeur if isinstance(valeur, int) and not isinstance(valeur, bool) else None


def verdict(
    definition: Definition,
    shown: Shown,
    answers: Mapping[str, Answer],
    sections_na: Mapping[str, Any],
    jeu: JeuExigences,
    profil: Mapping[str, Any],
    facts: Facts = NO_FACTS,
) -> Verdict | None:
    """Judge a set of answers; None while something is missing (R-10)."""
    return evaluate(definition, shown, answers, sections_na, jeu, profil, facts).verdict


def _verdict(shown: Shown, effective: Mapping[str, Answer], required: Required, facts: Facts) -> Verdict:
    reached = all(
        required[code].accepts(_valeur(effective.get(code)))
        for code in shown.codes
        if required[code].is_obligation and code not in facts.herites
    )
    return Verdict.ATTEINT if reached else Verdict.NON_ATTEINT


def ecart(definition: Definition, shown: Shown, effective: Mapping[str, Answer], jeu: JeuExigences, profil: Mapping[str, Any]) -> tuple[Ecart, ...]:
    """Return the criteria below their threshold or below the cible: obligations first, then fewest levels missing (R-13)."""
    return _ecarts(shown, effective, requirements(shown, jeu, profil))


def _ecarts(shown: Shown, effective: Mapping[str, Answer], required: Required) -> tuple[Ecart, ...]:
    found = [_ecart(code, _valeur(effective.get(code)), required[code]) for code in shown.codes if is_answered(effective.get(code))]
    wanted = [one for one in found if one.manque_seuil or one.manque_cible or one.bloque]
    return tuple(sorted(wanted, key=lambda one: (not one.nature == "obligation", not _short(one), one.manque_seuil, one.manque_cible)))


def _short(one: Ecart) -> bool:
    """True when the threshold itself is not met: those come before what only misses the cible."""
    return bool(one.manque_seuil) or one.bloque


def _ecart(code: str, valeur: Any, exigence: Exigence) -> Ecart:
    level = valeur if isinstance(valeur, int) else None
    met = exigence.accepts(valeur)
    if level is None:  # NA not accepted, non conforme: nothing is reached yet
        to_threshold = 0 if met else (exigence.seuil or 0)
        to_cible = 0 if met or exigence.seuil is None else CIBLE
    else:
        to_threshold = max((exigence.seuil or 0) - level, 0)
        to_cible = CIBLE - level
    blocks = exigence.is_obligation and not met
    return Ecart(code, valeur, exigence.nature, exigence.seuil, to_threshold, to_cible, blocks)


def conformity_shares(shown: Shown, effective: Mapping[str, Answer]) -> dict[str, dict[str, int]]:
    """Count conforme, non conforme, NA and unanswered: under ``""`` for all, and by section (QST-6)."""

    def count(codes: tuple[str, ...]) -> dict[str, int]:
        values = [_valeur(effective.get(code)) for code in codes]
        counts = {name: values.count(name) for name in (CONFORME, NON_CONFORME, NA)}
        return {**counts, "sans_reponse": len(values) - sum(counts.values())}

    return {"": count(shown.codes), **{section: count(codes) for section, codes in shown.by_section.items()}}


def recommandations(definition: Definition, shown: Shown, effective: Mapping[str, Answer]) -> tuple[tuple[str, str], ...]:
    """Return code and text of each recommendation: while the level is below 3 (R-13)."""
    pairs = ((code, definition.criteres[code].recommandation(_level(effective.get(code)))) for code in shown.codes)
    return tuple((code, text) for code, text in pairs if text)


def evaluate(
    definition: Definition,
    shown: Shown,
    answers: Mapping[str, Answer],
    sections_na: Mapping[str, Any],
    jeu: JeuExigences,
    profil: Mapping[str, Any],
    facts: Facts = NO_FACTS,
) -> Evaluation:
    """Judge a set of answers in one démarche, whole."""
    effective = effective_answers(definition, answers, sections_na)
    required = requirements(shown, jeu, profil)
    lacking = missing(definition, shown, answers, sections_na, facts)
    return Evaluation(
        manquants=lacking,
        progress=progress(definition, shown, answers, sections_na, facts),
        radar=_means(definition, shown, effective, required, expected=False),
        attendus=_means(definition, shown, effective, required, expected=True),
        verdict=None if lacking else _verdict(shown, effective, required, facts),
        ecarts=_ecarts(shown, effective, required),
        effective=effective,
    )
