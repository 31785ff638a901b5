"""Create the demonstration companies; does nothing where they are already."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from convergence.demo import charger_demo


class Command(BaseCommand):
    help = "Crée les entreprises de démonstration, avec un produit dans chaque état."

    def handle(self, *, verbosity: int, **options) -> None:
        if not settings.DEMO:
            raise CommandError("La démonstration est désactivée : ses mots de passe sont publics (CONVERGENCE_DEMO=1 pour l'activer).")
        created = charger_demo()
        if verbosity:
            self.stdout.write("Démonstration créée." if created else "La démonstration est déjà là.")
