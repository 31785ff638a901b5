"""The workbooks of results and of the gap to the target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from accounts.exports.classeur import Cell, Classeur, Colonne, clean

from .rapport import ABSENT, Rapport

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

# --- The workbook of results ----------------------------------------------------------------------------------------------
CRITERES = (
    Colonne("Code", 12),
    Colonne("Critère", 42),
    Colonne("Section", 32),
    Colonne("Nature", 12),
    Colonne("Niveau", 10),
    Colonne("Réponse", 24),
    Colonne("Attendu", 26),
    Colonne("Constat", 14),
    Colonne("Commentaire", 50),
    Colonne("Recommandation", 60),
)
ECART = (
    Colonne("Code", 12),
    Colonne("Critère", 42),
    Colonne("Nature", 12),
    Colonne("Réponse", 24),
    Colonne("Attendu", 26),
    Colonne("Niveaux manquants pour l'attendu", 18),
    Colonne("Niveaux manquants pour la cible (3)", 18),
    Colonne("Recommandation", 60),
)
PARTS = ("Section", "Conforme", "Non conforme", "Non applicable")
DRAWN = 3  # columns between a mean and the hidden cell that the chart draws
HISTORIQUE = (Colonne("Validée le", 18), Colonne("Par", 32), Colonne("Depuis la démarche", 44), Colonne("Version du questionnaire", 24))


def classeur_resultats(rapport: Rapport) -> bytes:
    """Return the workbook of a report: « Résultats », « Critères », « Écart », « Historique » (QST-8)."""
    classeur = Classeur(rapport.intitule, rapport.entreprise)
    _resultats(classeur, rapport)
    classeur.table(classeur.sheet("Critères"), CRITERES, lignes_criteres(rapport))
    classeur.table(classeur.sheet("Écart"), ECART, lignes_ecart(rapport))
    evenements = ([item.quand, item.qui, item.demarche, item.version] for item in rapport.historique)
    classeur.table(classeur.sheet("Historique"), HISTORIQUE, evenements)
    return classeur.close()


def classeur_ecart(rapport: Rapport) -> bytes:
    """Return the gap to target alone (QST-7)."""
    classeur = Classeur(f"{rapport.intitule} : écart à la cible", rapport.entreprise)
    classeur.table(classeur.sheet("Écart"), ECART, lignes_ecart(rapport))
    return classeur.close()


def lignes_criteres(rapport: Rapport) -> Iterable[Sequence[Cell]]:
    """Yield the rows under ``CRITERES``."""
    for ligne in rapport.criteres:
        niveau = ligne.valeur if isinstance(ligne.valeur, int) else None
        yield [
            ligne.code,
            ligne.titre,
            ligne.section,
            ligne.nature,
            niveau,
            ligne.reponse,
            ligne.attendu,
            ligne.constat,
            ligne.commentaire,
            ligne.recommandation,
        ]


def lignes_ecart(rapport: Rapport) -> Iterable[Sequence[Cell]]:
    """Yield the rows under ``ECART``."""
    for ligne in rapport.ecart:
        critere = ligne.critere
        yield [
            critere.code,
            critere.titre,
            critere.nature,
            critere.reponse,
            critere.attendu,
            ligne.ecart_seuil,
            ligne.manque_cible,
            critere.recommandation,
        ]


def _resultats(classeur: Classeur, rapport: Rapport) -> None:
    sheet = classeur.sheet("Résultats")
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 3, 22)
    sheet.write_string(0, 0, clean(rapport.intitule), classeur.title)
    row = 2
    for row, (label, value) in enumerate(_facts(rapport), start=2):
        sheet.write_string(row, 0, label, classeur.strong)
        classeur.write(sheet, row, 1, value)
    if rapport.parts:
        row = _parts(classeur, sheet, rapport, row + 2)
    if rapport.axes:
        _radar(classeur, sheet, rapport, row + 2)


def _facts(rapport: Rapport) -> list[tuple[str, Cell]]:
    facts: list[tuple[str, Cell]] = [
        ("Produit ou stratégie", rapport.sujet),
        ("Référence", rapport.reference),
        ("Entreprise", rapport.entreprise),
        ("Parcours", rapport.parcours),
        ("Démarche", rapport.demarche),
        ("Questionnaire", f"{rapport.questionnaire}, {rapport.version}"),
        (rapport.source, rapport.date),
        ("Par", rapport.auteur),
        ("Résultat", rapport.titre_verdict),
        ("Explication", rapport.raison),
    ]
    notes = (rapport.avertissement, rapport.note)
    return [*facts, *(("À noter", note) for note in notes if note)]


def _parts(classeur: Classeur, sheet: Worksheet, rapport: Rapport, top: int) -> int:
    """Write the shares of a conformity questionnaire by section (QST-6); give the last row."""
    for column, heading in enumerate(PARTS):
        sheet.write_string(top, column, heading, classeur.heading)
    row = top
    for row, part in enumerate(rapport.parts, start=top + 1):
        for column, value in enumerate((part.titre, part.conforme, part.non_conforme, part.na)):
            classeur.write(sheet, row, column, value)
    return row


def _radar(classeur: Classeur, sheet: Worksheet, rapport: Rapport, top: int) -> None:
    """Write the means, and the native chart that reads them: a radar, or bars under three axes (R-12)."""
    headings = ["Axe", "Dernières réponses validées", "Brouillon", rapport.libelle_attendu]
    for column, heading in enumerate(headings):
        sheet.write_string(top, column, heading, classeur.heading)
    for row, axe in enumerate(rapport.axes, start=top + 1):
        sheet.write_string(row, 0, clean(axe.titre), classeur.text)
        for column, value in enumerate((axe.validee, axe.brouillon, axe.attendue), start=1):
            point = None if value is None else float(value)
            classeur.write(sheet, row, column, ABSENT if point is None else point)
            classeur.write(sheet, row, column + DRAWN, point)  # an empty cell: a text would be drawn as a zero
    sheet.set_column(1 + DRAWN, 3 + DRAWN, None, None, {"hidden": True})
    kind = {"type": "radar", "subtype": "with_markers"} if rapport.is_radar else {"type": "bar"}
    chart = classeur.book.add_chart(kind)
    last = top + len(rapport.axes)
    for column, dash, present in ((1, "solid", rapport.has_validee), (2, "dash", rapport.has_brouillon), (3, "round_dot", rapport.has_attendue)):
        if present:
            chart.add_series(
                {
                    "name": ["Résultats", top, column],
                    "categories": ["Résultats", top + 1, 0, last, 0],
                    "values": ["Résultats", top + 1, column + DRAWN, last, column + DRAWN],
                    "line": {"dash_type": dash, "width": 2},
                }
            )
    chart.set_title({"name": clean(f"{rapport.questionnaire} : moyenne par axe"), "name_font": {"size": 12}})
    chart.set_y_axis({"min": 0, "max": 3, "major_unit": 1})
    chart.show_hidden_data()
    chart.set_size({"width": 720, "height": 480})
    sheet.insert_chart(last + 2, 0, chart, {"description": "Moyenne par axe ; les valeurs sont dans le tableau au-dessus."})
