"""What was answered: one document per set of answers; a draft updated in place, validated rows frozen (QST-5, R-7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.scoping import ScopedManager

from ..enums import EtatReponse
from .questionnaire import Questionnaire, Version
from .sujet import Sujet

if TYPE_CHECKING:
    from accounts.models import Entreprise, User


class ReponseQuerySet(models.QuerySet):
    """Reads of the answers; only through ``visible_to``, ``of_entreprise`` or ``of_sujet`` (AZ-3)."""

    def of_entreprise(self, entreprise: Entreprise | int | None) -> Self:
        """Keep the answers of one company."""
        return self.filter(entreprise=entreprise) if entreprise is not None else self.none()

    def visible_to(self, user: User) -> Self:
        """Keep the answers about the sujets the user may read."""
        return self.filter(sujet__in=Sujet.objects.readable_by(user))

    def of_sujet(self, sujet: Sujet) -> Self:
        """Keep the answers about one sujet, whose visibility the caller has checked."""
        return self.filter(sujet_id=sujet.pk, entreprise_id=sujet.entreprise_id)

    def courantes(self) -> Self:
        """Keep the drafts and, for each set of answers, the last validated row; call it on rows already narrowed to sujets."""
        keys = ("sujet", "questionnaire", "inscription")
        last = self.validees().order_by().values(*keys).annotate(last=models.Max("pk")).values("last")
        return self.filter(Q(etat=EtatReponse.BROUILLON) | Q(pk__in=last))

    def brouillons(self) -> Self:
        return self.filter(etat=EtatReponse.BROUILLON)

    def validees(self) -> Self:
        return self.filter(etat=EtatReponse.VALIDEE)


class ReponseManager(ScopedManager.from_queryset(ReponseQuerySet)):
    """Rows, for somebody."""

    def of_sujet(self, sujet: Sujet) -> ReponseQuerySet:
        """Start from the rows of one sujet, whose visibility the caller has checked."""
        return self.of_entreprise(sujet.entreprise_id).of_sujet(sujet)


class Reponse(models.Model):
    """A set of answers of a sujet to a questionnaire.

    ``reponses`` is ``{code: {"valeur": …, "commentaire": …, "option": …}}`` and ``sections_na`` ``{section: {"motif": …}}``
    (see ``engine.answers``). ``inscription`` is 0 when the answers serve every démarche, else the number of the enrolment
    they belong to (R-7). ``revision`` grows with each save of the draft.
    """

    entreprise = models.ForeignKey("accounts.Entreprise", models.PROTECT, related_name="+")
    sujet = models.ForeignKey(Sujet, models.PROTECT, related_name="reponses")
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    inscription = models.PositiveBigIntegerField("numéro d'inscription", default=0)
    etat = models.CharField("état", max_length=20, choices=EtatReponse, default=EtatReponse.BROUILLON)
    reponses = models.JSONField("réponses", default=dict, blank=True)
    sections_na = models.JSONField("sections non applicables", default=dict, blank=True)
    revision = models.PositiveIntegerField("révision", default=0)

    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    modifiee_le = models.DateTimeField("modifiée le")
    modifiee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    demandee_le = models.DateTimeField("validation demandée le", null=True, blank=True)
    demandee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    renvoyee_le = models.DateTimeField("renvoyée le", null=True, blank=True)
    renvoyee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    renvoi_commentaire = models.TextField("commentaire du renvoi", blank=True, max_length=5000)

    validee_le = models.DateTimeField("validée le", null=True, blank=True)
    validee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    demarche = models.CharField("démarche d'où l'on a validé", max_length=60, blank=True)
    profil = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    tous = models.Manager.from_queryset(ReponseQuerySet)()
    objects = ReponseManager()

    class Meta:
        verbose_name = "réponse"
        ordering = ["-validee_le", "-pk"]
        base_manager_name = "tous"
        default_manager_name = "tous"
        constraints = [
            models.UniqueConstraint(
                fields=["sujet", "questionnaire", "inscription"],
                condition=Q(etat=EtatReponse.BROUILLON),
                name="un_brouillon_par_questionnaire",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatReponse.VALIDEE) | (Q(validee_le__isnull=False) & Q(validee_par__isnull=False)),
                name="reponse_validee_est_signee",
                violation_error_message="Une réponse validée porte sa date et son auteur.",
            ),
            models.CheckConstraint(
                condition=Q(demandee_le__isnull=True) | Q(demandee_par__isnull=False),
                name="demande_de_validation_a_un_auteur",
                violation_error_message="Une demande de validation a un auteur.",
            ),
            models.CheckConstraint(
                condition=Q(renvoyee_le__isnull=True) | Q(renvoyee_par__isnull=False),
                name="renvoi_a_un_auteur",
                violation_error_message="Un renvoi a un auteur.",
            ),
        ]
        indexes = [models.Index(fields=["sujet", "questionnaire", "inscription", "etat"])]

    def __str__(self) -> str:
        return f"{self.questionnaire_id} / {self.sujet_id} ({self.get_etat_display()})"

    @property
    def is_brouillon(self) -> bool:
        return self.etat == EtatReponse.BROUILLON

    @property
    def is_validee(self) -> bool:
        return self.etat == EtatReponse.VALIDEE
