"""Find the questions that end up depending on themselves: none of them could ever be shown (QST-1)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from questionnaires.content import walk
from questionnaires.engine.conditions import find_cycle

Data = dict[str, Any]
Graph = dict[str, dict[str, str]]


def dependencies(questionnaires: list[Data]) -> Graph:
    """Return, for each criterion, the questions its display depends on, with the path of the comparison.

    The conditions of its sections and of its questionnaire count: they hide it just as well.
    """
    graph: Graph = {}
    for questionnaire in questionnaires:
        for critere in walk.criteres(questionnaire):
            edges = graph.setdefault(critere.data["code"], {})
            carriers = [(questionnaire, ""), *((above.data, above.path) for above in critere.above)]
            for data, path in (*carriers, (critere.data, critere.path)):
                for condition, at, _source in walk.conditions(data, path):
                    for leaf, leaf_path in walk.leaves(condition, at):
                        edges[leaf["question"]] = leaf_path
    return graph


def find_cycles(graph: Graph) -> list[list[str]]:
    """Return one cycle per knot of questions, a shortest one through the first of them, first code repeated at its end."""
    if not find_cycle(graph):  # one pass, where finding the knots takes two
        return []
    return [_shortest_cycle(graph, knot) for knot in _knots(graph)]


def _knots(graph: Graph) -> list[list[str]]:
    """Return the questions that all depend on one another, knot by knot, each in the order of the graph.

    Kosaraju's two passes: whoever reaches back what reaches it belongs to the same knot.
    """
    backwards: dict[str, list[str]] = {code: [] for code in graph}
    for code, edges in graph.items():
        for following in edges:
            if following in graph:
                backwards[following].append(code)
    seen: set[str] = set()
    finished = [code for start in graph for code in _reached(graph, start, seen)]
    seen = set()
    knots = [_reached(backwards, start, seen) for start in reversed(finished)]
    rank = {code: number for number, code in enumerate(graph)}
    ordered = (sorted(knot, key=rank.__getitem__) for knot in knots if len(knot) > 1 or (knot and knot[0] in graph[knot[0]]))
    return sorted(ordered, key=lambda knot: rank[knot[0]])


def _reached(edges: Mapping[str, Iterable[str]], start: str, seen: set[str]) -> list[str]:
    """Return what is reached from a question and was not seen before, each after all that it leads to."""
    found: list[str] = []
    stack = [] if start in seen else [(start, iter(edges[start]))]
    seen.add(start)
    while stack:
        code, following = stack[-1]
        fresh = next((other for other in following if other in edges and other not in seen), None)
        if fresh is None:
            found.append(code)
            stack.pop()
        else:
            seen.add(fresh)
            stack.append((fresh, iter(edges[fresh])))
    return found


def _shortest_cycle(graph: Graph, knot: list[str]) -> list[str]:
    start, inside = knot[0], set(knot)
    came_from: dict[str, str] = {}
    queue = deque([start])
    while start not in came_from:
        code = queue.popleft()
        for following in graph[code]:
            if following in inside and following not in came_from:
                came_from[following] = code
                queue.append(following)
    way = [start]
    while len(way) == 1 or way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]
