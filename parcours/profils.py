"""The profile a démarche reads, and what it makes each questionnaire show (R-1, R-2, R-6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from questionnaires.engine.definition import Definition
from questionnaires.engine.profile import effective_profil
from questionnaires.engine.visibility import Shown, shown
from questionnaires.models import Reponse

from .enums import SourceProfil
from .referentiel import DemarcheInfo, QuestionnaireInfo, definition_of


def profil_of(reponse: Reponse | None) -> Mapping[str, Any]:
    """Return the profile a validated qualification or orientation gives; empty when there is none (R-6)."""
    return effective_profil(definition_of(reponse.version_id), reponse.reponses) if reponse is not None else {}


def shown_for(definition: Definition, demarche: DemarcheInfo, profil: Mapping[str, Any]) -> Shown:
    """Return the criteria a démarche shows under a profile; worked out once per definition, source and profile."""
    return _shown(definition, demarche.profil, tuple((code, tuple(value) if isinstance(value, list) else value) for code, value in profil.items()))


@lru_cache(maxsize=256)
def _shown(definition: Definition, source: str, profil: tuple[tuple[str, Any], ...]) -> Shown:
    return shown(definition, {code: list(value) if isinstance(value, tuple) else value for code, value in profil}, source)


@lru_cache(maxsize=256)
def reasons(visible: Shown, qualification: Definition) -> Mapping[str, str]:
    """Say in words why each criterion shows (QST-1); ``qualification`` names the questions."""
    return MappingProxyType({code: visible.why(code, qualification.criteres) for code in visible.codes})


def kept_codes(
    questionnaire: QuestionnaireInfo, definition: Definition, demarches: Iterable[DemarcheInfo], profils: Mapping[str, Mapping[str, Any]]
) -> frozenset[str]:
    """Return the criteria shown in at least one of the démarches the sujet is enrolled in: the others are obsolete (R-2).

    ``profils`` gives the profile of each source (qualification, orientation).
    """
    codes: set[str] = set()
    for demarche in demarches:
        if any(info.code == questionnaire.code for info in demarche.questionnaires):
            codes.update(shown_for(definition, demarche, profils.get(demarche.profil, {})).codes)
    return frozenset(codes)


def sources() -> tuple[str, ...]:
    """Name the sources of profiles."""
    return (SourceProfil.QUALIFICATION.value, SourceProfil.ORIENTATION.value)
