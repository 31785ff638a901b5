"""What runs in the workers; each task only wakes the code over its rows, so that losing or repeating one does no harm (JB-1)."""

from __future__ import annotations

import resource
from typing import Any

from celery import shared_task
from celery.signals import worker_process_init, worker_ready

from . import conservation, jobs
from .actions import cgu, depots, pieces_analysees  # noqa: F401  (the last declares the pièces to the antivirus)
from .courriels import mailing
from .fichiers import analyses

MEMORY_BYTES = 1024**3  # JB-4: a job that needs more than 1 GiB fails alone


@shared_task(name="accounts.tasks.executer_travail", soft_time_limit=60, time_limit=75)
def executer_travail(pk: int) -> bool:
    """Run one job; beyond 60 s it counts as a failed try (JB-4)."""
    return jobs.run(pk)


@shared_task(name="accounts.tasks.reconcilier")
def reconcilier() -> int:
    """Send again the jobs nobody holds; every 30 s and when a worker starts (JB-2)."""
    return jobs.reconcilier()


@shared_task(name="accounts.tasks.envoyer_courriels")
def envoyer_courriels() -> int:
    """Empty the mail outbox."""
    return mailing.send_due()


@shared_task(name="accounts.tasks.annoncer_conditions")
def annoncer_conditions() -> int:
    """Tell everybody of the conditions of use just published (EXT-3)."""
    return cgu.annoncer()


@shared_task(name="accounts.tasks.analyser_fichiers", soft_time_limit=150)
def analyser_fichiers() -> int:
    """Pass the files that wait through the antivirus (FI-6)."""
    return analyses.analyser_tout()


@shared_task(name="accounts.tasks.purger_fichiers_expires")
def purger_fichiers_expires() -> int:
    """Delete the results older than seven days (XP-5)."""
    return jobs.purger()


@shared_task(name="accounts.tasks.purger_justificatifs")
def purger_justificatifs() -> int:
    """Delete the pièces justificatives whose time has come, and the files no pièce names (DP-1, FI-5)."""
    return depots.purger_justificatifs() + depots.purger_orphelins()


@shared_task(name="accounts.tasks.appliquer_conservation")
def appliquer_conservation() -> dict[str, int]:
    """Delete what the table of retention no longer keeps, and warn the accounts that nobody uses (DP-1)."""
    return conservation.purger()


@worker_ready.connect
def pick_up_what_was_left(**_: Any) -> None:
    """Look for jobs left by a killed worker as soon as one starts."""
    reconcilier.apply_async(retry=False)


@worker_process_init.connect
def bound_memory(**_: Any) -> None:
    """Bound the memory of each child of the worker."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
