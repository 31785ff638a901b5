"""The declaration of accessibility says what the grid says, and the grid says nothing it cannot show (AX-5)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from convergence.accessibilite import A_EXAMINER, CONFORME, ETATS, NON_CONFORME, Grille, grille

# How many criteria the RGAA 4.1.2 has under each of its themes: 106 in all.
EFFECTIFS = {
    "Images": 9, "Cadres": 2, "Couleurs": 3, "Multimédia": 13, "Tableaux": 8, "Liens": 2, "Scripts": 5, "Éléments obligatoires": 10,
    "Structuration": 4, "Présentation": 14, "Formulaires": 13, "Navigation": 11, "Consultation": 12,
}  # fmt: skip


def test_grid_holds_the_106_criteria_in_order() -> None:
    assert sum(EFFECTIFS.values()) == 106
    assert dict(Counter(critere.theme for critere in grille().criteres)) == EFFECTIFS
    expected = [f"{theme}.{rank}" for theme, count in enumerate(EFFECTIFS.values(), start=1) for rank in range(1, count + 1)]
    assert [critere.numero for critere in grille().criteres] == expected


def test_every_state_is_known_and_what_is_met_has_its_proof() -> None:
    for critere in grille().criteres:
        assert set(critere.etats) == set(grille().pages)
        assert set(critere.etats.values()) <= set(ETATS), critere.numero
        if CONFORME in critere.etats.values():
            assert critere.preuve == "axe" or (Path(settings.BASE_DIR) / critere.preuve).exists(), critere.numero


def with_states(**etats: str) -> Grille:
    """The grid with all its criteria in one state, save some."""
    criteres = (replace(one, etats=dict.fromkeys(one.etats, etats.get(f"c{one.numero.replace('.', '_')}", CONFORME))) for one in grille().criteres)
    return replace(grille(), criteres=tuple(criteres))


@pytest.mark.parametrize(
    ("grid", "statut", "taux"),
    [
        (with_states(), "totalement conforme", 100),
        (with_states(c1_1=NON_CONFORME), "partiellement conforme", 99),
        (with_states(c1_1=A_EXAMINER), "non conforme", 100),
        (with_states(**{f"c{one.numero.replace('.', '_')}": NON_CONFORME for one in grille().criteres[:60]}), "non conforme", 43),
    ],
)
def test_status_follows_the_grid(grid: Grille, statut: str, taux: int) -> None:
    """What nobody has examined counts as no audit at all."""
    assert (grid.statut, grid.taux) == (statut, taux)


def test_declaration_and_mention_of_every_page_are_those_of_the_grid(client: Client) -> None:
    html = client.get("/accessibilite/").content.decode()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))
    grid = grille()
    assert f"Convergence est {grid.statut} avec" in text
    assert f"{len(grid.conformes)} sont tenus par nos contrôles automatiques" in text
    assert f"{len(grid.sans_objet)} sont sans objet et {len(grid.a_examiner)} restent à examiner" in text
    for critere in (*grid.a_examiner, *grid.non_conformes):
        assert f"{critere.numero}\xa0: {critere.sujet}".replace("'", "&#x27;") in re.sub(r"<[^>]+>", "", html)
    for titre in grid.pages.values():
        assert titre.replace("'", "&#x27;") in html
    assert f"Accessibilité : {grid.statut}" in text
