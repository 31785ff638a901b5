"""What a PDF may hold beside its pages: a program, a command to launch, another file. A justificatif needs none of them (FI-3)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

ACTIVE = {"JavaScript": "un programme", "Launch": "une commande à lancer", "EmbeddedFile": "un fichier joint", "RichMedia": "une animation"}
BUDGET = 30 * 1024**2  # bytes read and unpacked in the object streams of one file
A_STREAM = 4096  # what looking at one costs, however little is in it
PIECE = 64 * 1024
BEFORE = 400  # where the dictionary of a stream stands
STREAM = re.compile(rb"stream\r?\n")


class TooMuchInside(ValueError):
    """More is compressed in it than is worth reading."""


def _written(word: str) -> bytes:
    """Match a name however it is written: each of its letters may be given by its code."""
    return b"".join(b"(?:%c|#%02X|#%02x)" % (letter, letter, letter) for letter in word.encode())


_ACTIVE = re.compile(b"/(?:" + b"|".join(b"(?P<%s>%s)" % (word.encode(), _written(word)) for word in ACTIVE) + b")")

_OBJECTS = re.compile(b"/" + _written("ObjStm"))


def active_part(content: bytes) -> str:
    """Say what a PDF holds that acts by itself or hides something; empty when nothing does.

    :raises TooMuchInside: it cannot be told.
    """
    for part in (content, *_object_streams(content)):
        if found := _ACTIVE.search(part):
            return ACTIVE[found.lastgroup]
    return ""


def _object_streams(content: bytes) -> Iterator[bytes]:
    """Unpack the streams that hold objects, as far as they can be: one that cannot is encrypted, or holds nothing for anybody."""
    left = BUDGET
    for start in STREAM.finditer(content):
        dictionary = content[max(0, start.start() - BEFORE) : start.start()]
        if b"/ObjStm" not in dictionary and b"#" not in dictionary:
            continue
        left -= A_STREAM
        if _OBJECTS.search(dictionary):
            unpacked, read = _inflate(content, start.end(), left)
            left -= read + len(unpacked)
            yield unpacked
        if left < 0:
            raise TooMuchInside


def _inflate(content: bytes, start: int, most: int) -> tuple[bytes, int]:
    """:raises TooMuchInside: reading and unpacking it takes more than what is left."""
    parts, size, position, unpacker = [], 0, start, zlib.decompressobj()
    while position < len(content) and not unpacker.eof:
        try:
            parts.append(unpacker.decompress(content[position : position + PIECE], max(1, most - size)))
        except zlib.error:
            break
        size, position = size + len(parts[-1]), position + PIECE
        if size + position - start > most:
            raise TooMuchInside
    return b"".join(parts), position - start - len(unpacker.unused_data)
