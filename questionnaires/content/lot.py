"""A lot of content, and the index in which references are looked up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from questionnaires.content import schema, walk

Data = dict[str, Any]


@dataclass(frozen=True)
class Lot:
    """Normalised documents that belong together: those of a folder, or those already in the database."""

    questionnaires: list[Data] = field(default_factory=list)
    parcours: list[Data] = field(default_factory=list)
    exigences: list[Data] = field(default_factory=list)

    def latest_questionnaires(self) -> dict[str, Data]:
        """Return each questionnaire by code, in its highest version."""
        ordered = sorted(self.questionnaires, key=lambda questionnaire: questionnaire["version"])
        return {questionnaire["code"]: questionnaire for questionnaire in ordered}

    def demarches(self) -> dict[str, Data]:
        return {demarche["code"]: demarche for parcours in self.parcours for demarche in parcours["demarches"]}

    def with_known(self, known: Lot) -> Lot:
        """Return this lot completed with the known documents it does not replace."""
        return Lot(
            questionnaires=_complete(self.questionnaires, known.questionnaires, "code", "version"),
            parcours=_complete(self.parcours, known.parcours, "code"),
            exigences=_complete(self.exigences, known.exigences, "demarche"),
        )


@dataclass
class Question:
    """What a condition may compare: a criterion that is a question."""

    code: str
    genre: str
    choix: set[str]
    questionnaire: str
    questionnaire_genre: str

    @property
    def is_question(self) -> bool:
        return self.genre in schema.QUESTION_GENRES


def index_criteres(questionnaires: list[Data]) -> dict[str, Question]:
    """Return what may be compared, by code; between versions the last one wins, older choices stay known."""
    index: dict[str, Question] = {}
    for questionnaire in sorted(questionnaires, key=lambda questionnaire: questionnaire["version"]):
        for located in walk.criteres(questionnaire):
            critere = located.data
            choix = {choice["code"] for choice in critere["choix"]}
            former = index.get(critere["code"])
            if former and former.questionnaire == questionnaire["code"]:
                choix |= former.choix
            index[critere["code"]] = Question(critere["code"], critere["genre"], choix, questionnaire["code"], questionnaire["genre"])
    return index


def _complete(documents: list[Data], known: list[Data], *keys: str) -> list[Data]:
    present = {tuple(document[key] for key in keys) for document in documents}
    return [*documents, *(document for document in known if tuple(document[key] for key in keys) not in present)]
