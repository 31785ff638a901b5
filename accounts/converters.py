"""What an id or a token may look like in a URL; importing this module is enough to use them."""

from __future__ import annotations

from django.urls import register_converter


class KeyConverter:
    """A positive key that both databases can hold; anything else is no page at all."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class JetonConverter:
    """The token of a link sent by mail: 16 bytes, 22 characters; anything else is no page at all."""

    regex = "[A-Za-z0-9_-]{22}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(KeyConverter, "cle")
register_converter(JetonConverter, "jeton")
