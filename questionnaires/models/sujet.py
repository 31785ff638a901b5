"""What is evaluated: a Sujet of a company, extended in ``catalog`` as a produit or as the stratégie globale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from guardian.models import UserObjectPermissionBase

from accounts.scoping import ScopedManager

from ..enums import DroitSujet, GenreSujet

if TYPE_CHECKING:
    from accounts.models import Entreprise, User


def is_readable_by(user: User) -> Q:
    """Say which sujets of his company a person may read (R-51, R-52)."""
    if user.is_responsable:
        return Q()
    mine = Q(responsable=user) | Q(pk__in=DroitSurSujet.objects.filter(user=user).values("content_object"))
    return mine | Q(genre=GenreSujet.STRATEGIE) if user.acces_strategie else mine


class SujetQuerySet(models.QuerySet):
    """Reads of the sujets; only through ``visible_to`` or ``of_entreprise`` (AZ-3)."""

    def of_entreprise(self, entreprise: Entreprise | int | None) -> Self:
        """Keep the sujets of one company."""
        return self.filter(entreprise=entreprise) if entreprise is not None else self.none()

    def visible_to(self, user: User) -> Self:
        """Keep the sujets of the user's company; what he may do with each is the policy's affair (AZ-4)."""
        return self.of_entreprise(user.entreprise_id)

    def readable_by(self, user: User) -> Self:
        """Keep the sujets whose answers the user may read: all for a responsable, else named or granted (R-51, R-52)."""
        return self.visible_to(user).filter(is_readable_by(user))

    def with_lisible(self, user: User) -> Self:
        """Tell of each whether the user may read more of it than référence, nom and responsable: ``is_lisible`` (R-53)."""
        return self.annotate(is_lisible=models.Value(True) if user.is_responsable else is_readable_by(user))

    def actifs(self) -> Self:
        """Leave out the archived ones (R-43)."""
        return self.filter(archive_le__isnull=True)


class SujetManager(ScopedManager.from_queryset(SujetQuerySet)):
    """Sujets, for somebody."""

    def readable_by(self, user: User) -> SujetQuerySet:
        """Start from the sujets whose answers a person may read."""
        return self.visible_to(user).readable_by(user)


class Sujet(models.Model):
    """A produit or a stratégie globale. Its key is its « référence »: shown from creation, never changed nor reused (R-47)."""

    entreprise = models.ForeignKey("accounts.Entreprise", models.PROTECT, related_name="+")
    genre = models.CharField("genre", max_length=20, choices=GenreSujet)
    nom = models.CharField("nom", max_length=200)
    responsable = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    certifications = models.TextField("certifications", blank=True, max_length=2000)
    archive_le = models.DateTimeField("archivé le", null=True, blank=True)
    archive_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    tous = models.Manager.from_queryset(SujetQuerySet)()
    objects = SujetManager()

    class Meta:
        verbose_name = "sujet"
        ordering = ["-pk"]
        base_manager_name = "tous"
        default_manager_name = "tous"
        permissions = [(droit.value, f"{droit.label} des réponses") for droit in DroitSujet]
        constraints = [
            models.UniqueConstraint(
                fields=["entreprise"], condition=Q(genre=GenreSujet.STRATEGIE, archive_le__isnull=True), name="une_strategie_par_entreprise"
            ),
            models.CheckConstraint(
                condition=Q(archive_le__isnull=True) | Q(archive_par__isnull=False),
                name="sujet_archive_a_un_auteur",
                violation_error_message="Un archivage a un auteur.",
            ),
        ]
        indexes = [
            models.Index(fields=["entreprise", "genre", "archive_le"]),
            models.Index(fields=["entreprise", "-id"], condition=Q(genre=GenreSujet.PRODUIT, archive_le__isnull=True), name="produits_actifs"),
        ]

    def __str__(self) -> str:
        return f"{self.nom} (réf. {self.reference})"

    @property
    def reference(self) -> int:
        """The number people quote, one series for produits and stratégies."""
        return self.pk

    @property
    def is_archive(self) -> bool:
        return self.archive_le is not None

    @property
    def is_produit(self) -> bool:
        return self.genre == GenreSujet.PRODUIT


class DroitSurSujet(UserObjectPermissionBase):
    """A right of one account on one sujet: django-guardian's object permission, with a real foreign key."""

    content_object = models.ForeignKey(Sujet, models.CASCADE, related_name="droits")

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = "droit sur un sujet"
        verbose_name_plural = "droits sur les sujets"
