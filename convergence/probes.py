"""What the site needs to serve, asked without writing anything."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable

from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.fichiers import antivirus

from .celery import app

logger = logging.getLogger(__name__)
FRESH_SECONDS = 2.0  # the probe is public: asking it in a loop must not weigh on the base
_last: tuple[float, dict[str, bool]] | None = None


def readiness() -> dict[str, bool]:
    """Give the state of each support, at most two seconds old; ``pret`` sums up what a page cannot do without."""
    global _last
    if _last is None or time.monotonic() - _last[0] > FRESH_SECONDS:
        _last = (time.monotonic(), _measure())
    return _last[1]


def _measure() -> dict[str, bool]:
    state = {"base": _holds(_base), "migrations": _holds(_migrations), "fichiers": _holds(_files), "taches": _holds(_broker), "antivirus": _holds(_scanner)}
    return {"pret": state["base"] and state["migrations"] and state["fichiers"], **state}


def _holds(probe: Callable[[], bool]) -> bool:
    try:
        return probe()
    except Exception as error:
        logger.warning("Sonde %s : %s", probe.__name__.strip("_"), type(error).__name__)
        return False


def _base() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _files() -> bool:
    if not isinstance(default_storage, FileSystemStorage):
        default_storage.exists("sonde")  # raises when the bucket cannot be reached
        return True
    folder = default_storage.location
    while not os.path.exists(folder):
        folder = os.path.dirname(folder)
    return os.access(folder, os.W_OK | os.X_OK)


def _broker() -> bool:
    if app.conf.broker_url.startswith("filesystem"):
        return os.access(app.conf.broker_transport_options["data_folder_out"], os.W_OK)
    with app.connection_for_write(connect_timeout=1) as link:
        link.ensure_connection(max_retries=1, timeout=1)
        return True


def _scanner() -> bool:
    """Tell whether the scanner answers, or that none is set; without it files only wait."""
    return not antivirus.is_configured() or antivirus.is_alive()
