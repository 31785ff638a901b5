"""Radar, verdict, gap and recommendations, by tables (QST-6, QST-7, R-10 to R-13, R-20)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from questionnaires.engine.completeness import Facts
from questionnaires.engine.scoring import Verdict, conformity_shares, evaluate, recommandations

from .content import everything, jeu, maturite, obligation, option, questionnaire, section, valeurs


def judged(definition, answers, sections=None, facts=None, **rules):
    more = {"facts": facts} if facts else {}
    return evaluate(definition, everything(definition), answers, sections or {}, jeu(definition, **rules), {}, **more)


THREE = questionnaire(section("X", maturite("A"), maturite("B"), maturite("C")), section("Y", maturite("D")))


@pytest.mark.parametrize(
    "answers, rules, expected",
    [
        (valeurs(A=1, B=2, C=2), dict.fromkeys("ABC", obligation(1)), {"X": Fraction(5, 3)}),
        (valeurs(A=0), {"A": obligation(1)}, {"X": Fraction(0)}),
        (valeurs(A=1, B="NA"), dict.fromkeys("AB", obligation(1)), {"X": Fraction(1)}),
        (valeurs(A="NA"), {"A": obligation(1)}, {}),
        (valeurs(A=1, B=3), {"A": obligation(1), "B": option(1)}, {"X": Fraction(1)}),
        (valeurs(A=3), {}, {}),
        (valeurs(A=1, D=3), {"A": obligation(1), "B": obligation(1), "D": obligation(1)}, {"X": Fraction(1), "Y": Fraction(3)}),
    ],
)
def test_the_radar_is_the_mean_of_shown_answered_obligations_that_are_not_na(answers, rules, expected):
    """QST-6: an axis with none left is removed."""
    assert {point.axe: point.valeur for point in judged(THREE, answers, **rules).radar} == expected


def test_hidden_answers_do_not_weigh():
    definition = questionnaire(section("X", maturite("A"), maturite("B", affichage={"jamais": True})))
    found = judged(definition, valeurs(A=1, B=3), A=obligation(1), B=obligation(1))
    assert [(point.valeur, point.effectif) for point in found.radar] == [(1, 1)]


def test_numbers_and_conformity_are_not_on_the_scale_of_maturity():
    definition = questionnaire(section("X", {"code": "N", "titre": "N", "genre": "nombre"}, {"code": "K", "titre": "K", "genre": "conformite"}))
    found = judged(definition, valeurs(N=2, K="conforme"), N={"nature": "obligation"}, K={"nature": "obligation"})
    assert (found.radar, found.attendus, found.ecarts, found.verdict) == ((), (), (), Verdict.ATTEINT)


def test_the_expected_series_is_the_mean_of_the_thresholds_without_na():
    """R-12: over shown obligations that are not NA, whatever their level."""
    found = judged(THREE, valeurs(A=0, B="NA"), A=obligation(2), B=obligation(3), C=obligation(1), D=option(3))
    assert {point.axe: (point.valeur, point.effectif) for point in found.attendus} == {"X": (Fraction(3, 2), 2)}


ACCEPTED = {"nature": "obligation", "acceptes": [2, 3]}


@pytest.mark.parametrize(
    "answer, rule, expected",
    [
        (1, obligation(1), "atteint"),
        (3, obligation(1), "atteint"),
        (0, obligation(1), "non_atteint"),
        ("NA", obligation(3), "atteint"),
        (2, ACCEPTED, "atteint"),
        (1, ACCEPTED, "non_atteint"),
        ("NA", ACCEPTED, "non_atteint"),
        ("NA", {"nature": "obligation", "acceptes": ["NA", 2, 3]}, "atteint"),
        (1, {"nature": "obligation", "acceptes": [0, 3]}, "non_atteint"),
        (0, option(3), "atteint"),
        (0, {"nature": "option"}, "atteint"),
        (None, obligation(1), None),
        (None, option(1), None),
    ],
)
def test_verdict_on_the_scale_of_maturity(answer, rule, expected):
    """R-10: accepted answers; options never count, no obligation shown is « Atteint », nothing is said while one is missing."""
    definition = questionnaire(section("X", maturite("A")))
    verdict = judged(definition, valeurs(A=answer), A=rule).verdict
    assert (verdict.value if verdict else None) == expected


@pytest.mark.parametrize(
    "answer, nature, expected",
    [
        ("conforme", "obligation", "Atteint"),
        ("NA", "obligation", "Atteint"),
        ("non_conforme", "obligation", "Non atteint"),
        ("non_conforme", "option", "Atteint"),
    ],
)
def test_verdict_of_conformity(answer, nature, expected):
    """R-10: Conforme or Non applicable."""
    definition = questionnaire(section("X", {"code": "A", "titre": "A"}), genre="conformite")
    assert judged(definition, valeurs(A=answer), A={"nature": nature}).verdict.label == expected


@pytest.mark.parametrize("genre", ["depot", "formulaire", "qualification", "orientation"])
def test_deposits_and_forms_have_no_level(genre):
    """R-10."""
    definition = questionnaire(section("X", {"code": "A", "titre": "A", "genre": "texte"}), genre=genre)
    assert judged(definition, valeurs(A="x")).verdict is None


def test_a_questionnaire_that_shows_nothing_is_atteint():
    """R-10: no obligation shown."""
    definition = questionnaire(section("X", maturite("A", affichage={"jamais": True})))
    assert judged(definition, {}, A=obligation(3)).verdict is Verdict.ATTEINT


@pytest.mark.parametrize("rule, expected", [(obligation(3), Verdict.ATTEINT), (ACCEPTED, Verdict.NON_ATTEINT)])
def test_a_section_declared_non_applicable_reaches_nothing_where_na_is_not_accepted(rule, expected):
    """R-20."""
    definition = questionnaire(section("X", maturite("A"), na_possible=True))
    found = judged(definition, valeurs(A=0), {"X": {"motif": "Sans objet."}}, A=rule)
    assert (found.verdict, found.radar) == (expected, ())


def test_an_inherited_criterion_is_neutral_in_the_verdict():
    """WHL: it counts as answered, and says nothing of its level."""
    definition = questionnaire(section("X", maturite("A")))
    assert judged(definition, {}, facts=Facts(herites=frozenset({"A"})), A=obligation(3)).verdict is Verdict.ATTEINT


def test_the_gap_puts_obligations_first_then_what_is_nearest():
    """R-13; what misses its threshold comes before what only misses the cible."""
    definition = questionnaire(section("X", *(maturite(code) for code in "ABCDEFG")))
    answers = valeurs(A=0, B=1, C=1, D=0, E=3, F=2, G="NA")
    rules = {"A": obligation(2), "B": obligation(2), "C": obligation(1), "D": option(1), "E": obligation(3), "F": obligation(2), "G": obligation(2)}
    found = judged(definition, answers, **rules)
    assert [(e.code, e.manque_seuil, e.manque_cible, e.bloque) for e in found.ecarts] == [
        ("B", 1, 2, True),
        ("A", 2, 3, True),
        ("F", 0, 1, False),
        ("C", 0, 2, False),
        ("D", 1, 3, False),
    ]
    assert [e.code for e in found.bloquants] == ["B", "A"]


def test_what_is_refused_without_a_level_is_in_the_gap_when_it_is_an_obligation():
    definition = questionnaire(section("X", maturite("A"), maturite("B"), *({"code": code, "titre": code, "genre": "conformite"} for code in "CD")))
    answers = valeurs(A="NA", B="NA", C="non_conforme", D="non_conforme")
    found = judged(definition, answers, A=ACCEPTED, B=obligation(2), C={"nature": "obligation"}, D={"nature": "option"})
    assert [(e.code, e.bloque) for e in found.ecarts] == [("C", True), ("A", True)]


def test_a_criterion_without_threshold_misses_the_cible_only():
    definition = questionnaire(section("X", maturite("A"), maturite("B")))
    found = judged(definition, valeurs(A=1, B=3))
    assert [(e.code, e.seuil, e.manque_seuil, e.manque_cible, e.bloque, e.is_obligation) for e in found.ecarts] == [("A", None, 0, 2, False, False)]


def test_recommendations_show_below_the_cible():
    """R-13; nothing is recommended on what does not show."""
    criteres = [maturite(code, recommandation=f"Faites {code}.") for code in "ABCD"]
    hidden = maturite("E", recommandation="Faites E.", affichage={"jamais": True})
    definition = questionnaire(section("X", *criteres, hidden))
    effective = valeurs(A=0, B=2, C=3, D="NA", E=0)
    assert recommandations(definition, everything(definition), effective) == (("A", "Faites A."), ("B", "Faites B."))


def test_conformity_is_told_by_shares():
    """QST-6: in whole, and by section."""
    definition = questionnaire(
        section("X", *({"code": code, "titre": code} for code in "AB"), sections=[section("X1", {"code": "C", "titre": "C"})]),
        section("Y", {"code": "D", "titre": "D"}),
        genre="conformite",
    )
    found = conformity_shares(everything(definition), valeurs(A="conforme", B="NA", C="non_conforme"))
    assert found[""] == {"conforme": 1, "non_conforme": 1, "NA": 1, "sans_reponse": 1}
    assert found["X1"] == {"conforme": 0, "non_conforme": 1, "NA": 0, "sans_reponse": 0}
    assert sum(found["X"].values()) == 3 and found["Y"]["sans_reponse"] == 1
