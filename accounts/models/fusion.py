"""The merge of two companies: one is absorbed, one stays (BO-3). Undone exactly until it is confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..enums import CampFusion, Deplacement, EtatFusion
from ..workflows import Workflow

if TYPE_CHECKING:
    from .entreprise import Entreprise

OUVERTES = (EtatFusion.PROPOSEE, EtatFusion.APPROUVEE)


class FusionWorkflow(Workflow):
    """Proposed by one, approved (and done) by another, undone exactly until it is confirmed."""

    refusal = "Cette fusion n'attend plus cette décision : la situation a changé depuis l'affichage de la page."
    transitions: ClassVar = {
        # verb: (from, to)
        "approuver": (frozenset({EtatFusion.PROPOSEE}), EtatFusion.APPROUVEE),
        "ecarter": (frozenset({EtatFusion.PROPOSEE}), EtatFusion.ECARTEE),
        "confirmer": (frozenset({EtatFusion.APPROUVEE}), EtatFusion.CONFIRMEE),
        "annuler": (frozenset({EtatFusion.APPROUVEE}), EtatFusion.ANNULEE),
    }


class FusionQuerySet(models.QuerySet):
    def ouvertes(self) -> Self:
        """Keep those that wait for an approval or for a confirmation."""
        return self.filter(etat__in=OUVERTES)

    def touching(self, *entreprises: Entreprise | int) -> Self:
        """Keep those one of these companies is part of, on either side."""
        return self.filter(Q(absorbee__in=entreprises) | Q(absorbante__in=entreprises))


class Fusion(models.Model):
    """``releve`` says how both companies were just before, for the way back; ``deplacement`` is set only while rows move.

    The triggers let a row change company only between these two companies, in the direction ``deplacement`` says.
    """

    absorbee = models.ForeignKey("accounts.Entreprise", models.PROTECT, related_name="+", verbose_name="entreprise absorbée")
    absorbante = models.ForeignKey("accounts.Entreprise", models.PROTECT, related_name="+", verbose_name="entreprise qui reste")
    strategie_gardee = models.CharField("stratégie globale gardée", max_length=20, choices=CampFusion, default=CampFusion.ABSORBANTE)
    deviennent_contributeurs = models.JSONField("responsables qui deviennent contributeurs", default=list, blank=True)
    motif = models.TextField("motif", max_length=1000)
    etat = models.CharField("état", max_length=20, choices=EtatFusion, default=EtatFusion.PROPOSEE)
    proposee_le = models.DateTimeField("proposée le", default=timezone.now)
    proposee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="proposée par")
    approuvee_le = models.DateTimeField("approuvée le", null=True, blank=True)
    approuvee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="approuvée par")
    finie_le = models.DateTimeField("confirmée, annulée ou écartée le", null=True, blank=True)
    finie_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par")
    motif_fin = models.TextField("motif de l'annulation ou du refus", max_length=1000, blank=True)
    releve = models.JSONField("relevé d'avant", default=dict, blank=True)
    deplacement = models.CharField("déplacement en cours", max_length=10, choices=Deplacement, blank=True)

    objects = FusionQuerySet.as_manager()

    class Meta:
        verbose_name = "fusion"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["absorbee"], condition=Q(etat__in=OUVERTES), name="une_fusion_ouverte_par_absorbee"),
            models.UniqueConstraint(fields=["absorbante"], condition=Q(etat__in=OUVERTES), name="une_fusion_ouverte_par_absorbante"),
            models.CheckConstraint(
                condition=~Q(absorbee=F("absorbante")),
                name="fusion_de_deux_entreprises",
                violation_error_message="Une entreprise ne fusionne pas avec elle-même.",
            ),
            models.CheckConstraint(condition=~Q(motif=""), name="fusion_a_un_motif", violation_error_message="Une fusion a un motif."),
            models.CheckConstraint(
                condition=Q(approuvee_par__isnull=True) | ~Q(approuvee_par=F("proposee_par")),
                name="fusion_approuvee_par_une_autre",
                violation_error_message="Une fusion est approuvée par une autre personne que celle qui la propose.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=[EtatFusion.PROPOSEE, EtatFusion.ECARTEE], approuvee_le__isnull=True, approuvee_par__isnull=True)
                | (~Q(etat__in=[EtatFusion.PROPOSEE, EtatFusion.ECARTEE]) & Q(approuvee_le__isnull=False, approuvee_par__isnull=False)),
                name="fusion_approuvee_datee_et_signee",
                violation_error_message="Une approbation a une date et un auteur.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=OUVERTES, finie_le__isnull=True, finie_par__isnull=True)
                | (~Q(etat__in=OUVERTES) & Q(finie_le__isnull=False, finie_par__isnull=False)),
                name="fusion_finie_datee_et_signee",
                violation_error_message="La fin d'une fusion a une date et un auteur.",
            ),
            models.CheckConstraint(
                condition=~Q(etat__in=[EtatFusion.ANNULEE, EtatFusion.ECARTEE]) | ~Q(motif_fin=""),
                name="fusion_annulee_a_un_motif",
                violation_error_message="Une annulation ou un refus a un motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"Fusion n° {self.pk}"

    @property
    def is_ouverte(self) -> bool:
        return self.etat in OUVERTES

    def can(self, verb: str) -> bool:
        """Tell whether its state allows a verb."""
        return FusionWorkflow.can(verb, self.etat)

    def comptes_releves(self) -> set[int]:
        """Give the keys of the accounts the absorbed company had."""
        return set(self.releve.get("comptes", ()))

    def sujets_releves(self, camp: CampFusion = CampFusion.ABSORBEE) -> dict[int, int]:
        """Give the sujets one of the companies had, with the key of their responsable."""
        rows: dict[str, Any] = self.releve.get("sujets", {}).get(camp.value, {})
        return {int(reference): responsable for reference, responsable in rows.items()}
