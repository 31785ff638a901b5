"""Conditions: what they mean, what is refused, how they are told (QST-1, R-6)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from questionnaires.engine.conditions import ConditionError, describe, evaluate, find_cycle, parse, references, words
from questionnaires.engine.definition import compile_definition

UNIQUE = {"question": "Q.1", "egal": "oui"}
AMONG = {"question": "Q.1", "parmi": ["oui", "non"]}
SEVERAL = {"question": "Q.2", "contient": ["a", "b"]}
MORE, LESS = {"question": "Q.3", "superieur": 3}, {"question": "Q.3", "inferieur": 3}
AFTER = {"question": "Q.4", "superieur": "2024-06-30"}

QUESTIONS = compile_definition(
    {
        "code": "profil",
        "titre": "Profil",
        "genre": "qualification",
        "sections": [
            {
                "code": "S",
                "titre": "S",
                "criteres": [
                    {
                        "code": "Q.1",
                        "titre": "Le service échange-t-il ?",
                        "genre": "choix_unique",
                        "choix": [{"code": "oui", "libelle": "Oui"}, {"code": "non", "libelle": "Non"}],
                    },
                    {
                        "code": "Q.2",
                        "titre": "Échanges",
                        "genre": "choix_multiple",
                        "choix": [{"code": code, "libelle": f"Échange {code}"} for code in "abc"],
                    },
                    {"code": "Q.3", "titre": "Nombre", "genre": "nombre"},
                    {"code": "Q.4", "titre": "Date", "genre": "date"},
                ],
            }
        ],
    }
).criteres


@pytest.mark.parametrize(
    "tree, profil, expected",
    [
        (UNIQUE, {"Q.1": "oui"}, True),
        (UNIQUE, {"Q.1": "non"}, False),
        (AMONG, {"Q.1": "non"}, True),
        (AMONG, {"Q.1": "autre"}, False),
        (SEVERAL, {"Q.2": ["c", "b"]}, True),
        (SEVERAL, {"Q.2": ["c"]}, False),
        (MORE, {"Q.3": 4}, True),
        (MORE, {"Q.3": 3}, False),
        (LESS, {"Q.3": 2.5}, True),
        (LESS, {"Q.3": 3}, False),
        (MORE, {"Q.3": "quatre"}, False),
        (AFTER, {"Q.4": "2024-07-01"}, True),
        (AFTER, {"Q.4": "2024-06-30"}, False),
        ({"question": "Q.3", "renseignee": True}, {"Q.3": 0}, True),
        ({"jamais": True}, {"Q.1": "oui"}, False),
        ({"toutes": [UNIQUE, SEVERAL]}, {"Q.1": "oui", "Q.2": ["a"]}, True),
        ({"toutes": [UNIQUE, SEVERAL]}, {"Q.1": "oui"}, False),
        ({"au_moins_une": [UNIQUE, SEVERAL]}, {"Q.2": ["a"]}, True),
        ({"au_moins_une": [UNIQUE, SEVERAL]}, {"Q.2": ["c"]}, False),
        ({"aucune": [UNIQUE, SEVERAL]}, {"Q.1": "non"}, True),
        ({"aucune": [UNIQUE, SEVERAL]}, {"Q.2": ["a"]}, False),
        ({"aucune": [{"aucune": [UNIQUE]}]}, {"Q.1": "oui"}, True),
    ],
)
def test_what_a_condition_means(tree, profil, expected):
    assert evaluate(parse(tree), profil) is expected


@pytest.mark.parametrize("profil", [{}, {"Q.1": None}, {"Q.1": ""}, {"Q.1": []}])
@pytest.mark.parametrize("operand", [{"egal": "oui"}, {"parmi": ["oui"]}, {"contient": ["oui"]}, {"superieur": ""}, {"renseignee": True}])
def test_any_comparison_with_what_has_no_answer_is_false(profil, operand):
    """R-6: hidden or unanswered makes a comparison false, whatever is compared."""
    assert evaluate(parse({"question": "Q.1", **operand}), profil) is False
    assert evaluate(parse({"aucune": [{"question": "Q.1", **operand}]}), profil) is True


@pytest.mark.parametrize(
    "tree, path",
    [
        ("oui", "affichage"),
        ({}, "affichage"),
        ({"egal": "oui"}, "affichage"),
        ({"question": "Q.1"}, "affichage"),
        ({"question": "Q.1", "egal": "oui", "parmi": ["non"]}, "affichage"),
        ({"question": "Q.1", "vaut": "oui"}, "affichage"),
        ({"question": "Q.1", "parmi": []}, "affichage.parmi"),
        ({"toutes": []}, "affichage.toutes"),
        ({"toutes": UNIQUE}, "affichage.toutes"),
        ({"toutes": [UNIQUE], "aucune": [UNIQUE]}, "affichage"),
        ({"jamais": False}, "affichage"),
        ({"toutes": [UNIQUE, {"au_moins_une": [{"question": "Q.2"}]}]}, "affichage.toutes[1].au_moins_une[0]"),
    ],
)
def test_what_is_no_condition_is_refused_with_its_path(tree, path):
    with pytest.raises(ConditionError) as refusal:
        parse(tree, "affichage")
    assert refusal.value.path == path


def test_questions_a_condition_reads():
    assert list(references(parse({"toutes": [UNIQUE, {"aucune": [SEVERAL, {"jamais": True}]}]}))) == ["Q.1", "Q.2"]


@pytest.mark.parametrize(
    "tree, profil, expected",
    [
        (UNIQUE, {"Q.1": "oui"}, "vous avez répondu « Oui » à la question Q.1 « Le service échange-t-il ? »"),
        (SEVERAL, {"Q.2": ["a", "c", "b"]}, "vous avez répondu « Échange a » et « Échange b » à la question Q.2 « Échanges »"),
        (MORE, {"Q.3": 4.5}, "vous avez répondu « 4,5 », plus de 3, à la question Q.3 « Nombre »"),
        (AFTER, {"Q.4": "2024-07-01"}, "vous avez répondu « 01/07/2024 », après le 30/06/2024, à la question Q.4 « Date »"),
        ({"question": "Q.3", "renseignee": True}, {"Q.3": 1}, "vous avez répondu à la question Q.3 « Nombre »"),
        (
            {"toutes": [UNIQUE, MORE]},
            {"Q.1": "oui", "Q.3": 4},
            "vous avez répondu « Oui » à la question Q.1 « Le service échange-t-il ? » et vous avez répondu « 4 », plus de 3, à la question Q.3 « Nombre »",
        ),
        ({"au_moins_une": [UNIQUE, SEVERAL]}, {"Q.1": "non", "Q.2": ["a"]}, "vous avez répondu « Échange a » à la question Q.2 « Échanges »"),
        (
            {"toutes": [MORE, {"au_moins_une": [UNIQUE, SEVERAL]}]},
            {"Q.1": "oui", "Q.2": ["b"], "Q.3": 9},
            "vous avez répondu « 9 », plus de 3, à la question Q.3 « Nombre », et vous avez répondu « Oui » à la question Q.1 "
            "« Le service échange-t-il ? » ou vous avez répondu « Échange b » à la question Q.2 « Échanges »",
        ),
        (
            {"aucune": [SEVERAL, MORE]},
            {"Q.2": ["c"]},
            "vous n'avez pas répondu « Échange a » ni « Échange b » à la question Q.2 « Échanges » et la question Q.3 « Nombre » est sans réponse",
        ),
        ({"aucune": [{"toutes": [UNIQUE, MORE]}]}, {"Q.1": "oui", "Q.3": 2}, "vous n'avez pas répondu plus de 3 à la question Q.3 « Nombre »"),
        (
            {"aucune": [{"toutes": [UNIQUE, MORE]}]},
            {"Q.1": "non"},
            "vous n'avez pas répondu « Oui » à la question Q.1 « Le service échange-t-il ? » ou la question Q.3 « Nombre » est sans réponse",
        ),
        ({"question": "Q.9", "egal": "x"}, {"Q.9": "x"}, "vous avez répondu « x » à la question Q.9"),
    ],
)
def test_why_something_shows(tree, profil, expected):
    """QST-1: in words, and by the branches that hold only."""
    told = words([parse(tree)], profil, QUESTIONS)
    assert told.replace("\xa0", " ") == f"Ce critère s'affiche parce que {expected}."


def test_guillemets_keep_their_spaces():
    assert "«\xa0Oui\xa0»" in words(parse(UNIQUE), {"Q.1": "oui"}, QUESTIONS)


@pytest.mark.parametrize("noun, start", [("critère", "Ce critère"), ("question", "Cette question"), ("section", "Cette section")])
def test_the_noun_agrees(noun, start):
    assert words([], {}, QUESTIONS, noun) == f"{start} s'affiche dans tous les cas."
    assert words([parse({"aucune": [{"jamais": True}]})], {}, QUESTIONS, noun) == f"{start} s'affiche dans tous les cas."


def test_the_same_reason_is_said_once_and_nothing_when_one_does_not_hold():
    assert words([parse(UNIQUE), parse(UNIQUE)], {"Q.1": "oui"}, QUESTIONS).count("Oui") == 1
    assert words([parse(UNIQUE), parse(MORE)], {"Q.1": "oui"}, QUESTIONS) == ""


@pytest.mark.parametrize(
    "tree, expected",
    [
        (UNIQUE, "la réponse à la question Q.1 « Le service échange-t-il ? » est « Oui »"),
        (AMONG, "la réponse à la question Q.1 « Le service échange-t-il ? » est « Oui » ou « Non »"),
        (SEVERAL, "la réponse à la question Q.2 « Échanges » comprend « Échange a » ou « Échange b »"),
        (LESS, "la réponse à la question Q.3 « Nombre » est inférieure à 3"),
        (AFTER, "la réponse à la question Q.4 « Date » est postérieure au 30/06/2024"),
        ({"question": "Q.4", "renseignee": True}, "la question Q.4 « Date » a une réponse"),
        ({"jamais": True}, "jamais"),
        (
            {"toutes": [LESS, {"au_moins_une": [UNIQUE, MORE]}]},
            "la réponse à la question Q.3 « Nombre » est inférieure à 3 et (la réponse à la question Q.1 « Le service échange-t-il ? » est « Oui » "
            "ou la réponse à la question Q.3 « Nombre » est supérieure à 3)",
        ),
        (
            {"aucune": [LESS, MORE]},
            "aucune de ces conditions n'est remplie : la réponse à la question Q.3 « Nombre » est inférieure à 3 ; "
            "la réponse à la question Q.3 « Nombre » est supérieure à 3",
        ),
    ],
)
def test_a_rule_in_words(tree, expected):
    assert describe(parse(tree), QUESTIONS).replace("\xa0", " ") == expected


@pytest.mark.parametrize(
    "edges, cycle",
    [
        ({}, ()),
        ({"a": ["b"], "b": ["c"], "c": []}, ()),
        ({"a": ["b", "c"], "b": ["c"], "c": ["d"]}, ()),
        ({"a": ["a"]}, {"a"}),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, {"b", "c"}),
        ({"a": ["b"], "b": ["c"], "c": ["d", "a"]}, {"a", "b", "c"}),
    ],
)
def test_cycles(edges, cycle):
    found = find_cycle(edges)
    assert set(found) == set(cycle)
    assert all(after in edges[before] for before, after in pairwise(found))
    assert found[:1] == found[-1:]
