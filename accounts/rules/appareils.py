"""What a browser says of itself, in the words of a person: « Firefox sur Windows ». No database."""

from __future__ import annotations

from collections.abc import Sequence

# Each browser also names those it wants to be taken for: the first found is the right one.
NAVIGATEURS: Sequence[tuple[str, str]] = (
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMES: Sequence[tuple[str, str]] = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
INCONNU = "Appareil non reconnu"


def appareil(user_agent: str) -> str:
    """Name a browser and its system; what cannot be told is left out."""
    navigateur, systeme = _first(NAVIGATEURS, user_agent), _first(SYSTEMES, user_agent)
    if navigateur and systeme:
        return f"{navigateur} sur {systeme}"
    return navigateur or systeme or INCONNU


def _first(table: Sequence[tuple[str, str]], text: str) -> str:
    return next((name for mark, name in table if mark in text), "")
