"""Condition trees: evaluated on a profile, told in words, searched for cycles (QST-1, R-6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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
    """One question compared with values; false when the question is hidden or unanswered (R-6)."""

    question: str
    operateur: str
    valeurs: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Toutes:
    branches: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AuMoinsUne:
    branches: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Aucune:
    """True when none of its branches holds."""

    branches: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Jamais:
    """Never shown."""


Condition = Comparaison | Toutes | AuMoinsUne | Aucune | Jamais
GROUPS: dict[str, type] = {"toutes": Toutes, "au_moins_une": AuMoinsUne, "aucune": Aucune}
OPERATORS = ("egal", "parmi", "contient", "superieur", "inferieur", "renseignee")


class Question(Protocol):
    """What is needed of a question to speak of it."""

    titre: str
    choix: tuple[Any, ...]


def parse(tree: Any, path: str = "condition") -> Condition:
    """Return the condition a tree says; :raises ConditionError: it says none."""
    if not isinstance(tree, Mapping):
        raise ConditionError(path, "une condition est un arbre")
    if tree.get("jamais") is True:
        return Jamais()
    for name, group in GROUPS.items():
        if name in tree:
            return group(_branches(tree[name], f"{path}.{name}"))
    return _comparison(tree, path)


def _branches(trees: Any, path: str) -> tuple[Condition, ...]:
    if not isinstance(trees, list | tuple) or not trees:
        raise ConditionError(path, "une liste de conditions est attendue")
    return tuple(parse(tree, f"{path}[{index}]") for index, tree in enumerate(trees))


def _comparison(tree: Mapping[str, Any], path: str) -> Comparaison:
    operators = [name for name in OPERATORS if name in tree]
    if "question" not in tree or len(operators) != 1:
        raise ConditionError(path, f"une question et un opérateur parmi {', '.join(OPERATORS)} sont attendus")
    raw = tree[operators[0]]
    values = tuple(raw) if isinstance(raw, list | tuple) else (raw,)
    return Comparaison(tree["question"], operators[0], values)


def evaluate(condition: Condition, profil: Profil) -> bool:
    """Tell whether a condition holds under a profile."""
    match condition:
        case Comparaison():
            return _holds(condition, profil.get(condition.question))
        case Toutes(branches):
            return all(evaluate(branch, profil) for branch in branches)
        case AuMoinsUne(branches):
            return any(evaluate(branch, profil) for branch in branches)
        case Aucune(branches):
            return not any(evaluate(branch, profil) for branch in branches)
    return False


def _holds(comparison: Comparaison, valeur: Valeur) -> bool:
    answered = valeur is not None and valeur != "" and valeur != []
    values = comparison.valeurs
    match comparison.operateur:
        case "renseignee":
            return answered is bool(values[0])
    if not answered:
        return False
    given = valeur if isinstance(valeur, list | tuple) else (valeur,)
    match comparison.operateur:
        case "contient":
            return any(value in given for value in values)
        case "egal" | "parmi":
            return len(given) == 1 and given[0] in values
        case "superieur":
            return _compare(given[0], values[0]) > 0
        case _:
            return _compare(given[0], values[0]) < 0


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


def words(conditions: Iterable[Condition], profil: Profil, questions: Mapping[str, Question], noun: str = "Ce critère") -> str:
    """Say why something shows: what was answered that makes its conditions hold (QST-1).

    Empty when a condition does not hold; without condition, says that it always shows.
    """
    conditions = tuple(conditions)
    if not conditions:
        return f"{noun} s'affiche toujours."
    reasons = [_reason(condition, profil, questions) for condition in conditions]
    if not all(reasons):
        return ""
    return f"{noun} s'affiche parce que {_and(reasons)}."


def _and(parts: Iterable[str]) -> str:
    return " et ".join(dict.fromkeys(parts))


def _reason(condition: Condition, profil: Profil, questions: Mapping[str, Question]) -> str:
    """Say why one condition holds; empty when it does not."""
    if not evaluate(condition, profil):
        return ""
    match condition:
        case Comparaison():
            return _answer_reason(condition, profil, questions)
        case Toutes(branches):
            return _and(_reason(branch, profil, questions) for branch in branches)
        case AuMoinsUne(branches):
            return _and(filter(None, (_reason(branch, profil, questions) for branch in branches)))
        case Aucune(branches):
            return "aucune de ces conditions n'est remplie : " + " ; ".join(describe(branch, questions) for branch in branches)
    return ""


def _answer_reason(comparison: Comparaison, profil: Profil, questions: Mapping[str, Question]) -> str:
    valeur = profil.get(comparison.question)
    if comparison.operateur == "renseignee":
        verb = "avez répondu" if comparison.valeurs[0] else "n'avez pas répondu"
        return f"vous {verb} {_named(comparison.question, questions)}"
    given = valeur if isinstance(valeur, list | tuple) else (valeur,)
    if comparison.operateur == "contient":
        given = [value for value in given if value in comparison.valeurs]
    return f"vous avez répondu {_labels(comparison.question, given, questions)} {_named(comparison.question, questions)}"


def _named(code: str, questions: Mapping[str, Question]) -> str:
    question = questions.get(code)
    return f"à la question {code} « {question.titre} »" if question else f"à la question {code}"


def _labels(code: str, values: Iterable[Any], questions: Mapping[str, Question], link: str = " et ") -> str:
    question = questions.get(code)
    labels = {choix.code: choix.libelle for choix in question.choix} if question else {}
    return link.join(f"« {labels.get(value, value)} »" for value in values)


def describe(condition: Condition, questions: Mapping[str, Question]) -> str:
    """Say a rule itself, whatever the answers."""
    match condition:
        case Comparaison(question, operateur, valeurs):
            return _describe_comparison(question, operateur, valeurs, questions)
        case Toutes(branches):
            return " et ".join(_nested(branch, questions) for branch in branches)
        case AuMoinsUne(branches):
            return " ou ".join(_nested(branch, questions) for branch in branches)
        case Aucune(branches):
            return "aucune de ces conditions : " + " ; ".join(_nested(branch, questions) for branch in branches)
    return "jamais"


def _nested(condition: Condition, questions: Mapping[str, Question]) -> str:
    text = describe(condition, questions)
    return text if isinstance(condition, Comparaison | Jamais) else f"({text})"


def _describe_comparison(code: str, operateur: str, valeurs: tuple[Any, ...], questions: Mapping[str, Question]) -> str:
    question = questions.get(code)
    name = f"{code} « {question.titre} »" if question else code
    if operateur == "renseignee":
        return f"{name} est {'renseignée' if valeurs[0] else 'sans réponse'}"
    if operateur in ("superieur", "inferieur"):
        return f"{name} est {'supérieure' if operateur == 'superieur' else 'inférieure'} à {valeurs[0]}"
    verb = "comprend" if operateur == "contient" else "vaut"
    return f"{name} {verb} {_labels(code, valeurs, questions, ' ou ')}"


def find_cycle(edges: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return the first cycle of a graph as the codes along it, first repeated last; empty when there is none."""
    done: set[str] = set()
    for start in edges:
        path: list[str] = []
        stack: list[tuple[str, Iterator[str]]] = [(start, iter(edges.get(start, ())))] if start not in done else []
        while stack:
            node, following = stack[-1]
            if not path or path[-1] != node:
                path.append(node)
            successor = next(following, None)
            if successor is None:
                stack.pop()
                path.pop()
                done.add(node)
            elif successor in path:
                return (*path[path.index(successor) :], successor)
            elif successor not in done:
                stack.append((successor, iter(edges.get(successor, ()))))
    return ()
