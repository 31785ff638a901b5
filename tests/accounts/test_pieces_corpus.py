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


def pdf_with(body: bytes) -> bytes:
    return PDF.replace(b"startxref", body + b"\nstartxref")


def packed(objects: bytes, *, dictionary: bytes = b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode") -> bytes:
    data = zlib.compress(objects)
    return b"9 0 obj<<%s/Length %d>>stream\r\n%s\nendstream endobj" % (dictionary, len(data), data)


ACTIVE = {
    "script": b"8 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj",
    "script écrit par codes": b"8 0 obj<</S/J#61va#53cript/JS(app.alert(1))>>endobj",
    "script compressé": packed(b"8 0 <</S/JavaScript/JS(app.alert(1))>>"),
    "script compressé, dictionnaire à l'envers": packed(b"8 0 <</S /JavaScript>>", dictionary=b"/Filter/FlateDecode/N 1/First 4 /Type /ObjStm "),
    "script compressé, genre écrit par codes": packed(b"8 0 <</S /JavaScript>>", dictionary=b"/Type/#4fbjStm/Filter/FlateDecode"),
    "commande": b"8 0 obj<</Type/Action/S/Launch/F(cmd.exe)>>endobj",
    "fichier joint": b"8 0 obj<</Type/EmbeddedFile/Length 2>>stream\nMZ\nendstream endobj",
    "animation": b"8 0 obj<</Subtype/RichMedia>>endobj",
    "script compressé, dictionnaire allongé": packed(b"8 0 <</S/JavaScript>>", dictionary=b"/Type/ObjStm/Filter/FlateDecode" + b" " * 600),
    "script compressé, retour chariot": packed(b"8 0 <</S/JavaScript>>").replace(b"stream\r\n", b"stream\r"),
    "script compressé, précédé d'un faux flux": packed(b"8 0 <</S/JavaScript>>", dictionary=b"/Type/ObjStm/Filter/FlateDecode/X(stream\n)"),
    "script compressé, en hexadécimal": b"9 0 obj<</Type/ObjStm/Filter[/AHx/Fl]>>stream\n%s>\nendstream"
    % zlib.compress(b"8 0 <</S/JavaScript>>").hex().encode(),
    "script compressé, ligne à ligne": packed(b"\2" + b"\2".join(b"8 0 <</S/JavaScript>>"[at : at + 1] for at in range(21))),
    "bombe": packed(b"\0" * 30 * 1024**2),
    "deux mille bombes": packed(b"\0" * 20_000) * 2100,
}


@pytest.mark.parametrize("body", ACTIVE.values(), ids=ACTIVE.keys())
def test_a_pdf_that_acts_or_hides_is_refused(body: bytes) -> None:
    """FI-3: and the page says what to do."""
    said = verdict("kbis.pdf", pdf_with(body))
    assert said.startswith("Ce PDF contient") and "imprimez-le" in said


@pytest.mark.parametrize(
    "body",
    [
        b"8 0 obj<</S/GoTo/D[3 0 R/Fit]>>endobj",
        packed(b"8 0 <</Type/Page>>"),
        b"8 0 obj<</Encrypt 7 0 R>>endobj",
        b"7 0 obj<</Type/ObjStm>>stream\nxx\nendstream",
    ],
)
def test_an_ordinary_pdf_is_received(body: bytes) -> None:
    """The control: links between pages, compressed objects, the protection that registers put on their extracts."""
    assert verdict("kbis.pdf", pdf_with(body)) == ""


def test_a_picture_that_fills_the_memory_is_refused() -> None:
    """FI-1: what is small here and immense once opened."""
    wide = PNG[:8] + _chunk(b"IHDR", (60_000).to_bytes(4, "big") * 2 + PNG[24:29]) + PNG[33:]
    at = JPEG.index(b"\xff\xc0")
    tall = JPEG[: at + 5] + b"\xff\xff\xff\xff" + JPEG[at + 9 :]
    for name, content in (("x.png", wide), ("x.jpg", tall)):
        assert "trop grande" in verdict(name, content)


def test_the_largest_files_are_read_in_a_moment() -> None:
    """FI-1: never more than five seconds, of this process alone: the machine may be busy."""
    room = MAX_BYTES - len(PNG) - 100
    heavy = {
        "x.png": PNG[:33] + _chunk(b"tEXt", b"") * (room // 12) + PNG[33:],
        "x.jpg": JPEG[:20] + b"\xff\xe0\x00\x02" * (room // 4) + JPEG[20:],
        "x.pdf": PDF[:10] + b"PK\x05\x06" * (room // 4) + PDF[10:],
        "noms.pdf": pdf_with(b"/#4a#61#76#61#53" * (room // 16)),
        "flux.pdf": pdf_with(b"/ObjStm" * (room // 7)),
        "flux sans fin.pdf": pdf_with((b"/ObjStm" + b" " * 393) * (room // 400)),
        "flux qui se recouvrent.pdf": pdf_with(b"/ObjStm stream\n\x78\x01" * 100_000 + b"\0\0\0\xff\xff" * (room // 6 // 5)),
        "flux vides.pdf": pdf_with(b"/ObjStm stream\n" * (room // 15)),
        "flux filtrés.pdf": pdf_with(b"/Encrypt/ObjStm/Filter stream\n" * (room // 31)),
        "bombe.png": PNG[:33] + _chunk(b"IDAT", zlib.compress(b"\0" * 200 * 1024**2, 9)) + PNG[-12:],  # never unpacked here
    }
    for name, content in heavy.items():
        assert len(content) < MAX_BYTES
        start = time.process_time()
        verdict(name, content)
        assert time.process_time() - start < 5, name


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
