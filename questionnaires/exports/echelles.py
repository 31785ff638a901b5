"""The public list of questionnaires and scales as a workbook: one sheet per démarche (QST-0, R-15)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from accounts.exports.classeur import Cell, Classeur, Colonne

from ..echelles import Catalogue, DemarcheEchelle

COCHE = "✓ "
COLONNES = (
    Colonne("Questionnaire", 24),
    Colonne("Section", 34),
    Colonne("Code", 12),
    Colonne("Critère", 44),
    Colonne("Objectif ou exigence", 50),
    Colonne("Nature", 12),
    Colonne("Non applicable", 34),
    Colonne("0 · Maturité très faible, ou Non conforme", 44),
    Colonne("1 · Maturité faible", 44),
    Colonne("2 · Maturité moyenne", 44),
    Colonne("3 · Maturité forte, ou Conforme", 44),
    Colonne("Selon votre profil", 60),
)
RANGS = {"na": 0, "0": 1, "non_conforme": 1, "1": 2, "2": 3, "3": 4, "conforme": 4}


def classeur_echelles(catalogue: Catalogue) -> bytes:
    """Return the workbook; ✓ stands before each answer that the démarche accepts."""
    classeur = Classeur("Questionnaires et échelles")
    names: set[str] = set()
    for parcours in catalogue.parcours_list:
        for demarche in parcours.demarches:
            if any(questionnaire.disponible for questionnaire in demarche.questionnaires):
                classeur.table(classeur.sheet(_name(demarche, names)), COLONNES, _rows(demarche))
    if not names:
        classeur.table(classeur.sheet("Questionnaires"), COLONNES, ())
    return classeur.close()


def _name(demarche: DemarcheEchelle, names: set[str]) -> str:
    """Name a sheet: 31 characters, none of those forbidden, never twice the same."""
    plain = "".join(" " if char in "[]:*?/\\'" else char for char in demarche.titre).strip() or demarche.code
    name = plain[:31].strip()
    while name.lower() in names:
        name = f"{plain[:28].strip()} {len(names)}"
    names.add(name.lower())
    return name


def _rows(demarche: DemarcheEchelle) -> Iterator[Sequence[Cell]]:
    for questionnaire in demarche.questionnaires:
        for ligne in questionnaire.lignes if questionnaire.disponible else ():
            cells: list[Cell] = [None] * 5
            for reponse in ligne.reponses:
                cells[RANGS[reponse.classe]] = (COCHE if reponse.acceptee else "") + (reponse.texte or reponse.libelle)
            more = " ".join([*ligne.variantes, ligne.attendu]).strip()
            yield [questionnaire.titre, ligne.section, ligne.code, ligne.titre, ligne.objet, ligne.nature, *cells, more or None]
