"""Find the questions that end up depending on themselves: none of them could ever be shown (QST-1)."""

from __future__ import annotations

from collections import deque
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
    """Return one shortest cycle per knot of questions, first code repeated at its end."""
    if not find_cycle(graph):  # one pass, where telling the cycles takes one per question
        return []
    cycles: list[list[str]] = []
    known: set[str] = set()
    compared = {code for edges in graph.values() for code in edges}
    for start in graph:
        if start in known or start not in compared:
            continue
        cycle = _shortest_cycle(graph, start)
        if cycle and not known.intersection(cycle):
            cycles.append(cycle)
            known.update(cycle)
    return cycles


def _shortest_cycle(graph: Graph, start: str) -> list[str] | None:
    came_from: dict[str, str] = {}
    queue = deque([start])
    while queue:
        code = queue.popleft()
        for following in graph.get(code, ()):
            if following == start:
                return [*_way_back(came_from, start, code), start]
            if following in graph and following not in came_from:
                came_from[following] = code
                queue.append(following)
    return None


def _way_back(came_from: dict[str, str], start: str, code: str) -> list[str]:
    way = [code]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]
