"""The stratégie globale: the cross-product policy of a company, one each (CAT-7)."""

from django.db import models

from questionnaires.models import Sujet
from questionnaires.models.sujet import SujetManager, SujetQuerySet


class StrategieGlobale(Sujet):
    """Evaluated like a produit; needs no enrolment (R-44)."""

    tous = models.Manager.from_queryset(SujetQuerySet)()
    objects = SujetManager()

    class Meta:
        verbose_name = "stratégie globale"
        verbose_name_plural = "stratégies globales"
        base_manager_name = "tous"
        default_manager_name = "tous"

    @property
    def intitule(self) -> str:
        """How titles name it."""
        return f"{self.nom} - {self.reference}"
