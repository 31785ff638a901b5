"""Write the content back as the files it was loaded from (QST-0)."""

from pathlib import Path

from django.core.management.base import BaseCommand

from parcours.chargement import known_lot
from questionnaires.content.writer import dump_exigences, dump_parcours, dump_questionnaire


class Command(BaseCommand):
    help = "Exporte les questionnaires, les parcours et leurs exigences dans un dossier."

    def add_arguments(self, parser) -> None:
        parser.add_argument("dossier")

    def handle(self, *, dossier: str, verbosity: int, **options) -> None:
        lot, folder = known_lot(), Path(dossier)
        latest = lot.latest_questionnaires()
        files = {f"questionnaires/{code}.yaml": dump_questionnaire(document) for code, document in latest.items()}
        files |= {f"parcours/{document['code']}.yaml": dump_parcours(document) for document in lot.parcours}
        files |= {f"exigences/{document['demarche']}.yaml": dump_exigences(document) for document in lot.exigences}
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        if verbosity:
            self.stdout.write(f"{len(files)} fichiers écrits.")
