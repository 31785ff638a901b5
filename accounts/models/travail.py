"""A job: the intent is a row of the business transaction, the broker only wakes the workers (JB-1)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..enums import EtatTravail
from ..scoping import ScopedManager

if TYPE_CHECKING:
    from .user import User

AGENCE = "agence."  # begins the names of the kinds of jobs that are of no company
OUVERTS = (EtatTravail.EN_ATTENTE, EtatTravail.EN_COURS)


class TravailQuerySet(models.QuerySet):
    """Reads of the jobs; only through ``visible_to`` or ``of_entreprise`` (AZ-3)."""

    def visible_to(self, user: User) -> Self:
        """Keep the jobs the person asked for, in the company he still belongs to (XP-5)."""
        mine = self.filter(demandeur=user)
        return mine if user.entreprise_id is None else mine.filter(entreprise=user.entreprise_id)

    def of_entreprise(self, entreprise: Any) -> Self:
        return self.filter(entreprise=entreprise) if entreprise is not None else self.none()

    def ouverts(self) -> Self:
        """Keep those waiting or running."""
        return self.filter(etat__in=OUVERTS)


def random_key(travail: Travail, filename: str) -> str:
    """Give the storage key of a result: random, it says nothing of whose it is."""
    return f"travaux/{uuid.uuid4().hex}"


class Travail(models.Model):
    """Work to do in the background for one person, and its result, kept seven days.

    ``bail_jusqu_a`` is the lease of the worker that claimed it, ``jeton`` the name of that claim: a worker that lost its lease
    can no longer write. ``progres`` of ``total`` are in units of the handler.
    """

    kind = models.CharField("nature", max_length=60)
    cle = models.CharField("clé d'unicité", max_length=200)
    params = models.JSONField("paramètres", default=dict)
    demandeur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="travaux", verbose_name="demandeur")
    entreprise = models.ForeignKey("accounts.Entreprise", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="entreprise")
    etat = models.CharField("état", max_length=20, choices=EtatTravail, default=EtatTravail.EN_ATTENTE)
    progres = models.PositiveIntegerField("fait", default=0)
    total = models.PositiveIntegerField("à faire", default=0)
    essais = models.PositiveSmallIntegerField("essais", default=0)
    prochain_essai = models.DateTimeField("prochain essai", default=timezone.now)
    bail_jusqu_a = models.DateTimeField("bail jusqu'à", null=True, blank=True)
    battement = models.DateTimeField("dernier battement", null=True, blank=True)
    jeton = models.UUIDField("jeton du bail", null=True, blank=True)
    fichier = models.FileField("fichier", upload_to=random_key, max_length=200, blank=True)
    nom_fichier = models.CharField("nom du fichier", max_length=200, blank=True)
    type_mime = models.CharField("type du fichier", max_length=120, blank=True)
    erreur = models.CharField("message d'échec", max_length=500, blank=True)
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    termine_le = models.DateTimeField("terminé le", null=True, blank=True)
    expire_le = models.DateTimeField("expire le", null=True, blank=True)

    tous = models.Manager.from_queryset(TravailQuerySet)()
    objects = ScopedManager.from_queryset(TravailQuerySet)()

    class Meta:
        verbose_name = "travail"
        verbose_name_plural = "travaux"
        ordering = ["-pk"]
        base_manager_name = "tous"
        default_manager_name = "tous"
        constraints = [
            models.CheckConstraint(
                condition=Q(entreprise__isnull=True, kind__startswith=AGENCE) | (Q(entreprise__isnull=False) & ~Q(kind__startswith=AGENCE)),
                name="travail_d_une_entreprise_ou_de_l_agence",
                violation_error_message="Un travail est celui d'une entreprise, ou celui de l'agence.",
            ),
            models.UniqueConstraint(fields=["demandeur", "cle"], condition=Q(etat__in=OUVERTS), name="un_travail_ouvert_par_cle"),
            models.CheckConstraint(
                condition=Q(etat=EtatTravail.EN_COURS, jeton__isnull=False, bail_jusqu_a__isnull=False)
                | (~Q(etat=EtatTravail.EN_COURS) & Q(jeton__isnull=True, bail_jusqu_a__isnull=True)),
                name="travail_en_cours_a_un_bail",
                violation_error_message="Un travail en cours a un bail.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=OUVERTS, termine_le__isnull=True) | (~Q(etat__in=OUVERTS) & Q(termine_le__isnull=False)),
                name="travail_fini_a_une_date",
                violation_error_message="Un travail fini a une date de fin.",
            ),
        ]
        indexes = [models.Index(fields=["prochain_essai"], condition=Q(etat__in=OUVERTS), name="travail_ouvert")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.get_etat_display()})"

    @property
    def is_ouvert(self) -> bool:
        """Waiting or running."""
        return self.etat in OUVERTS

    @property
    def retour(self) -> str:
        """The page the file was asked from; empty when the job does not say."""
        return self.params.get("retour", "")

    @property
    def retour_libelle(self) -> str:
        """The name of that page."""
        return self.params.get("retour_libelle", "Résultats")

    @property
    def is_disponible(self) -> bool:
        """Done, and its file not yet gone."""
        return self.etat == EtatTravail.TERMINE and bool(self.fichier) and (self.expire_le is None or self.expire_le > timezone.now())

    @property
    def pourcent(self) -> int:
        """Share done, floored: 100 only when all is done (R-4)."""
        if self.etat == EtatTravail.TERMINE:
            return 100
        return min(99, 100 * self.progres // self.total) if self.total else 0
