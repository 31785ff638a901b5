"""What a search finds, compared to a naive reading of the words, in Python and in the database of the run (CAT-5, PAR-1, ACC-8, BO-7)."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Entreprise
from accounts.recherche import holds_all, reads
from accounts.rules.texte import LETTRES, motif, plain
from tests.accounts.factories import EntrepriseFactory

ALPHABET = "aeoscABEOçéèêëàîïôöùœŒæÆÉÈÀΣσςЖж019²  \u00a0\u202f'’ʼ-‑–%_\\.*[](){}^$+?|/#&~!\u0301\u0327\u00ad\u200b½日"


def naive(text: str) -> str:
    """Fold a whole text, by replacing one thing after another."""
    text = unicodedata.normalize("NFD", re.sub("[’ʼ]", "'", re.sub("[‑–]", "-", text)).casefold())
    text = "".join(letter for letter in text if unicodedata.category(letter) not in ("Mn", "Cf"))
    return text.replace("œ", "oe").replace("æ", "ae").replace("²", "2").replace("\u00a0", " ").replace("\u202f", " ")


@st.composite
def searches(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and what is asked: anything, or a piece of the text written otherwise."""
    text = draw(st.text(ALPHABET, min_size=1, max_size=12))
    start = draw(st.integers(0, len(text) - 1))
    piece = text[start : start + draw(st.integers(1, 6))]
    others = [piece.upper(), piece.lower(), naive(piece), unicodedata.normalize("NFD", piece), piece[::-1], draw(st.text(ALPHABET, max_size=4))]
    return text, draw(st.sampled_from([piece, *others]))


# --- Without a database ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "words, folded",
    [
        ("Éditions", "editions"),
        ("Te\u0301le\u0301suivi", "telesuivi"),
        ("L’Œuvre d´Ægir", "l'oeuvre d'aegir"),
        ("Suivi\u00a0n°\u202f2", "suivi n° 2"),
        ("Télé‑soin – pro\u00adfil", "tele-soin - profil"),
        ("50 m²", "50 m2"),
        ("ΆΣ Ёж", "ασ еж"),
        ("½ litre… Straße", "½ litre… straße"),
        ("100 % \\ _", "100 % \\ _"),
    ],
)
def test_words_are_searched_without_what_one_does_not_type(words: str, folded: str) -> None:
    """CAT-5."""
    assert plain(words) == folded


def test_plain_words_are_plain_for_good() -> None:
    """Otherwise a word would not find itself."""
    assert [chr(code) for code in LETTRES if plain(plain(chr(code))) != plain(chr(code))] == []


@settings(max_examples=300, deadline=None)
@given(searches())
def test_a_pattern_takes_what_a_naive_reading_takes(search: tuple[str, str]) -> None:
    text, asked = search
    assert plain(text) == naive(text)
    if folded := naive(asked):
        assert bool(re.search(motif(asked), text)) is (folded in naive(text))
    assert bool(re.search(motif(asked, whole=True), text)) is (naive(asked) == naive(text))


# --- In the database ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(searches(), min_size=1, max_size=5))
def test_a_database_finds_what_a_naive_reading_finds(pairs: list[tuple[str, str]]) -> None:
    """CAT-5, PAR-1: alike on both databases."""
    rows = {EntrepriseFactory(raison_sociale=text).pk: naive(text) for text, _ in pairs}
    for _, asked in pairs:
        words = naive(asked).split()[:5]
        found = Entreprise.objects.filter(holds_all(asked, "raison_sociale"), pk__in=rows)
        assert set(found.values_list("pk", flat=True)) == {pk for pk, text in rows.items() if all(word in text for word in words)}
        same = Entreprise.objects.filter(reads(asked, "raison_sociale"), pk__in=rows)
        assert set(same.values_list("pk", flat=True)) == {pk for pk, text in rows.items() if text == naive(asked)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words, found",
    [
        ("editions", True),
        ("ÉDITIONS DU", True),
        ("coeur", True),
        ("CŒUR éditions", True),
        ("l'œil d’", True),
        ("euro", True),
        ("c o e u r", True),
        ("100 %", True),
        ("du_", False),
        ("%", True),
        ("\\", False),
        (".*", False),
        ("[e]", False),
        ("edition d", True),
        ("edition z", False),
        ("a b c d e zzz", False),
        ("sante " * 5 + "zzz", True),
        ("\u0301", True),
    ],
)
def test_a_name_is_found_as_one_types_it(words: str, found: bool) -> None:
    """CAT-5, ACC-8, BO-7: what a database or a pattern would take for a sign is a letter; words beyond the fifth are left aside."""
    EntrepriseFactory(raison_sociale="Éditions du cœur\n100 % santé, l’Œil d'euros")
    assert Entreprise.objects.filter(holds_all(words, "raison_sociale")).exists() is found


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["s" * 100, "e" * 100, "oe" * 50, "(" * 100, ".*" * 50, "a+" * 50, "\u0301e" * 50, "é b ç d œ" * 20])
def test_a_long_search_is_answered(asked: str, django_assert_num_queries) -> None:
    """No pattern makes a database think for ever."""
    EntrepriseFactory(raison_sociale="oe" * 90)
    with django_assert_num_queries(1):
        found = Entreprise.objects.filter(holds_all(asked, "raison_sociale")).exists()
    assert found is all(word in "oe" * 90 for word in naive(asked).split()[:5])
