"""Write the content back as the files it was loaded from (QST-0)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from parcours.chargement import known_images, known_lot
from questionnaires.content.images import FOLDER
from questionnaires.content.writer import dump_exigences, dump_parcours, dump_questionnaire


class Command(BaseCommand):
    help = "Exporte les questionnaires et leurs images, les parcours et leurs exigences dans un dossier."

    def add_arguments(self, parser) -> None:
        parser.add_argument("dossier", help="dossier où écrire questionnaires/, images/, parcours/ et exigences/ ; créé s'il n'existe pas")

    def handle(self, *, dossier: str, verbosity: int, **options) -> None:
        try:
            lot, images = known_lot(), known_images()
        except DatabaseError as error:
            raise CommandError(f"La base n'est pas prête : lancez d'abord « manage.py migrate » ({error}).") from error
        latest = lot.latest_questionnaires()
        texts = {f"questionnaires/{_name(document, latest)}.yaml": dump_questionnaire(document) for document in lot.questionnaires}
        texts |= {f"parcours/{document['code']}.yaml": dump_parcours(document) for document in lot.parcours}
        texts |= {f"exigences/{document['demarche']}.yaml": dump_exigences(document) for document in lot.exigences}
        files = {name: text.encode() for name, text in texts.items()} | {f"{FOLDER}/{name}": content for name, content in images.items()}
        try:
            for name, content in files.items():
                path = Path(dossier) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        except OSError as error:
            raise CommandError(f"Le dossier ne peut pas être écrit : {error.filename} ({error.strerror}).") from error
        if verbosity:
            self.stdout.write(f"{len(files)} fichiers écrits.")


def _name(document: dict[str, Any], latest: dict[str, Any]) -> str:
    """Name the last version of a questionnaire by its code alone, and the former ones by their number too."""
    is_latest = latest[document["code"]]["version"] == document["version"]
    return document["code"] if is_latest else f"{document['code']}.v{document['version']}"
