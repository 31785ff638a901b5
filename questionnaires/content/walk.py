"""Go through a normalised questionnaire, each element with its path; go through the leaves of a condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from questionnaires.content import schema
from questionnaires.content.yaml_tree import child

Data = dict[str, Any]


@dataclass(frozen=True)
class Located:
    """An element of the document and its path; ``above`` holds the section paths it hangs from, outermost first."""

    data: Data
    path: str
    above: tuple[Located, ...] = ()


def sections(questionnaire: Data) -> Iterator[Located]:
    """Yield every section, sub-sections after the one that holds them."""
    yield from _sections(questionnaire, "", ())


def _sections(parent: Data, path: str, above: tuple[Located, ...]) -> Iterator[Located]:
    for index, section in enumerate(parent["sections"]):
        located = Located(section, child(child(path, "sections"), index), above)
        yield located
        yield from _sections(section, located.path, (*above, located))


def criteres(questionnaire: Data) -> Iterator[Located]:
    """Yield every criterion, in the order of the screens: those of a section come before those of its sub-sections."""
    for section in sections(questionnaire):
        for index, critere in enumerate(section.data["criteres"]):
            yield Located(critere, child(child(section.path, "criteres"), index), (*section.above, section))


def images(questionnaire: Data) -> Iterator[Located]:
    """Yield the schemas that sections show."""
    for section in sections(questionnaire):
        if image := section.data.get("image"):
            yield Located(image, child(section.path, "image"))


def conditions(data: Data, path: str) -> Iterator[tuple[Data, str, str | None]]:
    """Yield the conditions one element carries itself: the tree, its path, and the profile source it is kept for."""
    if data["affichage"] is not None:
        yield data["affichage"], child(path, "affichage"), None
    for source, condition in data["affichage_selon"].items():
        yield condition, child(child(path, "affichage_selon"), source), source


def leaves(condition: Data, path: str) -> Iterator[tuple[Data, str]]:
    """Yield the comparisons of a condition tree with their paths."""
    if "question" in condition:
        yield condition, path
    for connector in schema.CONNECTORS:
        for index, branch in enumerate(condition.get(connector, ())):
            yield from leaves(branch, child(child(path, connector), index))


def operator_of(leaf: Data) -> str:
    return next(name for name in schema.COMPARISONS if name in leaf)
