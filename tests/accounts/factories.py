"""Companies and accounts for the tests, with traits in words of the trade."""

from __future__ import annotations

from typing import Any

import factory
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.enums import Profil
from accounts.models import Cgu, Entreprise, Fusion, Notification, User
from accounts.rules.identity import is_siren

PASSWORD = "quatre girafes sous un parapluie"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


class ScopedFactory(DjangoModelFactory):
    """Base of the factories of company data, whose ``objects`` refuses to write for nobody (AZ-3)."""

    class Meta:
        abstract = True

    @classmethod
    def _get_manager(cls, model: type[Model]) -> Any:
        return model._default_manager


def siren(number: int) -> str:
    """Give a valid SIREN for a rank: eight digits and their key."""
    stem = f"{73_000_000 + number:08d}"
    return next(f"{stem}{key}" for key in range(10) if is_siren(f"{stem}{key}"))


class EntrepriseFactory(DjangoModelFactory):
    """A company; ``suspendue=True`` for one whose accounts are shut."""

    class Meta:
        model = Entreprise

    class Params:
        suspendue = factory.Trait(
            suspendue_le=factory.LazyFunction(timezone.now),
            suspendue_par=factory.SubFactory("tests.accounts.factories.UserFactory", agence=True),
            motif_suspension="Usage anormal",
        )

    raison_sociale = factory.Sequence(lambda n: f"Éditions médicales {n}")
    siren = factory.Sequence(siren)
    forme_juridique = "SAS"
    adresse = "1 rue de la Santé, 75014 Paris"


def suspendre(entreprise: Entreprise) -> None:
    """Shut a company, as the support does, without its action."""
    values = {"suspendue_le": timezone.now(), "suspendue_par": UserFactory(agence=True), "motif_suspension": "Usage anormal"}
    Entreprise.objects.filter(pk=entreprise.pk).update(**values)


def changer_d_entreprise(user: User, entreprise: Entreprise) -> None:
    """Move one account to another company, which the database allows in a recorded merge only."""
    agent = UserFactory(agence=True)
    fusion = Fusion.objects.create(absorbee=user.entreprise, absorbante=entreprise, motif="Rachat", proposee_par=agent, deplacement="aller")
    User.objects.filter(pk=user.pk).update(entreprise=entreprise)
    Fusion.objects.filter(pk=fusion.pk).update(deplacement="")


class UserFactory(DjangoModelFactory):
    """An account, contributeur of a company by default, whose password is ``PASSWORD``.

    Traits: ``responsable``, ``agence`` (with ``double_facteur=True`` to pass the gate, ``role="support"`` for its group), ``inactif``, ``suspendu``
    (by the support), ``tous_droits``.
    """

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        responsable = factory.Trait(profil=Profil.RESPONSABLE)
        agence = factory.Trait(profil=Profil.AGENCE, entreprise=None)
        inactif = factory.Trait(is_active=False)
        suspendu = factory.Trait(
            is_active=False,
            suspendu_le=factory.LazyFunction(timezone.now),
            suspendu_par=factory.SubFactory("tests.accounts.factories.UserFactory", agence=True),
            motif_suspension="Usage anormal",
            ouvert_avant_suspension=True,
        )
        tous_droits = factory.Trait(peut_creer_comptes=True, peut_creer_produits=True, peut_valider=True, acces_strategie=True)

    username = factory.Sequence(lambda n: f"compte.{n}")
    email = factory.Sequence(lambda n: f"compte.{n}@entreprise.example")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Rousseau-{n}")
    entreprise = factory.SubFactory(EntrepriseFactory)
    profil = Profil.CONTRIBUTEUR
    password = PASSWORD

    @classmethod
    def _create(cls, model: type[User], *args: Any, **kwargs: Any) -> User:
        return model.objects.create_user(**kwargs)

    @factory.post_generation
    def role(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        """Put the account in a group of the agency."""
        if extracted:
            self.groups.add(Group.objects.get(name=extracted))

    @factory.post_generation
    def double_facteur(self, create: bool, extracted: bool, **kwargs: Any) -> None:
        """Give the account a TOTP of secret ``SECRET``."""
        if extracted:
            from allauth.mfa.totp.internal.auth import TOTP  # here: needs the apps

            TOTP.activate(self, SECRET)


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class CguFactory(DjangoModelFactory):
    class Meta:
        model = Cgu

    version = factory.Sequence(lambda n: f"2026.{n}")
    texte = "Vous utilisez le service pour évaluer vos produits.\n\nVos réponses restent à votre entreprise."


class NotificationFactory(ScopedFactory):
    """A notice to an account; ``lue=True`` for one already read."""

    class Meta:
        model = Notification

    class Params:
        lue = factory.Trait(lue_le=factory.LazyFunction(timezone.now))

    destinataire = factory.SubFactory(UserFactory)
    type = "Validation demandée"
    contenu = factory.Sequence(lambda n: f"Le questionnaire {n} attend votre validation.")


def session_ailleurs(user: User, user_agent: str = FIREFOX, adresse: str = "203.0.113.7") -> UserSession:
    """Sign an account in on another device; the row bears its session."""
    client = Client()
    client.force_login(user)
    return UserSession.objects.create(user=user, ip=adresse, session_key=client.session.session_key, user_agent=user_agent)
