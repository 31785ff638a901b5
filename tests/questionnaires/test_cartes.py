"""The words of a card: what the démarche expects, and by how much an answer falls short (R-10, R-13, R-15)."""

from __future__ import annotations

import pytest

from questionnaires.cartes import Carte, Usage, carte_html, repere, sous_seuil
from questionnaires.engine.exigences import Exigence

from .engine.content import maturite, questionnaire, section

SANS_NIVEAU = Exigence("option")
DOCTRINE = Exigence("obligation", frozenset({2, 3, "NA"}), 2, 2)
MES = Exigence("obligation", frozenset({2, 3}), 2)
TROU = Exigence("obligation", frozenset({1, 3}), 1)


@pytest.mark.parametrize(
    ("exigence", "regime", "words"),
    [
        (DOCTRINE, "doctrine", "Niveau recommandé par la doctrine : jaune"),
        (Exigence("obligation", frozenset({3}), 3, 3), "doctrine", "Niveau recommandé par la doctrine : vert"),
        (MES, "mes", "Niveau minimum requis : jaune"),
        (SANS_NIVEAU, "mes", "Aucun niveau minimum requis pour cette démarche"),
        (SANS_NIVEAU, "conformite", ""),
    ],
)
def test_what_a_demarche_expects(exigence: Exigence, regime: str, words: str) -> None:
    """R-15."""
    assert repere(exigence, regime) == words


@pytest.mark.parametrize(
    ("exigence", "valeur", "regime", "words"),
    [
        (DOCTRINE, 0, "doctrine", "2 niveaux sous le niveau recommandé (2 · jaune)."),
        (DOCTRINE, 1, "doctrine", "1 niveau sous le niveau recommandé (2 · jaune)."),
        (MES, 1, "mes", "1 niveau sous le niveau minimum requis (2 · jaune)."),
        (MES, "NA", "mes", "« Non applicable » n'est pas accepté ici dans cette démarche."),
        (TROU, 2, "mes", "Ce niveau n'est pas accepté dans cette démarche."),
        (DOCTRINE, "NA", "doctrine", ""),
        (DOCTRINE, 2, "doctrine", ""),
        (DOCTRINE, None, "doctrine", ""),
        (SANS_NIVEAU, 0, "mes", ""),
    ],
)
def test_by_how_much_an_answer_falls_short(exigence: Exigence, valeur: int | str | None, regime: str, words: str) -> None:
    """R-10: an option or an accepted answer falls short of nothing."""
    assert sous_seuil(exigence, valeur, regime).replace("\xa0", " ") == words


@pytest.mark.parametrize(("exigence", "regime", "word"), [(DOCTRINE, "doctrine", "recommandé"), (MES, "mes", "minimum requis")])
def test_the_flag_says_of_which_level_it_is(exigence: Exigence, regime: str, word: str) -> None:
    """R-15: what the Doctrine recommends is what a référencement requires at least."""
    critere = questionnaire(section("X", maturite("A"))).criteres["A"]
    html = carte_html(Carte(critere, exigence, {}, "", "", None), Usage(regime, False, ()))
    assert html.count(f"– {word}</b>") == 1
    assert html.count("niveau-recommande") == 1
