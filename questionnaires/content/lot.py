"""A lot of content, and the index in which references are looked up."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from questionnaires.content import schema, walk

Data = dict[str, Any]


@dataclass(frozen=True)
class Lot:
    """Normalised documents that belong together: those of a folder, or those already in the database.

    ``images`` are the pictures that go with the files of a folder, by name.
    """

    questionnaires: list[Data] = field(default_factory=list)
    parcours: list[Data] = field(default_factory=list)
    exigences: list[Data] = field(default_factory=list)
    images: dict[str, bytes] = field(default_factory=dict, repr=False)

    def latest_questionnaires(self) -> dict[str, Data]:
        """Return each questionnaire by code, in its highest version."""
        ordered = sorted(self.questionnaires, key=lambda questionnaire: questionnaire["version"])
        return {questionnaire["code"]: questionnaire for questionnaire in ordered}

    def demarches(self) -> dict[str, Data]:
        return {demarche["code"]: demarche for parcours in self.parcours for demarche in parcours["demarches"]}

    def with_known(self, known: Lot) -> Lot:
        """Return this lot completed with the known documents, and démarches, it does not replace: nothing known goes away."""
        mine = self.demarches()
        left = [(parcours["code"], demarche) for parcours in known.parcours for demarche in parcours["demarches"] if demarche["code"] not in mine]
        return Lot(
            questionnaires=_complete(self.questionnaires, known.questionnaires, "code", "version"),
            parcours=_complete([_with_demarches(parcours, left) for parcours in self.parcours], known.parcours, "code"),
            exigences=_complete(self.exigences, known.exigences, "demarche"),
        )

    @cached_property
    def index(self) -> dict[str, Question]:
        """What may be compared, by code; a lot whose documents change is another lot."""
        return index_criteres(self.questionnaires)

    def left_by(self, lot: Lot) -> Lot:
        """Return what of these documents a lot does not replace, and might contradict: it replaces others they refer to."""
        written, described = ({document["code"] for document in documents} for documents in (lot.questionnaires, lot.parcours))
        questionnaires = self.latest_questionnaires()
        asks_otherwise = not written.isdisjoint(questionnaires)
        regroups = not described.isdisjoint(document["code"] for document in self.parcours)
        ruled = {document["demarche"] for document in lot.exigences}
        return Lot(
            questionnaires=[document for code, document in questionnaires.items() if asks_otherwise and code not in written],
            exigences=[document for document in self.exigences if (asks_otherwise or regroups) and document["demarche"] not in ruled],
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


def _with_demarches(parcours: Data, left: list[tuple[str, Data]]) -> Data:
    more = [demarche for code, demarche in left if code == parcours["code"]]
    return {**parcours, "demarches": [*parcours["demarches"], *more]} if more else parcours


def _complete(documents: list[Data], known: list[Data], *keys: str) -> list[Data]:
    present = {tuple(document[key] for key in keys) for document in documents}
    return [*documents, *(document for document in known if tuple(document[key] for key in keys) not in present)]
