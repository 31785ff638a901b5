"""The body of a results page as HTML: a pure function of the report, so each one is rendered once and kept (P10).

A report is a frozen value that holds everything shown; equal lines give equal bytes, whoever asks. Rights are checked before
the report exists. What depends on the visitor (forms, buttons) stays outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from questionnaires.exports.dessin import axes_of, series_of
from questionnaires.exports.rapport import Rapport

LINES = ("axes", "criteres", "ecart", "parts", "gradue")
PARTS = ("radar", "ecart", "criteres", "recommandations")


@dataclass(frozen=True)
class _SameLines:
    """A report, told from another by its very lines: those of equal answers are the same objects (``resultats``)."""

    rapport: Rapport

    def __hash__(self) -> int:
        return id(self.rapport.criteres)

    def __eq__(self, other: object) -> bool:
        mine, theirs = self.rapport, other.rapport if isinstance(other, _SameLines) else None
        return theirs is not None and all(getattr(mine, name) is getattr(theirs, name) for name in LINES) and mine.libelle_attendu == theirs.libelle_attendu


def corps_of(rapport: Rapport) -> dict[str, SafeString]:
    """Return the parts of the body, by name: radar, ecart, criteres, recommandations."""
    return _corps(_SameLines(rapport))


@lru_cache(maxsize=128)
def _corps(same: _SameLines) -> dict[str, SafeString]:
    rapport = same.rapport
    context = {"rapport": rapport, "axes": axes_of(rapport), "series": series_of(rapport)}
    return {name: render_to_string(f"parcours/_resultats_{name}.html", context) for name in PARTS}
