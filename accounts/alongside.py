"""Small values of the upper rooms that each page or job needs, read in the very statement that says who asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_values: dict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = {}
_told_of: list[Callable[[], None]] = []


def read_alongside(name: str, expression: Callable[[], Any], note: Callable[[Any], None]) -> None:
    """Have a value read with the account of a request, and with each job; ``note`` is told it."""
    _values[name] = (expression, note)
    for forget in _told_of:
        forget()


def expressions() -> dict[str, Any]:
    """Return what to annotate a row with."""
    return {name: expression() for name, (expression, _) in _values.items()}


def tell(row: Any) -> None:
    """Tell each value that came with a row."""
    for name, (_, note) in _values.items():
        note(getattr(row, name))


def on_change(forget: Callable[[], None]) -> None:
    """Call ``forget`` when a value is added: a statement written before holds it not."""
    _told_of.append(forget)
