"""Answers: what may be stored, what a section declared NA makes of them, how two people's merge (QST-4, R-20, WF-2)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from questionnaires.engine.answers import (
    UNWRITABLE,
    InvalidAnswer,
    MissingRevision,
    digest,
    effective_answers,
    is_answered,
    merge,
    na_codes,
    normalise,
    normalise_commentaire,
)
from questionnaires.engine.definition import Choix, Critere, Genre, compile_definition

CHOIX = (Choix("a", "Choix A"), Choix("b", "Choix B"), Choix("aucun", "Aucun", exclusif=True))


def critere(genre, **more):
    return Critere(code="C", genre=Genre(genre), titre="C", section_code="S", axe="S", choix=CHOIX if genre.startswith("choix") else (), **more)


LEVEL, LEVEL_NA = critere("maturite"), critere("maturite", na="Sans objet.")


def test_a_text_holds_what_can_be_written_alone():
    """SECURITY-BARS, bad inputs: every character there is, told by what Unicode says of it."""
    turning = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    for char in map(chr, range(0x110000)):
        refused = char in turning or (char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cs"))
        assert bool(UNWRITABLE.search(char)) == refused, hex(ord(char))
    with pytest.raises(InvalidAnswer):
        normalise_commentaire("C", "un \u202eretournement")


@pytest.mark.parametrize(
    "asked, raw, stored",
    [
        (LEVEL, "0", 0),
        (LEVEL, 3, 3),
        (LEVEL_NA, "NA", "NA"),
        (critere("conformite"), "conforme", "conforme"),
        (critere("conformite"), "NA", "NA"),
        (critere("choix_unique"), "b", "b"),
        (critere("choix_unique"), ["b"], "b"),
        (critere("choix_multiple"), ["b", "a", "b"], ["a", "b"]),
        (critere("choix_multiple"), "aucun", ["aucun"]),
        (critere("date"), "2024-02-29", "2024-02-29"),
        (critere("nombre"), " 12 ", 12),
        (critere("nombre"), "-3,50", -3.5),
        (critere("nombre"), "4,0", 4),
        (critere("nombre"), 2.5, 2.5),
        (critere("nombre"), 7, 7),
        (critere("texte"), "  Été à Saint-Étienne ", "Été à Saint-Étienne"),
        (critere("texte_long"), "une\r\ndeux\rtrois\tquatre", "une\ndeux\ntrois\tquatre"),
        (critere("texte_long"), "x" * 5000, "x" * 5000),
        (critere("texte"), "=1+1 <script> {{7*7}} %s 👩‍⚕️", "=1+1 <script> {{7*7}} %s 👩‍⚕️"),
    ],
)
def test_what_is_stored(asked, raw, stored):
    found = normalise(asked, raw)
    assert (found, type(found)) == (stored, type(stored))
    assert normalise(asked, found) == found


REFUSED = {
    "maturite": ["4", "-1", 4, -1, 1.0, True, "", None, "NA", "１", "²", " 1", "01", ["1", "2"], {"a": 1}, 10**30, "9" * 99999, "conforme"],
    "conformite": ["oui", 1, ["conforme", "NA"], None, "CONFORME"],
    "choix_unique": ["c", "Choix A", ["a", "b"], [], None, 1, "a\x00"],
    "choix_multiple": [["c"], ["a", "c"], ["a", "aucun"], [["a"]], [None], [], None, 3, {"a": True}],
    "date": ["2024-02-31", "10000-01-01", "0000-01-01", "2024-W01-1", "31/02/2024",
             "2024-1-1", "２024-01-01", "2024-01-01T00:00", "20240101", 20240101, None],
    "nombre": ["douze", "1e5", "0x10", "1_000", "NaN", "Infinity", "١٢", "１２", "1" * 16, "1.1234567", "", "--1",
               True, None, [1], float("nan"), float("inf"), 10**15, 10**5000, 1e300],
    "texte": ["x" * 501, "a\x00b", "a\ud800b", "a\x1bb", "a\u202eb", "a\u2066b", "a\nb", "a\r\nb", 12, None, ["a"]],
    "texte_long": ["x" * 5001, "a\x00b", "a\ud800b", "a\x0bb", "a\u202eb", "x" * 10_000_000],
    "fichier": ["rapport.pdf", None],
    "depot": ["rapport.pdf", "NA"],
}  # fmt: skip


@pytest.mark.parametrize("genre, raw", [(genre, raw) for genre, raws in REFUSED.items() for raw in raws], ids=lambda value: str(type(value).__name__))
def test_what_is_no_answer_is_refused_in_words(genre, raw):
    with pytest.raises(InvalidAnswer) as refusal:
        normalise(critere(genre), raw)
    assert refusal.value.code == "C"
    assert refusal.value.message.endswith((".", "3,5."))
    assert len(refusal.value.message) < 120


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.sampled_from(["a", "b", "NA", "3", "2024-01-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None)
@given(genre=st.sampled_from(list(Genre)), raw=anything)
@example(genre=Genre.NOMBRE, raw=float("nan"))
@example(genre=Genre.TEXTE, raw="\ud800")
def test_anything_is_stored_or_refused_and_what_is_stored_stays_as_it_is(genre, raw):
    """Whatever is posted: an answer, or a sentence; never anything else."""
    asked = critere(genre, na="Sans objet.")
    try:
        stored = normalise(asked, raw)
    except InvalidAnswer:
        return
    assert normalise(asked, stored) == stored
    assert digest({"valeur": stored}) == digest({"valeur": normalise(asked, raw)})


def test_the_refusal_of_an_exclusive_choice_names_it():
    with pytest.raises(InvalidAnswer, match="Aucun"):
        normalise(critere("choix_multiple"), ["a", "aucun"])


def test_comments_hold_5000_characters_of_text():
    assert normalise_commentaire("C", " x\r\ny ") == "x\ny"
    for raw in ("x" * 5001, "\x00", "a\u202e"):
        with pytest.raises(InvalidAnswer):
            normalise_commentaire("C", f"{raw}a")


@pytest.mark.parametrize(
    "answer, expected",
    [(None, False), ({}, False), ({"commentaire": "x"}, False), ({"valeur": None}, False), ({"valeur": ""}, False),
     ({"valeur": []}, False), ({"valeur": 0}, True), ({"valeur": "NA"}, True)],
)  # fmt: skip
def test_a_value_makes_an_answer_and_zero_is_one(answer, expected):
    assert is_answered(answer) is expected


DEFINITION = compile_definition(
    {
        "code": "q",
        "titre": "Q",
        "genre": "maturite",
        "sections": [
            {
                "code": "A",
                "titre": "A",
                "na_possible": True,
                "criteres": [{"code": "1", "titre": "1"}],
                "sections": [{"code": "A.1", "titre": "A.1", "criteres": [{"code": "2", "titre": "2"}]}],
            },
            {"code": "B", "titre": "B", "criteres": [{"code": "3", "titre": "3"}]},
        ],
    }
)


@pytest.mark.parametrize("sections, expected", [({}, set()), ({"A": {"motif": "x"}}, {"1", "2"}), ({"A.1": {}}, set()), ({"B": {}}, set()), ({"Z": {}}, set())])
def test_a_section_declared_non_applicable_covers_what_it_holds_where_the_content_allows_it(sections, expected):
    """R-20."""
    assert na_codes(DEFINITION, sections) == expected


def test_under_a_section_non_applicable_answers_are_kept_and_come_back():
    """R-20: the document is not touched, the value that counts is NA."""
    answers = {"1": {"valeur": 3, "commentaire": "gardé"}, "3": {"valeur": 0}}
    counted = effective_answers(DEFINITION, answers, {"A": {}})
    assert counted == {"1": {"valeur": "NA", "commentaire": "gardé"}, "2": {"valeur": "NA"}, "3": {"valeur": 0}}
    assert answers["1"]["valeur"] == 3
    assert effective_answers(DEFINITION, answers, {}) == answers


def test_the_token_of_an_answer_depends_on_what_was_typed_alone():
    token = digest({"valeur": 2, "commentaire": "a"})
    assert token == digest({"commentaire": "a", "valeur": 2, "option": None, "auteur": 7}) and len(token) == 12 and token.isalnum()
    assert digest(None) == digest({}) == digest({"valeur": None, "commentaire": ""})
    others = [{"valeur": 2}, {"valeur": "2", "commentaire": "a"}, {"valeur": 2, "commentaire": "b"}, {"valeur": 2, "commentaire": "a", "option": 1}]
    assert len({token, digest({}), *map(digest, others)}) == 6


STORED, OTHER, MINE = {"valeur": 1}, {"valeur": 2}, {"valeur": 3}


@pytest.mark.parametrize(
    "stored, base, posted, outcome",
    [
        ({"C": STORED}, STORED, MINE, "applied"),
        ({}, {}, MINE, "applied"),
        ({"C": STORED}, STORED, {}, "applied"),
        ({"C": STORED}, STORED, STORED, "unchanged"),
        ({"C": OTHER}, STORED, STORED, "unchanged"),
        ({"C": MINE}, STORED, MINE, "unchanged"),
        ({"C": OTHER}, STORED, MINE, "conflict"),
        ({"C": OTHER}, {}, MINE, "conflict"),
        ({}, STORED, MINE, "conflict"),
        ({"C": {**STORED, "commentaire": "vu"}}, STORED, MINE, "conflict"),
    ],
)
def test_merge(stored, base, posted, outcome):
    """QST-4: applied on what the page showed, left alone when untouched, shown to both otherwise."""
    result = merge(stored, {"C": digest(base)}, {"C": posted})
    found = {"applied": bool(result.applied), "unchanged": bool(result.unchanged), "conflict": bool(result.conflicts)}
    assert [name for name, happened in found.items() if happened] == [outcome]
    if outcome == "conflict":
        assert (result.conflicts[0].stored, result.conflicts[0].posted) == (stored.get("C", {}), MINE)


def test_an_answer_without_its_token_is_refused():
    """WF-2."""
    with pytest.raises(MissingRevision) as refusal:
        merge({}, {"A": digest({})}, {"A": MINE, "B": MINE})
    assert refusal.value.code == "B"
