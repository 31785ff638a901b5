"""Pieces of addresses: numbers of rows, refused beyond what the database can hold (a 404, never a 500)."""

from django.urls import register_converter


class ReferenceConverter:
    """A référence or a row number: ASCII digits only, without leading zero, below 2⁶³."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(ReferenceConverter, "reference")
