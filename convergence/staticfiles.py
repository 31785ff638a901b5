"""The static files of the design system that the pages really use, and their storage (EC-1).

django-dsfr brings 1 600 files; a page needs the modern CSS of some components. The finder assembles those into one
stylesheet per identity, kept under ``VAR_DIR``, and exposes the few fonts and icons that it names. The DSFR's typeface and
emblem are reserved to the sites of the State: the neutral stylesheet holds neither, and the files exist on the site only when
``IDENTITE=etat``.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

PREFIX = "dsfr"
# fmt: off
COMPONENTS = (
    "alert", "badge", "breadcrumb", "button", "callout", "checkbox", "form", "input", "link", "logo", "notice", "pagination", "password", "radio",
    "search", "select", "skiplink", "stepper", "table", "tag", "upload",
)
# fmt: on
SYSTEM_FONTS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans","DejaVu Sans",Arial,sans-serif'
STATE_FONTS = ("Marianne-Regular", "Marianne-Medium", "Marianne-Bold", "Marianne-Regular_Italic")

_FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_URL = re.compile(r"url\((?!data:)[\"']?([^)\"']+)[\"']?\)")
_LEGACY_FONT = re.compile(r",url\([^)]*\.woff\) format\(\"woff\"\)")


class DsfrFinder(BaseFinder):
    """Find the assembled stylesheet (``dsfr/neutre.css`` or ``dsfr/etat.css``) and the files that it names."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    @cached_property
    def storage(self) -> FileSystemStorage:
        """The folder of the assembled files, brought up to date once per process."""
        folder = Path(settings.VAR_DIR) / "dsfr"
        for name, content in assemble(settings.IDENTITE).items():
            _write_if_changed(folder / name, content)
        storage = FileSystemStorage(location=folder)
        storage.prefix = PREFIX
        return storage

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in sorted(assemble(settings.IDENTITE)):
            yield name, self.storage

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> str | list[str]:
        name = path.removeprefix(f"{PREFIX}/")
        found = name != path and name in assemble(settings.IDENTITE)
        if not found:
            return []
        where = self.storage.path(name)
        return [where] if find_all else where


class SiteStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed files once ``collectstatic`` has run; before that (tests, development) their plain names."""

    def stored_name(self, name: str) -> str:
        return super().stored_name(name) if self.hashed_files else name

    @cached_property
    def _urls(self) -> dict[str, str]:
        return {}

    def url(self, name: str, force: bool = False) -> str:
        """Give the address of a file; worked out once: it changes with the release alone, and a page names seven."""
        if name not in self._urls:
            self._urls[name] = super().url(name, force)
        return self._urls[name]


_assembled: dict[str, dict[str, bytes]] = {}


def assemble(identite: str) -> dict[str, bytes]:
    """Return the files of an identity, by name: the stylesheet first, then what it names."""
    if identite not in _assembled:
        _assembled[identite] = _assemble(identite)
    return _assembled[identite]


def _assemble(identite: str) -> dict[str, bytes]:
    root = _dist()
    sources = [root / "core/core.main.min.css", *(root / f"component/{name}/{name}.main.min.css" for name in COMPONENTS)]
    css = "\n".join(_relocated(source, root) for source in sources)
    css = _neutral(css) if identite != "etat" else _state(css)
    named = sorted(set(_URL.findall(css)))
    return {f"{identite}.css": css.encode(), **{name: (root / name).read_bytes() for name in named}}


def _dist() -> Path:
    spec = find_spec("dsfr")
    assert spec and spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations))) / "static/dsfr/dist"


def _relocated(source: Path, root: Path) -> str:
    """Return a stylesheet without comments, its addresses relative to ``root``."""
    css = _COMMENT.sub("", source.read_text(encoding="utf-8"))
    base = source.parent

    def moved(match: re.Match[str]) -> str:
        return f"url({os.path.relpath(base / match[1], root)})"

    return _URL.sub(moved, css).strip()


def _neutral(css: str) -> str:
    """Take out what is the State's: typeface and emblem."""
    css = _FONT_FACE.sub("", css)
    return css.replace("Marianne,arial,sans-serif", SYSTEM_FONTS).replace("Spectral,georgia,serif", SYSTEM_FONTS)


def _state(css: str) -> str:
    """Keep the one typeface in the weights that the pages use, in the modern format only."""

    def kept(match: re.Match[str]) -> str:
        face = match[0]
        wanted = any(f"/{name}.woff2" in face for name in STATE_FONTS)
        return _LEGACY_FONT.sub("", face) if wanted else ""

    return _FONT_FACE.sub(kept, css)


def _write_if_changed(path: Path, content: bytes) -> None:
    """Write whole or not at all: several processes start at the same time."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.chmod(temporary, 0o644)
    os.replace(temporary, path)
