"""The enrolment of a sujet in a démarche (PAR-2, R-44)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.scoping import ScopedManager
from questionnaires.models import Sujet

from .demarche import Demarche

if TYPE_CHECKING:
    from accounts.models import Entreprise, User


class InscriptionQuerySet(models.QuerySet):
    """Reads of the enrolments; only through ``visible_to``, ``of_entreprise`` or ``of_sujet`` (AZ-3)."""

    def of_entreprise(self, entreprise: Entreprise | int | None) -> Self:
        """Keep the enrolments of one company."""
        return self.filter(entreprise=entreprise) if entreprise is not None else self.none()

    def visible_to(self, user: User) -> Self:
        """Keep the enrolments of the sujets the user may read."""
        rows = self.of_entreprise(user.entreprise_id)
        return rows if user.is_responsable else rows.filter(sujet__in=Sujet.objects.readable_by(user).values("pk"))

    def of_sujet(self, sujet: Sujet) -> Self:
        """Keep the enrolments of one sujet, whose visibility the caller has checked."""
        return self.filter(sujet_id=sujet.pk, entreprise_id=sujet.entreprise_id)

    def ouvertes(self) -> Self:
        """Leave out the withdrawn ones."""
        return self.filter(retiree_le__isnull=True)


class InscriptionManager(ScopedManager.from_queryset(InscriptionQuerySet)):
    """Rows, for somebody."""

    def of_sujet(self, sujet: Sujet) -> InscriptionQuerySet:
        """Start from the rows of one sujet, whose visibility the caller has checked."""
        return self.of_entreprise(sujet.entreprise_id).of_sujet(sujet)


class Inscription(models.Model):
    """A sujet enrolled in a démarche: at most one open enrolment each (R-44)."""

    entreprise = models.ForeignKey("accounts.Entreprise", models.PROTECT, related_name="+")
    sujet = models.ForeignKey(Sujet, models.PROTECT, related_name="inscriptions")
    demarche = models.ForeignKey(Demarche, models.PROTECT, related_name="inscriptions")
    inscrite_le = models.DateTimeField("inscrite le", auto_now_add=True)
    inscrite_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    retiree_le = models.DateTimeField("retirée le", null=True, blank=True)
    retiree_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    tous = models.Manager.from_queryset(InscriptionQuerySet)()
    objects = InscriptionManager()

    class Meta:
        verbose_name = "inscription"
        ordering = ["-inscrite_le", "-pk"]
        base_manager_name = "tous"
        default_manager_name = "tous"
        constraints = [
            models.UniqueConstraint(fields=["sujet", "demarche"], condition=Q(retiree_le__isnull=True), name="une_inscription_ouverte"),
            models.CheckConstraint(
                condition=Q(retiree_le__isnull=True) | Q(retiree_par__isnull=False),
                name="retrait_a_un_auteur",
                violation_error_message="Un retrait a un auteur.",
            ),
        ]
        indexes = [models.Index(fields=["entreprise", "-inscrite_le", "-id"], condition=Q(retiree_le__isnull=True), name="inscriptions_ouvertes")]

    def __str__(self) -> str:
        return f"{self.sujet_id} → {self.demarche_id}"
