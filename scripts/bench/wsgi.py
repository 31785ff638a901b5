"""Two applications of one site: ours, with all that surrounds a page, and the floors, with nothing around them."""

from __future__ import annotations

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

django.setup(set_prefix=False)


def bare() -> WSGIHandler:
    """Return a handler without middleware."""
    settings.MIDDLEWARE = []
    try:
        return WSGIHandler()
    finally:
        settings.MIDDLEWARE = settings.MIDDLEWARE_DU_SITE


site = WSGIHandler()
plancher = bare()
