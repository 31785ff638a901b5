"""States and kinds of what is asked and of what was answered, with the words of the screens."""

from django.db import models


class GenreSujet(models.TextChoices):
    """What is evaluated."""

    PRODUIT = "produit", "Produit"
    STRATEGIE = "strategie", "Stratégie globale"


class EtatVersion(models.TextChoices):
    """Life of a version of a questionnaire: once published it never changes."""

    BROUILLON = "brouillon", "En préparation"
    PUBLIEE = "publiee", "Publiée"
    RETIREE = "retiree", "Retirée"


class EtatReponse(models.TextChoices):
    """Life of a set of answers: one draft at most, validated ones are frozen (QST-5)."""

    BROUILLON = "brouillon", "Brouillon"
    VALIDEE = "validee", "Validée"
    ABANDONNEE = "abandonnee", "Abandonnée"


class DroitSujet(models.TextChoices):
    """Rights on one sujet (ACC-5)."""

    LECTURE = "lecture", "Lecture"
    SAISIE = "saisie", "Saisie"
    VALIDATION = "validation", "Validation"
