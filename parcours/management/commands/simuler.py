"""Say what the rules make of a profile and of answers, without a browser: JSON lines in, JSON lines out."""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

from django.core.management.base import BaseCommand

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
        document = _read(line)
        result = simulate(content, document["demarche"], document.get("profil", {}), document.get("reponses", {}))
    except SimulationError as error:
        result = {"erreur": str(error)}
    return json.dumps(result, ensure_ascii=False).encode("utf-8", "replace").decode()


def _read(line: str) -> dict[str, Any]:
    """:raises SimulationError: not a JSON object with the keys of a simulation."""
    try:
        document = json.loads(line.lstrip("\ufeff"), object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise SimulationError(f"La ligne n'est pas du JSON : elle se lit mal à partir du caractère {error.colno}.") from error
    except SimulationError:
        raise
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


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """:raises SimulationError: a key comes twice: which of its two values counts is not for us to choose."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise SimulationError(f"La clé «\xa0{key[:60]}\xa0» est répétée.")
        found[key] = value
    return found
