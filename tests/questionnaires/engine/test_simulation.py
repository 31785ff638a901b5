"""What the rules say of a profile, without a screen (ARCHITECTURE §6)."""

from __future__ import annotations

import json

import pytest

from questionnaires.engine.definition import compile_definition
from questionnaires.engine.simulation import SimulatedDemarche, SimulationContent, SimulationError, simulate

from .content import jeu, maturite, obligation, option, questionnaire, section

CHOIX = [{"code": "oui", "libelle": "Oui"}, {"code": "non", "libelle": "Non"}]
PROFIL = compile_definition(
    {
        "code": "p",
        "titre": "P",
        "genre": "qualification",
        "sections": [
            section(
                "P",
                {"code": "P.1", "titre": "P.1", "genre": "choix_unique", "choix": CHOIX},
                {"code": "P.2", "titre": "P.2", "genre": "choix_unique", "choix": CHOIX, "affichage": {"question": "P.1", "egal": "oui"}},
            )
        ],
    }
)
DEFINITION = questionnaire(
    section("X", maturite("A"), maturite("B", affichage={"question": "P.1", "egal": "oui"}), maturite("C", affichage={"question": "P.2", "egal": "oui"}))
)
JEU = jeu(DEFINITION, A=obligation(2), B=obligation(1), C=option(3))
CONTENT = SimulationContent({"d": SimulatedDemarche("qualification", (PROFIL,), ((DEFINITION, JEU),))})


@pytest.mark.parametrize(
    "profil, reponses, expected",
    [
        ({}, {}, {"affiches": ["A"], "radar": {}, "verdict": None, "ecart": [], "manquants": ["A"]}),
        ({"P.1": "oui"}, {"A": 1, "B": 2}, {"affiches": ["A", "B"], "radar": {"X": 1.5}, "verdict": "non_atteint", "ecart": ["A"], "manquants": []}),
        ({"P.1": "oui", "P.2": "oui"}, {"A": "NA", "B": 0, "C": 2},
         {"affiches": ["A", "B", "C"], "radar": {"X": 0.0}, "verdict": "non_atteint", "ecart": ["B", "C"], "manquants": []}),
        ({"P.1": "non", "P.2": "oui"}, {"A": 2, "C": 0}, {"affiches": ["A"], "radar": {"X": 2.0}, "verdict": "atteint", "ecart": [], "manquants": []}),
        ({"P.1": None}, {"A": None}, {"affiches": ["A"], "radar": {}, "verdict": None, "ecart": [], "manquants": ["A"]}),
    ],
)  # fmt: skip
def test_a_simulation(profil, reponses, expected):
    """Answers to hidden questions and to hidden criteria are accepted and change nothing."""
    found = simulate(CONTENT, "d", profil, reponses)
    assert found == {"questionnaires": {"q": expected}}
    assert json.loads(json.dumps(found)) == found


def test_the_questions_of_an_evaluation_show_and_hide_what_it_holds():
    """QST-1, R-6: as its form does, beside the profile."""
    own = {"code": "Q", "titre": "Q", "genre": "choix_unique", "choix": CHOIX}
    definition = questionnaire(section("X", own, maturite("A", affichage={"question": "Q", "egal": "oui"})))
    content = SimulationContent({"d": SimulatedDemarche("aucun", (), ((definition, jeu(definition, A=obligation(2))),))})
    for answers, shown, missing in (({}, ["Q"], ["Q"]), ({"Q": "oui"}, ["Q", "A"], ["A"]), ({"Q": "non", "A": 1}, ["Q"], [])):
        found = simulate(content, "d", {}, answers)["questionnaires"]["q"]
        assert (found["affiches"], found["manquants"]) == (shown, missing)


def test_radar_values_are_not_rounded():
    definition = questionnaire(section("X", *(maturite(code) for code in "ABC")))
    content = SimulationContent({"d": SimulatedDemarche("aucun", (), ((definition, jeu(definition, **dict.fromkeys("ABC", obligation(1)))),))})
    assert simulate(content, "d", {}, {"A": 1, "B": 2, "C": 2})["questionnaires"]["q"]["radar"] == {"X": 5 / 3}


def test_an_evaluation_that_shows_nothing_is_a_key_all_the_same():
    definition = questionnaire(section("X", maturite("A", affichage={"jamais": True})))
    content = SimulationContent({"d": SimulatedDemarche("aucun", (), ((definition, jeu(definition)),))})
    assert simulate(content, "d", {}, {})["questionnaires"]["q"] == {"affiches": [], "radar": {}, "verdict": "atteint", "ecart": [], "manquants": []}


@pytest.mark.parametrize(
    "demarche, profil, reponses, words",
    [
        ("x", {}, {}, "Démarche inconnue"),
        (None, {}, {}, "Démarche inconnue"),
        (["d"], {}, {}, "Démarche inconnue"),
        ("d", [], {}, "Le profil est un objet"),
        ("d", {}, "A", "Les réponses sont un objet"),
        ("d", {"P.9": "oui"}, {}, "Question inconnue dans le profil\xa0: P.9"),
        ("d", {"P.1": "peut-être"}, {}, "P.1\xa0: Choisissez l'une des réponses proposées."),
        ("d", {"P.2": 3}, {}, "P.2"),
        ("d", {}, {"Z": 1}, "Critère inconnu dans cette démarche\xa0: Z"),
        ("d", {}, {"P.1": "oui"}, "Critère inconnu"),
        ("d", {}, {"A": 4}, "A\xa0: Choisissez l'un des niveaux proposés"),
        ("d", {}, {"B": "conforme"}, "B"),
        ("d", {}, {"A": "1"}, "A\xa0: un niveau est un nombre de 0 à 3, ou «\xa0NA\xa0»."),
        ("d", {}, {"A": ""}, "A\xa0: un niveau est un nombre"),
        ("d", {}, {"A": 1.0}, "A"),
        ("d", {}, {"A": True}, "A"),
        ("d", {}, {"A": []}, "A"),
        ("d", {"P.1": ["oui"]}, {}, "P.1\xa0: une seule réponse est attendue"),
        ("d", {"P.1": ""}, {}, "P.1"),
        ("d", {}, {"A": {"niveau": 1}}, "A"),
    ],
)
def test_what_is_unknown_is_refused_in_words(demarche, profil, reponses, words):
    with pytest.raises(SimulationError) as refusal:
        simulate(CONTENT, demarche, profil, reponses)
    assert str(refusal.value).startswith(words)
    assert len(str(refusal.value)) < 200


def test_a_profile_may_hold_the_answers_other_demarches_read():
    """R-6: the questions a démarche does not read must exist, and change nothing."""
    other = SimulatedDemarche("aucun", (), ((DEFINITION, JEU),))
    content = SimulationContent({**CONTENT.demarches, "o": other})
    assert simulate(content, "o", {"P.1": "oui"}, {"A": 2}) == simulate(content, "o", {}, {"A": 2})
    with pytest.raises(SimulationError):
        simulate(content, "o", {"P.1": "peut-être"}, {})


def test_what_is_announced_is_named():
    """A démarche whose questionnaires are to come gives a clear answer."""
    content = SimulationContent({"d": SimulatedDemarche("aucun", (), (), ("rgpd",))})
    assert simulate(content, "d", {}, {}) == {"questionnaires": {}, "a_venir": ["rgpd"]}
