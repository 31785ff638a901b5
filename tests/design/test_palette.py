"""The contrasts of the palette, computed from the variables of the stylesheet (AX-1; WCAG 1.4.3, 1.4.11)."""

from __future__ import annotations

import pytest

from tests.design.couleurs import contrast, resolve

TEXTS = [
    ("--accent", "--fond"),
    ("--accent", "--fond-doux"),
    ("--accent", "--accent-fond"),
    ("--encre", "--fond"),
    ("--encre", "--fond-doux"),
    ("--encre-forte", "--accent-fond"),
    ("--encre-douce", "--fond"),
    ("--encre-douce", "--fond-doux"),
    ("--encre-douce", "--accent-fond"),
    ("--gris-encre", "--gris-fond"),
    ("--bleu-encre", "--bleu-fond"),
    ("--violet-encre", "--violet-fond"),
    ("--vert-encre", "--vert-fond"),
    ("--rouge-encre", "--rouge-fond"),
    ("--orange-encre", "--orange-fond"),
    ("--jaune-encre", "--jaune-fond"),
    *[("--encre-forte", f"--{colour}-fond") for colour in ("rouge", "orange", "jaune", "vert", "gris")],
]
MARKS = [("--foyer", "--fond"), ("--foyer", "--fond-doux"), ("--rouge", "--fond"), ("--orange", "--fond"), ("--vert", "--fond"), ("--gris", "--fond")]


@pytest.mark.parametrize("identite", ["neutre", "etat"])
@pytest.mark.parametrize("ink, ground", TEXTS)
def test_texts_are_readable(identite: str, ink: str, ground: str) -> None:
    assert contrast(resolve(identite, ink), resolve(identite, ground)) >= 4.5


@pytest.mark.parametrize("identite", ["neutre", "etat"])
@pytest.mark.parametrize("mark, ground", MARKS)
def test_what_must_be_seen_is_seen(identite: str, mark: str, ground: str) -> None:
    """The yellow edge of a level is not among them: its number and its words say the same."""
    assert contrast(resolve(identite, mark), resolve(identite, ground)) >= 3


@pytest.mark.parametrize("identite", ["neutre", "etat"])
def test_the_words_of_a_button_are_readable(identite: str) -> None:
    ground = resolve(identite, "--background-action-high-blue-france")
    assert contrast(resolve(identite, "--text-inverted-blue-france"), ground) >= 4.5


def test_the_identities_differ_by_their_accent() -> None:
    assert resolve("neutre", "--accent") != resolve("etat", "--accent") == "#000091"


def test_a_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.005)
