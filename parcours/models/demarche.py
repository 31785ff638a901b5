"""Parcours, démarches, the questionnaires of each and what each requires: content loaded from files (SPEC §1)."""

from __future__ import annotations

from django.db import models

from questionnaires.models import Questionnaire

from ..enums import EtatParcours, RegimeVerdict, SourceProfil, Volet


class Parcours(models.Model):
    """A group of démarches; ``document`` holds its page texts."""

    code = models.SlugField("code", max_length=60, unique=True)
    titre = models.CharField("titre", max_length=200)
    ordre = models.PositiveIntegerField("ordre", default=0)
    etat = models.CharField("état", max_length=20, choices=EtatParcours, default=EtatParcours.OUVERT)
    document = models.JSONField("textes", default=dict)

    class Meta:
        verbose_name = "parcours"
        verbose_name_plural = "parcours"
        ordering = ["ordre", "code"]

    def __str__(self) -> str:
        return self.titre


class Demarche(models.Model):
    """A group of questionnaires, in an order; closed to new enrolments when not ``ouverte`` (R-45)."""

    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="demarches")
    code = models.SlugField("code", max_length=60, unique=True)
    titre = models.CharField("titre", max_length=200)
    libelle_court = models.CharField("libellé court", max_length=200)
    ordre = models.PositiveIntegerField("ordre", default=0)
    accepte = models.JSONField("accepte", default=list)
    ouverte = models.BooleanField("ouverte aux inscriptions", default=True)
    profil = models.CharField("source du profil", max_length=20, choices=SourceProfil, default=SourceProfil.AUCUN)
    verdict = models.CharField("régime du verdict", max_length=20, choices=RegimeVerdict, default=RegimeVerdict.DOCTRINE)
    document = models.JSONField("textes", default=dict)

    class Meta:
        verbose_name = "démarche"
        ordering = ["parcours", "ordre", "code"]

    def __str__(self) -> str:
        return self.titre


class DemarcheQuestionnaire(models.Model):
    """A questionnaire of a démarche, under the title it bears there (R-8); announced only while ``questionnaire`` is null."""

    demarche = models.ForeignKey(Demarche, models.CASCADE, related_name="lignes")
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, null=True, blank=True, related_name="lignes")
    code = models.SlugField("code du questionnaire", max_length=60)
    ordre = models.PositiveIntegerField("ordre", default=0)
    volet = models.CharField("volet", max_length=20, choices=Volet, default=Volet.EVALUATION)
    titre = models.CharField("titre", max_length=200)
    porteur = models.CharField("porteur", max_length=20, default="produit")
    prerequis = models.CharField("prérequis", max_length=20, blank=True)
    a_venir = models.BooleanField("à venir", default=False)
    annonce = models.TextField("annonce", blank=True)

    class Meta:
        verbose_name = "questionnaire d'une démarche"
        verbose_name_plural = "questionnaires des démarches"
        ordering = ["demarche", "ordre"]
        constraints = [
            models.UniqueConstraint(fields=["demarche", "code", "volet", "porteur"], name="questionnaire_une_fois_par_volet"),
            models.CheckConstraint(
                condition=models.Q(a_venir=True) | models.Q(questionnaire__isnull=False),
                name="questionnaire_present_ou_a_venir",
                violation_error_message="Un questionnaire sans contenu est annoncé « à venir ».",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.demarche} : {self.titre} ({self.volet})"


class Exigences(models.Model):
    """What a démarche requires of each criterion of a questionnaire (R-9): one immutable document per revision.

    ``document`` is a list of ``[critère, rules]``, in the order of the file (an object would lose it on PostgreSQL).
    """

    demarche = models.ForeignKey(Demarche, models.PROTECT, related_name="exigences")
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="+")
    numero = models.PositiveIntegerField("numéro")
    document = models.JSONField("document")
    empreinte = models.CharField("empreinte", max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "exigences"
        verbose_name_plural = "exigences"
        ordering = ["demarche", "questionnaire", "numero"]
        constraints = [
            models.UniqueConstraint(fields=["demarche", "questionnaire", "numero"], name="exigences_numero_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.demarche_id} / {self.questionnaire_id} (n° {self.numero})"
