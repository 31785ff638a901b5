"""The workbook of results: what it holds, and that nothing in it is a formula or a link (QST-8, XP-1)."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from openpyxl import load_workbook

from questionnaires.exports.excel import classeur_ecart, classeur_resultats
from questionnaires.exports.rapport import LigneEcart, PartConformite

from .rapports import HOSTILES, critere, rapport


def read(content: bytes):
    return load_workbook(BytesIO(content))


def test_sheets_and_headings():
    book = read(classeur_resultats(rapport()))
    assert book.sheetnames == ["Résultats", "Critères", "Écart", "Historique"]
    assert [cell.value for cell in book["Critères"][1]][:6] == ["Code", "Critère", "Section", "Nature", "Niveau", "Réponse"]
    assert book["Critères"].freeze_panes == "A2"
    assert book["Critères"].column_dimensions["B"].width > 30


def test_one_row_per_criterion_with_its_level_as_a_number():
    sheet = read(classeur_resultats(rapport()))["Critères"]
    assert sheet.max_row == 9
    assert [sheet.cell(row, 5).value for row in range(2, 6)] == [0, 1, 2, 3]
    assert sheet.cell(3, 6).value == "1 · Maturité faible"


def test_na_has_no_level_number():
    sheet = read(classeur_resultats(rapport([critere(1, "NA")])))["Critères"]
    assert (sheet.cell(2, 5).value, sheet.cell(2, 6).value) == (None, "Non applicable")


@pytest.mark.parametrize("text", HOSTILES)
def test_no_text_becomes_a_formula_or_a_link(text):
    """XP-1: whatever a person typed is text, read back by another library."""
    hostile = rapport([critere(1, 0, titre=text, commentaire=text, code=text)], sujet=text, entreprise=text, auteur=text, intitule=text)
    content = classeur_resultats(hostile)
    book = read(content)
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type in "snd" and cell.hyperlink is None for cell in row), sheet.title
    assert book["Critères"]["A2"].data_type == "s"
    names = zipfile.ZipFile(BytesIO(content)).namelist()
    assert not [name for name in names if "externalLink" in name or "vbaProject" in name]


def test_control_characters_are_removed_and_long_texts_cut():
    sheet = read(classeur_resultats(rapport([critere(1, 0, commentaire="a\x00\x0bb\ud800" + "x" * 40_000)])))["Critères"]
    assert sheet["I2"].value.startswith("abx")
    assert len(sheet["I2"].value) == 32_767


@pytest.mark.parametrize(("axes", "kind"), [(4, "radarChart"), (2, "barChart")])
def test_native_chart(axes, kind):
    """R-12: a radar, or bars under three axes."""
    package = zipfile.ZipFile(BytesIO(classeur_resultats(rapport(axes=axes))))
    assert kind in package.read("xl/charts/chart1.xml").decode()


def test_the_chart_draws_no_point_where_there_is_no_mean():
    """R-12: the table says « — », which a chart would draw as a zero: it reads cells of its own, empty there."""
    content = classeur_resultats(rapport())
    sheet = read(content)["Résultats"]
    top = next(cell.row for cell in sheet["A"] if cell.value == "Axe")
    chart = zipfile.ZipFile(BytesIO(content)).read("xl/charts/chart1.xml").decode()
    assert [sheet.cell(top + row, 3).value for row in (1, 2)] == [0.5, "—"]
    assert [sheet.cell(top + row, 6).value for row in (1, 2)] == [0.5, None]
    assert f"$F${top + 1}:$F${top + 4}" in chart and "$C$" not in chart.partition("<c:val>")[2].partition("</c:val>")[0]
    assert sheet.column_dimensions["E"].hidden and 'plotVisOnly val="1"' not in chart


def test_the_draft_that_does_not_count_is_told():
    """QST-8: as the page and the PDF do."""
    sheet = read(classeur_resultats(rapport(note="Un brouillon de Paul Girard est en cours.")))["Résultats"]
    assert ["À noter", "Un brouillon de Paul Girard est en cours."] in [[row[0].value, row[1].value] for row in sheet.iter_rows()]


def test_shares_of_a_conformity_questionnaire():
    """QST-6: its share of conforme, non conforme and NA per section, as the page shows."""
    parts = (PartConformite("=Sécurité", 2, 1, 0), PartConformite("Ensemble", 2, 1, 4))
    sheet = read(classeur_resultats(rapport(axes=0, parts=parts)))["Résultats"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()][-3:]
    assert rows == [["Section", "Conforme", "Non conforme", "Non applicable"], ["=Sécurité", 2, 1, 0], ["Ensemble", 2, 1, 4]]


def test_a_refused_answer_is_said_in_the_gap():
    """R-13: where there is no level to count, the workbook says why the criterion stands there, as the page does."""
    lines = [LigneEcart(critere(1, 0), None, None, True), LigneEcart(critere(2, 1), 1, 2, True), LigneEcart(critere(3, 1), None, 2, False)]
    sheet = read(classeur_ecart(rapport(ecart=tuple(lines))))["Écart"]
    assert [sheet.cell(row, 6).value for row in (2, 3, 4)] == ["Réponse non acceptée", 1, None]


def test_without_axis_there_is_no_chart():
    package = zipfile.ZipFile(BytesIO(classeur_resultats(rapport(axes=0))))
    assert not [name for name in package.namelist() if "chart" in name]


def test_moments_are_those_of_paris():
    sheet = read(classeur_resultats(rapport()))["Historique"]
    assert sheet["A2"].value.isoformat() == "2026-11-21T09:05:00"


def test_gap_alone():
    """QST-7: the gap to target can be downloaded."""
    book = read(classeur_ecart(rapport()))
    assert book.sheetnames == ["Écart"]
    assert book["Écart"].max_row == 1 + len(rapport().ecart)
    assert book["Écart"]["F2"].value == 1
