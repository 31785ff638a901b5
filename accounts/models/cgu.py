"""The conditions of use, versioned, and who accepted which (ACC-4)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class CguQuerySet(models.QuerySet):
    def en_vigueur(self) -> Cgu | None:
        """Return the version in force: the last one published."""
        return self.filter(publiee_le__lte=timezone.now()).order_by("-publiee_le", "-pk").first()


class Cgu(models.Model):
    """One version of the conditions of use; publishing a new one asks everybody again."""

    version = models.CharField("version", max_length=40, unique=True)
    texte = models.TextField("texte")
    publiee_le = models.DateTimeField("publiée le", default=timezone.now)
    a_annoncer = models.BooleanField("à annoncer", default=False, db_default=False)  # until each open account was told

    objects = CguQuerySet.as_manager()

    class Meta:
        verbose_name = "conditions générales d'utilisation"
        verbose_name_plural = "conditions générales d'utilisation"
        ordering = ["-publiee_le", "-pk"]

    def __str__(self) -> str:
        return f"CGU {self.version}"


class AcceptationCgu(models.Model):
    """The acceptance of one version by one account."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="acceptations_cgu")
    cgu = models.ForeignKey(Cgu, models.PROTECT, related_name="acceptations")
    at = models.DateTimeField("acceptée le", auto_now_add=True)

    class Meta:
        verbose_name = "acceptation des CGU"
        verbose_name_plural = "acceptations des CGU"
        constraints = [models.UniqueConstraint(fields=["user", "cgu"], name="une_acceptation_par_version")]

    def __str__(self) -> str:
        return f"{self.user_id} : CGU {self.cgu_id}"
