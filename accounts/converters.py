"""What an id may look like in a URL."""

from __future__ import annotations


class KeyConverter:
    """A positive key that both databases can hold; anything else is no page at all."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
