"""A questionnaire of questions (qualification, orientation…) as a form shows it: one engine for all (ARCHITECTURE §2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .engine.answers import is_date
from .engine.completeness import missing
from .engine.conditions import as_read, as_typed
from .engine.definition import Critere, Definition, Genre, Section
from .engine.visibility import Shown, shown


@dataclass(frozen=True)
class Question:
    """One question with the answer typed so far."""

    critere: Critere
    numero: int
    affichee: bool
    valeur: Any = None
    erreur: str = ""

    @property
    def code(self) -> str:
        return self.critere.code

    @property
    def selected(self) -> list[Any]:
        """The chosen codes, as a list in every case."""
        return given(self.valeur)

    @property
    def saisie(self) -> str:
        """What stands in the field."""
        return typed(self.valeur)

    @property
    def type_champ(self) -> str:
        """The kind of field."""
        return type_champ(self.critere, self.valeur)

    @property
    def reponse_en_mots(self) -> str:
        """The answer as people read it."""
        return en_mots(self.critere, self.valeur)


def given(valeur: Any) -> list[Any]:
    """Return a value, or several, as a list; empty when there is none."""
    return valeur if isinstance(valeur, list) else [valeur] if valeur not in (None, "") else []


def typed(valeur: Any) -> str:
    """Return a value as it stands in a field, whatever was typed there."""
    return ", ".join(as_typed(value) for value in given(valeur))


def type_champ(critere: Critere, valeur: Any) -> str:
    """Return the kind of field: a date is picked, but what is no date is shown as it was typed, in a plain field."""
    return "date" if critere.genre is Genre.DATE and all(is_date(value) for value in given(valeur)) else "text"


def en_mots(critere: Critere, valeur: Any) -> str:
    """Return the answer to a question as people read it: the words of its choices, a date JJ/MM/AAAA, a number with a comma."""
    if critere.genre in (Genre.DATE, Genre.NOMBRE):
        return ", ".join(as_read(value) for value in given(valeur))
    labels = {choix.code: choix.libelle for choix in critere.choix}
    return ", ".join(str(labels.get(value, value)) for value in given(valeur))


@dataclass(frozen=True)
class QuestionGroup:
    """A section with its own questions; ``titre`` names those that hold it too."""

    section: Section
    titre: str
    questions: tuple[Question, ...]

    @property
    def affichee(self) -> bool:
        return any(question.affichee for question in self.questions)


@dataclass(frozen=True)
class QuestionForm:
    """All the questions, hidden ones included: they appear without reload as one answers (QST-1)."""

    definition: Definition
    groups: tuple[QuestionGroup, ...]
    shown: Shown
    manquantes: tuple[str, ...]
    erreurs: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Question]:
        for group in self.groups:
            yield from group.questions

    @property
    def lacks_only(self) -> bool:
        """True when several answers are missing, and nothing else is wrong: one sentence says it for all."""
        return len(self.erreurs) > 1 and set(self.erreurs.values()) == {MISSING}

    @property
    def affichees(self) -> list[Question]:
        return [question for question in self if question.affichee]


MISSING = "Il manque une réponse à cette question."


def question_form(
    definition: Definition, answers: Mapping[str, Any], *, refused: Mapping[str, str] | None = None, raw: Mapping[str, Any] | None = None, demand: bool = False
) -> QuestionForm:
    """Build the form of a questionnaire of questions.

    ``refused`` are the answers that do not hold, shown as typed (``raw``); with ``demand``, a missing answer is an error too.
    """
    visible = shown(definition, {}, "aucun", own_answers=answers)
    lacking = tuple(manque.code for manque in missing(definition, visible, answers, {}))
    errors = dict.fromkeys(lacking, MISSING) if demand else {}
    errors |= refused or {}
    codes = set(visible.codes)
    values = {code: answer.get("valeur") for code, answer in answers.items()}
    values |= {code: typed.get("valeur") for code, typed in (raw or {}).items() if code in (refused or {})}
    numbers = {code: number for number, code in enumerate(definition.criteres, start=1)}
    groups = tuple(
        QuestionGroup(
            section,
            titre,
            tuple(
                Question(critere, numbers[critere.code], critere.code in codes, values.get(critere.code), errors.get(critere.code, ""))
                for critere in section.criteres
            ),
        )
        for section, titre in _titled(definition.sections)
    )
    return QuestionForm(definition, groups, visible, lacking, {code: errors[code] for code in numbers if code in errors})


def _titled(sections: Iterable[Section], above: str = "") -> Iterator[tuple[Section, str]]:
    """Yield the sections that hold questions, those inside after the one that holds them."""
    for section in sections:
        titre = f"{above} – {section.titre}" if above else section.titre
        if section.criteres:
            yield section, titre
        yield from _titled(section.sections, titre)
