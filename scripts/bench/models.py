"""The tables of the floors: a document and its history, nothing else."""

from __future__ import annotations

from django.db import models


class Document(models.Model):
    """A set of answers as the floors keep it."""

    reponses = models.JSONField()
    revision = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.pk)


class Evenement(models.Model):
    """One line of history: what a save changed."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="evenements")
    quand = models.DateTimeField(auto_now_add=True)
    changements = models.JSONField()

    def __str__(self) -> str:
        return f"{self.document_id} ({self.quand})"
