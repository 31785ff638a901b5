"""Load the content files (QST-0)."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from accounts.errors import ActionRefused
from parcours.chargement import charger, known_lot
from questionnaires.content.errors import ContentError
from questionnaires.content.reader import read_folder


class Command(BaseCommand):
    help = "Charge les questionnaires, les parcours et leurs exigences ; refuse tout le lot si une seule erreur s'y trouve."

    def add_arguments(self, parser) -> None:
        words = "dossier qui contient questionnaires/, parcours/ et exigences/ ; sans lui, le contenu livré"
        parser.add_argument("dossier", nargs="?", default=str(Path(settings.BASE_DIR) / "fixtures"), help=words)

    def handle(self, *, dossier: str, verbosity: int, **options) -> None:
        try:
            report = charger(read_folder(dossier, known_lot()))
        except ContentError as error:
            raise CommandError(f"Contenu refusé, rien n'a été chargé :\n{error}") from error
        except DatabaseError as error:
            raise CommandError(f"La base n'est pas prête, rien n'a été chargé : lancez d'abord « manage.py migrate » ({error}).") from error
        except ActionRefused as refusal:
            raise CommandError(f"Contenu refusé, rien n'a été chargé : {refusal.message}") from refusal
        if verbosity:
            self.stdout.write("\n".join(report.lines) if report else "Le contenu est à jour : rien n'a changé.")
        for absent in report.absents:
            self.stderr.write(absent, self.style.WARNING)
