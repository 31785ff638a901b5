"""The series of a report as the radar draws them (QST-6, R-12)."""

from __future__ import annotations

from ..radar_svg import Serie
from .rapport import Rapport


def axes_of(rapport: Rapport) -> list[str]:
    """Return the labels of the axes."""
    return [axe.titre for axe in rapport.axes]


def series_of(rapport: Rapport) -> list[Serie]:
    """Return the series that have at least one point: validated, draft over it, expected."""
    series = [
        Serie("Réponses validées", [axe.validee for axe in rapport.axes], "validee"),
        Serie("Brouillon", [axe.brouillon for axe in rapport.axes], "brouillon"),
        Serie(rapport.libelle_attendu, [axe.attendue for axe in rapport.axes], "attendue"),
    ]
    return [serie for serie in series if any(value is not None for value in serie.valeurs)]
