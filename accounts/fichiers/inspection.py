"""Inspecting the files that a visitor sends: name, size, and a structure that matches the extension (FI-1, FI-8).

Reads at most the 10 MiB of a file, without any library that would decode it.
"""

from __future__ import annotations

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import magic
from django.core.files.uploadedfile import UploadedFile

from . import pdf

MAX_BYTES = 10 * 1024**2  # a file stays under it
MAX_FILES = 5
MAX_TOTAL = 25 * 1024**2
MAX_NAME = 100
MAX_PIXELS = 250_000_000  # an A4 page at 1 200 dots per inch has 140 million

TYPES = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
# Control characters, separators of lines, marks that reverse the direction of what follows.
HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")

TOO_BIG = "Ce fichier atteint 10 Mo ou plus\u00a0: réduisez-le, par exemple en numérisant en noir et blanc, puis recommencez."


class PieceRefusee(ValueError):
    """A file that cannot be received: its message, in French, says why."""


@dataclass(frozen=True)
class Inspection:
    """A file that may be received."""

    nom: str
    type_mime: str
    taille: int


def inspect(upload: UploadedFile) -> Inspection:
    """Tell what a file is.

    :raises PieceRefusee: empty, too big, of a type that is not taken, or not what its extension says.
    """
    nom = clean_name(upload.name or "")
    extension = PurePosixPath(nom).suffix.lower()
    if extension not in TYPES:
        raise PieceRefusee("Ce type de fichier n'est pas accepté\u00a0: envoyez un PDF, ou une image PNG ou JPEG.")
    if not upload.size:
        raise PieceRefusee("Ce fichier est vide\u00a0: vérifiez qu'il s'ouvre sur votre ordinateur, puis choisissez-le à nouveau.")
    if upload.size >= MAX_BYTES:
        raise PieceRefusee(TOO_BIG)
    upload.seek(0)
    content = upload.read(MAX_BYTES)
    upload.seek(0)
    _check_structure(content, extension)
    _check_harmless(content, extension)
    return Inspection(nom, TYPES[extension], len(content))


def _check_structure(content: bytes, extension: str) -> None:
    mime = TYPES[extension]
    if magic.from_buffer(content[:4096], mime=True) != mime or not STRUCTURES[mime](content) or is_archive_too(content):
        raise PieceRefusee(
            f"Le contenu de ce fichier n'est pas celui d'un fichier {extension[1:].upper()} complet\u00a0: ouvrez-le, enregistrez-le, puis recommencez."
        )


def _check_harmless(content: bytes, extension: str) -> None:
    """:raises PieceRefusee: a PDF that holds more than its pages, a picture that fills the memory of whoever opens it."""
    if extension == ".pdf":
        try:
            part = pdf.active_part(content)
        except pdf.CannotTell as untold:
            part = str(untold)
        if part:
            raise PieceRefusee(f"Ce PDF contient {part}\u00a0: imprimez-le dans un nouveau PDF, ou numérisez le document, puis déposez le résultat.")
    elif pixels(content, extension) > MAX_PIXELS:
        raise PieceRefusee("Cette image est trop grande pour être ouverte sans risque\u00a0: numérisez le document en 300 points par pouce, puis recommencez.")


def clean_name(name: str) -> str:
    """Give a name that can be shown and downloaded: no path, no hidden character, no name that a system reserves (FI-8)."""
    text = unicodedata.normalize("NFC", HIDDEN.sub("", name)).replace("\\", "/").rsplit("/", 1)[-1]
    text = re.sub(r'[<>:"|?*]', "_", text).strip(" .")
    if not text or RESERVED.fullmatch(text):
        text = f"piece-{text}" if text else "piece"
    suffix = PurePosixPath(text).suffix[:12]
    return text if len(text) <= MAX_NAME else text[: MAX_NAME - len(suffix)] + suffix


# --- Structures ---------------------------------------------------------------------------------------------------------
def is_pdf(content: bytes) -> bool:
    """Tell whether it starts as a PDF at its very first byte, says where its table is, and has an end."""
    tail = content[-2048:]
    return bool(re.match(rb"%PDF-[12]\.[0-9]", content)) and b"startxref" in tail and b"%%EOF" in tail


def is_png(content: bytes) -> bool:
    """Walk the chunks: header first, each with its checksum, end last and nothing after."""
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        return False
    position, kinds = 8, []
    while position + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, position)
        end = position + 12 + length
        if end > len(content) or zlib.crc32(content[position + 4 : end - 4]) != struct.unpack_from(">I", content, end - 4)[0]:
            return False
        kinds.append(content[position + 4 : position + 8])
        position = end
        if kinds[-1] == b"IEND":
            break
    return position == len(content) and kinds[:1] == [b"IHDR"] and kinds[-1:] == [b"IEND"] and b"IDAT" in kinds


def is_jpeg(content: bytes) -> bool:
    """Walk the segments up to the picture: a frame is declared, data follow, and the end mark is there.

    What telephones add after the end mark is let through.
    """
    if not content.startswith(b"\xff\xd8\xff"):
        return False
    position, framed = 2, False
    while position + 4 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if marker == 0xFF:  # filling
            position += 1
            continue
        framed = framed or (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC))
        (length,) = struct.unpack_from(">H", content, position + 2)
        if length < 2:
            return False
        if marker == 0xDA:
            return framed and b"\xff\xd9" in content[position + 2 + length :]
        position += 2 + length
    return False


def pixels(content: bytes, extension: str) -> int:
    """Give the number of pixels that a picture declares, the largest of its frames."""
    if extension == ".png":
        width, height = struct.unpack_from(">II", content, 16)
        return width * height
    frames = [struct.unpack_from(">HH", content, at + 5) for at in _jpeg_frames(content)]
    return max((width * height for height, width in frames), default=0)


def _jpeg_frames(content: bytes) -> Iterator[int]:
    """Yield where each frame of a JPEG already found whole is declared."""
    position = 2
    while position + 9 <= len(content) and content[position] == 0xFF and content[position + 1] != 0xDA:
        marker = content[position + 1]
        if marker == 0xFF:  # filling
            position += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            yield position
        position += 2 + struct.unpack_from(">H", content, position + 2)[0]


def is_archive_too(content: bytes) -> bool:
    """Tell whether what is a document at its beginning is an archive at its end: such a file hides another one."""
    return zipfile.is_zipfile(io.BytesIO(content))


STRUCTURES: dict[str, Callable[[bytes], bool]] = {"application/pdf": is_pdf, "image/png": is_png, "image/jpeg": is_jpeg}
