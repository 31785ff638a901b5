"""Words as one searches them. No database."""

from __future__ import annotations

import unicodedata


def plain(words: str) -> str:
    """Give words without accents nor capitals, for searching in what is kept in the process."""
    return "".join(char for char in unicodedata.normalize("NFD", words.casefold()) if not unicodedata.combining(char))
