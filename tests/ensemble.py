"""Several people at the very same instant: threads let go together, each on its own connection."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.errors import ActionRefused


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts together; return what each gave, or was refused with. Any other exception goes up."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait(30)
            return act()
        except (ActionRefused, PermissionDenied) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def times_at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Run one act many times together, each with its rank."""
    return at_once(*(partial(act, rank) for rank in range(count)))
