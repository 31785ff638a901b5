"""Enrolments and answers, with traits in words of the trade; the published content must be loaded."""

from __future__ import annotations

from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import User
from parcours.contexte import fetch_suivi
from parcours.models import Demarche, Inscription
from questionnaires.enums import EtatReponse, EtatVersion
from questionnaires.models import Questionnaire, Reponse, Sujet, Version
from tests.catalog.factories import ProduitFactory


class _Unscoped(DjangoModelFactory):
    """Factory of company data: it writes, so it reads for nobody (AZ-3)."""

    class Meta:
        abstract = True

    @classmethod
    def _get_manager(cls, model_class):
        return model_class._base_manager


class InscriptionFactory(_Unscoped):
    """An open enrolment, by default in « socles »; ``code`` names another démarche; trait ``retiree``."""

    class Meta:
        model = Inscription

    class Params:
        code = "socles"
        retiree = factory.Trait(retiree_le=factory.LazyFunction(timezone.now), retiree_par=factory.SelfAttribute("inscrite_par"))

    sujet = factory.SubFactory(ProduitFactory, qualified=True)
    entreprise = factory.SelfAttribute("sujet.entreprise")
    demarche = factory.LazyAttribute(lambda row: Demarche.objects.get(code=row.code))
    inscrite_par = factory.SelfAttribute("sujet.responsable")


class ReponseFactory(_Unscoped):
    """A draft of answers, by default to « interoperabilite »; traits ``validee``, ``demandee``, ``renvoyee``."""

    class Meta:
        model = Reponse

    class Params:
        code = "interoperabilite"
        par = factory.SelfAttribute("sujet.responsable")
        validee = factory.Trait(
            etat=EtatReponse.VALIDEE,
            validee_le=factory.LazyFunction(timezone.now),
            validee_par=factory.SelfAttribute("par"),
            demarche="socles",
        )
        demandee = factory.Trait(demandee_le=factory.LazyFunction(timezone.now), demandee_par=factory.SelfAttribute("par"))
        renvoyee = factory.Trait(
            renvoyee_le=factory.LazyFunction(timezone.now),
            renvoyee_par=factory.SelfAttribute("par"),
            renvoi_commentaire="Précisez le niveau de l'authentification.",
        )

    sujet = factory.SubFactory(ProduitFactory, qualified=True)
    entreprise = factory.SelfAttribute("sujet.entreprise")
    questionnaire = factory.LazyAttribute(lambda row: Questionnaire.objects.get(code=row.code))
    version = factory.LazyAttribute(lambda row: Version.objects.filter(questionnaire=row.questionnaire, etat=EtatVersion.PUBLIEE).order_by("-numero").first())
    etat = EtatReponse.BROUILLON
    reponses = factory.Dict({})
    revision = 1
    created_by = factory.SelfAttribute("par")
    modifiee_par = factory.SelfAttribute("par")
    modifiee_le = factory.LazyFunction(timezone.now)


def complete_answers(user: User, sujet: Sujet, code: str = "interoperabilite", *, demarche: str = "socles", niveau: int = 3) -> dict[str, Any]:
    """Answer every criterion the démarche shows of a questionnaire with the same level."""
    etape = fetch_suivi(user, demarche, sujet.pk).etape(code)
    return {critere: {"valeur": niveau} for critere in etape.shown.codes}
