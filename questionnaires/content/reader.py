"""Read the content files and refuse, all at once, whatever is wrong in them (QST-0, QST-1).

A document is returned normalised: a plain dictionary with every key of ``docs/CONTENU.md``. A file may be read alone,
against the documents already ``known`` (those of the database), or with all those of a folder. Read alone without
``known``, what it says of other documents is taken on trust.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from questionnaires.content import checks, images, references, schema
from questionnaires.content.errors import ContentError, Defect
from questionnaires.content.lot import Lot
from questionnaires.content.parser import Parser
from questionnaires.content.yaml_tree import MappingNode, load_tree

Data = dict[str, Any]

FOLDERS = ("questionnaires", "parcours", "exigences")


@dataclass
class _Reading:
    """A file on its way: its document, as far as it could be understood, and the lines of its paths."""

    kind: str
    file: str
    document: Data | None
    lines: dict[str, int]
    defects: list[Defect]
    pictures: dict[str, bytes]

    def refuse(self, findings: Iterable[checks.Finding]) -> None:
        for path, cause in findings:
            self.defects.append(Defect(self.file, self._line(path), path, cause))

    def _line(self, path: str) -> int | None:
        """Return the line of the nearest written thing: the path itself, or what holds it."""
        while path and path not in self.lines:
            path = re.sub(r'(\.[^.\[\]]+|\[\d+\]|\["[^"]*"\])$|^[^.\[\]]+$', "", path)
        return self.lines.get(path)


def read_questionnaire(path: Path | str, known: Lot | None = None) -> Data:
    """Return the normalised questionnaire of a file.

    :raises ContentError: with all the defects of the file.
    """
    return _read_alone("questionnaires", Path(path), known)


def read_parcours(path: Path | str, known: Lot | None = None) -> Data:
    """Return the normalised parcours of a file, with its démarches.

    :raises ContentError: with all the defects of the file.
    """
    return _read_alone("parcours", Path(path), known)


def read_exigences(path: Path | str, known: Lot | None = None) -> Data:
    """Return the normalised exigences of a démarche.

    :raises ContentError: with all the defects of the file.
    """
    return _read_alone("exigences", Path(path), known)


def read_folder(folder: Path | str, known: Lot | None = None) -> Lot:
    """Return the documents of ``folder/questionnaires``, ``folder/parcours`` and ``folder/exigences``, in file order.

    :raises ContentError: with all the defects of all the files; nothing is to be loaded then.
    """
    folder = Path(folder)
    readings, defects = [], []
    for kind in FOLDERS:
        for path in sorted((folder / kind).glob("*")) if (folder / kind).is_dir() else ():
            if path.name.startswith("."):
                continue
            if path.suffix != ".yaml" or not path.is_file():
                defects.append(Defect(f"{kind}/{path.name}", None, "", "seuls des fichiers .yaml sont attendus ici"))
                continue
            readings.append(_read(kind, path, f"{kind}/{path.name}", folder))
    if not readings and not defects:
        cause = f"aucun fichier .yaml dans {', '.join(FOLDERS)}" if folder.is_dir() else "ce dossier n'existe pas"
        defects.append(Defect(str(folder), None, "", cause))
    # A file that could not be read at all would make everything that refers to it look wrong.
    if all(reading.document is not None for reading in readings):
        defects += _check_together(readings, known or Lot())
    _raise_defects(readings, defects)
    return _lot(readings)


def _read_alone(kind: str, path: Path, known: Lot | None) -> Data:
    reading = _read(kind, path, path.name, path.parent.parent if path.parent.name == kind else path.parent)
    defects: list[Defect] = []
    if reading.document is not None and known is not None:
        defects = _check_together([reading], known)
    elif reading.document is not None and kind == "questionnaires":
        reading.refuse(references.condition_findings(reading.document, None))
        for _document, at, cause in references.cycle_findings([reading.document], Lot()):
            reading.refuse([(at, cause)])
    _raise_defects([reading], defects)
    return reading.document


def _read(kind: str, path: Path, file: str, folder: Path) -> _Reading:
    root, defects = load_tree(path, file)
    parser = Parser(file, folder / images.FOLDER)
    document = _DOCUMENTS[kind](parser, root) if root is not None else None
    reading = _Reading(kind, file, document, parser.lines, [*defects, *parser.defects], parser.pictures)
    if document is not None:
        reading.refuse(_OWN_CHECKS[kind](document))
    return reading


def _questionnaire(parser: Parser, root: MappingNode) -> Data:
    document = parser.object(root, schema.QUESTIONNAIRE, "")
    genre = document["genre"] if document["genre"] in schema.CRITERE_GENRES else ""
    for section in document["sections"]:
        _inherit(section, genre, axe=section["code"])
    return document


def _inherit(section: Data, genre: str, *, axe: str) -> None:
    """Give the section and its criteria what they take from above when they do not say it."""
    section["axe"] = section["axe"] or axe
    for critere in section["criteres"]:
        critere["genre"] = critere["genre"] or genre
    for inner in section["sections"]:
        _inherit(inner, genre, axe=section["axe"])


def _parcours(parser: Parser, root: MappingNode) -> Data:
    document = parser.object(root, schema.PARCOURS, "")
    for demarche in document["demarches"]:
        demarche["libelle_court"] = demarche["libelle_court"] or demarche["titre"]
    return document


def _exigences(parser: Parser, root: MappingNode) -> Data:
    return parser.exigences(root)


_DOCUMENTS: dict[str, Callable[[Parser, MappingNode], Data]] = {
    "questionnaires": _questionnaire,
    "parcours": _parcours,
    "exigences": _exigences,
}
_OWN_CHECKS: dict[str, Callable[[Data], Iterable[checks.Finding]]] = {
    "questionnaires": checks.questionnaire_findings,
    "parcours": checks.parcours_findings,
    "exigences": checks.exigences_findings,
}


def _lot(readings: list[_Reading]) -> Lot:
    pictures = {name: content for reading in readings for name, content in reading.pictures.items()}
    return Lot(**{kind: [reading.document for reading in readings if reading.kind == kind] for kind in FOLDERS}, images=pictures)


def _check_together(readings: list[_Reading], known: Lot) -> list[Defect]:
    """Give each file its defects beside the others; return those of the documents already there."""
    lot = _lot(readings)
    everything = lot.with_known(known)
    for reading in readings:
        match reading.kind:
            case "questionnaires":
                reading.refuse(references.condition_findings(reading.document, everything))
                reading.refuse(references.version_findings(reading.document, everything))
                reading.refuse(references.published_findings(reading.document, known))
                reading.refuse(references.image_findings(reading.document, known))
            case "parcours":
                reading.refuse(references.parcours_findings(reading.document, everything))
            case "exigences":
                reading.refuse(references.exigences_findings(reading.document, everything))
    by_document = {id(reading.document): reading for reading in readings}
    repeated = references.repeated_codes(lot, known)
    knotted = references.cycle_findings(lot.questionnaires, everything)
    for document, path, cause in (*repeated, *knotted):
        by_document[id(document)].refuse([(path, cause)])
    return list(_contradicted(lot, known, everything))


def _contradicted(lot: Lot, known: Lot, everything: Lot) -> Iterator[Defect]:
    """Yield what no longer holds of the documents already there: a lot of some files changes what the others refer to."""
    left = known.left_by(lot)
    checked = [(f"questionnaires/{document['code']}.yaml", document, references.condition_findings) for document in left.questionnaires]
    checked += [(f"exigences/{document['demarche']}.yaml", document, references.exigences_findings) for document in left.exigences]
    for file, document, findings in checked:
        before = set(findings(document, known))
        for path, cause in findings(document, everything):
            if (path, cause) not in before:
                yield Defect(file, None, path, f"{cause} ; ce document est déjà chargé : joignez au lot le fichier qui le remplace")


def _raise_defects(readings: list[_Reading], defects: Iterable[Defect] = ()) -> None:
    found = [*defects, *(defect for reading in readings for defect in reading.defects)]
    if found:
        raise ContentError(found)
