"""What a démarche requires of a criterion (R-9, R-10)."""

from __future__ import annotations

import pytest

from questionnaires.engine.exigences import Exigence, JeuExigences

from .content import jeu, maturite, obligation, questionnaire, section

DEFINITION = questionnaire(section("S", maturite("A"), {**maturite("B"), "na": ""}, {"code": "C", "titre": "C", "genre": "conformite"}))
IF = {"question": "P", "egal": "oui"}


@pytest.mark.parametrize(
    "code, rule, expected",
    [
        ("A", obligation(2), Exigence("obligation", frozenset({2, 3, "NA"}), 2, 2)),
        ("B", obligation(2), Exigence("obligation", frozenset({2, 3}), 2, 2)),
        ("A", obligation(0), Exigence("obligation", frozenset({0, 1, 2, 3, "NA"}), 0, 0)),
        ("A", {"nature": "option", "recommande": 1}, Exigence("option", frozenset({1, 2, 3, "NA"}), 1, 1)),
        ("A", {"nature": "obligation", "acceptes": ["NA", "2", "3"]}, Exigence("obligation", frozenset({"NA", 2, 3}), 2)),
        ("A", {"nature": "obligation", "acceptes": [2, 3]}, Exigence("obligation", frozenset({2, 3}), 2)),
        ("A", {"nature": "obligation", "acceptes": ["NA"]}, Exigence("obligation", frozenset({"NA"}), None)),
        ("A", {"nature": "option"}, Exigence("option")),
        ("C", {"nature": "obligation"}, Exigence("obligation", frozenset({"conforme", "NA"}))),
        ("C", {"nature": "obligation", "acceptes": ["conforme"]}, Exigence("obligation", frozenset({"conforme"}))),
        ("A", {"si": None, "nature": "obligation", "recommande": None, "acceptes": None}, Exigence("obligation")),
    ],
)
def test_a_rule(code, rule, expected):
    assert jeu(DEFINITION, **{code: rule}).pour(code, {}) == expected
    assert jeu(DEFINITION, **{code: [rule]}).pour(code, {}) == expected


def test_a_criterion_nothing_is_said_of_is_an_option_without_level():
    empty = JeuExigences.compile({"inconnu": obligation(3)}, DEFINITION)
    assert empty.pour("A", {}) == Exigence("option")
    assert empty.pour("C", {}) == Exigence("option", frozenset({"conforme", "NA"}))
    assert all(empty.pour("A", {}).accepts(answer) for answer in (0, 3, "NA", None))


def test_the_first_rule_whose_condition_holds_applies():
    """R-9; a hidden or unanswered question makes its condition false (R-6)."""
    rules = [{"si": IF, **obligation(3)}, obligation(1), obligation(0)]
    assert [jeu(DEFINITION, A=rules).pour("A", profil).seuil for profil in ({"P": "oui"}, {"P": "non"}, {})] == [3, 1, 1]
    late = [obligation(1), {"si": IF, **obligation(3)}]
    assert jeu(DEFINITION, A=late).pour("A", {"P": "oui"}).seuil == 1


def test_when_no_condition_holds_the_criterion_is_an_option():
    only = jeu(DEFINITION, A=[{"si": IF, **obligation(3)}], C={"si": IF, "nature": "obligation"})
    assert only.pour("A", {"P": "oui"}).is_obligation and only.pour("C", {"P": "oui"}).is_obligation
    assert (only.pour("A", {}), only.pour("C", {})) == (Exigence("option"), Exigence("option", frozenset({"conforme", "NA"})))


def test_a_rule_is_the_key_of_a_cache():
    assert len({jeu(DEFINITION, A=obligation(2)).pour("A", {}), jeu(DEFINITION, A=obligation(2)).pour("A", {})}) == 1
