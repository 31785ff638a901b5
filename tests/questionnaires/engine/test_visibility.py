"""What shows, inside a form and out of it, and why (QST-1, R-1, R-6, CAT-2)."""

from __future__ import annotations

import pytest

from questionnaires.engine.definition import compile_definition
from questionnaires.engine.profile import effective_profil, shown_questions
from questionnaires.engine.visibility import impact, kept_codes, shown

YES = {"question": "P.1", "egal": "oui"}


def critere(code, **more):
    return {"code": code, "titre": code, "niveaux": {0: "a", 1: "b", 2: "c", 3: "d"}, **more}


def questionnaire(*sections, **more):
    return compile_definition({"code": "q", "titre": "Q", "genre": "maturite", "sections": list(sections), **more})


def question(code, genre="choix_unique", **more):
    choix = [{"code": "oui", "libelle": "Oui"}, {"code": "non", "libelle": "Non"}]
    return {"code": code, "titre": f"Question {code}", "genre": genre, "choix": choix, **more}


FORM = compile_definition(
    {
        "code": "f",
        "titre": "F",
        "genre": "qualification",
        "sections": [
            {"code": "B", "titre": "B", "criteres": [question("P.3", affichage={"question": "P.2", "egal": "oui"})]},
            {"code": "A", "titre": "A", "criteres": [question("P.1"), question("P.2", affichage=YES)]},
            {"code": "C", "titre": "C", "affichage": {"question": "P.3", "egal": "oui"}, "criteres": [question("P.4", facultative=True)]},
        ],
    }
)


def oui(*codes):
    return {code: {"valeur": "oui"} for code in codes}


@pytest.mark.parametrize(
    "more, source, profil, expected",
    [
        ({}, "qualification", {}, True),
        ({"affichage": YES}, "qualification", {"P.1": "oui"}, True),
        ({"affichage": YES}, "orientation", {"P.1": "oui"}, True),
        ({"affichage": YES}, "aucun", {}, False),
        ({"affichage_selon": {"qualification": YES}}, "qualification", {}, False),
        ({"affichage_selon": {"qualification": YES}}, "orientation", {}, True),
        ({"affichage_selon": {"orientation": YES}}, "aucun", {}, True),
        ({"affichage_selon": {"qualification": YES}, "affichage": {"question": "P.2", "egal": "oui"}}, "qualification", {"P.1": "oui"}, False),
    ],
)
@pytest.mark.parametrize("bearer", ["critere", "section", "outer", "questionnaire"])
def test_a_criterion_shows_when_its_conditions_and_those_of_all_that_holds_it_hold(bearer, more, source, profil, expected):
    carry = {bearer: more}
    inner = {"code": "S.1", "titre": "S.1", "criteres": [critere("C", **carry.get("critere", {}))], **carry.get("section", {})}
    outer = {"code": "S", "titre": "S", "sections": [inner], **carry.get("outer", {})}
    visible = shown(questionnaire(outer, **carry.get("questionnaire", {})), profil, source)
    assert visible.codes == (("C",) if expected else ())
    assert visible.as_set == frozenset(visible.codes)
    assert visible.by_section == {"S": visible.codes, "S.1": visible.codes}


@pytest.mark.parametrize(
    "answers, expected",
    [
        ({}, ("P.1",)),
        (oui("P.1"), ("P.1", "P.2")),
        (oui("P.1", "P.2"), ("P.3", "P.1", "P.2")),
        (oui("P.2", "P.3"), ("P.1",)),
        (oui("P.1", "P.2", "P.3"), ("P.3", "P.1", "P.2", "P.4")),
        ({**oui("P.2", "P.3"), "P.1": {"valeur": "non"}}, ("P.1",)),
        ({**oui("P.1"), "P.2": {"commentaire": "à voir"}}, ("P.1", "P.2")),
    ],
)
def test_a_form_shows_questions_as_one_answers_in_the_order_of_the_page(answers, expected):
    """A question whose own condition fails hides those that read it, whatever answer it holds (R-6)."""
    assert shown_questions(FORM, answers) == expected


def test_the_profile_leaves_out_hidden_questions_and_empty_answers():
    answers = {**oui("P.2", "P.3"), "P.1": {"valeur": "non"}}
    assert effective_profil(FORM, answers) == {"P.1": "non"}
    assert effective_profil(FORM, {"P.1": {"valeur": ""}, "ailleurs": {"valeur": "x"}}) == {}


def test_a_form_of_another_questionnaire_reads_the_profile_for_foreign_questions_only():
    form = compile_definition(
        {
            "code": "o",
            "titre": "O",
            "genre": "orientation",
            "sections": [
                {"code": "A", "titre": "A", "criteres": [question("O.1", affichage=YES), question("O.2", affichage={"question": "O.1", "egal": "oui"})]}
            ],
        }
    )
    assert shown(form, {"P.1": "oui", "O.1": "non"}, "aucun", own_answers=oui("O.1")).codes == ("O.1", "O.2")
    assert shown(form, {"P.1": "non", "O.1": "oui"}, "aucun", own_answers=oui("O.1")).codes == ()


MIXED = questionnaire(
    {"code": "S", "titre": "S", "na_possible": True, "criteres": [question("Q.1"), question("Q.2", affichage={"question": "Q.1", "egal": "oui"})]},
    {
        "code": "T",
        "titre": "T",
        "criteres": [
            critere("C"),
            critere("D", affichage={"question": "Q.1", "egal": "oui"}),
            critere("E", affichage={"toutes": [YES, {"question": "Q.2", "egal": "oui"}]}),
            critere("F", affichage={"aucune": [{"question": "Q.1", "egal": "oui"}]}),
        ],
    },
    {"code": "U", "titre": "U", "affichage": YES, "criteres": [question("Q.3", affichage={"question": "Q.1", "renseignee": True})]},
)


@pytest.mark.parametrize(
    "profil, answers, sections_na, expected",
    [
        ({}, {}, {}, "Q.1 C F"),
        ({}, oui("Q.1"), {}, "Q.1 Q.2 C D"),
        ({"P.1": "oui"}, oui("Q.1", "Q.2"), {}, "Q.1 Q.2 C D E Q.3"),
        ({"P.1": "oui"}, oui("Q.2"), {}, "Q.1 C F"),
        ({}, {"Q.1": {"valeur": "non"}}, {}, "Q.1 C F"),
        ({"P.1": "oui"}, oui("Q.1", "Q.2"), {"S": {}}, "Q.1 C F"),
        ({"P.1": "oui"}, oui("Q.1", "Q.2"), {"T": {}}, "Q.1 Q.2 C D E Q.3"),
    ],
)
def test_the_answers_to_a_form_show_and_hide_its_own_criteria(profil, answers, sections_na, expected):
    """QST-1, R-6, R-20: beside the profile; a section declared non applicable decides of nothing, one that may not be is not."""
    visible = shown(MIXED, profil, "qualification").answered(answers, sections_na)
    assert " ".join(visible.codes) == expected
    assert not visible.is_settled and visible.answered({}).codes == shown(MIXED, profil, "qualification").codes


@pytest.mark.parametrize("profil, possible", [({}, "C D E F Q.1 Q.2"), ({"P.1": "oui"}, "C D E F Q.1 Q.2 Q.3")])
def test_what_other_answers_would_show_is_known_beforehand(profil, possible):
    """QST-1: all of it is on the page; what the profile hides is not, unless one rule reads both."""
    assert " ".join(sorted(shown(MIXED, profil, "qualification").possible)) == possible


def test_a_form_no_answer_changes_is_what_its_profile_shows():
    visible = shown(questionnaire({"code": "S", "titre": "S", "criteres": [critere("C", affichage=YES), question("Q")]}), {"P.1": "oui"}, "qualification")
    assert visible.is_settled and visible.answered(oui("Q")) is visible and visible.possible == {"C", "Q"}


def test_an_answer_is_kept_beneath_a_section_declared_non_applicable():
    """R-2, R-20: what its questions call for is no longer asked, and is not obsolete."""
    view = shown(MIXED, {}, "qualification")
    assert kept_codes([view], oui("Q.1", "Q.2")) == {"Q.1", "Q.2", "C", "D"}
    assert kept_codes([view], {"Q.1": {"valeur": "non"}, **oui("Q.2")}) == {"Q.1", "C", "F"}


def test_why_names_the_questions_of_the_profile_and_says_nothing_of_what_is_hidden():
    definition = questionnaire({"code": "S", "titre": "S", "affichage": YES, "criteres": [critere("C"), critere("D", affichage={"jamais": True})]})
    visible = shown(definition, {"P.1": "oui"}, "qualification")
    assert (
        visible.why("C", FORM.criteres).replace("\xa0", " ") == "Ce critère s'affiche parce que vous avez répondu « Oui » à la question P.1 « Question P.1 »."
    )
    assert visible.why("D", FORM.criteres) == ""
    own = shown(FORM, {}, "aucun", own_answers=oui("P.1"))
    assert own.why("P.2").replace("\xa0", " ") == "Cette question s'affiche parce que vous avez répondu « Oui » à la question P.1 « Question P.1 »."
    assert own.why("P.1") == "Cette question s'affiche dans tous les cas."


def test_impact_tells_what_appears_disappears_stays_and_which_answers_leave():
    """CAT-2."""
    criteres = [critere("A"), critere("B", affichage=YES), critere("C", affichage={"question": "P.1", "egal": "non"}), critere("D", affichage=YES)]
    definition = questionnaire({"code": "S", "titre": "S", "criteres": criteres})
    before, after = shown(definition, {"P.1": "oui"}, "qualification"), shown(definition, {"P.1": "non"}, "qualification")
    change = impact(definition, before, after, {"A": {"valeur": 1}, "B": {"valeur": 0}, "D": {"commentaire": "bientôt"}})
    assert (change.apparaissent, change.disparaissent, change.inchanges, change.reponses_retirees) == (("C",), ("B", "D"), ("A",), ("B",))
    assert change
    assert not impact(definition, before, before)
