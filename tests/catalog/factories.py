"""Produits and stratégies globales, with traits in words of the trade; the published content must be loaded to qualify one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import User
from catalog.models import Produit, StrategieGlobale
from questionnaires.actions import enregistrer_qualification
from questionnaires.enums import GenreSujet
from questionnaires.models import Reponse, Sujet
from questionnaires.published import published_qualification
from tests.accounts.factories import EntrepriseFactory, UserFactory

# The reference profile R1 of the référentiel: 7, 6 and 36 criteria in « socles ».
R1: dict[str, Any] = {
    "QP.01": "probable", "QP.02": "aucune", "QP.03": "non_probable", "QP.04": "aucune", "QP.05": "saas",
    "QP.06": ["professionnels", "usagers"], "QP.07": "oui", "QP.08": "tiers", "QP.09": "consommateur",
    "QP.10": "cree_affiche", "QP.11": "interagit", "QP.12": "aucun", "QP.13": "non", "QP.14": "non", "QP.15": "non",
    "QP.16": "non", "QP.17": ["aucune"], "QP.18": "oui", "QP.19": ["synchrone"], "QP.20": ["aucun"],
    "QP.21": ["aucun"], "QP.22": ["aucune"], "QP.23": ["aucun"], "QP.24": "non", "QP.25": "non", "QP.26": "non",
    "QP.27": "non", "QP.28": "non",
}  # fmt: skip
STRATEGIE: dict[str, Any] = {"QS.01": "non"}


def as_answers(profil: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Write a profile as a document of answers."""
    return {code: {"valeur": valeur} for code, valeur in profil.items()}


def qualifier(sujet: Sujet, profil: Mapping[str, Any], par: User | None = None) -> Reponse:
    """Record a qualification, as the page does."""
    version = published_qualification(GenreSujet(sujet.genre))
    return enregistrer_qualification(
        sujet=sujet,
        questionnaire_id=version.questionnaire_id,
        version_id=version.pk,
        definition=version.definition,
        answers=as_answers(profil),
        par=par or sujet.responsable,
    )


class _SujetFactory(DjangoModelFactory):
    class Meta:
        abstract = True
        skip_postgeneration_save = True

    @classmethod
    def _get_manager(cls, model_class: Any) -> Any:
        return model_class._base_manager  # a factory writes, for nobody (AZ-3)


class ProduitFactory(_SujetFactory):
    """A socle of a company; its responsable is a responsable of the company.

    Traits: ``archive``, ``option`` (give ``socles=[…]``), ``qualified=True`` (profile R1) or ``qualified={…}`` (that profile).
    """

    class Meta:
        model = Produit

    class Params:
        archive = factory.Trait(archive_le=factory.LazyFunction(timezone.now), archive_par=factory.SelfAttribute("responsable"))
        option = factory.Trait(type="option")

    entreprise = factory.SubFactory(EntrepriseFactory)
    genre = GenreSujet.PRODUIT
    nom = factory.Sequence(lambda n: f"MonSuivi {n}")
    version = "2.1"
    description = "Suivi des patients à domicile."
    dispositifs = factory.LazyFunction(lambda: ["aucun"])
    responsable = factory.SubFactory(UserFactory, responsable=True, entreprise=factory.SelfAttribute("..entreprise"))
    created_by = factory.SelfAttribute("responsable")

    @factory.post_generation
    def socles(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted:
            self.socles.set(extracted)

    @factory.post_generation
    def qualified(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted:
            qualifier(self, R1 if extracted is True else extracted)


class StrategieFactory(_SujetFactory):
    """The stratégie globale of a company; ``qualified=True`` records its qualification."""

    class Meta:
        model = StrategieGlobale

    entreprise = factory.SubFactory(EntrepriseFactory)
    genre = GenreSujet.STRATEGIE
    nom = factory.LazyAttribute(lambda row: row.entreprise.raison_sociale)
    responsable = factory.SubFactory(UserFactory, responsable=True, entreprise=factory.SelfAttribute("..entreprise"))
    created_by = factory.SelfAttribute("responsable")

    @factory.post_generation
    def qualified(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted:
            qualifier(self, STRATEGIE if extracted is True else extracted)
