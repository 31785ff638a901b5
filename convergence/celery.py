"""The Celery application: the broker only wakes workers, the intent is a row (JB-1)."""

from __future__ import annotations

import logging.config
import os

from celery import Celery
from celery.signals import setup_logging

from . import courtier  # noqa: F401  (takes the place of kombu's own folder of messages)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "convergence.settings")

app = Celery("convergence")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def use_the_logging_of_the_site(**_: object) -> None:
    """Keep one line a record, with its request id, in the worker as in the site."""
    from django.conf import settings  # here: the settings import this package

    logging.config.dictConfig(settings.LOGGING)
