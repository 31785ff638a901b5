"""Check that what must not change has not changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import integrity


class Command(BaseCommand):
    help = "Vérifie le journal et tout ce qui doit rester tel qu'il a été écrit ; nomme la première divergence."

    def handle(self, *args: Any, **options: Any) -> None:
        flaws = integrity.run()
        for name, found in flaws.items():
            self.stdout.write(f"{name} : " + ("intact" if not found else "; ".join(found)))
        if any(flaws.values()):
            raise CommandError("Des données ont été modifiées hors du service.")
