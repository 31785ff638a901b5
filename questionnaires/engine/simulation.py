"""What the rules say of a profile and of answers, without a screen: the heart of ``manage.py simuler``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .answers import NA, InvalidAnswer, normalise
from .definition import Critere, Definition, Genre
from .exigences import JeuExigences
from .profile import effective_profil
from .scoring import Evaluation, evaluate
from .visibility import Shown, shown


class SimulationError(ValueError):
    """A simulation that cannot be run, with the sentence to show."""


@dataclass(frozen=True)
class SimulatedDemarche:
    """A démarche: the source of its profile, the questionnaires that profile may come from, those it evaluates.

    ``a_venir`` names those it announces, of which there is nothing to say yet.
    """

    source: str
    profils: tuple[Definition, ...]
    evaluations: tuple[tuple[Definition, JeuExigences], ...]
    a_venir: tuple[str, ...] = ()


@dataclass(frozen=True)
class SimulationContent:
    """The content a simulation reads, by code of démarche."""

    demarches: Mapping[str, SimulatedDemarche]

    def profils(self) -> tuple[Definition, ...]:
        """Return every questionnaire some démarche reads a profile from, once each."""
        return tuple(dict.fromkeys(definition for demarche in self.demarches.values() for definition in demarche.profils))


def simulate(content: SimulationContent, demarche: Any, profil: Any, reponses: Any) -> dict[str, Any]:
    """Return what each questionnaire of a démarche shows and is worth.

    :raises SimulationError: unknown démarche, question, choice, criterion or level.
    """
    if not isinstance(demarche, str) or demarche not in content.demarches:
        named = f"\xa0: «\xa0{demarche[:60]}\xa0»" if isinstance(demarche, str) else ""
        raise SimulationError(f"Démarche inconnue{named}. Connues\xa0: {', '.join(sorted(content.demarches))}.")
    info = content.demarches[demarche]
    facts = _profil(content, info, profil)
    answers = _answers(info, reponses)
    found: dict[str, Any] = {
        "questionnaires": {
            definition.code: _result(definition, jeu, shown(definition, facts, info.source).answered(answers), answers, facts)
            for definition, jeu in info.evaluations
        }
    }
    return found | {"a_venir": list(info.a_venir)} if info.a_venir else found


def _profil(content: SimulationContent, info: SimulatedDemarche, profil: Any) -> dict[str, Any]:
    """Return what the démarche reads of a profile; the questions only others read must exist too, and change nothing (R-6)."""
    if not isinstance(profil, Mapping):
        raise SimulationError("Le profil est un objet\xa0: {question: réponse}.")
    known = {code: critere for definition in content.profils() for code, critere in definition.criteres.items()}
    answers: dict[str, dict[str, Any]] = {}
    for code, raw in profil.items():
        if code not in known:
            raise SimulationError(f"Question inconnue dans le profil\xa0: {code[:60]}.")
        if not _is_unanswered(known[code], raw):
            answers[code] = {"valeur": _normalised(known[code], raw)}
    facts: dict[str, Any] = {}
    for definition in info.profils:
        facts |= effective_profil(definition, {code: answer for code, answer in answers.items() if code in definition.criteres})
    return facts


def _answers(info: SimulatedDemarche, reponses: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(reponses, Mapping):
        raise SimulationError("Les réponses sont un objet\xa0: {critère: niveau}.")
    known = {code: critere for definition, _ in info.evaluations for code, critere in definition.criteres.items()}
    answers: dict[str, dict[str, Any]] = {}
    for code, raw in reponses.items():
        if code not in known:
            raise SimulationError(f"Critère inconnu dans cette démarche\xa0: {code[:60]}.")
        if not _is_unanswered(known[code], raw):
            answers[code] = {"valeur": _normalised(known[code], raw)}
    return answers


def _is_unanswered(critere: Critere, raw: Any) -> bool:
    return raw is None or (raw == [] and critere.genre is Genre.CHOIX_MULTIPLE)


def _normalised(critere: Critere, raw: Any) -> Any:
    """Return an answer as the engine reads it; what a form would send as text is here what it is: a level is a number."""
    if critere.genre is Genre.MATURITE and isinstance(raw, str) and raw != NA:
        raise SimulationError(f"{critere.code}\xa0: un niveau est un nombre de 0 à 3, ou «\xa0{NA}\xa0».")
    if critere.genre is Genre.CHOIX_UNIQUE and not isinstance(raw, str):
        raise SimulationError(f"{critere.code}\xa0: une seule réponse est attendue, donnée par son code.")
    try:
        return normalise(critere, raw)
    except InvalidAnswer as refusal:
        raise SimulationError(f"{refusal.code}\xa0: {refusal.message}") from refusal


def _result(definition: Definition, jeu: JeuExigences, visible: Shown, answers: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    found: Evaluation = evaluate(definition, visible, answers, {}, jeu, facts)
    return {
        "affiches": list(visible.codes),
        "radar": {point.axe: float(point.valeur) for point in found.radar},
        "verdict": found.verdict.value if found.verdict else None,
        "ecart": [one.code for one in found.ecarts if one.manque_seuil or one.bloque],
        "manquants": [manque.code for manque in found.manquants],
    }
