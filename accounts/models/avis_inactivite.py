"""A notice given to an account that nobody uses (DP-1)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class AvisInactivite(models.Model):
    """``depuis`` is the last use it speaks of: signing in again makes the notice void. ``rang`` counts from 1."""

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="avis_inactivite", verbose_name="compte")
    depuis = models.DateTimeField("inactif depuis le")
    rang = models.PositiveSmallIntegerField("rang")
    donne_le = models.DateTimeField("donné le", default=timezone.now)

    class Meta:
        verbose_name = "avis d'inactivité"
        verbose_name_plural = "avis d'inactivité"
        ordering = ["compte", "rang"]
        constraints = [
            models.UniqueConstraint(
                fields=["compte", "depuis", "rang"], name="un_avis_par_rang", violation_error_message="Cet avis d'inactivité a déjà été donné."
            )
        ]

    def __str__(self) -> str:
        return f"compte {self.compte_id}, avis {self.rang}"
