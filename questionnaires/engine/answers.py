"""Answers: what may be stored, what a page showed, and how two people's answers merge (QST-4, R-20, WF-2).

A set of answers is ``{code: {"valeur": …, "commentaire": …, "option": …}}``; ``sections_na`` is ``{section: {"motif": …}}``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from .definition import LEVELS, Critere, Definition, Genre

NA = "NA"
CONFORME, NON_CONFORME = "conforme", "non_conforme"
TEXTE_MAX, LONG_MAX = 500, 5000
SHORT = 40  # characters: longer is a text, not the code of a choice
SIGNIFICANT = ("valeur", "commentaire", "option")
BY_DIGIT = {str(level): level for level in LEVELS}
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WHOLE_DIGITS, DECIMALS = 15, 6  # of a number: before the comma and after
NUMBER = re.compile(rf"[+-]?[0-9]{{1,{WHOLE_DIGITS}}}(\.[0-9]{{1,{DECIMALS}}})?")
LONG_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
# Control characters but line ends and tabs, lone surrogates, and what turns the direction of the text around it.
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
CANONICAL = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"))
Answer = Mapping[str, Any]


class InvalidAnswer(ValueError):
    """An answer that cannot be stored, with the sentence to show."""

    def __init__(self, code: str, message: str):
        self.code, self.message = code, message
        super().__init__(f"{code} : {message}")


class MissingRevision(ValueError):
    """An answer posted without the token of what the page showed (WF-2)."""

    def __init__(self, code: str):
        self.code = code
        super().__init__(f"{code} : jeton absent")


def normalise(critere: Critere, raw: Any) -> Any:
    """Return the value to store for what was typed; :raises InvalidAnswer: it cannot be an answer to this criterion."""
    match critere.genre:
        case Genre.MATURITE:
            return _level(critere, raw)
        case Genre.CONFORMITE:
            return _one_of(critere, raw, (CONFORME, NON_CONFORME, NA))
        case Genre.CHOIX_UNIQUE:
            return _one_of(critere, raw, tuple(choix.code for choix in critere.choix))
        case Genre.CHOIX_MULTIPLE:
            return _several(critere, raw)
        case Genre.DATE:
            return _date(critere, raw)
        case Genre.NOMBRE:
            return _number(critere, raw)
        case Genre.TEXTE:
            return _text(critere.code, raw, TEXTE_MAX)
        case Genre.TEXTE_LONG:
            return _text(critere.code, raw, LONG_MAX)
    raise InvalidAnswer(critere.code, "Ce critère ne se répond pas par une valeur.")


def normalise_commentaire(code: str, raw: Any) -> str:
    """Return a comment as stored; :raises InvalidAnswer: too long, or holding what is not text."""
    return _text(code, raw, LONG_MAX)


def _level(critere: Critere, raw: Any) -> int | str:
    if isinstance(raw, str) and raw == NA:
        if not critere.offers_na:
            raise InvalidAnswer(critere.code, "«\xa0Non applicable\xa0» n'est pas proposé pour ce critère.")
        return NA
    if isinstance(raw, str) and raw in BY_DIGIT:
        return BY_DIGIT[raw]
    if isinstance(raw, bool) or not isinstance(raw, int) or raw not in LEVELS:
        raise InvalidAnswer(critere.code, "Choisissez l'un des niveaux proposés, de 0 à 3.")
    return raw


def _one_of(critere: Critere, raw: Any, codes: tuple[str, ...]) -> str:
    if isinstance(raw, list | tuple) and len(raw) == 1:
        raw = raw[0]
    if not isinstance(raw, str) or raw not in codes:
        raise InvalidAnswer(critere.code, "Choisissez l'une des réponses proposées.")
    return raw


def _several(critere: Critere, raw: Any) -> list[str]:
    """Return the chosen codes, once each, in the order of the question."""
    given = [raw] if isinstance(raw, str) else raw
    known = {choix.code for choix in critere.choix}
    if not isinstance(given, list | tuple) or not given or not all(isinstance(code, str) and code in known for code in given):
        raise InvalidAnswer(critere.code, "Choisissez parmi les réponses proposées.")
    chosen = [choix for choix in critere.choix if choix.code in given]
    if len(chosen) > 1 and (exclusive := next((choix for choix in chosen if choix.exclusif), None)):
        raise InvalidAnswer(critere.code, f"«\xa0{exclusive.libelle}\xa0» exclut les autres réponses.")
    return [choix.code for choix in chosen]


def _date(critere: Critere, raw: Any) -> str:
    if not is_date(raw):
        raise InvalidAnswer(critere.code, "Donnez une date qui existe, sous la forme AAAA-MM-JJ.")
    return raw


def is_date(raw: Any) -> bool:
    """True for AAAA-MM-JJ, when that day exists."""
    try:
        return isinstance(raw, str) and DATE.fullmatch(raw) is not None and date.fromisoformat(raw) is not None
    except ValueError:
        return False


def _number(critere: Critere, raw: Any) -> int | float:
    """Return a number of at most 15 digits before the comma and 6 after; a whole one as an integer."""
    if isinstance(raw, float):
        raw = f"{raw:.6f}"
    elif isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**15:
        return raw
    text = raw.strip().replace(",", ".") if isinstance(raw, str) else ""
    if not NUMBER.fullmatch(text):
        if LONG_NUMBER.fullmatch(text):
            raise InvalidAnswer(critere.code, "Ce nombre a trop de chiffres\xa0: 15 au plus avant la virgule, 6 après.")
        raise InvalidAnswer(critere.code, "Donnez un nombre, par exemple 12 ou 3,5.")
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else float(number)


def _text(code: str, raw: Any, limit: int) -> str:
    if not isinstance(raw, str):
        raise InvalidAnswer(code, "Un texte est attendu.")
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > limit:
        raise InvalidAnswer(code, f"Ce texte dépasse {limit} caractères ({len(text)}).")
    if UNWRITABLE.search(text):
        raise InvalidAnswer(code, "Ce texte contient des caractères qui ne s'écrivent pas\xa0: retapez-le.")
    if limit == TEXTE_MAX and "\n" in text:
        raise InvalidAnswer(code, "Cette réponse tient sur une seule ligne.")
    return text


def is_answered(answer: Answer | None) -> bool:
    """True when an answer holds a value (a comment alone is no answer)."""
    return bool(answer) and answer.get("valeur") not in (None, "", [])


def na_codes(definition: Definition, sections_na: Mapping[str, Any]) -> frozenset[str]:
    """Return the criteria of the sections declared non applicable, those of the sections inside included (R-20)."""
    if not sections_na:
        return frozenset()
    declared = [section for section in definition.every_section() if section.code in sections_na and section.na_possible]
    return frozenset(critere.code for section in declared for critere in section.every_critere())


def effective_answers(definition: Definition, answers: Mapping[str, Answer], sections_na: Mapping[str, Any]) -> Mapping[str, Answer]:
    """Return the answers as they count: NA for all the criteria of a section declared non applicable (R-20)."""
    covered = na_codes(definition, sections_na)
    if not covered:
        return answers
    return {**answers, **{code: {**answers.get(code, {}), "valeur": NA} for code in covered}}


def significant(answer: Answer | None) -> dict[str, Any]:
    """Return what of an answer a person typed; who and when are left out."""
    return {key: answer[key] for key in SIGNIFICANT if answer.get(key) not in (None, "", [])} if answer else {}


def digest(answer: Answer | None) -> str:
    """Return the token of an answer: 12 hexadecimal digits, the same for the same answer (QST-4)."""
    typed = significant(answer)
    valeur = typed.get("valeur")
    if len(typed) == 1 and (isinstance(valeur, int) or (isinstance(valeur, str) and len(valeur) <= SHORT)):
        return _digest_of_value(valeur)  # levels and choices are few, and kept; texts are not
    return _digest(typed)


@lru_cache(maxsize=256, typed=True)
def _digest_of_value(valeur: int | str) -> str:
    return _digest({"valeur": valeur})


def _digest(typed: dict[str, Any]) -> str:
    return hashlib.sha256(CANONICAL.encode(typed).encode("ascii")).hexdigest()[:12]


def motif_token(motif: str) -> str:
    """Return the token of the reason given for a section declared non applicable (QST-4, R-20)."""
    return digest({"commentaire": motif})


@dataclass(frozen=True)
class Conflict:
    """What two people changed, an answer or the reason of a section: what is stored, and what the second typed.

    ``gone``: the question is no longer asked, for another one was answered otherwise meanwhile.
    """

    code: str
    stored: Answer
    posted: Answer
    gone: bool = False


@dataclass(frozen=True)
class MergeResult:
    """Outcome of a merge: what is to be written, what was as it is, what needs a choice."""

    applied: dict[str, Answer] = field(default_factory=dict)
    unchanged: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def merge(stored: Mapping[str, Answer], base_tokens: Mapping[str, str], posted: Mapping[str, Answer]) -> MergeResult:
    """Merge what was typed into what is stored, criterion by criterion (QST-4).

    Left as the page showed it: untouched. Stored as the page showed it: applied. Stored already as typed: nothing to do.
    Anything else: a conflict, nothing written for it. :raises MissingRevision: a criterion comes without its token.
    """
    applied: dict[str, Answer] = {}
    unchanged: list[str] = []
    conflicts: list[Conflict] = []
    for code, answer in posted.items():
        if code not in base_tokens:
            raise MissingRevision(code)
        base, typed, there = base_tokens[code], digest(answer), digest(stored.get(code))
        if typed in (base, there):
            unchanged.append(code)
        elif there == base:
            applied[code] = answer
        else:
            conflicts.append(Conflict(code, stored.get(code, {}), answer))
    return MergeResult(applied, tuple(unchanged), tuple(conflicts))
