"""Synthetic questionnaires of any size, made of the criteria of the real ones with their rules."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from questionnaires.content.lot import Lot
from questionnaires.engine.definition import QUALIFICATION, compile_definition
from questionnaires.engine.visibility import shown
from tests.catalog.factories import R1

Data = dict[str, Any]
TAILLES = (7, 40, 100, 400)
PAR_SECTION = 7
SOURCES = ("interoperabilite", "urbanisation", "securite")


def code(taille: int) -> str:
    """Name the questionnaire of that many criteria, and its démarche."""
    return f"mesure-{taille}"


def lot_de_mesure(lot: Lot) -> Lot:
    """Return one questionnaire, one démarche and its exigences per size; every criterion shows under the profile R1."""
    socles = lot.demarches()["socles"]
    parcours = next(parcours for parcours in lot.parcours if socles in parcours["demarches"])
    demarches = [_demarche(socles, taille) for taille in TAILLES]
    found = [questionnaire(lot, taille) for taille in TAILLES]
    return Lot(
        questionnaires=[document for document, _ in found],
        parcours=[{**parcours, "code": "mesure", "titre": "Mesure", "ordre": 99, "demarches": demarches}],
        exigences=[{"demarche": code(taille), "questionnaires": {code(taille): rules}} for taille, (_, rules) in zip(TAILLES, found, strict=True)],
    )


def _demarche(socles: Data, taille: int) -> Data:
    line = {**socles["questionnaires"][0], "code": code(taille), "titre": f"Mesure {taille}"}
    return {**socles, "code": code(taille), "titre": f"Mesure {taille}", "libelle_court": f"mesure {taille}", "questionnaires": [line]}


def section_of(number: int, taille: int, prefix: str = "M") -> str:
    """Name the section of the criterion of that rank; codes differ from one questionnaire to the other."""
    return f"{prefix}{taille}.{number // PAR_SECTION + 1:02d}"


def codes(taille: int, prefix: str = "M") -> list[str]:
    """Return the codes of the criteria of a synthetic questionnaire, in order."""
    return [f"{section_of(number, taille, prefix)}.{number % PAR_SECTION + 1}" for number in range(taille)]


def questionnaire(lot: Lot, taille: int, prefix: str = "M") -> tuple[Data, Data]:
    """Return the document and what is required of each criterion."""
    model = lot.latest_questionnaires()["interoperabilite"]
    names = codes(taille, prefix)
    sections: list[Data] = []
    rules: Data = {}
    for number, (section, critere, rule) in enumerate(itertools.islice(itertools.cycle(_shown_under_r1(lot)), taille)):
        if number % PAR_SECTION == 0:
            name = section_of(number, taille, prefix)
            words = {key: value for key, value in section.items() if key != "image"}  # what is measured is criteria; a schema weighs the same at any size
            sections.append({**words, "code": name, "axe": name, "sections": [], "criteres": []})
        new = {**critere, "code": names[number]}
        sections[-1]["criteres"].append(new)
        if rule:
            rules[new["code"]] = rule
    return {**model, "code": code(taille), "titre": f"Mesure {taille}", "sections": sections}, rules


def _shown_under_r1(lot: Lot) -> list[tuple[Data, Data, Any]]:
    """Return the criteria of « socles » with their section and their exigence."""
    exigences = next(document for document in lot.exigences if document["demarche"] == "socles")["questionnaires"]
    found = []
    for source in SOURCES:
        document = lot.latest_questionnaires()[source]
        visible = shown(compile_definition(document), R1, QUALIFICATION).as_set
        for section, critere in _criteres(document["sections"]):
            if critere["code"] in visible:
                found.append((section, critere, exigences[source].get(critere["code"])))
    return found


def _criteres(sections: list[Data]) -> Iterator[tuple[Data, Data]]:
    for section in sections:
        yield from ((section, critere) for critere in section["criteres"])
        yield from _criteres(section["sections"])
