"""Measure our pages and saves beside their floors, in one run; see ``docs/PERFORMANCE.md``.

``--rapide`` (default, about 2 minutes) or ``--complet`` (more rounds, and everything again at 40 × the rows). The site measured has its
own folder, cache and database, taken away at the end.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main() -> int:
    parser = argparse.ArgumentParser(description="Mesure nos pages et nos enregistrements à côté de leurs planchers.")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--rapide", action="store_true", help="environ deux minutes (par défaut)")
    group.add_argument("--essai", action="store_true", help="chaque geste une fois, pour savoir que tout se mesure encore")
    group.add_argument("--complet", action="store_true", help="plus de mesures, et tout de nouveau à 40 × les lignes")
    chosen = parser.parse_args()

    from scripts.bench import services

    with services.site() as description:
        import django  # here: the settings read the environment just set

        django.setup()
        from scripts.bench import passage

        return passage.main(passage.COMPLET if chosen.complet else passage.ESSAI if chosen.essai else passage.RAPIDE, description)


if __name__ == "__main__":
    sys.exit(main())
