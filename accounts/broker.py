"""Waking the workers. What is asked of them is a row already: a broker that is down only delays it (JB-1)."""

from __future__ import annotations

import logging
from threading import Thread
from typing import Any

from celery import current_app

logger = logging.getLogger(__name__)


def send(task: str, *args: Any, countdown: float = 0) -> bool:
    """Publish a task now; False when the broker cannot be reached."""
    try:
        current_app.signature(task, args=args).apply_async(countdown=countdown or None, retry=False)
    except Exception as error:  # whatever the client of the broker raises: the row is there
        logger.warning("Courtier injoignable, %s attendra : %s", task, type(error).__name__)
        return False
    return True


def send_soon(task: str, *args: Any) -> None:
    """Publish a task without making the page wait: the client of a broker that is down insists for seconds."""
    app = current_app._get_current_object()
    Thread(target=_send_as, args=(app, task, *args), name=f"publication-{task}", daemon=True).start()


def _send_as(app: Any, task: str, *args: Any) -> None:
    app.set_current()  # the application is a local of each thread
    send(task, *args)
