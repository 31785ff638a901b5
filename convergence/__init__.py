"""Settings, root URLs and everything that wires the rooms together; no word of the trade lives here."""

from .celery import app as celery_app

__all__ = ["celery_app"]
