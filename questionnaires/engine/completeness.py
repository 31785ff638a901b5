"""What is missing: one function, for the panel, for « Valider » and for the dossier alike (R-3, R-4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .answers import Answer, is_answered, na_codes
from .definition import Critere, Definition, Genre
from .visibility import Shown


@dataclass(frozen=True)
class Manque:
    """One thing missing, and the sentence to show."""

    code: str
    raison: str


@dataclass(frozen=True)
class Facts:
    """What the upper rooms know and the engine does not: criteria inherited or lacking evidence (R-9b)."""

    herites: frozenset[str] = frozenset()
    sans_preuve: Mapping[str, str] | None = None


NO_FACTS = Facts()
RAISONS = {
    Genre.MATURITE: "Choisissez un niveau de maturité.",
    Genre.CONFORMITE: "Dites si votre produit est conforme.",
    Genre.DEPOT: "Déposez un fichier.",
    Genre.FICHIER: "Déposez un fichier.",
}
LABELS = {
    "maturite": "Critères renseignés",
    "depot": "Types de documents déposés",
    "exigences": "Exigences complétées",
    "conformite": "Critères renseignés",
}


def missing(definition: Definition, shown: Shown, answers: Mapping[str, Answer], sections_na: Mapping[str, Any], facts: Facts = NO_FACTS) -> tuple[Manque, ...]:
    """Return what is still to be answered among what is shown, in display order; NA and inherited count as answered (R-4)."""
    covered = na_codes(definition, sections_na) | facts.herites
    lacking: list[Manque] = []
    for code in shown.codes:
        critere = definition.criteres[code]
        if critere.facultative or code in covered:
            continue
        if not is_answered(answers.get(code)):
            lacking.append(Manque(code, RAISONS.get(critere.genre, "Il manque une réponse.")))
        elif facts.sans_preuve and code in facts.sans_preuve:
            lacking.append(Manque(code, facts.sans_preuve[code]))
    return tuple(lacking)


@dataclass(frozen=True)
class Progress:
    """n of m, and its percentage rounded down (R-4: 2/3 = 66 %)."""

    faits: int
    total: int

    @property
    def pourcent(self) -> int:
        return 100 * self.faits // self.total if self.total else 100

    @property
    def is_complete(self) -> bool:
        return self.faits == self.total


def counted(critere: Critere) -> bool:
    """True when a criterion counts in n of m: optional questions do not (R-4)."""
    return not critere.facultative


def progress(definition: Definition, shown: Shown, answers: Mapping[str, Answer], sections_na: Mapping[str, Any], facts: Facts = NO_FACTS) -> Progress:
    """Return how far a set of answers is."""
    return progress_of(definition, shown.codes, missing(definition, shown, answers, sections_na, facts))


def progress_by_section(
    definition: Definition, shown: Shown, answers: Mapping[str, Answer], sections_na: Mapping[str, Any], facts: Facts = NO_FACTS
) -> dict[str, Progress]:
    """Return how far each section is, the sections inside included."""
    return sections_progress_of(shown, missing(definition, shown, answers, sections_na, facts))


def progress_of(definition: Definition, codes: Iterable[str], lacking: Iterable[Manque]) -> Progress:
    """Return how far some shown criteria are, from what is missing of the whole."""
    missing_codes = {manque.code for manque in lacking}
    counting = [code for code in codes if counted(definition.criteres[code])]
    return Progress(sum(code not in missing_codes for code in counting), len(counting))


def sections_progress_of(shown: Shown, lacking: Iterable[Manque]) -> dict[str, Progress]:
    """Return how far each section is, from what is missing of the whole."""
    lacking = tuple(lacking)
    return {section: progress_of(shown.definition, codes, lacking) for section, codes in shown.by_section.items()}


def label(genre: str) -> str:
    """Return what n of m counts, by kind of questionnaire (R-4)."""
    return LABELS.get(genre, "Questions obligatoires renseignées")


def left_label(genre: str, progress: Progress) -> str:
    """Say above what is left what it is, or that there is nothing more."""
    if genre in LABELS:
        return "Plus aucun critère à renseigner" if progress.is_complete else "Critères restants"
    return "Plus aucune question à renseigner" if progress.is_complete else "Questions restantes"
