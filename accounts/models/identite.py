"""An identity of a provider (ProConnect…) by which an account may be opened (ACC-4)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class IdentiteExterne(models.Model):
    """``sujet`` is the name the provider gives to the person, which never changes; ``adresse`` only helps to recognise the identity."""

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="compte")
    fournisseur = models.CharField("fournisseur", max_length=40)
    sujet = models.CharField("sujet", max_length=255)
    adresse = models.CharField("adresse électronique", max_length=254, blank=True)
    rattachee_le = models.DateTimeField("rattachée le", default=timezone.now)
    utilisee_le = models.DateTimeField("dernière connexion", null=True, blank=True)

    class Meta:
        verbose_name = "identité externe"
        verbose_name_plural = "identités externes"
        ordering = ["fournisseur", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fournisseur", "sujet"],
                name="une_identite_ouvre_un_compte",
                violation_error_message="Cette identité est déjà rattachée à un compte.",
            ),
            models.UniqueConstraint(
                fields=["compte", "fournisseur"],
                name="une_identite_par_fournisseur",
                violation_error_message="Une identité de ce fournisseur est déjà rattachée au compte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fournisseur} : compte {self.compte_id}"
