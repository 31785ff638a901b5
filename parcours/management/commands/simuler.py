"""Say what the rules make of a profile and of answers, without a browser: JSON lines in, JSON lines out."""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

from django.core.management.base import BaseCommand

from parcours.enums import SourceProfil
from parcours.simulation import read_content
from questionnaires.engine.simulation import SimulationContent, SimulationError, simulate

KEYS = {"demarche", "profil", "reponses"}


class Command(BaseCommand):
    help = (
        "Lit sur l'entrée standard une simulation par ligne, "
        '{"demarche": …, "profil": {question: réponse}, "reponses": {critère: niveau}}, et écrit pour chacune une ligne : '
        "critères affichés, radar, verdict, écart, manquants ; une ligne fautive donne son erreur et n'arrête pas les suivantes."
    )
    requires_system_checks = []
    stealth_options = ("stdin",)

    def handle(self, *, stdin: TextIO | None = None, **options: Any) -> None:
        source = sys.stdin if stdin is None else stdin
        if hasattr(source, "reconfigure"):
            source.reconfigure(encoding="utf-8", errors="replace")
        content = read_content()
        for line in source:
            if line.strip():
                self.stdout.write(answer(content, line))
                self.stdout.flush()


def answer(content: SimulationContent, line: str) -> str:
    """Return the line that answers a line: a result, or what is wrong with it in one sentence."""
    try:
        result = _simulate(content, _read(line))
    except SimulationError as error:
        result = {"erreur": str(error)}
    return json.dumps(result, ensure_ascii=False).encode("utf-8", "replace").decode()


def _read(line: str) -> dict[str, Any]:
    """:raises SimulationError: not a JSON object with the keys of a simulation."""
    try:
        document = json.loads(line.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise SimulationError(f"La ligne n'est pas du JSON : elle se lit mal à partir du caractère {error.colno}.") from error
    except ValueError as error:
        raise SimulationError("La ligne contient un nombre démesuré.") from error
    except RecursionError as error:
        raise SimulationError("La ligne est imbriquée trop profondément.") from error
    if not isinstance(document, dict):
        raise SimulationError("Une ligne est un objet : {demarche, profil, reponses}.")
    if unknown := sorted(document.keys() - KEYS):
        raise SimulationError(f"Clé inconnue : {', '.join(unknown)}. Connues : {', '.join(sorted(KEYS))}.")
    if "demarche" not in document:
        raise SimulationError("Il manque la clé « demarche ».")
    return document


def _simulate(content: SimulationContent, document: dict[str, Any]) -> dict[str, Any]:
    demarche, profil = document["demarche"], document.get("profil", {})
    info = content.demarches.get(demarche) if isinstance(demarche, str) else None
    if info is not None and info.source == SourceProfil.AUCUN:
        profil = _unread(content, profil)
    return simulate(content, demarche, profil, document.get("reponses", {}))


def _unread(content: SimulationContent, profil: Any) -> dict[str, Any]:
    """Return the profile as a démarche without profile reads it: nothing; its questions must exist all the same."""
    known = {code for demarche in content.demarches.values() for definition in demarche.profils for code in definition.criteres}
    for code in profil if isinstance(profil, dict) else ():
        if code not in known:
            raise SimulationError(f"Question inconnue dans le profil : {code}.")
    return {} if isinstance(profil, dict) else profil
