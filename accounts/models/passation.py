"""The support gives a company another responsable (BO-3, R-50)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Passation(models.Model):
    """Who was named, why, and what became of those before: ``sorts`` is ``{key of the account: SortResponsable}``. Kept for the support."""

    entreprise = models.ForeignKey("accounts.Entreprise", models.PROTECT, related_name="passations", verbose_name="entreprise")
    nouveau = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="nouveau responsable")
    sorts = models.JSONField("sort des responsables précédents", default=dict)
    motif = models.TextField("motif", max_length=1000)
    faite_le = models.DateTimeField("faite le", default=timezone.now)
    faite_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="faite par")

    class Meta:
        verbose_name = "passation"
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(motif=""), name="passation_a_un_motif", violation_error_message="Une passation a un motif.")]

    def __str__(self) -> str:
        return f"{self.entreprise_id} : {self.nouveau_id}"
