"""When an account that nobody uses is warned, then deleted (DP-1). No database.

A notice counts only if it was given: accounts found unused for long by a site that just learned the rule are warned first, with the
same time between the steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# How long before the end each notice is given.
PREAVIS: Sequence[timedelta] = (timedelta(days=90), timedelta(days=30))


@dataclass(frozen=True)
class Pas:
    """What is to be done now: give the notice of a rank, from 1, or delete (rank 0); ``echeance`` is the day of the end."""

    rang: int
    echeance: datetime


def prochain_pas(depuis: datetime, avis: Mapping[int, datetime], now: datetime, duree: timedelta) -> Pas | None:
    """Say what an account unused since ``depuis`` calls for; ``avis`` dates the notices given since then, by their ranks."""
    given = len(avis)
    left = PREAVIS[given:]  # the notices still to give
    due = depuis + duree - (left[0] if left else timedelta(0))
    if given:
        due = max(due, avis[given] + PREAVIS[given - 1] - (left[0] if left else timedelta(0)))
    if now < due:
        return None
    return Pas(given + 1 if left else 0, now + left[0] if left else now)
