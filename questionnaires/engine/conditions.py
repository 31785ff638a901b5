"""Condition trees: evaluated on a profile, told in words, searched for cycles (QST-1, R-6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Any, Protocol

Valeur = Any
Profil = Mapping[str, Valeur]


class ConditionError(ValueError):
    """A tree that is not a condition; ``path`` says where."""

    def __init__(self, path: str, cause: str):
        self.path, self.cause = path, cause
        super().__init__(f"{path} : {cause}")


@dataclass(frozen=True, slots=True)
class Comparaison:
    """One question compared with values; false when the question is hidden or unanswered, whatever is compared (R-6)."""

    question: str
    operateur: str
    valeurs: tuple[Any, ...]

    def holds(self, profil: Profil) -> bool:
        valeur = profil.get(self.question)
        if valeur is None or valeur == "" or valeur == []:
            return False
        given = valeur if isinstance(valeur, (list, tuple)) else (valeur,)
        match self.operateur:
            case "contient":
                return any(value in given for value in self.valeurs)
            case "egal" | "parmi":
                return len(given) == 1 and given[0] in self.valeurs
            case "superieur":
                return _compare(given[0], self.valeurs[0]) > 0
            case "inferieur":
                return _compare(given[0], self.valeurs[0]) < 0
        return True  # « renseignee »


@dataclass(frozen=True, slots=True)
class Toutes:
    branches: tuple[Condition, ...]

    def holds(self, profil: Profil) -> bool:
        return all(branch.holds(profil) for branch in self.branches)


@dataclass(frozen=True, slots=True)
class AuMoinsUne:
    branches: tuple[Condition, ...]

    def holds(self, profil: Profil) -> bool:
        return any(branch.holds(profil) for branch in self.branches)


@dataclass(frozen=True, slots=True)
class Aucune:
    """True when none of its branches holds."""

    branches: tuple[Condition, ...]

    def holds(self, profil: Profil) -> bool:
        return not any(branch.holds(profil) for branch in self.branches)


@dataclass(frozen=True, slots=True)
class Jamais:
    """Never shown."""

    def holds(self, profil: Profil) -> bool:
        return False


Condition = Comparaison | Toutes | AuMoinsUne | Aucune | Jamais
GROUPS: dict[str, type] = {"toutes": Toutes, "au_moins_une": AuMoinsUne, "aucune": Aucune}
OPERATORS = ("egal", "parmi", "contient", "superieur", "inferieur", "renseignee")


def parse(tree: Any, path: str = "condition") -> Condition:
    """Return the condition a tree says; :raises ConditionError: it says none, or several."""
    if not isinstance(tree, Mapping):
        raise ConditionError(path, "une condition est un arbre")
    heads = [name for name in ("question", "jamais", *GROUPS) if name in tree]
    if len(heads) != 1:
        raise ConditionError(path, f"un seul de ces mots est attendu : question, jamais, {', '.join(GROUPS)}")
    head = heads[0]
    if head == "question":
        return _comparison(tree, path)
    if len(tree) != 1 or (head == "jamais" and tree[head] is not True):
        raise ConditionError(path, f"« {head} » est mal écrit")
    return Jamais() if head == "jamais" else GROUPS[head](_branches(tree[head], f"{path}.{head}"))


def _branches(trees: Any, path: str) -> tuple[Condition, ...]:
    if not isinstance(trees, list | tuple) or not trees:
        raise ConditionError(path, "une liste de conditions est attendue")
    return tuple(parse(tree, f"{path}[{index}]") for index, tree in enumerate(trees))


def _comparison(tree: Mapping[str, Any], path: str) -> Comparaison:
    operators = [name for name in tree if name != "question"]
    if len(operators) != 1 or operators[0] not in OPERATORS:
        raise ConditionError(path, f"une question et un opérateur parmi {', '.join(OPERATORS)} sont attendus")
    raw = tree[operators[0]]
    values = tuple(raw) if isinstance(raw, list | tuple) else (raw,)
    if not values:
        raise ConditionError(f"{path}.{operators[0]}", "une valeur est attendue")
    if operators[0] == "renseignee" and raw is not True:
        raise ConditionError(f"{path}.renseignee", "« renseignee » ne s'écrit qu'avec true")
    return Comparaison(tree["question"], operators[0], values)


def evaluate(condition: Condition, profil: Profil) -> bool:
    """Tell whether a condition holds under a profile."""
    return condition.holds(profil)


def _compare(left: Any, right: Any) -> int:
    """Order two numbers, or two dates written alike; things of different kinds are never ordered."""
    if isinstance(left, str) is not isinstance(right, str):
        return 0
    return (left > right) - (left < right)


def references(condition: Condition) -> Iterator[str]:
    """Yield the questions a condition reads, repeated as they come."""
    match condition:
        case Comparaison(question):
            yield question
        case Toutes(branches) | AuMoinsUne(branches) | Aucune(branches):
            for branch in branches:
                yield from references(branch)


def find_cycle(edges: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return a cycle of a graph as the codes along its edges, the first repeated last; empty when there is none."""
    try:
        TopologicalSorter({code: tuple(followed) for code, followed in edges.items()}).prepare()
    except CycleError as error:
        return tuple(reversed(error.args[1]))
    return ()


# --- In words -------------------------------------------------------------------------------------------------------------


class Choice(Protocol):
    code: str
    libelle: str


class Question(Protocol):
    """What is needed of a question to speak of it."""

    titre: str
    choix: tuple[Choice, ...]


Questions = Mapping[str, Question]
NOUNS = {"critère": "Ce critère", "question": "Cette question", "section": "Cette section"}


@dataclass(frozen=True, slots=True)
class _Clause:
    """A piece of sentence; ``link`` is the word that joins its parts, empty when it has one part."""

    text: str
    link: str = ""


def words(conditions: Condition | Iterable[Condition], profil: Profil, questions: Questions, noun: str = "critère") -> str:
    """Say why something shows: what was answered that makes its conditions hold (QST-1).

    ``questions`` name those the conditions read; ``noun`` is critère, question or section. Empty when a condition does not
    hold; without condition, says that it always shows.
    """
    every = tuple(conditions) if isinstance(conditions, Iterable) else (conditions,)
    if not all(condition.holds(profil) for condition in every):
        return ""
    reason = _joined("et", [_reason(condition, profil, questions, True) for condition in every])
    if not reason.text:
        return f"{NOUNS[noun]} s'affiche dans tous les cas."
    return f"{NOUNS[noun]} s'affiche parce que {reason.text}."


def _reason(condition: Condition, profil: Profil, questions: Questions, holds: bool) -> _Clause:
    """Say why a condition holds, or why it does not (``holds`` false: what an « aucune » above asks for)."""
    match condition:
        case Comparaison():
            return _Clause(_answer(condition, profil, questions) if holds else _other_answer(condition, profil, questions))
        case Toutes(branches):
            told = branches if holds else [branch for branch in branches if not branch.holds(profil)]
            return _joined("et" if holds else "ou", [_reason(branch, profil, questions, holds) for branch in told])
        case AuMoinsUne(branches):
            told = [branch for branch in branches if branch.holds(profil)] if holds else branches
            return _joined("ou" if holds else "et", [_reason(branch, profil, questions, holds) for branch in told])
        case Aucune(branches):
            return _reason(AuMoinsUne(branches), profil, questions, not holds)
    return _Clause("")


def _joined(link: str, clauses: Iterable[_Clause]) -> _Clause:
    """Join what was said, once each; a comma keeps apart the parts that are themselves joined by another word."""
    parts = list(dict.fromkeys(clause for clause in clauses if clause.text))
    if len(parts) < 2:
        return parts[0] if parts else _Clause("")
    mixed = any(part.link not in ("", link) for part in parts)
    return _Clause(f"{', ' if mixed else ' '}{link} ".join(part.text for part in parts), link)


def _answer(comparison: Comparaison, profil: Profil, questions: Questions) -> str:
    name = _named(comparison.question, questions)
    match comparison.operateur:
        case "renseignee":
            return f"vous avez répondu à {name}"
        case "superieur" | "inferieur":
            bound = _bound(comparison)
            return f"vous avez répondu {_told(profil[comparison.question])}, {bound}, à {name}"
    given = _as_list(profil[comparison.question])
    return f"vous avez répondu {_labels(comparison.question, [v for v in given if v in comparison.valeurs], questions, 'et')} à {name}"


def _other_answer(comparison: Comparaison, profil: Profil, questions: Questions) -> str:
    name = _named(comparison.question, questions)
    if profil.get(comparison.question) in (None, "", []):
        return f"{name} est sans réponse"
    if comparison.operateur in ("superieur", "inferieur"):
        return f"vous n'avez pas répondu {_bound(comparison)} à {name}"
    return f"vous n'avez pas répondu {_labels(comparison.question, comparison.valeurs, questions, 'ni')} à {name}"


def describe(condition: Condition, questions: Questions) -> str:
    """Say a rule itself, whatever the answers: what comes after « s'affiche lorsque »."""
    match condition:
        case Comparaison():
            return _rule(condition, questions)
        case Toutes(branches):
            return " et ".join(_nested(branch, questions) for branch in branches)
        case AuMoinsUne(branches):
            return " ou ".join(_nested(branch, questions) for branch in branches)
        case Aucune(branches):
            return "aucune de ces conditions n'est remplie\xa0: " + "\xa0; ".join(_nested(branch, questions) for branch in branches)
    return "jamais"


def _nested(condition: Condition, questions: Questions) -> str:
    text = describe(condition, questions)
    return text if isinstance(condition, Comparaison | Jamais) else f"({text})"


def _rule(comparison: Comparaison, questions: Questions) -> str:
    name = _named(comparison.question, questions)
    match comparison.operateur:
        case "renseignee":
            return f"{name} a une réponse"
        case "superieur" | "inferieur":
            return f"la réponse à {name} est {_beyond(comparison)}"
    verb = "comprend" if comparison.operateur == "contient" else "est"
    return f"la réponse à {name} {verb} {_labels(comparison.question, comparison.valeurs, questions, 'ou')}"


def _bound(comparison: Comparaison) -> str:
    limit = comparison.valeurs[0]
    if isinstance(limit, str):
        return f"{'après' if comparison.operateur == 'superieur' else 'avant'} le {as_read(limit)}"
    return f"{'plus' if comparison.operateur == 'superieur' else 'moins'} de {as_read(limit)}"


def _beyond(comparison: Comparaison) -> str:
    limit, is_above = comparison.valeurs[0], comparison.operateur == "superieur"
    if isinstance(limit, str):
        return f"{'postérieure' if is_above else 'antérieure'} au {as_read(limit)}"
    return f"{'supérieure' if is_above else 'inférieure'} à {as_read(limit)}"


def _named(code: str, questions: Questions) -> str:
    question = questions.get(code)
    return f"la question {code} «\xa0{question.titre}\xa0»" if question else f"la question {code}"


def _labels(code: str, values: Iterable[Any], questions: Questions, link: str) -> str:
    question = questions.get(code)
    labels = {choix.code: choix.libelle for choix in question.choix} if question else {}
    return f" {link} ".join(_told(labels.get(value, value)) for value in values)


def _told(value: Any) -> str:
    return f"«\xa0{as_read(value)}\xa0»"


def as_read(value: Any) -> str:
    """Write a date as JJ/MM/AAAA, a number with a comma and never with an exponent, anything else as it is."""
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".replace(".", ",")
    text = str(value)
    is_date = len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdecimal()
    return f"{text[8:]}/{text[5:7]}/{text[:4]}" if is_date else text


def as_typed(value: Any) -> str:
    """Write a value as one types it in a form: a number with a comma, anything else as it is stored."""
    return as_read(value) if isinstance(value, float) else str(value)


def _as_list(valeur: Valeur) -> list[Any]:
    return list(valeur) if isinstance(valeur, list | tuple) else [valeur]
