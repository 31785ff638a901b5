"""Delete the pièces justificatives whose time has come (DP-1)."""

from django.core.management.base import BaseCommand, CommandParser

from accounts.actions import depots


class Command(BaseCommand):
    help = "Supprime les pièces justificatives dont la durée de conservation est passée ; leur nom, leur empreinte et leurs dates restent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui serait supprimé, sans rien supprimer")

    def handle(self, *, dry_run: bool, **options) -> None:
        if dry_run:
            for piece in depots.expired():
                self.stdout.write(f"demande {piece.demande_id}, pièce {piece.pk} ({piece.get_nature_display()})")
            self.stdout.write(f"{depots.expired().count()} fichier(s) seraient supprimés.")
        else:
            self.stdout.write(f"{depots.purger_justificatifs()} fichier(s) supprimé(s).")
