"""Delete what the table of retention no longer keeps (DP-1)."""

from django.core.management.base import BaseCommand, CommandParser

from accounts import conservation


class Command(BaseCommand):
    help = "Supprime ce dont la durée de conservation est passée, et prévient les comptes inactifs ; sans effet la seconde fois."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui serait supprimé, sans rien supprimer")

    def handle(self, *, dry_run: bool, **options) -> None:
        for code, number in (conservation.simuler() if dry_run else conservation.purger()).items():
            self.stdout.write(f"{code} : {number}{' à traiter' if dry_run else ''}")
