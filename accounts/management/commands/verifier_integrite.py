"""Check that what must not change has not changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from accounts import integrity


class Command(BaseCommand):
    help = "Vérifie le journal et tout ce qui doit rester tel qu'il a été écrit ; nomme la première divergence."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            flaws = integrity.run()
        except DatabaseError as error:
            raise CommandError(f"La base ne se lit pas, rien n'est vérifié : est-elle à jour (« manage.py migrate ») ? ({error})") from error
        for name, found in flaws.items():
            self.stdout.write(f"{name} : " + ("intact" if not found else "; ".join(found)))
        if any(flaws.values()):
            raise CommandError("Des données ont été modifiées hors du service.")
