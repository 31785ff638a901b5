"""Changing the qualification of a sujet, after its impact was shown (CAT-2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from questionnaires.actions import enregistrer_qualification
from questionnaires.models import Reponse, Sujet

from ..referentiel import Referentiel


def requalifier(*, sujet: Sujet, referentiel: Referentiel, answers: Mapping[str, Any], par: User, since: int | None) -> Reponse:
    """Record the new qualification; answers to criteria stay, those no longer shown leave at the next save (CAT-2, R-2).

    ``since`` is the profile revision the impact was computed from. :raises ActionRefused: it has changed meanwhile, or an
    answer is missing.
    """
    return enregistrer_qualification(
        sujet=sujet,
        questionnaire_id=referentiel.qualification_id(sujet.genre),
        version_id=referentiel.qualification_version(sujet.genre),
        definition=referentiel.qualification(sujet.genre),
        answers=answers,
        par=par,
        since=since,
    )
