"""What ``manage.py simuler`` reads: the content as the engine simulates it, from the database or from its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from questionnaires.content.lot import Lot
from questionnaires.content.reader import read_folder
from questionnaires.engine.definition import Definition, compile_definition
from questionnaires.engine.exigences import JeuExigences
from questionnaires.engine.simulation import SimulatedDemarche, SimulationContent
from questionnaires.published import QUALIFICATIONS

from .chargement import known_lot
from .enums import SourceProfil, Volet

ORIENTATION = "orientation"
PROFILS: Mapping[str, tuple[str, ...]] = {
    SourceProfil.QUALIFICATION.value: tuple(QUALIFICATIONS.values()),
    SourceProfil.ORIENTATION.value: (ORIENTATION,),
}


def read_content() -> SimulationContent:
    """Return the published content; that of ``fixtures/`` when nothing is loaded, or when there is no database at all."""
    try:
        lot = known_lot()
    except DatabaseError:
        lot = Lot()
    return content_of(lot if lot.parcours else read_folder(Path(settings.BASE_DIR) / "fixtures"))


def content_of(lot: Lot) -> SimulationContent:
    """Compile a lot of documents, each questionnaire in its highest version."""
    definitions = {code: compile_definition(document) for code, document in lot.latest_questionnaires().items()}
    exigences = {document["demarche"]: document["questionnaires"] for document in lot.exigences}
    return SimulationContent({code: _demarche(document, definitions, exigences.get(code, {})) for code, document in lot.demarches().items()})


def _demarche(document: Mapping[str, Any], definitions: Mapping[str, Definition], exigences: Mapping[str, Any]) -> SimulatedDemarche:
    source = document["profil"]
    profils = tuple(definitions[code] for code in PROFILS.get(source, ()) if code in definitions)
    codes = _evaluations(document)
    evaluations = tuple((definitions[code], JeuExigences.compile(exigences.get(code, {}), definitions[code])) for code in codes if code in definitions)
    return SimulatedDemarche(source, profils, evaluations, _a_venir(document, definitions))


def _evaluations(document: Mapping[str, Any]) -> Iterator[str]:
    """Name what a démarche evaluates, opened to the companies or only announced: its rules can be tried before."""
    for line in document["questionnaires"]:
        if line["volet"] == Volet.EVALUATION:
            yield line["code"]


def _a_venir(document: Mapping[str, Any], definitions: Mapping[str, Definition]) -> tuple[str, ...]:
    """Name the questionnaires of a démarche that have no content yet, once each."""
    return tuple(dict.fromkeys(line["code"] for line in document["questionnaires"] if line["code"] not in definitions))
