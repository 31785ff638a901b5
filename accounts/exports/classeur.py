"""Workbooks: every text typed as text, so that no cell is ever a formula or a link (XP-1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from django.utils import timezone

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

TYPE_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_CELL = 32_767  # characters a cell may hold
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
ROW_AFTER_ROW = {"in_memory": False, "constant_memory": True}
BLEU = "#1f4e79"

Cell = str | int | float | datetime | None


@dataclass(frozen=True)
class Colonne:
    """A column: its heading and its width, in characters."""

    titre: str
    largeur: float


class Classeur:
    """A workbook with the house's headings, widths and number formats."""

    def __init__(self, titre: str, entreprise: str = "", *, vers: BinaryIO | None = None) -> None:
        """``vers``: the file that receives it, row after row, when it is long; ``close`` then gives nothing."""
        import xlsxwriter  # here: the processes that serve the pages write few workbooks, and it weighs 6 MiB (P20)

        self._buffer = BytesIO()
        self.book = xlsxwriter.Workbook(self._buffer, OPTIONS) if vers is None else xlsxwriter.Workbook(vers, {**OPTIONS, **ROW_AFTER_ROW})
        self.book.set_properties({"title": clean(titre), "company": clean(entreprise), "comments": ""})

    @cached_property
    def heading(self) -> Format:
        return self.book.add_format({"bold": True, "font_color": "white", "bg_color": BLEU, "text_wrap": True, "valign": "vcenter", "border": 1})

    @cached_property
    def title(self) -> Format:
        return self.book.add_format({"bold": True, "font_size": 14})

    @cached_property
    def strong(self) -> Format:
        return self.book.add_format({"bold": True, "valign": "top"})

    @cached_property
    def text(self) -> Format:
        return self.book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})

    @cached_property
    def integer(self) -> Format:
        return self.book.add_format({"num_format": "0", "valign": "top", "align": "center"})

    @cached_property
    def mean(self) -> Format:
        return self.book.add_format({"num_format": "0.0", "valign": "top", "align": "center"})

    @cached_property
    def moment(self) -> Format:
        return self.book.add_format({"num_format": 'dd/mm/yyyy hh"h"mm', "valign": "top", "align": "left"})

    def sheet(self, name: str) -> Worksheet:
        """Add a sheet that prints on one page in width."""
        sheet = self.book.add_worksheet(clean(name)[:31])
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def write(self, sheet: Worksheet, row: int, column: int, value: Cell) -> None:
        """Write a value by its own type: a text stays a text whatever it begins with; nothing and an empty text leave the cell empty."""
        if isinstance(value, str):
            if value:
                sheet.write_string(row, column, clean(value), self.text)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, timezone.localtime(value).replace(tzinfo=None), self.moment)
        elif value is not None:
            sheet.write_number(row, column, value, self.integer if isinstance(value, int) else self.mean)

    def table(self, sheet: Worksheet, colonnes: Sequence[Colonne], rows: Iterable[Sequence[Cell]], *, top: int = 0) -> int:
        """Write a table with a filter and a frozen heading; give the number of the row that follows it."""
        for number, colonne in enumerate(colonnes):
            sheet.set_column(number, number, colonne.largeur)
            sheet.write_string(top, number, colonne.titre, self.heading)
        row = top
        for row, values in enumerate(rows, start=top + 1):
            for number, value in enumerate(values):
                self.write(sheet, row, number, value)
        sheet.freeze_panes(top + 1, 0)
        sheet.autofilter(top, 0, max(row, top + 1), len(colonnes) - 1)
        sheet.repeat_rows(top)
        return row + 1

    def close(self) -> bytes:
        """Return the file."""
        self.book.close()
        return self._buffer.getvalue()


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """Remove what a workbook cannot hold, and cut at what a cell can (XP-1)."""
    text = str(text)
    return (_CONTROL.sub("", text) if _CONTROL.search(text) else text)[:MAX_CELL]
