"""Kinds of parcours and démarches, as the content files say them (``docs/CONTENU.md``)."""

from django.db import models


class EtatParcours(models.TextChoices):
    OUVERT = "ouvert", "Ouvert"
    A_VENIR = "a_venir", "À venir"


class SourceProfil(models.TextChoices):
    """Which answers the conditions of a démarche read (REFERENTIEL 1.3)."""

    QUALIFICATION = "qualification", "Qualification"
    ORIENTATION = "orientation", "Orientation"
    AUCUN = "aucun", "Aucune"


class RegimeVerdict(models.TextChoices):
    """How « Atteint » is judged and worded (R-10, R-11)."""

    DOCTRINE = "doctrine", "Doctrine : niveau recommandé"
    MES = "mes", "Mon espace santé : réponses acceptées"
    CONFORMITE = "conformite", "Conformité"


class Volet(models.TextChoices):
    """What one does with a questionnaire in a démarche."""

    EVALUATION = "evaluation", "Évaluation"
    PROJECTION = "projection", "Projection"
    DEPOT = "depot", "Dépôt"
    FORMULAIRE = "formulaire", "Formulaire"
