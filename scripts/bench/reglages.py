"""Settings of the bench: those of the site, with the floors beside its addresses and a table of their own."""

from convergence.settings import *  # noqa: F403
from convergence.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "scripts.bench"]
ROOT_URLCONF = "scripts.bench.urls"
MIDDLEWARE_DU_SITE = MIDDLEWARE
ACCOUNT_RATE_LIMITS = {}  # the sign-in is measured more often than anybody may try it
