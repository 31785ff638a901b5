"""Passing the files through the antivirus, whichever room keeps them (FI-6, JB-1, JB-4).

A model of files derives from ``Analysable`` and declares who draws the consequences::

    analyses.surveiller(PieceJustificative, regler_analyse)  # regler_analyse(pk, verdict): lock, constater, save, tell

A row is claimed by one guarded UPDATE, for a few minutes: of many workers one scans it, and one that dies gives it back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from .. import broker, notifications
from ..enums import EtatAnalyse, Role
from ..models import User
from ..models.analyse import Analysable, AnalysableQuerySet
from . import antivirus
from .antivirus import ScanInterrupted, ScannerDown, Verdict

logger = logging.getLogger(__name__)

TASK = "accounts.tasks.analyser_fichiers"
LEASE = timedelta(minutes=3)
PAUSE = timedelta(seconds=30)  # between two tries, doubled at each interruption
MAX_TRIES = 5
A_PASS = 50  # files in one task

Regler = Callable[[int, Verdict], None]
_models: dict[type[Analysable], Regler] = {}


def surveiller(model: type[Analysable], regler: Regler) -> None:
    """Declare a model of files, and what is done with a verdict on one of them."""
    _models[model] = regler


def files(model: type[Analysable]) -> AnalysableQuerySet:
    """Read all the files of a model, whoever's they are: the antivirus knows no company."""
    return AnalysableQuerySet(model)


def bientot() -> None:
    """Wake the scanner once the transaction is committed."""
    transaction.on_commit(partial(broker.send_soon, TASK), robust=True)


def analyser_tout() -> int:
    """Scan what waits, then tell what has waited too long; give the number of verdicts."""
    done = sum(_analyser(model, regler) for model, regler in _models.items())
    _alert()
    return done


def _analyser(model: type[Analysable], regler: Regler) -> int:
    if antivirus.is_configured():
        _settle_all(model, regler, EtatAnalyse.NON_ANALYSE, Verdict(EtatAnalyse.EN_ATTENTE))
    else:
        return _settle_all(model, regler, EtatAnalyse.EN_ATTENTE, Verdict(EtatAnalyse.NON_ANALYSE))
    done = 0
    for row in _claimed(model):
        try:
            verdict = _scan(row)
        except ScannerDown as error:
            logger.warning("Antivirus injoignable : %s", error)
            break
        done += verdict is not None and _settle(regler, row.pk, verdict)
    return done


def _settle(regler: Regler, pk: int, verdict: Verdict) -> bool:
    try:
        regler(pk, verdict)
    except Exception:  # one file that cannot be settled holds up no other; its turn comes again
        logger.exception("Verdict de l'antivirus sans suite pour le fichier %s", pk)
        return False
    return True


def _settle_all(model: type[Analysable], regler: Regler, present: EtatAnalyse, verdict: Verdict) -> int:
    """Take note, for every file in a state, that a scanner was set or unset."""
    keys = list(files(model).filter(analyse=present).exclude(fichier="").values_list("pk", flat=True)[:A_PASS])
    return sum(_settle(regler, pk, verdict) for pk in keys)


def _claimed(model: type[Analysable]) -> Iterator[Analysable]:
    """Take the files whose turn has come, one at a time, each for the time of a scan."""
    for _ in range(A_PASS):
        now = timezone.now()
        due = files(model).a_analyser(now)
        row = due.order_by("analyse_prevue_le", "pk").first()
        if row is None:
            return
        if due.filter(pk=row.pk, analyse_prevue_le=row.analyse_prevue_le).update(analyse_prevue_le=now + LEASE):
            yield row


def _scan(row: Analysable) -> Verdict | None:
    """Give the verdict; None when the file is to be tried again later.

    :raises ScannerDown: no file can be scanned now; this one keeps its turn.
    """
    try:
        with row.fichier.open("rb") as content:
            return antivirus.scan(content)
    except ScannerDown:
        _put_off(row, timezone.now() + PAUSE)
        raise
    except (ScanInterrupted, OSError) as error:
        logger.warning("Fichier %s %s, analyse interrompue : %s", row._meta.label, row.pk, error)
        return _interrupted(row)


def _interrupted(row: Analysable) -> Verdict | None:
    """Try later and later; a file that stops the scanner five times cannot be scanned. One found clean before stays so."""
    tries = row.analyse_essais + 1
    if row.analyse == EtatAnalyse.EN_ATTENTE and tries >= MAX_TRIES:
        return Verdict(EtatAnalyse.NON_ANALYSABLE)
    files(type(row)).filter(pk=row.pk).update(analyse_essais=F("analyse_essais") + 1)
    _put_off(row, timezone.now() + PAUSE * 2 ** min(tries, MAX_TRIES))
    return None


def _put_off(row: Analysable, until: datetime) -> None:
    files(type(row)).filter(pk=row.pk).update(analyse_prevue_le=until)


def _alert() -> None:
    """Tell the administrateurs, once a day, that files wait for the antivirus."""
    now = timezone.now()
    waiting = sum(files(model).en_souffrance(now).count() for model in _models)
    if not waiting:
        return
    logger.error("Antivirus : %s fichier(s) en attente depuis plus de 15 minutes", waiting)
    people = User.objects.actifs().filter(groups__name=Role.ADMINISTRATEUR)
    contenu = f"{waiting} fichier(s) attendent l'analyse antivirus depuis plus de 15 minutes : vérifiez que l'antivirus répond."
    notifications.notify(people, type="Antivirus", contenu=contenu, url=reverse("gestion:accueil"), dedupe=f"antivirus:{timezone.localdate()}")
