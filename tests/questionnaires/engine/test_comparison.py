"""Two states of a questionnaire, answer by answer (QST-8, QST-11)."""

from __future__ import annotations

import pytest

from questionnaires.engine.comparison import compare

from .content import maturite, questionnaire, section, valeurs

DEFINITION = questionnaire(section("S", maturite("B"), maturite("A")))


@pytest.mark.parametrize(
    "before, after, nature",
    [
        ({}, {"valeur": 0}, "ajoute"),
        ({"commentaire": "x"}, {"valeur": 0, "commentaire": "x"}, "ajoute"),
        ({"valeur": 2}, {}, "retire"),
        ({"valeur": 2}, {"commentaire": "x"}, "retire"),
        ({"valeur": 2}, {"valeur": 3}, "modifie"),
        ({"valeur": 2, "commentaire": "x"}, {"valeur": "NA", "commentaire": "y"}, "modifie"),
        ({"valeur": 2}, {"valeur": 2, "option": 12}, "modifie"),
        ({"valeur": 2}, {"valeur": 2, "commentaire": "x"}, "commentaire"),
        ({}, {"commentaire": "x"}, "commentaire"),
        ({"valeur": 2}, {"valeur": 2}, None),
        ({"valeur": 2, "commentaire": ""}, {"valeur": 2, "auteur": 4}, None),
        ({}, {"valeur": None}, None),
    ],
)
def test_nature_of_a_difference(before, after, nature):
    found = compare(DEFINITION, {"A": before}, {"A": after})
    assert [(one.code, one.nature, one.avant, one.apres) for one in found] == ([("A", nature, before, after)] if nature else [])


def test_differences_come_in_display_order_then_those_of_criteria_no_longer_there():
    assert [one.code for one in compare(DEFINITION, valeurs(A=1, Z=1), valeurs(B=1, Y=2))] == ["B", "A", "Y", "Z"]
