"""The tree of the accounts of a company: who is attached to whom (ACC-6, R-53). No database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

DOMAINE_EFFACE = "@compte-supprime.invalid"  # can receive no mail (RFC 2606)


def erased_address(pk: int) -> str:
    """Give what stands for the address of a deleted account: the column is unique and cannot be empty (ACC-7)."""
    return f"{pk}{DOMAINE_EFFACE}"


class Arbre:
    """The accounts of one company, by key: each has a manager or is a root; what is read keeps the order given."""

    def __init__(self, managers: Mapping[int, int | None]) -> None:
        self.managers = dict(managers)
        self.children: dict[int | None, list[int]] = {}
        for pk, manager in self.managers.items():
            self.children.setdefault(manager if manager in self.managers else None, []).append(pk)

    def ancestors(self, pk: int) -> list[int]:
        """List the accounts above one, the nearest first."""
        found: list[int] = []
        above = self.managers.get(pk)
        while above in self.managers and above not in found:
            found.append(above)
            above = self.managers[above]
        return found

    def is_above(self, upper: int, lower: int) -> bool:
        """Tell whether an account is attached to another, directly or not; nobody is above himself."""
        return upper != lower and upper in self.ancestors(lower)

    def walk(self, roots: Iterable[int] | None = None) -> Iterator[tuple[int, int]]:
        """Give each account under the roots, roots included, after its manager, with its depth from 0."""
        waiting = [(pk, 0) for pk in reversed(list(self.children.get(None, []) if roots is None else roots))]
        seen: set[int] = set()
        while waiting:
            pk, depth = waiting.pop()
            if pk not in seen:
                seen.add(pk)
                yield pk, depth
                waiting.extend((child, depth + 1) for child in reversed(self.children.get(pk, [])))

    def descendants(self, pk: int) -> list[int]:
        """List the accounts attached to one, directly or not."""
        return [below for below, depth in self.walk([pk]) if depth]
