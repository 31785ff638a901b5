"""What is asked: a questionnaire and its versions, each one immutable document once published (QST-0)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models
from django.db.models import F

from ..enums import EtatVersion


def empreinte(document: Any) -> str:
    """SHA-256 (hexadecimal) of the canonical JSON of a document: two equal documents have the same digest."""
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


class Questionnaire(models.Model):
    """A questionnaire, across its versions; its code never changes."""

    code = models.SlugField("code", max_length=60, unique=True)
    titre = models.CharField("titre", max_length=200)
    theme = models.CharField("thème", max_length=200)
    genre = models.CharField("genre", max_length=30)
    portee = models.CharField("portée", max_length=20, default="sujet")

    class Meta:
        verbose_name = "questionnaire"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.titre


class Version(models.Model):
    """One version of a questionnaire: the whole content as one document, frozen by the database once published."""

    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="versions")
    numero = models.PositiveIntegerField("numéro")
    millesime = models.CharField("millésime", max_length=20)
    etat = models.CharField("état", max_length=20, choices=EtatVersion, default=EtatVersion.BROUILLON)
    document = models.JSONField("document")
    empreinte = models.CharField("empreinte", max_length=64)
    publiee_le = models.DateTimeField("publiée le", null=True, blank=True)

    class Meta:
        verbose_name = "version de questionnaire"
        ordering = ["questionnaire", "numero"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "numero"], name="version_numero_unique"),
            models.CheckConstraint(
                condition=models.Q(etat=EtatVersion.BROUILLON) | models.Q(publiee_le__isnull=False),
                name="version_publiee_est_datee",
                violation_error_message="Une version publiée porte sa date de publication.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} {self.millesime} (v{self.numero})"


class RevisionContenu(models.Model):
    """One row, one number: it grows each time the content changes, so that each process knows when to read it again."""

    numero = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = "révision du contenu"

    def __str__(self) -> str:
        return str(self.numero)

    @classmethod
    def lock(cls) -> None:
        """Let one change of the content at a time go on, until the end of the transaction."""
        cls.objects.get_or_create(pk=1)
        cls.objects.select_for_update(of=("self",)).get(pk=1)

    @classmethod
    def bump(cls) -> None:
        """Tell every process that the content has changed."""
        if not cls.objects.filter(pk=1).update(numero=F("numero") + 1):
            cls.objects.create(pk=1, numero=1)
