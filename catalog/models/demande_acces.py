"""« Demander l'accès » to a produit (ACC-6, R-53)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.scoping import ScopedManager
from questionnaires.enums import DroitSujet

from .produit import Produit

if TYPE_CHECKING:
    from accounts.models import Entreprise, User


class EtatDemande(models.TextChoices):
    """Life of a request: it waits for one answer, or for its author to withdraw it."""

    EN_ATTENTE = "en_attente", "En attente"
    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"
    RETIREE = "retiree", "Retirée"


class DemandeAccesQuerySet(models.QuerySet):
    """Reads of the requests; only through ``visible_to`` or ``of_entreprise`` (AZ-3)."""

    def of_entreprise(self, entreprise: Entreprise | int | None) -> Self:
        """Keep the requests of one company."""
        return self.filter(entreprise=entreprise) if entreprise is not None else self.none()

    def visible_to(self, user: User) -> Self:
        """Keep the requests of the user's company; who reads each is the policy's affair (AZ-4)."""
        return self.of_entreprise(user.entreprise_id)

    def en_attente(self) -> Self:
        return self.filter(etat=EtatDemande.EN_ATTENTE)


class DemandeAcces(models.Model):
    """The wish of one account to read, write or validate one produit; one waits at most for each (R-53)."""

    entreprise = models.ForeignKey("accounts.Entreprise", models.PROTECT, related_name="+")
    produit = models.ForeignKey(Produit, models.PROTECT, related_name="demandes_acces")
    demandeur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="demandes_acces")
    droit = models.CharField("droit demandé", max_length=20, choices=DroitSujet)
    message = models.TextField("message", max_length=1000, blank=True)
    etat = models.CharField("état", max_length=20, choices=EtatDemande, default=EtatDemande.EN_ATTENTE)
    created_at = models.DateTimeField("demandée le", auto_now_add=True)
    decidee_le = models.DateTimeField("décidée le", null=True, blank=True)
    decidee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    tous = models.Manager.from_queryset(DemandeAccesQuerySet)()
    objects = ScopedManager.from_queryset(DemandeAccesQuerySet)()

    class Meta:
        verbose_name = "demande d'accès"
        verbose_name_plural = "demandes d'accès"
        ordering = ["-pk"]
        base_manager_name = "tous"
        default_manager_name = "tous"
        constraints = [
            models.UniqueConstraint(fields=["demandeur", "produit"], condition=Q(etat=EtatDemande.EN_ATTENTE), name="une_demande_en_attente"),
            models.CheckConstraint(
                condition=Q(etat=EtatDemande.EN_ATTENTE, decidee_le__isnull=True, decidee_par__isnull=True)
                | (~Q(etat=EtatDemande.EN_ATTENTE) & Q(decidee_le__isnull=False, decidee_par__isnull=False)),
                name="decision_d_acces_datee_et_signee",
                violation_error_message="Une décision a une date et un auteur.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.demandeur_id} → {self.produit_id} : {self.droit} ({self.etat})"

    @property
    def is_en_attente(self) -> bool:
        return self.etat == EtatDemande.EN_ATTENTE

    @property
    def droits(self) -> frozenset[DroitSujet]:
        """The rights the wish comes to: each level includes those before it."""
        levels = list(DroitSujet)
        return frozenset(levels[: levels.index(DroitSujet(self.droit)) + 1])
