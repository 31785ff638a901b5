"""Changing the qualification of a sujet, after its impact was shown (CAT-2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from questionnaires.actions import enregistrer_brouillon, enregistrer_qualification, retirer_demande
from questionnaires.engine.answers import digest, is_answered
from questionnaires.models import Reponse, Sujet

from ..contexte import Etape
from ..fiche import fetch_fiche
from ..impact import evaluations_of, requalified, touched_questionnaires
from ..referentiel import Referentiel

CHANGED = "la qualification a changé, et avec elle les critères affichés"


@transaction.atomic
def requalifier(*, sujet: Sujet, referentiel: Referentiel, answers: Mapping[str, Any], par: User, since: int | None) -> Reponse:
    """Record the new qualification; answers to criteria stay, those no longer shown leave at the next save (CAT-2, R-2).

    A questionnaire of which criteria come or go is no longer asked to be validated (R-21).

    ``since`` is the profile revision the impact was computed from. :raises ActionRefused: it has changed meanwhile, or an
    answer is missing.
    """
    before = fetch_fiche(sujet).suivis
    recorded = enregistrer_qualification(
        sujet=sujet,
        questionnaire_id=referentiel.qualification_id(sujet.genre),
        version_id=referentiel.qualification_version(sujet.genre),
        definition=referentiel.qualification(sujet.genre),
        answers=answers,
        par=par,
        since=since,
    )
    touched = touched_questionnaires(before, recorded)
    for suivi in before:
        after = requalified(suivi, recorded, touched)
        for info in evaluations_of(suivi.demarche, sujet.genre):
            etape = Etape(after, info)
            if info.questionnaire_id in touched and etape.brouillon is not None:
                retirer_demande(cible=etape.cible(), par=par, cause=CHANGED)
            _bring_back(Etape(suivi, info), etape, par)
    return recorded


def _bring_back(before: Etape, after: Etape, par: User) -> None:
    """Put back into the draft what former versions answer to the criteria that reappear (R-2)."""
    if after.latest is None:
        return
    reappearing = [code for code in after.shown.codes if code not in before.kept and code not in after.latest.reponses]
    former = _former_answers(after, reappearing) if reappearing else {}
    if former:
        enregistrer_brouillon(cible=after.cible(), par=par, posted=former, tokens=dict.fromkeys(former, digest(None)))


def _former_answers(etape: Etape, codes: Collection[str]) -> dict[str, Any]:
    """Return the last validated answer to each of these criteria, in the version of the questionnaire worked on."""
    cible = etape.cible()
    rows = Reponse.objects.of_sujet(cible.sujet).validees().filter(version_id=cible.version_id, inscription=cible.inscription)
    found: dict[str, Any] = {}
    for row in rows.order_by("-pk"):
        for code in codes:
            if code not in found and is_answered(row.reponses.get(code)):
                found[code] = row.reponses[code]
        if len(found) == len(codes):
            break
    return found
