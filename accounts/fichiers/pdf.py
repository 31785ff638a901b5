"""What a PDF may hold beside its pages: a program, a command to launch, another file. A justificatif needs none of them (FI-3)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

ACTIVE = {"JavaScript": "un programme", "Launch": "une commande à lancer", "EmbeddedFile": "un fichier joint", "RichMedia": "une animation"}
BUDGET = 30 * 1024**2  # bytes read and unpacked in the object streams of one file
A_STREAM = 4096  # what looking at one costs, however little is in it
PIECE = 64 * 1024
TOO_MUCH = "plus de données qu'un justificatif"
STREAM = re.compile(rb"endstream|stream(?:\r\n?|\n)")
HEADER = re.compile(rb"\s*[0-9]+\s+[0-9]")  # numbers and places of the objects, with which such a stream begins


class CannotTell(ValueError):
    """What it holds cannot be told: the message says of what, in French."""


def _written(word: str) -> bytes:
    """Match a name however it is written: each of its letters may be given by its code."""
    return b"".join(b"(?:%c|#%02X|#%02x)" % (letter, letter, letter) for letter in word.encode())


_ACTIVE = re.compile(b"/(?:" + b"|".join(b"(?P<%s>%s)" % (word.encode(), _written(word)) for word in ACTIVE) + b")")

_OBJECTS, _FILTER = (re.compile(b"/" + _written(word)) for word in ("ObjStm", "Filter"))


def active_part(content: bytes) -> str:
    """Say what a PDF holds that acts by itself or hides something; empty when nothing does.

    :raises CannotTell: too much is packed in it, or in a way no document is.
    """
    for part in (content, *_object_streams(content)):
        if found := _ACTIVE.search(part):
            return ACTIVE[found.lastgroup]
    return ""


def _object_streams(content: bytes) -> Iterator[bytes]:
    """Unpack the streams that hold objects; those of an encrypted document cannot be, and those not packed were read with the rest."""
    left, read_to, of_objects, packed = BUDGET, 0, False, False
    encrypted = b"/Encrypt" in content
    for mark in STREAM.finditer(content):
        before, read_to = (content, read_to, mark.start()), mark.end()
        if mark[0] == b"endstream":
            of_objects = packed = False
            continue
        of_objects = of_objects or _OBJECTS.search(*before) is not None
        packed = packed or _FILTER.search(*before) is not None
        if of_objects:
            unpacked, read = _inflate(content, mark.end(), left)
            left -= A_STREAM + read + len(unpacked)
            if left < 0:
                raise CannotTell(TOO_MUCH)
            if packed and not encrypted and not HEADER.match(unpacked):
                raise CannotTell("des objets compressés d'une façon inhabituelle")
            yield unpacked


def _inflate(content: bytes, start: int, most: int) -> tuple[bytes, int]:
    """:raises CannotTell: reading and unpacking it takes more than what is left."""
    parts, size, position, unpacker = [], 0, start, zlib.decompressobj()
    while position < len(content) and not unpacker.eof:
        try:
            parts.append(unpacker.decompress(content[position : position + PIECE], max(1, most - size)))
        except zlib.error:
            break
        size, position = size + len(parts[-1]), position + PIECE
        if size + position - start > most:
            raise CannotTell(TOO_MUCH)
    return b"".join(parts), position - start - len(unpacker.unused_data)
