"""A file that the antivirus looks at: its state, and when its turn comes; the row is the intent, workers only look for it (JB-1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from ..enums import EtatAnalyse
from ..fichiers import antivirus
from ..workflows import Workflow

SCANNED = frozenset({EtatAnalyse.EN_ATTENTE, EtatAnalyse.SAIN})
OUVRABLES = frozenset({EtatAnalyse.SAIN, EtatAnalyse.CHIFFRE, EtatAnalyse.NON_ANALYSE})
A_SIGNALER = frozenset({EtatAnalyse.CHIFFRE, EtatAnalyse.NON_ANALYSE})
RESCAN = timedelta(days=1)  # new signatures find what older ones let through
STUCK = timedelta(minutes=15)


class AnalyseWorkflow(Workflow):
    """The life of a file under the antivirus (R-60): a verdict may still change for the worse."""

    field = "analyse"
    transitions: ClassVar = {
        # verb: (from, to)
        "declarer_sain": (SCANNED, EtatAnalyse.SAIN),
        "declarer_infecte": (SCANNED, EtatAnalyse.INFECTE),
        "declarer_chiffre": (SCANNED, EtatAnalyse.CHIFFRE),
        "declarer_non_analysable": (SCANNED, EtatAnalyse.NON_ANALYSABLE),
        "dispenser": (frozenset({EtatAnalyse.EN_ATTENTE}), EtatAnalyse.NON_ANALYSE),  # no scanner is set
        "reprendre": (frozenset({EtatAnalyse.NON_ANALYSE}), EtatAnalyse.EN_ATTENTE),  # one is set since
    }


VERBS = {
    EtatAnalyse.SAIN: "declarer_sain",
    EtatAnalyse.INFECTE: "declarer_infecte",
    EtatAnalyse.CHIFFRE: "declarer_chiffre",
    EtatAnalyse.NON_ANALYSABLE: "declarer_non_analysable",
    EtatAnalyse.NON_ANALYSE: "dispenser",
    EtatAnalyse.EN_ATTENTE: "reprendre",
}


class AnalysableQuerySet(models.QuerySet):
    """Reads of files by what the antivirus says of them; those whose file is gone are left out."""

    def a_analyser(self, now: datetime) -> Self:
        """Keep those whose turn has come."""
        return self.filter(analyse__in=SCANNED, analyse_prevue_le__lte=now).exclude(fichier="")

    def en_souffrance(self, now: datetime) -> Self:
        """Keep those that have waited too long."""
        return self.filter(analyse=EtatAnalyse.EN_ATTENTE, analyse_demandee_le__lte=now - STUCK).exclude(fichier="")


def etat_initial() -> str:
    """Say in what state a file comes in: without a scanner nobody is to wait for one."""
    return EtatAnalyse.EN_ATTENTE if antivirus.is_configured() else EtatAnalyse.NON_ANALYSE


class Analysable(models.Model):
    """What a model with a ``fichier`` gains: others than its depositor open it only once the antivirus allows."""

    analyse = models.CharField("analyse antivirus", max_length=20, choices=EtatAnalyse, default=EtatAnalyse.EN_ATTENTE)
    analyse_demandee_le = models.DateTimeField("analyse demandée le", default=timezone.now)
    analyse_prevue_le = models.DateTimeField("prochaine analyse", default=timezone.now)
    analyse_essais = models.PositiveSmallIntegerField("analyses interrompues", default=0)
    analysee_le = models.DateTimeField("analysée le", null=True, blank=True)
    menace = models.CharField("menace trouvée", max_length=200, blank=True)

    ANALYSE_FIELDS: ClassVar = ("analyse", "analyse_demandee_le", "analyse_prevue_le", "analyse_essais", "analysee_le", "menace")

    class Meta:
        abstract = True

    @property
    def is_ouvrable(self) -> bool:
        """Tell whether somebody else than its depositor may open it."""
        return bool(self.fichier) and self.analyse in OUVRABLES

    @property
    def is_a_signaler(self) -> bool:
        """Tell whether whoever opens it is to be warned."""
        return self.analyse in A_SIGNALER

    def constater(self, verdict: antivirus.Verdict) -> bool:
        """Take a verdict, without saving; tell whether the state changed.

        :raises ActionRefused: the present state forbids it.
        """
        former, now = self.analyse, timezone.now()
        AnalyseWorkflow.apply(self, VERBS[verdict.etat])
        self.menace, self.analyse_essais = verdict.menace, 0
        if verdict.etat == EtatAnalyse.EN_ATTENTE:
            self.analyse_demandee_le = self.analyse_prevue_le = now
        elif verdict.etat != EtatAnalyse.NON_ANALYSE:
            self.analysee_le, self.analyse_prevue_le = now, now + RESCAN
        return former != self.analyse
