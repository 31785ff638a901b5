"""A change of e-mail address that waits for its confirmation (ACC-4, AU-3)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class ChangementAdresse(models.Model):
    """A link sent to a new address: of its token, 128 random bits, only the digest is kept; one use, one end (AU-5)."""

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="compte")
    nouvelle = models.EmailField("nouvelle adresse")
    empreinte = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    expire_le = models.DateTimeField("expire le")
    ferme_le = models.DateTimeField("confirmé ou retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "changement d'adresse"
        verbose_name_plural = "changements d'adresse"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["compte"],
                condition=Q(ferme_le__isnull=True),
                name="un_changement_d_adresse_ouvert",
                violation_error_message="Un changement d'adresse est déjà en attente.",
            )
        ]

    def __str__(self) -> str:
        return f"compte {self.compte_id}, jusqu'au {self.expire_le:%d/%m/%Y %H:%M}"
