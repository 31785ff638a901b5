"""Opening and changing the stratégie globale of a company (CAT-7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from accounts import journal, policy
from accounts.errors import ActionRefused
from accounts.models import Entreprise, User
from questionnaires.actions import enregistrer_qualification
from questionnaires.enums import GenreSujet
from questionnaires.rights import grant_to_creator

from ..models import StrategieGlobale
from .produit import Qualification
from .responsables import check_nameable, check_unchanged, tell_responsable

FIELDS = ("nom", "responsable", "certifications")


def initialiser_strategie(*, entreprise: Entreprise, par: User, fiche: Mapping[str, Any], qualification: Qualification) -> StrategieGlobale:
    """Open the stratégie globale, once; whoever comes second gets the one already there (WF-3).

    :raises ActionRefused: the qualification is incomplete, or the company was absorbed meanwhile.
    :raises PermissionDenied: no access to the stratégie globale.
    """
    policy.check(par, "ouvrir_strategie", entreprise)
    if known := _present(entreprise):
        return known
    try:
        with transaction.atomic():
            return _create(entreprise, par, fiche, qualification)
    except IntegrityError as error:
        if known := _present(entreprise):
            return known
        raise ActionRefused("Cette page n'est plus à jour\u00a0: rechargez-la, puis recommencez.") from error


def _present(entreprise: Entreprise) -> StrategieGlobale | None:
    return StrategieGlobale.objects.of_entreprise(entreprise).actifs().first()


def _create(entreprise: Entreprise, par: User, fiche: Mapping[str, Any], qualification: Qualification) -> StrategieGlobale:
    strategie = StrategieGlobale.tous.create(entreprise=entreprise, genre=GenreSujet.STRATEGIE, created_by=par, **{name: fiche[name] for name in FIELDS})
    grant_to_creator(par, strategie)
    enregistrer_qualification(
        sujet=strategie.sujet_ptr,
        questionnaire_id=qualification.questionnaire_id,
        version_id=qualification.version_id,
        definition=qualification.definition,
        answers=qualification.answers,
        par=par,
    )
    journal.record("strategie.initialisee", par=par, target=strategie, entreprise=entreprise)
    tell_responsable(strategie, par)
    return strategie


@transaction.atomic
def modifier_strategie(*, strategie: StrategieGlobale, par: User, fiche: Mapping[str, Any], lue: Mapping[str, Any] | None = None) -> StrategieGlobale:
    """Change the identification of the stratégie globale; ``lue`` is what the form had read of it.

    :raises ActionRefused: it has changed since it was read (WF-2), the author names himself to do more with it (AZ-9).
    """
    strategie = StrategieGlobale.objects.of_entreprise(strategie.entreprise_id).select_for_update(of=("self",)).get(pk=strategie.pk)
    policy.check(par, "saisir", strategie)
    check_nameable(strategie, fiche["responsable"], par)
    check_unchanged(strategie, FIELDS, lue)
    former = strategie.responsable_id
    for name in FIELDS:
        setattr(strategie, name, fiche[name])
    strategie.save()
    journal.record("strategie.modifiee", par=par, target=strategie, entreprise=strategie.entreprise)
    if strategie.responsable_id != former:
        tell_responsable(strategie, par, former=former)
    return strategie
