"""The body of a results page as HTML: a pure function of the report, so each one is rendered once and kept (P10).

A report is a frozen value that holds everything shown; equal reports give equal bytes, whoever asks. Rights are checked
before the report exists. What depends on the visitor (forms, buttons) stays outside.
"""

from __future__ import annotations

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from questionnaires.exports.dessin import axes_of, series_of
from questionnaires.exports.rapport import Rapport

PARTS = ("radar", "ecart", "criteres", "recommandations")


@lru_cache(maxsize=128)
def corps_of(rapport: Rapport) -> dict[str, SafeString]:
    """Return the parts of the body, by name: radar, ecart, criteres, recommandations."""
    context = {"rapport": rapport, "axes": axes_of(rapport), "series": series_of(rapport)}
    return {name: render_to_string(f"parcours/_resultats_{name}.html", context) for name in PARTS}
