"""Words as one searches them: without accents nor capitals, whatever the apostrophe, the hyphen or the space; « œ » is « oe ». No database."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

# The letters that have accents or capitals, Latin, Greek and Cyrillic, with their marks, their punctuation and the signs made of them.
LETTRES = (*range(0x530), *range(0x1D00, 0x2190), 0x2212, 0xFEFF)
LIGATURES = {"æ": "ae", "œ": "oe"}
ALIKE = {**dict.fromkeys("`´ʹʼ‘’‛′", "'"), "−": "-", **LIGATURES}


def plain(words: str) -> str:
    """Give words as they are searched: « L’Œuvre » is « l'oeuvre »."""
    return words.translate(_PLAIN)


@lru_cache(maxsize=256)
def motif(words: str, *, whole: bool = False) -> str:
    """Give the regular expression of the texts that hold these words, both once plain, or that are these words when ``whole``.

    Python and PostgreSQL read it alike: it names every letter it takes, and leaves nothing to the language of a database.
    """
    folded = plain(words)
    found = _NOTHING.join(_piece(folded, start, end, whole) for start, end in pairwise(_cuts(folded)))
    return rf"\A{_NOTHING}{found}{_NOTHING}\Z" if whole else found


# --- Letters --------------------------------------------------------------------------------------------------------------
def _fold(letter: str) -> str:
    """Give what a letter is searched as: nothing, when it is not seen or only changes the one before."""
    category = unicodedata.category(letter)
    if category in ("Cf", "Pd"):
        return "-" if category == "Pd" else ""
    bare = _bare(_bare(letter).casefold())
    found = ALIKE.get(letter) or ALIKE.get(bare, bare)
    is_another = len(found) > 1 and found not in LIGATURES.values()  # « ½ » is no « 1/2 », nor an accent alone a space
    return letter.lower() if is_another or (found == " " and not letter.isspace()) else found


def _bare(letters: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(letter))


_PLAIN = {code: _fold(chr(code)) for code in LETTRES}
_SOURCES: dict[str, list[int]] = {}
for _code, _folded in _PLAIN.items():
    _SOURCES.setdefault(_folded, []).append(_code)


# --- Patterns -------------------------------------------------------------------------------------------------------------
def _class(codes: Iterable[int]) -> str:
    """Name letters between brackets, those that follow one another by the first and the last."""
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "[" + "".join(_named(first) if first == last else f"{_named(first)}-{_named(last)}" for first, last in runs) + "]"


def _named(code: int) -> str:
    letter = chr(code)
    return letter if letter.isalnum() or code > 0x7F else f"\\{letter}"


_NOTHING = _class(_SOURCES[""]) + "*"


def _cuts(folded: str) -> list[int]:
    """Cut between the letters, save in the middle of what a ligature writes: no two of them overlap."""
    return [place for place in range(len(folded) + 1) if folded[max(place - 1, 0) : place + 1] not in LIGATURES.values()]


def _piece(folded: str, start: int, end: int, whole: bool) -> str:
    letters = folded[start:end]
    codes = list(_sources(letters))
    if len(letters) == 2:
        return f"(?:{_class(_sources(letters[0]))}{_NOTHING}{_class(_sources(letters[1]))}|{_class(codes)})"
    for pair in LIGATURES.values() if not whole else ():  # the words may begin, or end, in the middle of one
        if (start == 0 and letters == pair[1]) or (end == len(folded) and letters == pair[0]):
            codes += _sources(pair)
    return _class(codes)


def _sources(folded: str) -> list[int]:
    return _SOURCES.get(folded) or [ord(folded)]
