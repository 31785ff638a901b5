"""The journal: who did what, when, on what; one adds to it, nobody changes it (TR-1 to TR-6)."""

from __future__ import annotations

from django.db import models

from ..enums import Issue, Profil


class EntreeJournal(models.Model):
    """One line, chained to the one before by its digest. The database refuses UPDATE, DELETE and TRUNCATE.

    Who acted and on what are kept as plain ids: a line outlives the rows it speaks of. Names and addresses stand apart, in
    ``PersonneJournal``, of which ``empreinte_personne`` is the salted digest.
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField("le")
    acteur = models.BigIntegerField("compte de l'auteur", null=True, blank=True)
    acteur_profil = models.CharField("profil de l'auteur", max_length=20, choices=Profil, blank=True)
    acteur_entreprise = models.BigIntegerField("entreprise de l'auteur", null=True, blank=True)
    action = models.CharField("action", max_length=80)
    target_type = models.CharField("type d'objet", max_length=80, blank=True)
    target_id = models.CharField("objet", max_length=64, blank=True)
    version = models.CharField("version de l'objet", max_length=64, blank=True)
    entreprise = models.BigIntegerField("entreprise de l'objet", null=True, blank=True)
    issue = models.CharField("issue", max_length=10, choices=Issue, default=Issue.ACCEPTE)
    details = models.JSONField("détails", default=dict)
    request_id = models.CharField("requête", max_length=64, blank=True)
    empreinte_personne = models.CharField("empreinte des données personnelles", max_length=64, blank=True)
    precedente = models.CharField("empreinte de la ligne précédente", max_length=64, blank=True)
    empreinte = models.CharField("empreinte", max_length=64, unique=True)

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "journal"
        ordering = ["-sequence"]
        indexes = [
            models.Index(fields=["entreprise", "-sequence"]),
            models.Index(fields=["target_type", "target_id", "-sequence"]),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} ({self.issue})"


class PersonneJournal(models.Model):
    """Who the author of a line was, in clear; erasing the row leaves the chain valid (TR-6)."""

    entree = models.OneToOneField(EntreeJournal, models.PROTECT, primary_key=True, related_name="personne")
    compte = models.BigIntegerField("compte", null=True, blank=True, db_index=True)
    nom = models.CharField("nom", max_length=302, blank=True)
    login = models.CharField("nom d'utilisateur", max_length=150, blank=True)
    adresse = models.CharField("adresse", max_length=64, blank=True)
    sel = models.CharField("sel", max_length=32)

    class Meta:
        verbose_name = "personne citée par le journal"
        verbose_name_plural = "personnes citées par le journal"

    def __str__(self) -> str:
        return self.login or self.adresse


class JournalTete(models.Model):
    """The end of the chain, in one row: locking it puts writers in line, comparing it reveals a tail cut off."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    empreinte = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "tête du journal"
        verbose_name_plural = "tête du journal"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="une_seule_tete_de_journal", violation_error_message="Le journal n'a qu'une tête.")
        ]

    def __str__(self) -> str:
        return f"ligne {self.sequence}"
