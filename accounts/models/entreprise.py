"""A company: the wall nothing crosses."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ..rules.identity import validate_siren


class Entreprise(models.Model):
    """A company of e-health, known by its SIREN. Suspended by the support, nobody of it enters until the support lets them again (BO-3)."""

    raison_sociale = models.CharField("raison sociale", max_length=200)
    siren = models.CharField("SIREN", max_length=9, unique=True, validators=[validate_siren])
    forme_juridique = models.CharField("forme juridique", max_length=100, blank=True)
    adresse = models.TextField("adresse", max_length=500, blank=True)
    site = models.URLField("site", max_length=300, blank=True)
    suspendue_le = models.DateTimeField("suspendue le", null=True, blank=True)
    suspendue_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="suspendue par")
    motif_suspension = models.TextField("motif de la suspension", max_length=1000, blank=True, default="", db_default="")
    # Where its accounts and its sujets are, once a merge is done: nothing of a company can be written in this one any more.
    fusionnee_dans = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbees", verbose_name="fusionnée dans")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "entreprise"
        ordering = ["raison_sociale", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(suspendue_le__isnull=True, suspendue_par__isnull=True, motif_suspension="")
                | (Q(suspendue_le__isnull=False, suspendue_par__isnull=False) & ~Q(motif_suspension="")),
                name="entreprise_suspendue_a_un_motif",
                violation_error_message="Une suspension a une date, un auteur et un motif.",
            ),
            models.CheckConstraint(
                condition=Q(fusionnee_dans__isnull=True) | ~Q(fusionnee_dans=F("id")),
                name="entreprise_fusionnee_dans_une_autre",
                violation_error_message="Une entreprise n'est pas fusionnée avec elle-même.",
            ),
        ]

    def __str__(self) -> str:
        return self.raison_sociale

    @property
    def is_suspendue(self) -> bool:
        return self.suspendue_le is not None
