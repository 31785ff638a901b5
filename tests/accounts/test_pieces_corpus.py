"""Files made to harm: whatever arrives is received or refused in words, quickly, never an accident (FI-1, FI-3, FI-8)."""

from __future__ import annotations

import io
import random
import time
import zipfile
import zlib

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import liens
from accounts.fichiers.inspection import MAX_BYTES, PieceRefusee, clean_name, inspect
from accounts.models import PieceJustificative
from tests.accounts.factories_demandes import JPEG, PDF, PNG, DemandeFactory, _chunk

GOOD = {"pdf": PDF, "png": PNG, "jpg": JPEG}


def archive(*, bomb: bool = False) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("programme.exe", b"\0" * 5 * 1024**2 if bomb else b"MZ")
    return written.getvalue()


def mutated(content: bytes, draw: random.Random) -> bytes:
    """Change, drop, double or add some bytes."""
    data = bytearray(content)
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(data) or 1)
        match draw.randrange(4):
            case 0 if data:
                data[at] = draw.randrange(256)
            case 1:
                del data[at : at + draw.randint(1, 40)]
            case 2:
                data[at:at] = data[at : at + draw.randint(1, 40)]
            case _:
                data[at:at] = draw.randbytes(draw.randint(1, 40))
    return bytes(data)


def verdict(name: str, content: bytes) -> str:
    try:
        inspect(SimpleUploadedFile(name, content))
    except PieceRefusee as refusal:
        return str(refusal)
    return ""


@pytest.mark.parametrize("extension", sorted(GOOD))
def test_a_thousand_mutations_never_break_the_inspection(extension: str) -> None:
    draw = random.Random(f"pièces-{extension}")
    refused = sum(bool(verdict(f"x.{extension}", mutated(GOOD[extension], draw))) for _ in range(1000))
    assert refused > 100


@pytest.mark.parametrize(
    "name, content",
    [
        ("bombe.zip", archive(bomb=True)),
        ("bombe.pdf", archive(bomb=True)),
        ("archive.pdf", PDF + archive()),
        ("archive.jpg", JPEG + archive()),
        ("archive.png", PNG + archive()),
        ("cachée.pdf", archive() + PDF),
        ("classeur.xlsx", archive()),
        ("page.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("programme.png", b"\x7fELF" + b"\0" * 500),
        ("script.pdf", b"#!/bin/sh\nrm -rf /\n%PDF-1.4\nstartxref\n0\n%%EOF"),
        ("longueur.png", PNG[:33] + b"\xff\xff\xff\xff" + PNG[37:]),
        ("segments.jpg", b"\xff\xd8\xff" + b"\xe0\x00\x02" * 1000),
        ("remplissage.jpg", b"\xff\xd8" + b"\xff" * 100_000),
    ],
)
def test_what_is_not_what_it_says_is_refused(name: str, content: bytes) -> None:
    assert verdict(name, content)


def test_the_largest_files_are_read_in_a_moment() -> None:
    """FI-1: never more than five seconds."""
    room = MAX_BYTES - len(PNG) - 100
    heavy = {
        "x.png": PNG[:33] + _chunk(b"tEXt", b"") * (room // 12) + PNG[33:],
        "x.jpg": JPEG[:20] + b"\xff\xe0\x00\x02" * (room // 4) + JPEG[20:],
        "x.pdf": PDF[:10] + b"PK\x05\x06" * (room // 4) + PDF[10:],
        "bombe.png": PNG[:33] + _chunk(b"IDAT", zlib.compress(b"\0" * 200 * 1024**2, 9)) + PNG[-12:],  # never unpacked here
    }
    start = time.monotonic()
    for name, content in heavy.items():
        assert len(content) < MAX_BYTES
        verdict(name, content)
    assert time.monotonic() - start < 5


NAMES = [
    "../../x.pdf",
    "CON.pdf",
    "con.tar.pdf",
    "x" * 300 + ".pdf",
    "é" * 150 + ".pdf",
    "😀" * 200 + ".pdf",
    "\u202efdp.exe",
    " .pdf",
    "a/b\\c.pdf",
    "%00.pdf",
    '"; x=".pdf',
]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_shown_as_it_came(name: str) -> None:
    """FI-8."""
    shown = clean_name(name)
    assert 0 < len(shown) <= 100 and not set(shown) & set('/\\<>:"|?*\r\n\x00\u202e')
    assert clean_name(shown) == shown


@pytest.mark.django_db
def test_the_page_of_the_deposit_answers_every_file_and_every_name(client: Client) -> None:
    """A redirection or the page with the reason: never a 500; what was refused leaves no row."""
    demande = DemandeFactory(demandee=True)
    draw = random.Random("dépôt")
    corpus = [(name, PDF) for name in NAMES] + [(f"x.{kind}", mutated(content, draw)) for kind, content in GOOD.items() for _ in range(8)]
    for name, content in corpus:
        cache.clear()  # the limit of an hour is another test's
        _, jeton = liens.emettre(demande)
        before = PieceJustificative.objects.count()
        response = client.post(f"/pieces/{jeton}/", {"nature": "kbis", "fichier": SimpleUploadedFile(name, content)})
        assert response.status_code in (302, 400), name
        assert PieceJustificative.objects.count() == before + (response.status_code == 302)
