"""Write plain data as YAML meant for people: folded at 110 columns, accents kept, no anchors, the order given.

PyYAML's own dumper indents lists, quotes and breaks lines in ways that are tiring to edit by hand, and has no empty lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

WIDTH = 110
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_PLAIN_START = re.compile(r"[^\W_]|«")
_FOLD_POINT = re.compile(r"(?<=[^ \\]) (?=[^ ])")
_resolver = yaml.SafeLoader("")


@dataclass(frozen=True)
class Inline:
    """A mapping or a list written on one line when it fits."""

    value: dict[str, Any] | list[Any]


@dataclass(frozen=True)
class Spaced:
    """A list whose items stand apart, with an empty line between them."""

    items: list[Any]


def emit(document: dict[str, Any]) -> str:
    """Return the text of a YAML file, ending with a newline."""
    return "\n".join(_mapping(document, 0)) + "\n"


def _mapping(mapping: dict[str, Any], indent: int) -> list[str]:
    lines: list[str] = []
    for key, value in mapping.items():
        if lines and indent == 0 and isinstance(value, Spaced):
            lines.append("")
        lines += _attach(f"{' ' * indent}{_flow_scalar(key)}:", value, indent + 2)
    return lines


def _sequence(items: list[Any], indent: int, *, spaced: bool) -> list[str]:
    lines: list[str] = []
    for item in items:
        if lines and spaced:
            lines.append("")
        dash = f"{' ' * indent}-"
        if isinstance(item, Inline) and not _fits(dash, item):
            item = item.value
        if isinstance(item, dict) and item:
            block = _mapping(item, indent + 2)
            lines += [f"{dash} {block[0].lstrip()}", *block[1:]]
        else:
            lines += _attach(dash, item, indent + 2)
    return lines


def _attach(prefix: str, value: Any, indent: int) -> list[str]:
    """Return the lines of a value that follows a key or a dash; ``indent`` is that of its further lines."""
    if isinstance(value, Inline):
        if _fits(prefix, value):
            return [f"{prefix} {_flow(value)}"]
        value = value.value
    if isinstance(value, Spaced):
        return [prefix, *_sequence(value.items, indent, spaced=True)]
    if isinstance(value, dict):
        return [prefix, *_mapping(value, indent)] if value else [f"{prefix} {{}}"]
    if isinstance(value, list):
        return [prefix, *_sequence(value, indent, spaced=False)] if value else [f"{prefix} []"]
    if isinstance(value, str):
        return _text(prefix, value, indent)
    return [f"{prefix} {_flow_scalar(value)}"]


def _text(prefix: str, text: str, indent: int) -> list[str]:
    if _reads_as_literal(text):
        return [f"{prefix} |-", *(f"{' ' * indent}{line}" if line else "" for line in text.split("\n"))]
    written = text if _is_plain(text) else _quote(text)
    line, lines = prefix, []
    for word in _FOLD_POINT.split(written):
        # Nothing is broken right after the prefix: an over-long first word stays beside its key.
        if line != prefix and len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line = f"{' ' * indent}{word}"
        else:
            line = f"{line} {word}"
    return [*lines, line]


def _fits(prefix: str, inline: Inline) -> bool:
    text = _flow(inline)
    return len(prefix) + 1 + len(text) <= WIDTH and "\\n" not in text


def _flow(value: Any) -> str:
    if isinstance(value, Inline):
        value = value.value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow_scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _flow_scalar(value)


def _flow_scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):  # never with an exponent, which YAML would read as a text
        return f"{Decimal(repr(value)):f}"
    if not isinstance(value, str):
        return str(value)
    plain = _is_plain(value) and not re.search(r"[,\[\]{}:?]", value)
    return value if plain else _quote(value)


def _is_plain(text: str) -> bool:
    """Say whether YAML reads this very text back when it stands without quotes."""
    return bool(
        _PLAIN_START.match(text)
        and all(_is_ordinary(char) for char in text)
        and ": " not in text
        and " #" not in text
        and not text.endswith((":", " ", "\u00a0"))
        and _resolver.resolve(yaml.ScalarNode, text, (True, False)) == "tag:yaml.org,2002:str"
    )


def _is_ordinary(char: str) -> bool:
    return char.isprintable() or char in "\u00a0\u202f"


def _reads_as_literal(text: str) -> bool:
    lines = text.split("\n")
    return len(lines) > 1 and bool(lines[0]) and bool(lines[-1]) and all(line == line.strip() and all(_is_ordinary(char) for char in line) for line in lines)


def _quote(text: str) -> str:
    return '"' + "".join(_escape(char) for char in text) + '"'


def _escape(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if _is_ordinary(char):
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
