"""Write the content back as the files it was loaded from (QST-0)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from parcours.chargement import known_lot
from questionnaires.content.writer import dump_exigences, dump_parcours, dump_questionnaire


class Command(BaseCommand):
    help = "Exporte les questionnaires, les parcours et leurs exigences dans un dossier."

    def add_arguments(self, parser) -> None:
        parser.add_argument("dossier", help="dossier où écrire questionnaires/, parcours/ et exigences/ ; créé s'il n'existe pas")

    def handle(self, *, dossier: str, verbosity: int, **options) -> None:
        try:
            lot, folder = known_lot(), Path(dossier)
        except DatabaseError as error:
            raise CommandError(f"La base n'est pas prête : lancez d'abord « manage.py migrate » ({error}).") from error
        latest = lot.latest_questionnaires()
        files = {f"questionnaires/{_name(document, latest)}.yaml": dump_questionnaire(document) for document in lot.questionnaires}
        files |= {f"parcours/{document['code']}.yaml": dump_parcours(document) for document in lot.parcours}
        files |= {f"exigences/{document['demarche']}.yaml": dump_exigences(document) for document in lot.exigences}
        try:
            for name, text in files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"Le dossier ne peut pas être écrit : {error.filename} ({error.strerror}).") from error
        if verbosity:
            self.stdout.write(f"{len(files)} fichiers écrits.")


def _name(document: dict[str, Any], latest: dict[str, Any]) -> str:
    """Name the last version of a questionnaire by its code alone, and the former ones by their number too."""
    is_latest = latest[document["code"]]["version"] == document["version"]
    return document["code"] if is_latest else f"{document['code']}.v{document['version']}"
