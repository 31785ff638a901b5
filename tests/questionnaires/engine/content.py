"""Small questionnaires to reason on."""

from __future__ import annotations

from typing import Any

from questionnaires.engine.definition import Definition, compile_definition
from questionnaires.engine.exigences import JeuExigences
from questionnaires.engine.visibility import Shown, shown


def maturite(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "titre": f"Critère {code}", "niveaux": {0: "a", 1: "b", 2: "c", 3: "d"}, "na": "Sans objet.", **more}


def section(code: str, *criteres: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"code": code, "titre": f"Section {code}", "criteres": list(criteres), **more}


def questionnaire(*sections: dict[str, Any], genre: str = "maturite") -> Definition:
    return compile_definition({"code": "q", "titre": "Q", "genre": genre, "sections": list(sections)})


def jeu(definition: Definition, **rules: Any) -> JeuExigences:
    return JeuExigences.compile(rules, definition)


def everything(definition: Definition) -> Shown:
    return shown(definition, {}, "aucun")


def valeurs(**levels: Any) -> dict[str, dict[str, Any]]:
    return {code: {"valeur": valeur} for code, valeur in levels.items()}


def obligation(recommande: int) -> dict[str, Any]:
    return {"nature": "obligation", "recommande": recommande}


def option(recommande: int) -> dict[str, Any]:
    return {"nature": "option", "recommande": recommande}
