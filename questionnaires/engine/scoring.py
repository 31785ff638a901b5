"""Radar, verdict and gap: pure functions of the answers as they count (QST-6, QST-7, R-10 to R-13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Any

from .answers import CONFORME, NA, NON_CONFORME, Answer, effective_answers
from .completeness import NO_FACTS, Facts, Manque, Progress, missing, progress_of
from .definition import CIBLE, Critere, Definition, Genre
from .exigences import OBLIGATION, Exigence, JeuExigences
from .visibility import Shown

LEVELLED = ("maturite", "conformite")


class Verdict(StrEnum):
    """« Atteint » or « Non atteint »; no verdict while something is missing."""

    ATTEINT = "atteint"
    NON_ATTEINT = "non_atteint"

    @property
    def label(self) -> str:
        return "Atteint" if self is Verdict.ATTEINT else "Non atteint"


@dataclass(frozen=True, slots=True)
class PointRadar:
    """The mean of one axis, exact, over ``effectif`` criteria."""

    axe: str
    titre: str
    valeur: Fraction
    effectif: int


@dataclass(frozen=True, slots=True)
class Ecart:
    """How far one criterion is from what is asked (R-13). ``manque_seuil`` and ``manque_cible`` are numbers of levels."""

    code: str
    valeur: Any
    nature: str
    seuil: int | None
    manque_seuil: int
    manque_cible: int
    bloque: bool

    @property
    def is_obligation(self) -> bool:
        return self.nature == OBLIGATION

    @property
    def is_short(self) -> bool:
        """True when the threshold itself is not met, and not the cible alone."""
        return self.bloque or bool(self.manque_seuil)


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
    return _radar(definition, _graded(definition, shown, effective, requirements(shown, jeu, profil)))


def expected_series(
    definition: Definition, shown: Shown, effective: Mapping[str, Answer], jeu: JeuExigences, profil: Mapping[str, Any]
) -> tuple[PointRadar, ...]:
    """Return the mean threshold of each axis over the shown obligations that are not NA (R-12)."""
    return _expected(definition, _graded(definition, shown, effective, requirements(shown, jeu, profil)))


Graded = tuple[str, Any, int | None]


def _graded(definition: Definition, shown: Shown, effective: Mapping[str, Answer], required: Required) -> list[Graded]:
    """Return axis, answer and threshold of each shown obligation on the scale of maturity: what the radar is made of."""
    criteres = [definition.criteres[code] for code in shown.codes if required[code].nature == OBLIGATION]
    return [(one.axe, _valeur(effective.get(one.code)), required[one.code].seuil) for one in criteres if one.genre is Genre.MATURITE]


def _radar(definition: Definition, graded: list[Graded]) -> tuple[PointRadar, ...]:
    return _means(definition, ((axe, valeur) for axe, valeur, _ in graded if isinstance(valeur, int)))


def _expected(definition: Definition, graded: list[Graded]) -> tuple[PointRadar, ...]:
    return _means(definition, ((axe, seuil) for axe, valeur, seuil in graded if seuil is not None and valeur != NA))


def _means(definition: Definition, levels: Iterable[tuple[str, int]]) -> tuple[PointRadar, ...]:
    by_axe: dict[str, list[int]] = {}
    for axe, level in levels:
        by_axe.setdefault(axe, []).append(level)
    return tuple(PointRadar(axe.code, axe.titre, _mean(sum(found), len(found)), len(found)) for axe in definition.axes if (found := by_axe.get(axe.code)))


@lru_cache(maxsize=4096)
def _mean(total: int, effectif: int) -> Fraction:
    return Fraction(total, effectif)


def _valeur(answer: Answer | None) -> Any:
    return answer.get("valeur") if answer else None


def verdict(
    definition: Definition,
    shown: Shown,
    answers: Mapping[str, Answer],
    sections_na: Mapping[str, Any],
    jeu: JeuExigences,
    profil: Mapping[str, Any],
    facts: Facts = NO_FACTS,
) -> Verdict | None:
    """Judge a set of answers (R-10); None while something is missing, and for what has no level (deposits, forms)."""
    return evaluate(definition, shown, answers, sections_na, jeu, profil, facts).verdict


def _verdict(shown: Shown, effective: Mapping[str, Answer], required: Required, facts: Facts) -> Verdict:
    reached = all(required[code].accepts(_valeur(effective.get(code))) for code in shown.codes if required[code].is_obligation and code not in facts.herites)
    return Verdict.ATTEINT if reached else Verdict.NON_ATTEINT


def ecart(definition: Definition, shown: Shown, effective: Mapping[str, Answer], jeu: JeuExigences, profil: Mapping[str, Any]) -> tuple[Ecart, ...]:
    """Return the answered criteria below their threshold or below the cible (R-13).

    Obligations first, what misses its threshold before what only misses the cible, then fewest levels missing.
    """
    return _ecarts(definition, shown, effective, requirements(shown, jeu, profil))


def _ecarts(definition: Definition, shown: Shown, effective: Mapping[str, Answer], required: Required) -> tuple[Ecart, ...]:
    found = (_ecart(definition.criteres[code], _valeur(effective.get(code)), required[code]) for code in shown.codes)
    return tuple(sorted(filter(None, found), key=lambda one: (not one.is_obligation, not one.is_short, one.manque_seuil, one.manque_cible)))


def _ecart(critere: Critere, valeur: Any, exigence: Exigence) -> Ecart | None:
    """Measure one criterion; None when nothing is missing. NA where it is not accepted has reached no level yet."""
    if valeur in (None, "", []) or not critere.is_graded:
        return None
    met = exigence.accepts(valeur)
    blocks = exigence.is_obligation and not met
    seuil = exigence.seuil
    if isinstance(valeur, int):
        to_threshold, to_cible = max((seuil or 0) - valeur, 0), CIBLE - valeur
    else:
        to_threshold, to_cible = (0, 0) if met or seuil is None else (seuil, CIBLE)
    if not (blocks or to_threshold or to_cible):
        return None
    return Ecart(critere.code, valeur, exigence.nature, seuil, to_threshold, to_cible, blocks)


def conformity_shares(shown: Shown, effective: Mapping[str, Answer]) -> dict[str, dict[str, int]]:
    """Count conforme, non conforme, NA and unanswered among conformities: under ``""`` for all, and by section (QST-6)."""
    criteres = shown.definition.criteres

    def count(codes: tuple[str, ...]) -> dict[str, int]:
        values = [_valeur(effective.get(code)) for code in codes if criteres[code].genre is Genre.CONFORMITE]
        counts = {name: values.count(name) for name in (CONFORME, NON_CONFORME, NA)}
        return {**counts, "sans_reponse": len(values) - sum(counts.values())}

    return {"": count(shown.codes), **{section: count(codes) for section, codes in shown.by_section.items()}}


def recommandations(definition: Definition, shown: Shown, effective: Mapping[str, Answer]) -> tuple[tuple[str, str], ...]:
    """Return code and text of each recommendation: while the level is below 3 (R-13)."""
    pairs = ((code, definition.criteres[code].recommandation(_valeur(effective.get(code)))) for code in shown.codes)
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
    graded = _graded(definition, shown, effective, required)
    lacking = missing(definition, shown, effective, {}, facts)
    has_level = definition.genre in LEVELLED and not lacking
    return Evaluation(
        manquants=lacking,
        progress=progress_of(definition, shown.codes, lacking),
        radar=_radar(definition, graded),
        attendus=_expected(definition, graded),
        verdict=_verdict(shown, effective, required, facts) if has_level else None,
        ecarts=_ecarts(definition, shown, effective, required),
        effective=effective,
    )
