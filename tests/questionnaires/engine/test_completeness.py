"""What is missing and how far one is: one function for all (R-4, R-20)."""

from __future__ import annotations

import pytest

from questionnaires.engine.completeness import Facts, Progress, label, missing, progress, progress_by_section

from .content import everything, maturite, questionnaire, section, valeurs

TEXT = {"code": "T", "titre": "T", "genre": "texte", "facultative": True}
DEFINITION = questionnaire(
    section("S", maturite("A"), maturite("B"), TEXT, na_possible=True, sections=[section("S1", maturite("C"))]),
    section("U", {"code": "D", "titre": "D", "genre": "depot"}),
)
SHOWN = everything(DEFINITION)


@pytest.mark.parametrize(
    "answers, sections, expected",
    [
        ({}, {}, ["A", "B", "C", "D"]),
        (valeurs(A=0, B="NA", C=3, D="f"), {}, []),
        ({"A": {"commentaire": "vu"}, **valeurs(B=1, C=1, D="f")}, {}, ["A"]),
        (valeurs(D="f"), {"S": {"motif": ""}}, []),
        (valeurs(A=1, B=1, C=1), {"U": {}}, ["D"]),
        (valeurs(Z=1), {}, ["A", "B", "C", "D"]),
    ],
)
def test_missing(answers, sections, expected):
    assert [manque.code for manque in missing(DEFINITION, SHOWN, answers, sections)] == expected


def test_each_thing_missing_says_what_to_do():
    assert {manque.code: manque.raison for manque in missing(DEFINITION, SHOWN, {}, {})}["A"] == "Choisissez un niveau de maturité."
    assert all(manque.raison.endswith(".") for manque in missing(DEFINITION, SHOWN, {}, {}))


def test_hidden_criteria_are_not_missing():
    hidden = questionnaire(section("S", maturite("A", affichage={"jamais": True}), maturite("B")))
    assert progress(hidden, everything(hidden), valeurs(B=1), {}) == Progress(1, 1)


def test_facts_of_the_rooms_above_count():
    """R-4: inherited counts as answered; an answer may still lack its evidence."""
    facts = Facts(herites=frozenset({"A"}), sans_preuve={"B": "Ajoutez une preuve.", "C": "Ajoutez une preuve."})
    found = missing(DEFINITION, SHOWN, valeurs(B=1), {}, facts)
    assert [(manque.code, manque.raison) for manque in found][:2] == [("B", "Ajoutez une preuve."), ("C", "Choisissez un niveau de maturité.")]


@pytest.mark.parametrize("faits, total, pourcent", [(0, 3, 0), (1, 3, 33), (2, 3, 66), (199, 200, 99), (3, 3, 100), (0, 0, 100)])
def test_the_percentage_is_rounded_down(faits, total, pourcent):
    """R-4: 2/3 = 66 %."""
    assert Progress(faits, total).pourcent == pourcent
    assert Progress(faits, total).is_complete is (pourcent == 100)


def test_sections_count_what_they_hold_without_optional_questions():
    answers = valeurs(A=1, C=2, T="x")
    assert progress(DEFINITION, SHOWN, answers, {}) == Progress(2, 4)
    assert progress_by_section(DEFINITION, SHOWN, answers, {}) == {"S": Progress(2, 3), "S1": Progress(1, 1), "U": Progress(0, 1)}


@pytest.mark.parametrize(
    "genre, expected",
    [
        ("maturite", "Critères renseignés"),
        ("conformite", "Critères renseignés"),
        ("qualification", "Questions obligatoires renseignées"),
        ("orientation", "Questions obligatoires renseignées"),
        ("formulaire", "Questions obligatoires renseignées"),
        ("depot", "Types de documents déposés"),
    ],
)
def test_labels(genre, expected):
    """R-4."""
    assert label(genre) == expected
