"""The addresses of the pages of this room: written once, for a page names a dozen of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import reverse

TERMINEE = "terminee"  # the results are opened by the validation that ended the démarche (PAR-5)


@lru_cache(maxsize=8192)
def adresse(name: str, *args: Any) -> str:
    """Give the address of ``parcours:name``."""
    return reverse(f"parcours:{name}", args=args)
