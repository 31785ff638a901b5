"""Kinds of produit and the answers to « Par quels dispositifs êtes-vous intéressé ? » (CAT-1, R-40)."""

from django.db import models


class TypeProduit(models.TextChoices):
    """A socle stands alone; an option extends at least one socle (R-41)."""

    SOCLE = "socle", "Socle"
    OPTION = "option", "Option"


class Dispositif(models.TextChoices):
    """What the company is interested in: information only, the last choice excludes the others."""

    MES = "mes", "Référencement au catalogue de services de Mon espace santé"
    DMN = "dmn", "Certification des dispositifs médicaux numériques"
    SEGUR = "segur", "Ségur du numérique en santé"
    BOUQUET = "bouquet", "Bouquet de services professionnels (à venir)"
    TELECONSULTATION = "teleconsultation", "Certification des systèmes de téléconsultation (à venir)"
    AUCUN = "aucun", "Aucun dispositif identifié pour le moment"
