"""The schemas that sections show: read beside the content, and refused unless they are small, still and harmless (QST-0).

A picture is shown by ``<img>``, where a browser runs nothing; an SVG is refused all the same as soon as it could run, animate or
fetch anything, so that it stays harmless opened alone. Nothing is decoded: what a file declares of itself is read and compared.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from accounts.fichiers.inspection import is_archive_too, is_png
from questionnaires.content.errors import suggestion

FOLDER = "images"
MAX_BYTES = 100 * 1024
MAX_SIDE = 2000
NAME_LENGTH = 120
TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}

_NAME = re.compile(r"([a-z0-9]+([._-][a-z0-9]+)*/)*[a-z0-9]+([._-][a-z0-9]+)*")
_SVG = "{http://www.w3.org/2000/svg}"
# Nothing that copies other elements: a few of them inside one another hold a browser for minutes.
_SHAPE = re.compile("svg|g|defs|title|desc|path|rect|circle|ellipse|line|polyline|polygon|text|tspan|marker|linearGradient|radialGradient|stop|clipPath")
_COPIED = (f"{_SVG}marker", f"{_SVG}clipPath")
_DECLARATION = re.compile(r"""<\?xml\s[^>]*\?>""")
_ENCODING = re.compile(r"""encoding\s*=\s*["']utf-?8["']""", re.IGNORECASE)
_INSIDE = re.compile(r"url\(#[\w.-]+\)")
Size = tuple[int, int]


class ImageRefused(ValueError):
    """A picture that cannot be shown: its message says why."""


@dataclass(frozen=True)
class Picture:
    """A picture that may be shown; its size is in pixels, or in the units of its drawing."""

    contenu: bytes
    largeur: int
    hauteur: int

    @property
    def empreinte(self) -> str:
        return hashlib.sha256(self.contenu).hexdigest()


def mime_type(name: str) -> str:
    return TYPES[PurePosixPath(name).suffix]


def read_picture(root: Path, name: str) -> Picture:
    """Return the picture of that name in the folder of images.

    :raises ImageRefused: no such file in the folder, an unknown format, too heavy, or more than a still picture.
    """
    extension = PurePosixPath(name).suffix
    if extension not in TYPES:
        raise ImageRefused(f"« {name} » n'est pas une image permise : {', '.join(TYPES)}")
    if len(name) > NAME_LENGTH or not _NAME.fullmatch(name):
        raise ImageRefused(f"« {name} » ne désigne pas un fichier du dossier {FOLDER} : minuscules, chiffres, . _ - et / entre deux dossiers")
    content = _content(root, name)
    width, height = _FORMATS[extension](content)
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise ImageRefused(f"la taille de l'image ne convient pas : chaque côté va de 1 à {MAX_SIDE} points")
    return Picture(content, width, height)


def _content(root: Path, name: str) -> bytes:
    path = root / name
    if not path.is_file():
        known = [file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file()]
        raise ImageRefused(f"le fichier {FOLDER}/{name} n'existe pas{suggestion(name, known)}")
    if not path.resolve().is_relative_to(root.resolve()):
        raise ImageRefused(f"le fichier {FOLDER}/{name} mène hors du dossier {FOLDER}")
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ImageRefused(f"le fichier {FOLDER}/{name} ne peut pas être ouvert") from error
    if len(content) > MAX_BYTES:
        raise ImageRefused(f"l'image est trop lourde : {MAX_BYTES // 1024} Kio au plus")
    if is_archive_too(content):
        raise ImageRefused("l'image cache une archive")
    return content


# --- PNG, WebP ----------------------------------------------------------------------------------------------------------
def _png_size(content: bytes) -> Size:
    if not is_png(content):
        raise ImageRefused("le contenu n'est pas celui d'une image PNG entière")
    if b"acTL" in content:
        raise ImageRefused("l'image est animée")
    return struct.unpack_from(">II", content, 16)


def _webp_size(content: bytes) -> Size:
    chunks = dict(_webp_chunks(content))
    if b"ANIM" in chunks or b"ANMF" in chunks:
        raise ImageRefused("l'image est animée")
    for kind, read in ((b"VP8X", _vp8x), (b"VP8L", _vp8l), (b"VP8 ", _vp8)):
        if kind in chunks and (size := read(chunks[kind])) and not chunks.keys().isdisjoint((b"VP8 ", b"VP8L")):
            return size
    raise ImageRefused("le contenu n'est pas celui d'une image WebP entière")


def _webp_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the pieces of a WebP; none when they do not follow one another up to the very end."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or int.from_bytes(content[4:8], "little") != len(content) - 8:
        return
    chunks, position = [], 12
    while position + 8 <= len(content):
        length = int.from_bytes(content[position + 4 : position + 8], "little")
        chunks.append((content[position : position + 4], content[position + 8 : position + 8 + length]))
        position += 8 + length + length % 2
    if position == len(content):
        yield from chunks


def _vp8x(data: bytes) -> Size | None:
    return (1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")) if len(data) == 10 else None


def _vp8l(data: bytes) -> Size | None:
    bits = int.from_bytes(data[1:5], "little")
    return (1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)) if len(data) > 5 and data[0] == 0x2F else None


def _vp8(data: bytes) -> Size | None:
    if len(data) < 10 or data[3:6] != b"\x9d\x01\x2a":
        return None
    return int.from_bytes(data[6:8], "little") & 0x3FFF, int.from_bytes(data[8:10], "little") & 0x3FFF


# --- SVG ----------------------------------------------------------------------------------------------------------------
def _svg_size(content: bytes) -> Size:
    root = _drawing(content)
    for element in root.iter():
        _check_harmless(element)
    copied = (inner for element in root.iter() if element.tag in _COPIED for inner in element.iter())
    if any("url(" in value for element in copied for value in element.attrib.values()):
        raise ImageRefused("le dessin SVG contient un marqueur ou une découpe qui en appelle d'autres")
    try:
        _left, _top, width, height = (float(number) for number in re.split(r"[\s,]+", root.get("viewBox", "").strip()))
        return round(width), round(height)
    except (ValueError, OverflowError):
        raise ImageRefused("le dessin SVG ne dit pas sa taille : viewBox, quatre nombres") from None


def _drawing(content: bytes) -> Element:
    """Return the root of the drawing, read as UTF-8 by everybody."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ImageRefused("le dessin SVG n'est pas enregistré en UTF-8") from None
    declaration = _DECLARATION.match(text)
    if declaration and "encoding" in declaration[0] and not _ENCODING.search(declaration[0]):
        raise ImageRefused("le dessin SVG n'est pas enregistré en UTF-8")
    if "<?" in text[declaration.end() if declaration else 0 :]:
        raise ImageRefused("le dessin SVG contient une instruction (« <? »)")
    try:
        root = fromstring(text, forbid_dtd=True)
    except DefusedXmlException:
        raise ImageRefused("le dessin SVG contient un DOCTYPE ou une entité") from None
    except (ParseError, ValueError):
        raise ImageRefused("le contenu n'est pas celui d'un dessin SVG") from None
    if root.tag != f"{_SVG}svg":
        raise ImageRefused("le contenu n'est pas celui d'un dessin SVG")
    return root


def _check_harmless(element: Element) -> None:
    """:raises ImageRefused: an element that is no shape, or an attribute that runs, styles or fetches something."""
    name = element.tag.removeprefix(_SVG) if isinstance(element.tag, str) else ""
    if not _SHAPE.fullmatch(name):
        raise ImageRefused(
            f"le dessin SVG contient l'élément « {name.rpartition('}')[2]} » : formes, textes et dégradés seulement "
            "(« SVG optimisé » dans les logiciels de dessin)"
        )
    for attribute, value in element.items():
        short = attribute.rpartition("}")[2]
        if short.lower().startswith("on") or short in ("style", "href") or not _stays_inside(value):
            raise ImageRefused(f"le dessin SVG porte l'attribut « {short} » sur « {name} » : ni style, ni script, ni lien vers ailleurs")


def _stays_inside(value: str) -> bool:
    """True when a value names nothing but what the drawing holds; an escape could hide an address."""
    return "url(" not in _INSIDE.sub("", value).lower() and "\\" not in value


_FORMATS: dict[str, Callable[[bytes], Size]] = {".svg": _svg_size, ".png": _png_size, ".webp": _webp_size}
