"""The schema of a section: beside the content, still and harmless, and for ever the same once published (QST-0)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from questionnaires.content import ContentError, Lot, dump_questionnaire, read_folder, read_questionnaire
from questionnaires.content.images import MAX_BYTES

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 320.4">{}</svg>'
DRAWING = SVG.format('<rect width="10" height="10" fill="#123"/>')
FILE = """\
code: essai
titre: Essai
theme: Essai
millesime: "2024"
version: 1
genre: maturite

sections:
  - code: S1
    titre: Section
    image:
      fichier: essai/couches.svg
      titre: Trois couches
      alternative: Trois couches superposées.
      description: |-
        La première porte la deuxième.

        La deuxième porte la troisième.
    criteres:
      - code: C.1
        titre: Critère
        niveaux:
          0: Rien
          1: Peu
          2: Assez
          3: Tout
"""


def picture(kind: str, size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "#246").save(buffer, kind, **options)
    return buffer.getvalue()


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def write(folder: Path, image: bytes | str | None = DRAWING, *, name: str = "essai/couches.svg", text: str = FILE) -> Path:
    (folder / "questionnaires").mkdir(parents=True, exist_ok=True)
    (folder / "questionnaires" / "essai.yaml").write_text(text.replace("essai/couches.svg", name), "utf-8")
    if image is not None:
        (folder / "images" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "images" / name).write_bytes(image.encode() if isinstance(image, str) else image)
    return folder


def refusal_of(folder: Path, known: Lot | None = None) -> str:
    with pytest.raises(ContentError) as caught:
        read_folder(folder, known)
    (defect,) = caught.value.defects
    return str(defect)


def test_a_section_shows_a_schema_and_its_file_comes_back(tmp_path: Path) -> None:
    lot = read_folder(write(tmp_path))
    image = lot.questionnaires[0]["sections"][0]["image"]
    assert (image["largeur"], image["hauteur"], len(image["empreinte"])) == (480, 320, 64)
    assert lot.images == {"essai/couches.svg": DRAWING.encode()}
    assert dump_questionnaire(lot.questionnaires[0]) == FILE
    assert read_questionnaire(tmp_path / "questionnaires" / "essai.yaml") == lot.questionnaires[0]


def test_a_section_without_schema_is_the_document_it_always_was(tmp_path: Path) -> None:
    """The digests of the versions published before still hold."""
    lot = read_folder(write(tmp_path, None, text=FILE[: FILE.index("    image:")] + FILE[FILE.index("    criteres:") :]))
    assert "image" not in lot.questionnaires[0]["sections"][0]


GOOD = {
    "PNG": ("x.png", picture("PNG")),
    "WebP": ("x.webp", picture("WEBP")),
    "WebP without loss": ("x.webp", picture("WEBP", lossless=True)),
    "WebP with a profile": ("x.webp", picture("WEBP", icc_profile=b"profile!")),
    "SVG with a declaration": (
        "x.svg",
        '\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!-- dessin -->' + SVG.format("<title>T</title>").replace("480 320.4", "40,30"),
    ),
    "SVG with a gradient and an arrow": (
        "x.svg",
        SVG.replace("480 320.4", "40 30").format(
            '<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient><marker id="m"><path d="M0 0L9 5"/></marker></defs>'
            '<path d="M0 0h9" fill="url(#g)" marker-end="url(#m)" clip-path="url(#c)"/><clipPath id="c"><rect/></clipPath><text x="1">a<tspan>b</tspan></text>'
        ),
    ),
}


@pytest.mark.parametrize(("name", "content"), GOOD.values(), ids=GOOD)
def test_a_picture_of_each_format_is_read_with_its_size(tmp_path: Path, name: str, content: bytes | str) -> None:
    image = read_folder(write(tmp_path, content, name=name)).questionnaires[0]["sections"][0]["image"]
    assert (image["largeur"], image["hauteur"]) == (40, 30)


def zipped() -> bytes:
    buffer = io.BytesIO(picture("PNG"))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("a", "b")
    return buffer.getvalue()


def oversized_png() -> bytes:
    """A PNG that declares more than it holds."""
    content = bytearray(picture("PNG"))
    content[16:24] = struct.pack(">II", 60000, 60000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    return bytes(content)


NO_SHAPE = "le dessin SVG contient l'élément « {} » : formes, textes et dégradés seulement"
NO_LINK = "le dessin SVG porte l'attribut « {} » sur « rect » : ni style, ni script, ni lien vers ailleurs"
BAD = {
    "no file": ("x.svg", None, "le fichier images/x.svg n'existe pas"),
    "an unknown format": ("x.gif", picture("GIF"), "« x.gif » n'est pas une image permise : .svg, .png, .webp"),
    "a JPEG under another name": ("x.png", picture("JPEG"), "le contenu n'est pas celui d'une image PNG entière"),
    "a PNG cut short": ("x.png", picture("PNG")[:-4], "le contenu n'est pas celui d'une image PNG entière"),
    "a PNG with an archive behind": ("x.png", zipped(), "l'image cache une archive"),
    "a PNG that moves": ("x.png", animated("PNG"), "l'image est animée"),
    "a PNG beyond all size": ("x.png", oversized_png(), "la taille de l'image ne convient pas : chaque côté va de 1 à 2000 points"),
    "a WebP that moves": ("x.webp", animated("WEBP"), "l'image est animée"),
    "a WebP cut short": ("x.webp", picture("WEBP")[:-2], "le contenu n'est pas celui d'une image WebP entière"),
    "a WebP of nothing": ("x.webp", b"RIFF\x04\0\0\0WEBP", "le contenu n'est pas celui d'une image WebP entière"),
    "an empty file": ("x.svg", b"", "le contenu n'est pas celui d'un dessin SVG"),
    "too heavy": ("x.svg", DRAWING + " " * MAX_BYTES, "l'image est trop lourde : 100 Kio au plus"),
    "a page under the name of a drawing": ("x.svg", "<html><script>1</script></html>", "le contenu n'est pas celui d'un dessin SVG"),
    "a drawing without a size": ("x.svg", DRAWING.replace("viewBox", "class"), "le dessin SVG ne dit pas sa taille : viewBox"),
    "a drawing of no size": ("x.svg", DRAWING.replace("480", "nan"), "le dessin SVG ne dit pas sa taille : viewBox"),
    "a drawing as large as can be": ("x.svg", DRAWING.replace("480", "1e300"), "chaque côté va de 1 à 2000"),
    "a drawing in another encoding": ("x.svg", DRAWING.replace("#123", "é").encode("latin-1"), "le dessin SVG n'est pas enregistré en UTF-8"),
    "a drawing that says another encoding": ("x.svg", f'<?xml version="1.0" encoding="utf-7"?>{DRAWING}', "le dessin SVG n'est pas enregistré en UTF-8"),
    "a script": ("x.svg", SVG.format("<script>alert(1)</script>"), NO_SHAPE.format("script")),
    "a script of another namespace": ("x.svg", SVG.format('<script xmlns="http://www.w3.org/1999/xhtml"/>'), NO_SHAPE.format("script")),
    "a page inside": ("x.svg", SVG.format("<foreignObject/>"), NO_SHAPE.format("foreignObject")),
    "a link": ("x.svg", SVG.format('<a href="https://exemple.fr"/>'), NO_SHAPE.format("a")),
    "a picture from elsewhere": ("x.svg", SVG.format('<image href="https://exemple.fr/x.png"/>'), NO_SHAPE.format("image")),
    "a copy, which copies could multiply": ("x.svg", SVG.format('<use href="#a"/>'), NO_SHAPE.format("use")),
    "a sheet": ("x.svg", SVG.format("<style>@import url(https://exemple.fr)</style>"), NO_SHAPE.format("style")),
    "something that moves": ("x.svg", SVG.format('<animate attributeName="href" to="javascript:1"/>'), NO_SHAPE.format("animate")),
    "a handler": ("x.svg", SVG.format('<rect ONload="alert(1)"/>'), NO_LINK.format("ONload")),
    "a style": ("x.svg", SVG.format('<rect style="fill:red"/>'), NO_LINK.format("style")),
    "a link of another time": ("x.svg", SVG.format('<rect xmlns:x="http://www.w3.org/1999/xlink" x:href="//exemple.fr"/>'), NO_LINK.format("href")),
    "a colour from elsewhere": ("x.svg", SVG.format('<rect fill="URL( //exemple.fr#a)"/>'), NO_LINK.format("fill")),
    "a colour from elsewhere, hidden": ("x.svg", SVG.format('<rect fill="u\\72l(//exemple.fr)"/>'), NO_LINK.format("fill")),
    "arrows that draw arrows": (
        "x.svg",
        SVG.format('<marker id="a"><path marker-mid="url(#b)"/></marker>'),
        "le dessin SVG contient un marqueur ou une découpe qui en appelle d'autres",
    ),
    "a sheet named before the drawing": ("x.svg", f'<?xml-stylesheet href="//exemple.fr"?>{DRAWING}', "le dessin SVG contient une instruction (« <? »)"),
    "an entity": ("x.svg", f'<!DOCTYPE svg [<!ENTITY a "b">]>{DRAWING}', "le dessin SVG contient un DOCTYPE ou une entité"),
    "the drawing of another file": ("../x.svg", DRAWING, "« ../x.svg » ne désigne pas un fichier du dossier images"),
    "a place of the machine": ("/x.svg", None, "« /x.svg » ne désigne pas un fichier du dossier images"),
    "a way round": ("a/../x.svg", DRAWING, "« a/../x.svg » ne désigne pas un fichier du dossier images"),
    "capitals": ("X.svg", DRAWING, "« X.svg » ne désigne pas un fichier du dossier images"),
    "a hidden file": (".x.svg", DRAWING, "« .x.svg » ne désigne pas un fichier du dossier images"),
    "a name out of all length": ("a" * 200 + ".svg", DRAWING, "ne désigne pas un fichier du dossier images"),
}


@pytest.mark.parametrize(("name", "content", "message"), BAD.values(), ids=BAD)
def test_a_picture_is_refused_with_its_place_and_its_cause(tmp_path: Path, name: str, content: bytes | str | None, message: str) -> None:
    defect = refusal_of(write(tmp_path, content, name=name))
    assert defect.startswith("questionnaires/essai.yaml, ligne 12, sections[0].image.fichier : ")
    assert message in defect


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.svg").write_text(DRAWING)
    folder = write(tmp_path / "contenu", "")
    (folder / "images/essai/couches.svg").unlink()
    (folder / "images/essai/couches.svg").symlink_to(tmp_path / "secret.svg")
    assert "le fichier images/essai/couches.svg mène hors du dossier images" in refusal_of(folder)


def test_a_name_close_to_that_of_a_file_is_suggested(tmp_path: Path) -> None:
    folder = write(tmp_path, text=FILE.replace("couches.svg", "couche.svg"))
    (folder / "images/essai").mkdir(parents=True, exist_ok=True)
    (folder / "images/essai/couches.svg").write_text(DRAWING)
    assert "(vouliez-vous dire « essai/couches.svg » ?)" in refusal_of(write(folder, None, text=FILE.replace("couches.svg", "couche.svg")))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("      alternative: Trois couches superposées.\n", ""), "ligne 12, sections[0].image : il manque la clé « alternative »"),
        (("Trois couches superposées.", '""'), "ligne 14, sections[0].image.alternative : le texte est vide"),
        (("      titre: Trois couches\n", ""), "ligne 12, sections[0].image : il manque la clé « titre »"),
        (("      fichier: essai/couches.svg\n", ""), "ligne 12, sections[0].image : il manque la clé « fichier »"),
        (("      fichier", "      legende: X\n      fichier"), "ligne 12, sections[0].image.legende : clé inconnue"),
        (("essai/couches.svg", "[a]"), "ligne 12, sections[0].image.fichier : un texte est attendu ici"),
        (("essai/couches.svg", "2024"), "sections[0].image.fichier : « 2024 » n'est pas une image permise"),
        (("Trois couches superposées.", f'"{"a" * 301}"'), "alternative : le texte dépasse 300 caractères"),
    ],
)
def test_what_a_reader_needs_of_a_schema_is_demanded(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    assert change[0] in FILE
    with pytest.raises(ContentError, match="image") as caught:
        read_folder(write(tmp_path, text=FILE.replace(*change)))
    assert message in str(caught.value)


def test_a_schema_that_changes_once_published_asks_for_another_name(tmp_path: Path) -> None:
    """The version published goes on showing the picture it was published with."""
    known = read_folder(write(tmp_path / "known"))
    folder = write(tmp_path / "lot", SVG.format(""))
    expected = "la version 1 de « essai », publiée, montre une autre image sous ce nom : donnez un autre nom à la nouvelle image"
    place = "questionnaires/essai.yaml, ligne 12, sections[0].image.fichier"
    assert refusal_of(folder, known) == f"{place} : {expected}"
    assert refusal_of(write(folder, SVG.format(""), text=FILE.replace("version: 1", "version: 2")), known) == f"{place} : {expected}"
    second = FILE.replace("version: 1", "version: 2")
    assert read_folder(write(tmp_path / "autre", SVG.format(""), name="couches-2.svg", text=second), known)
    assert "sections[0].image.fichier : la version 1 est publiée" in refusal_of(write(tmp_path / "autre", SVG.format(""), name="couches-2.svg"), known)


def test_a_schema_that_is_not_there_any_more_is_told_once(tmp_path: Path) -> None:
    known = read_folder(write(tmp_path / "known"))
    assert refusal_of(write(tmp_path / "lot", None), known).endswith("le fichier images/essai/couches.svg n'existe pas")
