"""Reads the colours of the stylesheets and computes contrasts as WCAG 2.1 does."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.conf import settings

from convergence.staticfiles import assemble

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_VARIABLE = re.compile(r"(--[\w-]+)\s*:\s*([^;]+)")
_REFERENCE = re.compile(r"var\((--[\w-]+)(?:,\s*([^)]+))?\)")
SELECTORS = {
    "neutre": (":root", ":root:not([data-identite=etat])", ":root[data-identite=neutre]"),
    "etat": (":root", ":root[data-identite=etat]"),
}


@cache
def palette(identite: str) -> dict[str, str]:
    """Return the variables of an identity, by name, as the page inherits them."""
    own = (Path(settings.BASE_DIR) / "static/css/convergence.css").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for css in (assemble(identite)[f"{identite}.css"].decode(), re.sub(r"/\*.*?\*/", "", own, flags=re.DOTALL)):
        for selectors, body in _RULE.findall(css):
            names = {selector.strip().replace('"', "") for selector in selectors.split(",")}
            if names & set(SELECTORS[identite]):
                found.update((name, value.strip()) for name, value in _VARIABLE.findall(body))
    return found


def resolve(identite: str, name: str) -> str:
    """Return the colour a variable ends in, « #rrggbb ».

    :raises KeyError: it names a variable that nobody defines.
    """
    value = palette(identite)[name]
    while match := _REFERENCE.fullmatch(value):
        value = palette(identite).get(match[1], match[2] or "")
        if not value:
            raise KeyError(match[1])
    return value


def contrast(first: str, second: str) -> float:
    """Return the ratio of two colours « #rgb » or « #rrggbb », from 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    red, green, blue = (_linear(int(digits[start : start + 2], 16) / 255) for start in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
