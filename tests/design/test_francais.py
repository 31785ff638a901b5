"""Dates, numbers and plurals as French readers write them (UX, « Everywhere »)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils.safestring import SafeString
from freezegun import freeze_time

from convergence.templatetags import francais

FIVE_PM = datetime(2026, 2, 3, 16, 2, tzinfo=UTC)  # 17:02 in Paris


@pytest.mark.parametrize("value, expected", [(None, ""), ("", ""), (date(2026, 2, 3), "03/02/2026"), (datetime(2026, 2, 3, 23, 30, tzinfo=UTC), "04/02/2026")])
def test_a_date_is_that_of_paris(value: object, expected: str) -> None:
    assert francais.date_fr(value) == expected


def test_an_hour_holds_together() -> None:
    assert francais.heure(FIVE_PM) == "17\u00a0h\u00a002"
    assert francais.heure(None) == ""


@pytest.mark.parametrize(
    "now, expected",
    [
        ("2026-02-03T20:00:00Z", "aujourd'hui à 17\u00a0h\u00a002"),
        ("2026-02-04T20:00:00Z", "hier à 17\u00a0h\u00a002"),
        ("2026-02-04T23:30:00Z", "le 03/02/2026 à 17\u00a0h\u00a002"),  # already the 5th in Paris
    ],
)
def test_a_recent_moment_is_relative(now: str, expected: str) -> None:
    with freeze_time(now):
        assert francais.date_relative(FIVE_PM) == expected


def test_a_moment_is_whole_for_machines() -> None:
    with freeze_time("2026-02-03T20:00:00Z"):
        html = francais.date_heure(FIVE_PM)
    assert '<time datetime="2026-02-03T17:02:00+01:00" title="le 03/02/2026 à 17\u00a0h\u00a002">' in html
    assert francais.date_heure(None) == ""


@pytest.mark.parametrize(
    "value, expected", [("2027-03", "mars 2027"), (date(2027, 8, 1), "août 2027"), ("2027-13", "2027-13"), ("bientôt", "bientôt"), ("", "")]
)
def test_a_month_is_in_words(value: object, expected: str) -> None:
    assert francais.mois(value) == expected


@pytest.mark.parametrize("value, expected", [(None, "—"), ("", "—"), (0, "0,0"), (2, "2,0"), (2.25, "2,3"), (1.05, "1,1"), (1.04, "1,0")])
def test_a_mean_has_one_decimal_and_rounds_halves_up(value: object, expected: str) -> None:
    assert francais.decimal1(value) == expected


@pytest.mark.parametrize(
    "count, forms, expected", [(0, ",s", ""), (1, ",s", ""), (2, ",s", "s"), (None, ",s", ""), ([1, 2], "cheval,chevaux", "chevaux"), ([], "l,ls", "l")]
)
def test_zero_and_one_are_singular(count: object, forms: str, expected: str) -> None:
    assert francais.pluriel(count, forms) == expected


@pytest.mark.parametrize(
    "name, expected",
    [
        ("Claire Martin", "de Claire Martin"),
        ("Inès Moreau", "d'Inès Moreau"),
        ("Émile", "d'Émile"),
        ("Œuvre des soins", "d'Œuvre des soins"),
        ("Yves", "d'Yves"),
        ("Yanis", "de Yanis"),
        ("Hugo Bernard", "d'Hugo Bernard"),
        ("Haute Autorité", "de Haute Autorité"),
        ("منصور", "de منصور"),
        ("3M", "de 3M"),
        ("", "de "),
    ],
)
def test_de_is_elided_before_a_vowel(name: str, expected: str) -> None:
    assert francais.de(name) == expected
    assert francais.que(name) == expected.replace("d'", "qu'").replace("de ", "que ", 1)


def test_signs_stay_beside_their_word_and_what_is_escaped_once_is_not_again() -> None:
    """WB-4: what a person typed is still escaped by whoever writes it."""
    assert francais.insecables("« Prêt » ?") == "«\u00a0Prêt\u00a0»\u00a0?"
    assert not isinstance(francais.insecables("<b> ?"), SafeString)
    assert isinstance(francais.insecables(SafeString("l'essai &amp; l'erreur !")), SafeString)
