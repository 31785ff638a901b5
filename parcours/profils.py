"""The profile a démarche reads, and what it makes each questionnaire show (R-1, R-2, R-6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any

from questionnaires.engine.definition import Definition
from questionnaires.engine.profile import effective_profil
from questionnaires.engine.visibility import Shown, shown
from questionnaires.memo import Memo, content_key
from questionnaires.models import Reponse

from .enums import SourceProfil
from .referentiel import DemarcheInfo, QuestionnaireInfo, definition_of


def profil_of(reponse: Reponse | None) -> Mapping[str, Any]:
    """Return the profile a validated qualification or orientation gives; empty when there is none (R-6)."""
    if reponse is None:
        return {}
    version, reponses = reponse.version_id, reponse.reponses
    return _profils.get((version, content_key(reponses)), lambda: Profil(effective_profil(definition_of(version), reponses)))


class Profil(dict[str, Any]):
    """A profile that several pages share: nobody changes it."""

    @cached_property
    def key(self) -> tuple[tuple[str, Any], ...]:
        """What tells a profile from another."""
        return tuple((code, tuple(value) if isinstance(value, list) else value) for code, value in self.items())


_profils: Memo[Profil] = Memo(1024)


def shown_for(definition: Definition, demarche: DemarcheInfo, profil: Mapping[str, Any]) -> Shown:
    """Return the criteria a démarche shows under a profile; worked out once per definition, source and profile."""
    return _shown(definition, demarche.profil, (profil if isinstance(profil, Profil) else Profil(profil)).key)


@lru_cache(maxsize=256)
def _shown(definition: Definition, source: str, profil: tuple[tuple[str, Any], ...]) -> Shown:
    return shown(definition, {code: list(value) if isinstance(value, tuple) else value for code, value in profil}, source)


def reasons(visible: Shown, qualification: Definition) -> Mapping[str, str]:
    """Say in words why each criterion shows (QST-1); ``qualification`` names the questions."""
    return _kept_reasons(visible, qualification) if visible.is_settled else _reasons(visible, qualification)


def _reasons(visible: Shown, qualification: Definition) -> Mapping[str, str]:
    return MappingProxyType({code: visible.why(code, qualification.criteres) for code in visible.codes})


_kept_reasons = lru_cache(maxsize=256)(_reasons)


def views_of(
    questionnaire: QuestionnaireInfo, definition: Definition, demarches: Iterable[DemarcheInfo], profils: Mapping[str, Mapping[str, Any]]
) -> tuple[Shown, ...]:
    """Return what each démarche the sujet is enrolled in shows of a questionnaire (R-2).

    ``profils`` gives the profile of each source (qualification, orientation).
    """
    holding = (demarche for demarche in demarches if any(info.code == questionnaire.code for info in demarche.questionnaires))
    return tuple(shown_for(definition, demarche, profils.get(demarche.profil, {})) for demarche in holding)


def sources() -> tuple[str, ...]:
    """Name the sources of profiles."""
    return (SourceProfil.QUALIFICATION.value, SourceProfil.ORIENTATION.value)
