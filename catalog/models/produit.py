"""A produit: solution, service or device of a company (CAT-1)."""

from __future__ import annotations

import uuid

from django.db import models

from accounts.scoping import ScopedManager
from questionnaires.models import Sujet
from questionnaires.models.sujet import SujetQuerySet

from ..enums import TypeProduit


class ProduitQuerySet(SujetQuerySet):
    """Reads of the produits, scoped like the sujets they are."""


class Produit(Sujet):
    """A produit of the catalogue; archived, never deleted (CAT-4)."""

    version = models.CharField("version", max_length=60)
    type = models.CharField("type de produit", max_length=10, choices=TypeProduit, default=TypeProduit.SOCLE)
    socles = models.ManyToManyField("self", symmetrical=False, related_name="options", blank=True)
    nil = models.CharField("n° d'identification du logiciel (NIL)", max_length=60, blank=True)
    description = models.TextField("description", max_length=4000)
    dispositifs = models.JSONField("dispositifs d'intérêt", default=list)
    publie = models.BooleanField("publié dans l'Observatoire", default=True)
    jeton_creation = models.UUIDField("jeton de création", default=uuid.uuid4, unique=True, editable=False)

    tous = models.Manager.from_queryset(ProduitQuerySet)()
    objects = ScopedManager.from_queryset(ProduitQuerySet)()

    class Meta:
        verbose_name = "produit"
        base_manager_name = "tous"
        default_manager_name = "tous"

    @property
    def is_option(self) -> bool:
        return self.type == TypeProduit.OPTION

    @property
    def designation(self) -> str:
        """How a list names it to whoever it was read for by ``with_lisible``: the version is for those who may read it (R-53)."""
        return f"{self.nom} {self.version}" if self.is_lisible else self.nom

    @property
    def intitule(self) -> str:
        """How titles name it: « nom - version - référence » (R-46)."""
        return f"{self.nom} - {self.version} - {self.reference}"
