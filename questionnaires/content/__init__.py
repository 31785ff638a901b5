"""Content files: read, checked and written back, without the database (``docs/CONTENU.md``)."""

from questionnaires.content.errors import ContentError, Defect
from questionnaires.content.lot import Lot
from questionnaires.content.reader import read_exigences, read_folder, read_parcours, read_questionnaire
from questionnaires.content.writer import dump_exigences, dump_parcours, dump_questionnaire

__all__ = [
    "ContentError",
    "Defect",
    "Lot",
    "dump_exigences",
    "dump_parcours",
    "dump_questionnaire",
    "read_exigences",
    "read_folder",
    "read_parcours",
    "read_questionnaire",
]
