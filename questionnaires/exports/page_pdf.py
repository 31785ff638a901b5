"""The report as a document to print: a page and its style sheet, given to the renderer of ``pdf`` (QST-8)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from . import pdf as renderer
from .dessin import axes_of, series_of
from .rapport import Rapport


@dataclass(frozen=True)
class Page:
    """What the renderer needs."""

    html: str
    css: str


def page(rapport: Rapport) -> Page:
    """Lay a report out as a document."""
    sections = [(titre, list(lignes)) for titre, lignes in groupby(rapport.criteres, key=lambda ligne: ligne.section)]
    context = {"rapport": rapport, "sections": sections, "axes": axes_of(rapport), "series": series_of(rapport), "imprime_le": timezone.now()}
    return Page(render_to_string("exports/resultats_pdf.html", context), _css())


def pdf(page: Page) -> bytes:
    """Return the tagged PDF of a document; :raises RenduImpossible: not within the limits."""
    return renderer.render(page.html, page.css)


@lru_cache(maxsize=1)
def _css() -> str:
    return (Path(settings.BASE_DIR) / "static" / "css" / "export.css").read_text(encoding="utf-8")
