"""The schemas that sections show (QST-0)."""

from __future__ import annotations

from django.db import models


class Image(models.Model):
    """A picture under its name, for ever: what a published version shows never changes, whatever becomes of the file."""

    nom = models.CharField("nom", max_length=120, unique=True)
    type_mime = models.CharField("type", max_length=30)
    empreinte = models.CharField("empreinte", max_length=64)
    contenu = models.BinaryField("contenu")

    class Meta:
        verbose_name = "image"
        ordering = ["nom"]

    def __str__(self) -> str:
        return self.nom
