"""The PDF of results: tagged, titled, and made by a process that reaches nothing (XP-2, JB-6)."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from io import BytesIO

import pikepdf
import pytest

from questionnaires.exports import page_pdf, pdf, rendu_pdf
from questionnaires.exports.rapport import LigneEcart

from .rapports import HOSTILES, critere, rapport


@pytest.fixture(scope="module")
def document() -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(page_pdf.pdf(page_pdf.page(rapport()))))


def text_of(content: bytes) -> str:
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()


def figures(node, found=None) -> list:
    """Return the figures of the structure tree."""
    found = [] if found is None else found
    if isinstance(node, pikepdf.Dictionary):
        if node.get("/S") == "/Figure":
            found.append(node)
        figures(node.get("/K"), found)
    elif isinstance(node, pikepdf.Array):
        for child in node:
            figures(child, found)
    return found


def test_is_tagged_titled_and_in_french(document):
    root = document.Root
    assert bool(root.MarkInfo.Marked)
    assert str(root.Lang) == "fr"
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    assert "Évaluation Interopérabilité" in str(document.docinfo["/Title"])
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_the_radar_has_its_words(document):
    """AX-3: a figure says what it shows."""
    drawings = figures(document.Root.StructTreeRoot)
    assert drawings
    assert all(str(drawing.get("/Alt", "")) for drawing in drawings)


def test_pages_say_what_and_which():
    text = text_of(page_pdf.pdf(page_pdf.page(rapport())))
    assert "Dossier partagé - 4.2" in text
    assert "Référence 1207" in text
    assert "Page 2 / " in text
    assert "2 critères sous le niveau recommandé" in text


def test_words_are_those_of_the_page():
    """QST-8, R-12, R-13: bars are called bars, a refused answer is said, and hours are written as people write them."""
    refused = (LigneEcart(critere(1, 0), None, None, True),)
    text = " ".join(text_of(page_pdf.pdf(page_pdf.page(rapport(axes=2, ecart=refused)))).split())
    assert "Barre pleine : dernières réponses validées" in text and "Trait plein" not in text
    assert "Réponse non" in text and "acceptée" in text
    assert "21/11/2026 à 9 h 05" in text


@pytest.mark.parametrize("axes", [6, 8, 10])
def test_a_table_does_not_leave_its_title_on_the_page_before(axes):
    """UX: a title goes with what it names, however long what precedes it."""
    pages = text_of(page_pdf.pdf(page_pdf.page(rapport([critere(number, 1) for number in range(12)], axes)))).split("\f")
    of_the_gap = next(page for page in pages if "Ce qui reste à faire" in page)
    assert "A08.0.1" in of_the_gap.partition("Ce qui reste à faire")[2]


def test_a_long_comment_leaves_no_page_to_a_title_alone():
    """UX: a comment of the longest kind goes on over the page, from where its criterion is."""
    pages = text_of(page_pdf.pdf(page_pdf.page(rapport([critere(1), critere(2, commentaire="Lorem ipsum dolor. " * 263, section="Autre")])))).split("\f")
    of_the_section = next(page for page in pages if "Autre" in page)
    assert "A08.2.1" in of_the_section.partition("Autre")[2] and "Lorem" in of_the_section
    assert "A08.1.1" in of_the_section


def test_what_a_person_typed_is_text():
    """WB-4: neither markup nor template."""
    lines = [critere(1, 0, commentaire=text, titre=text) for text in HOSTILES if "\x00" not in text]
    text = text_of(page_pdf.pdf(page_pdf.page(rapport(lines))))
    assert "<script>alert(1)</script>" in text
    assert "{{7*7}}" in text


@pytest.mark.parametrize("where", ["img", "stylesheet", "css"])
def test_nothing_is_fetched(where):
    """XP-2: a listener on this machine hears nothing, and the document is made all the same."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        heard: list[bool] = []
        thread = threading.Thread(target=_listen, args=(listener, heard), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        body = {
            "img": f'<img alt="x" src="{url}">',
            "stylesheet": f'<link rel="stylesheet" href="{url}">',
            "css": f'<p style="background: url({url})">x</p>',
        }[where]
        made = pdf.render(f'<html lang="fr"><title>t</title><body><p>texte</p>{body}</body></html>', "")
    thread.join(2)
    assert made.startswith(b"%PDF-")
    assert not heard


def _listen(listener: socket.socket, heard: list[bool]) -> None:
    listener.settimeout(10)
    try:
        listener.accept()
    except OSError:
        return
    heard.append(True)


def test_no_file_of_the_machine_is_read(tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="20"><text y="15">canari</text></svg>')
    made = pdf.render(f'<html lang="fr"><title>t</title><body><p>texte</p><img alt="x" src="{secret.as_uri()}"></body></html>', "")
    assert "canari" not in text_of(made)


def test_the_child_gives_up_memory_and_network():
    """JB-6: what the process may use is set before it reads anything."""
    code = """
import rendu_pdf, resource, socket
rendu_pdf.confine()
print(resource.getrlimit(resource.RLIMIT_AS)[1], resource.getrlimit(resource.RLIMIT_CPU)[1])
try:
    socket.socket()
except OSError:
    print("sans réseau")
"""
    folder = str(pdf.SCRIPT.parent)
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(rendu_pdf.MEMORY_BYTES), "60", "sans", "réseau"]


def test_the_child_knows_no_secret(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "canari")
    monkeypatch.setenv("DATABASE_URL", "postgres://canari")
    assert "canari" not in str(pdf._environment("/nulle-part"))


def test_a_page_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS", 0.01)
    with pytest.raises(pdf.RenduImpossible):
        pdf.render("<html lang='fr'><title>t</title></html>", "")


def test_a_failure_of_the_child_is_told(tmp_path, monkeypatch):
    broken = tmp_path / "rendu.py"
    broken.write_text("raise SystemExit(3)")
    monkeypatch.setattr(pdf, "SCRIPT", broken)
    with pytest.raises(pdf.RenduImpossible, match="code 3"):
        pdf.render("", "")
