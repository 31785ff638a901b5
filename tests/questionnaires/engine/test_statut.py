"""States of questionnaires and démarches, whole tables (R-3, R-5)."""

from __future__ import annotations

from itertools import product

import pytest

from questionnaires.engine.statut import Statut, statut, statut_demarche

A, E, V, T = Statut.A_COMPLETER, Statut.EN_COURS, Statut.VALIDATION_DEMANDEE, Statut.TERMINE
EXPECTED = {
    (True, True, True): T,
    (True, False, True): T,
    (True, True, False): T,
    (True, False, False): T,
    (False, True, True): V,
    (False, True, False): V,
    (False, False, True): E,
    (False, False, False): A,
}


@pytest.mark.parametrize("facts", list(product([True, False], repeat=3)))
def test_the_first_state_that_matches(facts):
    """R-3: complete and validated wins over a draft beside it."""
    complete, asked, answered = facts
    assert statut(validee_complete=complete, demandee=asked, has_answers=answered) is EXPECTED[facts]


@pytest.mark.parametrize(
    "statuts, expected",
    [([], T), ([T, T], T), ([A, A], A), ([A, T], E), ([E], E), ([V], E), ([V, V], E), ([T, V], E), ([A, E], E), (iter([T]), T)],
)
def test_a_demarche_follows_its_questionnaires(statuts, expected):
    """R-5: one that shows nothing is not among them and counts as complete."""
    assert statut_demarche(statuts) is expected


def test_states_are_told_in_the_words_of_the_screens():
    assert [state.label for state in Statut] == ["À compléter", "En cours", "Validation demandée", "Terminé"]
