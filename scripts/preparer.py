"""Bring the base, the content, the demonstration and the static files up to date.

Progress goes to standard error; standard output receives the demo accounts, one a line: login, password, role.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "convergence.settings")
    import django  # here: the path is set just above

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    _say("Base de données…")
    call_command("migrate", verbosity=0, interactive=False)
    _say("Référentiel…")
    call_command("load_referentiel", verbosity=0)
    _say("Fichiers statiques…")
    call_command("collectstatic", verbosity=0, interactive=False)
    if settings.DEMO:
        _say("Démonstration…")
        call_command("charger_demo", verbosity=0)
        call_command("comptes_demo")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
