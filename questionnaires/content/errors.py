"""What is wrong in a content file: where, and why, in the words of whoever writes it (QST-0)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Defect:
    """One defect: the file, its line when one is known, the path inside the document and the cause."""

    file: str
    line: int | None
    path: str
    cause: str

    def __str__(self) -> str:
        place = [self.file]
        if self.line is not None:
            place.append(f"ligne {self.line}")
        if self.path:
            place.append(self.path)
        return f"{', '.join(place)} : {self.cause}"


TOLD = 200  # defects a refusal tells: nobody reads more before mending


class ContentError(Exception):
    """The content is refused as a whole; ``defects`` holds all that was found, in the order of the files."""

    def __init__(self, defects: Iterable[Defect]) -> None:
        self.defects = tuple(sorted(defects, key=lambda defect: (defect.file, defect.line or 0)))
        more = len(self.defects) - TOLD
        told = [*map(str, self.defects[:TOLD]), *([f"… et {more} autre{'s' if more > 1 else ''}"] if more > 0 else [])]
        super().__init__("\n".join(told))


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return « (vouliez-vous dire …) » when a known word is close to this one, else nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (vouliez-vous dire « {close[0]} » ?)" if close else ""
