"""A version compiled: defaults, axes, what a criterion offers (QST-0, R-10, R-13)."""

from __future__ import annotations

import json

import pytest

from questionnaires.engine.conditions import ConditionError
from questionnaires.engine.definition import Axe, compile_definition


def maturite(code, **more):
    return {"code": code, "titre": code, "niveaux": {0: "a", 1: "b", 2: "c", 3: "d"}, **more}


def document(*sections, **more):
    return {"code": "q", "titre": "Q", "genre": "maturite", "sections": list(sections), **more}


def section(code, *criteres, **more):
    return {"code": code, "titre": f"Section {code}", "criteres": list(criteres), **more}


def test_optional_keys_may_be_absent():
    definition = compile_definition({"code": "q", "titre": "Q", "genre": "maturite", "sections": [{"code": "S", "titre": "S", "criteres": [maturite("C")]}]})
    critere = definition.criteres["C"]
    assert (definition.numero, definition.portee, definition.theme, definition.informations_utiles) == (1, "sujet", "Q", ())
    assert (critere.genre, critere.na, critere.offers_na, critere.facultative, critere.recommandation(0)) == ("maturite", None, False, False, "")


def test_criteria_come_in_display_order_those_of_a_section_before_those_inside():
    inner = section("B", maturite("3"))
    definition = compile_definition(document(section("A", maturite("1"), maturite("2"), sections=[inner]), section("C", maturite("4"))))
    assert list(definition.criteres) == ["1", "2", "3", "4"]
    assert [one.code for one in definition.every_section()] == ["A", "B", "C"]
    assert definition.criteres["3"].section_code == "B"


def test_an_axis_is_inherited_and_named_by_the_section_that_bears_it():
    definition = compile_definition(
        document(
            section("A", maturite("1"), sections=[section("A.1", maturite("2")), section("A.2", maturite("3"), axe="Z")]),
            section("B", maturite("4"), axe="Z"),
            section("Z", maturite("5")),
        )
    )
    assert {code: critere.axe for code, critere in definition.criteres.items()} == {"1": "A", "2": "A", "3": "Z", "4": "Z", "5": "Z"}
    assert definition.axes == (Axe("A", "Section A"), Axe("Z", "Section Z"))


def test_levels_written_as_numbers_or_as_texts_are_the_same():
    stored = json.loads(json.dumps(document(section("A", maturite("1", recommandation={0: "Un", 2: "Deux"})))))
    critere = compile_definition(stored).criteres["1"]
    assert critere.niveaux == ("a", "b", "c", "d")
    assert [critere.recommandation(level) for level in (0, 1, 2, 3, "NA", None)] == ["Un", "", "Deux", "", "", ""]


def test_one_recommendation_serves_every_level_below_the_cible():
    """R-13: it shows while the level is below 3."""
    critere = compile_definition(document(section("A", maturite("1", recommandation="Faites.")))).criteres["1"]
    assert [critere.recommandation(level) for level in (0, 1, 2, 3)] == ["Faites.", "Faites.", "Faites.", ""]


def test_na_is_offered_where_its_text_is_and_by_every_conformity_criterion():
    criteres = compile_definition(
        document(section("A", maturite("1", na="Sans objet."), maturite("2"), {"code": "3", "titre": "3", "genre": "conformite"}))
    ).criteres
    assert [critere.offers_na for critere in criteres.values()] == [True, False, True]


def test_two_compilations_are_two_keys():
    """A definition, a criterion, can be the key of a cache."""
    one, other = compile_definition(document(section("A", maturite("1")))), compile_definition(document(section("A", maturite("1"))))
    assert len({one, other, one}) == 2
    assert len({one.criteres["1"], other.criteres["1"]}) == 2


def test_questions_that_depend_on_one_another_are_refused():
    def question(code, on):
        return {"code": code, "titre": code, "genre": "texte", "affichage": {"question": on, "egal": "x"}}

    with pytest.raises(ConditionError, match="dépendent les unes des autres"):
        compile_definition(document(section("A", question("1", "2"), question("2", "1"))))
    with pytest.raises(ConditionError):
        compile_definition(document(section("A", {"code": "1", "titre": "1", "genre": "texte"}, affichage={"question": "1", "egal": "x"})))


def test_a_question_may_depend_on_one_for_a_source_and_be_read_by_it_for_the_other():
    own = {"code": "1", "titre": "1", "genre": "texte", "affichage_selon": {"qualification": {"question": "2", "egal": "x"}}}
    other = {"code": "2", "titre": "2", "genre": "texte", "affichage_selon": {"orientation": {"question": "1", "egal": "x"}}}
    assert list(compile_definition(document(section("A", own, other))).criteres) == ["1", "2"]
