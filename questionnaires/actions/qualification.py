"""Recording the qualification of a sujet: no draft, each change is a new validated row, the profile revision (R-40, CAT-2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import journal, policy
from accounts.errors import ActionRefused
from accounts.models import User

from ..engine.completeness import missing
from ..engine.definition import Definition
from ..engine.profile import effective_profil
from ..engine.visibility import Shown, shown
from ..enums import EtatReponse
from ..models import Reponse, Sujet
from ..models.questionnaire import empreinte


@transaction.atomic
def enregistrer_qualification(
    *, sujet: Sujet, questionnaire_id: int, version_id: int, definition: Definition, answers: Mapping[str, Any], par: User, since: int | None = None
) -> Reponse:
    """Record the qualification; answers to hidden questions are left out of it (R-6).

    ``since`` is the profile revision the page showed: when somebody has recorded another meanwhile, nothing is overwritten.
    :raises ActionRefused: an answer is missing, or the qualification changed meanwhile.
    """
    Sujet.objects.of_entreprise(sujet.entreprise_id).select_for_update(of=("self",)).get(pk=sujet.pk)
    policy.check(par, "saisir", sujet)
    if lacking := missing(definition, shown_in(definition, answers), answers, {}):
        raise ActionRefused("Il manque des réponses à la qualification.", missing=lacking)
    previous = _last(sujet, questionnaire_id)
    if previous is not None and since is not None and previous.pk != since:
        raise ActionRefused("La qualification a été modifiée entre-temps, par une autre personne ou dans un autre onglet : relisez-la avant de confirmer.")
    kept = _without_hidden(definition, answers)
    if previous is not None and previous.reponses == kept:
        return previous
    now = timezone.now()
    reponse = Reponse.tous.create(
        entreprise_id=sujet.entreprise_id,
        sujet_id=sujet.pk,
        questionnaire_id=questionnaire_id,
        version_id=version_id,
        etat=EtatReponse.VALIDEE,
        reponses=kept,
        revision=1,
        created_by=par,
        modifiee_le=now,
        modifiee_par=par,
        validee_le=now,
        validee_par=par,
    )
    journal.record("qualification.enregistree", par=par, target=reponse, entreprise=sujet.entreprise, details={"empreinte": empreinte(kept)})
    return reponse


def shown_in(definition: Definition, answers: Mapping[str, Any]) -> Shown:
    """Return the questions a form shows, given the answers typed in it so far."""
    return shown(definition, {}, "aucun", own_answers=answers)


def _without_hidden(definition: Definition, answers: Mapping[str, Any]) -> dict[str, Any]:
    visible = effective_profil(definition, answers)
    return {code: dict(answer) for code, answer in answers.items() if code in visible and answer}


def _last(sujet: Sujet, questionnaire_id: int) -> Reponse | None:
    return Reponse.objects.of_sujet(sujet).validees().filter(questionnaire_id=questionnaire_id).order_by("-pk").first()
