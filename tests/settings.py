"""Settings of the tests: those of the site, on the services of the run, stricter and faster."""

from __future__ import annotations

import os
import sys

from tests import services

services.prepare()

from convergence.settings import *  # noqa: E402, F403
from convergence.settings import BASE_DIR, CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES, LOGGING, STORAGES, TEMPLATES  # noqa: E402
from tests.strict import UndefinedVariable  # noqa: E402

# A worker process of the run works on the database of the tests, not on that of the site.
if name := os.environ.get("CONVERGENCE_TEST_DATABASE"):
    DATABASES["default"]["NAME"] = name

OPENID_FOURNISSEURS = [{"code": "proconnect", "nom": "ProConnect", "url": "http://127.0.0.1:9", "client_id": "convergence", "secret": "x"}]  # nobody answers
DEMO = True  # opens the gallery of components
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True  # looked for when asked: each client of a test would list all of them first
PASSWORD_HASHERS = ["tests.strict.FastArgon2PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable(BASE_DIR)
LOGGING["root"]["level"] = "WARNING"
if "polling_interval" in CELERY_BROKER_TRANSPORT_OPTIONS:
    CELERY_BROKER_TRANSPORT_OPTIONS["polling_interval"] = 0.05
if "celery" in sys.argv[0]:
    LOGGING["root"]["level"] = "INFO"
