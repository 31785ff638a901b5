"""A company: the wall nothing crosses."""

from __future__ import annotations

from django.db import models

from ..identity import validate_siren


class Entreprise(models.Model):
    """A company of e-health, known by its SIREN."""

    raison_sociale = models.CharField("raison sociale", max_length=200)
    siren = models.CharField("SIREN", max_length=9, unique=True, validators=[validate_siren])
    forme_juridique = models.CharField("forme juridique", max_length=100, blank=True)
    adresse = models.TextField("adresse", max_length=500, blank=True)
    site = models.URLField("site", max_length=300, blank=True)
    suspendue_le = models.DateTimeField("suspendue le", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "entreprise"
        ordering = ["raison_sociale", "pk"]

    def __str__(self) -> str:
        return self.raison_sociale

    @property
    def is_suspendue(self) -> bool:
        return self.suspendue_le is not None
