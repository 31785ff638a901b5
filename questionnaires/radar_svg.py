"""The radar of results as one SVG string, for the page and for the PDF alike (QST-6, QST-8, R-12).

Pure text building: no drawing library, no ``style`` attribute (the pages forbid them), only presentation attributes, which
the stylesheet of the site may refine by class and which the PDF keeps. Series differ by their line and the shape of their
points, never by colour alone. Under three axes a radar has no surface: bars are drawn instead.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from html import escape
from textwrap import wrap
from zlib import crc32

FONT = "font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', Arial, sans-serif\""
GLYPH = 7.3  # a wide character of the labels, in units of the drawing (13 units high): room is kept for the widest face
LINE = 16
LABEL_CHARS = 18
GAP = 14  # between the outer ring and the labels

# style: (colour, attributes of the line, opacity of the surface, shape of the points)
STYLES = {
    "validee": ("#0b6b7c", 'stroke-width="2.5"', "0.14", "rond"),
    "brouillon": ("#a2400f", 'stroke-width="2.2" stroke-dasharray="8 5"', "0", "carre"),
    "attendue": ("#3a3a3a", 'stroke-width="1.4" stroke-dasharray="1.5 4" stroke-linecap="round"', "0", "losange"),
}


@dataclass(frozen=True)
class Serie:
    """One line of the radar: a value per axis, ``None`` where there is none.

    ``style`` is ``validee`` (solid), ``brouillon`` (dashed) or ``attendue`` (thin dots).
    """

    nom: str
    valeurs: Sequence[float | None]
    style: str = "validee"


def radar_svg(axes: Sequence[str], series: Iterable[Serie], *, maximum: float = 3, titre: str = "Radar des résultats") -> str:
    """Return the drawing of ``series`` on ``axes``, from 0 to ``maximum``; every text is escaped.

    :raises ValueError: a series has not one value per axis, or an unknown style.
    """
    drawn = [_checked(serie, len(axes)) for serie in series]
    if not axes:
        return ""
    body, box = _bars(axes, drawn, maximum) if len(axes) < 3 else _web(axes, drawn, maximum)
    left, top, right, bottom = box
    description = _describe(axes, drawn, maximum)
    key = f"radar-{crc32((titre + description).encode()):08x}"
    return (
        f'<svg class="radar" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{key}-titre {key}-description" '
        f'viewBox="{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}" width="{right - left:.0f}" height="{bottom - top:.0f}">'
        f'<title id="{key}-titre">{escape(titre)}</title><desc id="{key}-description">{escape(description)}</desc>'
        f'<g {FONT} font-size="13" fill="#161616">{body}</g></svg>'
    )


def _checked(serie: Serie, count: int) -> Serie:
    if len(serie.valeurs) != count:
        raise ValueError(f"{serie.nom} : {len(serie.valeurs)} valeurs pour {count} axes")
    if serie.style not in STYLES:
        raise ValueError(f"style inconnu : {serie.style}")
    return serie


def _describe(axes: Sequence[str], series: Sequence[Serie], maximum: float) -> str:
    """Say the drawing in words; the table beside it says the same."""
    sentences = []
    for index, axis in enumerate(axes):
        values = ", ".join(f"{serie.nom.lower()} {_decimal(serie.valeurs[index])}" for serie in series)
        sentences.append(f"{axis} : {values}.")
    return f"Échelle de 0 à {_decimal(maximum)}. " + " ".join(sentences)


@lru_cache(maxsize=1024)
def _decimal(value: float | None) -> str:
    """One decimal with a comma, halves up, as the tables beside the drawing round it."""
    if value is None:
        return "—"
    return str(Decimal(repr(float(value))).quantize(Decimal("0.1"), ROUND_HALF_UP)).replace(".", ",")


# --- Radar ------------------------------------------------------------------------------------------------------------
def _web(axes: Sequence[str], series: Sequence[Serie], maximum: float) -> tuple[str, tuple[float, float, float, float]]:
    directions = _directions(len(axes))
    radius = max(125.0, 72 / math.sin(2 * math.pi / len(axes)) - GAP) if len(axes) > 4 else 130.0
    labels, box = _labels(axes, directions, radius + GAP)
    parts = [_grid(directions, radius, maximum), labels]
    parts += [_line(serie, directions, radius / maximum) for serie in reversed(series)]
    legend, box = _legend(series, box)
    return "".join([*parts, legend]), box


@lru_cache(maxsize=64)
def _directions(count: int) -> tuple[tuple[float, float], ...]:
    """Return unit vectors, the first one upwards, then clockwise."""
    return tuple((math.sin(2 * math.pi * rank / count), -math.cos(2 * math.pi * rank / count)) for rank in range(count))


@lru_cache(maxsize=64)
def _grid(directions: tuple[tuple[float, float], ...], radius: float, maximum: float) -> str:
    rings = list(range(1, int(maximum) + 1))
    lines = [f'<polygon class="radar-anneau" points="{_points(directions, radius * level / maximum)}" fill="none" stroke="#b9bfc4"/>' for level in rings]
    lines += [f'<line class="radar-axe" x1="0" y1="0" x2="{x * radius:.1f}" y2="{y * radius:.1f}" stroke="#b9bfc4"/>' for x, y in directions]
    lines += [f'<text x="5" y="{-radius * level / maximum + 12:.1f}" font-size="11" fill="#54595f">{level}</text>' for level in rings]
    return "".join(lines)


def _points(directions: Iterable[tuple[float, float]], radius: float) -> str:
    return " ".join(f"{x * radius:.1f},{y * radius:.1f}" for x, y in directions)


def _labels(axes: Sequence[str], directions: Sequence[tuple[float, float]], distance: float) -> tuple[str, tuple[float, float, float, float]]:
    """Write the names around, each wrapped and whole; return them with the box that holds them all."""
    texts, left, top, right, bottom = [], -distance, -distance, distance, distance
    for name, (x, y) in zip(axes, directions, strict=True):
        lines, width = _wrapped(name)
        anchor = "middle" if abs(x) < 0.05 else "start" if x > 0 else "end"
        height = len(lines) * LINE
        start_x, start_y = x * distance, y * distance - height * (1 - y) / 2 + LINE * 0.8
        texts.append(_text(lines, start_x, start_y, anchor))
        before = {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        left, right = min(left, start_x - before), max(right, start_x - before + width)
        top, bottom = min(top, start_y - LINE), max(bottom, start_y - LINE + height)
    return "".join(texts), (left - 6, top - 6, right + 6, bottom + 8)


@lru_cache(maxsize=2048)
def _wrapped(name: str, chars: int = LABEL_CHARS) -> tuple[tuple[str, ...], float]:
    """Cut a name into lines between words (inside a word only if it is longer than a line); give the width of the widest."""
    lines = tuple(wrap(name, chars)) or ("",)
    return tuple(escape(line) for line in lines), max(map(len, lines)) * GLYPH


def _text(lines: Sequence[str], x: float, y: float, anchor: str) -> str:
    if len(lines) == 1:
        return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{lines[0]}</text>'
    spans = "".join(f'<tspan x="{x:.1f}" y="{y + rank * LINE:.1f}">{line}</tspan>' for rank, line in enumerate(lines))
    return f'<text text-anchor="{anchor}">{spans}</text>'


def _line(serie: Serie, directions: Sequence[tuple[float, float]], unit: float) -> str:
    """Draw one series: a closed surface when every axis has its point, else its points and the sides that exist."""
    colour, line, opacity, shape = STYLES[serie.style]
    spots = [None if value is None else (x * value * unit, y * value * unit) for value, (x, y) in zip(serie.valeurs, directions, strict=True)]
    whole = [spot for spot in spots if spot is not None]
    if len(whole) == len(spots):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in whole)
        surface = f'<polygon points="{points}" fill="{colour}" fill-opacity="{opacity}" stroke="{colour}" stroke-linejoin="round" {line}/>'
    else:
        surface = "".join(_side(spots[rank - 1], spots[rank], colour, line) for rank in range(len(spots)))
    return f'<g class="radar-{serie.style}">{surface}{"".join(_spot(x, y, colour, shape) for x, y in whole)}</g>'


def _side(start: tuple[float, float] | None, end: tuple[float, float] | None, colour: str, line: str) -> str:
    if start is None or end is None:
        return ""
    return f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" stroke="{colour}" {line}/>'


def _spot(x: float, y: float, colour: str, shape: str) -> str:
    if shape == "rond":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
    if shape == "carre":
        return f'<rect x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7" fill="#fff" stroke="{colour}" stroke-width="2"/>'
    return f'<path d="M{x:.1f} {y - 3:.1f}l3 3l-3 3l-3 -3z" fill="{colour}"/>'


def _legend(series: Sequence[Serie], box: tuple[float, float, float, float]) -> tuple[str, tuple[float, float, float, float]]:
    """Write under the drawing what each line is, in words, beside a sample of it."""
    left, top, right, bottom = box
    rows = []
    for serie in series:
        colour, line, _, shape = STYLES[serie.style]
        lines, width = _wrapped(serie.nom, 46)
        y = bottom + 12
        sample = f'<line x1="{left + 8:.1f}" y1="{y:.1f}" x2="{left + 52:.1f}" y2="{y:.1f}" stroke="{colour}" {line}/>{_spot(left + 30, y, colour, shape)}'
        rows.append(f'<g class="radar-{serie.style}">{sample}</g>{_text(lines, left + 62, y + 4, "start")}')
        bottom += 8 + LINE * len(lines)
        right = max(right, left + 62 + width + 6)
    return "".join(rows), (left, top, right, bottom + 6)


# --- Bars, under three axes -------------------------------------------------------------------------------------------
BAR_WIDTH = 420
BAR_HEIGHT = 14


def _bars(axes: Sequence[str], series: Sequence[Serie], maximum: float) -> tuple[str, tuple[float, float, float, float]]:
    """Draw for each axis one bar per series, from 0 to the maximum, with its value in figures."""
    parts, y, unit = [], 0.0, BAR_WIDTH / maximum
    for index, name in enumerate(axes):
        lines, _ = _wrapped(name, 56)
        parts.append(_text(lines, 0, y + 12, "start"))
        y += LINE * len(lines) + 6
        for serie in series:
            parts.append(_bar(serie, serie.valeurs[index], y, unit))
            y += BAR_HEIGHT + 6
        y += 12
    scale = "".join(_graduation(rank, rank * unit, y) for rank in range(int(maximum) + 1))
    legend, box = _legend(series, (-8, -6, BAR_WIDTH + 48, y + 10))
    return "".join([*parts, scale, legend]), box


def _graduation(rank: int, x: float, y: float) -> str:
    return f'<text x="{x:.1f}" y="{y + 4:.1f}" font-size="10" fill="#54595f" text-anchor="middle">{rank}</text>'


def _bar(serie: Serie, value: float | None, y: float, unit: float) -> str:
    colour, line, _, shape = STYLES[serie.style]
    fill = colour if shape == "rond" else "#fff"
    ground = f'<rect x="0" y="{y:.1f}" width="{BAR_WIDTH}" height="{BAR_HEIGHT}" fill="#eceff1"/>'
    figure = f'<text x="{BAR_WIDTH + 8}" y="{y + 11:.1f}">{_decimal(value)}</text>'
    if value is None:
        return ground + figure
    size = f'x="0" y="{y:.1f}" width="{value * unit:.1f}" height="{BAR_HEIGHT}"'
    return f'{ground}<rect class="radar-{serie.style}" {size} fill="{fill}" stroke="{colour}" {line}/>{figure}'
