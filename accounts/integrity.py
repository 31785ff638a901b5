"""What ``manage.py verifier_integrite`` looks at: each app registers its own checks (OP-1, DI-5)."""

from __future__ import annotations

from collections.abc import Callable

from . import journal

Check = Callable[[], list[str]]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Add a check: a function that lists, in French, what is not as it was written."""
    _checks[name] = check


def run() -> dict[str, list[str]]:
    """Run every check; an empty list is good news."""
    return {name: check() for name, check in sorted(_checks.items())}


def check_journal() -> list[str]:
    """Name the first line of the journal that diverges (TR-3)."""
    divergence = journal.verify_chain()
    return [f"ligne {divergence.sequence} : {divergence.raison}"] if divergence else []


register("journal", check_journal)
