"""The pages of the site that a person reads, taken from the table of every URL: a new URL joins them by itself."""

from __future__ import annotations

from collections.abc import Mapping

from tests.security.table import Row

# GET addresses that are no page: probes, files, and what only redirects.
NO_PAGE = {
    "sante": "sonde",
    "pret": "sonde",
    "questionnaires:liste_excel": "fichier",
    "accounts:travail_fichier": "fichier",
    "mfa_download_recovery_codes": "fichier",
    "accounts:notifications_lues": "bouton",
}


def pages_of(table: Mapping[str, Row]) -> list[str]:
    """Name every page that answers to GET, in the order of the table."""
    return [name for name, row in table.items() if name not in NO_PAGE and _has_get(row)]


def _has_get(row: Row) -> bool:
    return bool(row.get) or row.kind in ("public", "compte", "second facteur")
