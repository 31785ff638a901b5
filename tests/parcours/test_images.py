"""The schema of a section: kept with the version, shown folded in the form, given to everybody and to every cache (QST-0, WB-1)."""

from __future__ import annotations

import copy
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.errors import ActionRefused
from parcours.chargement import charger, known_lot
from parcours.referentiel import forget
from questionnaires.content.lot import Lot
from questionnaires.content.reader import read_folder
from questionnaires.models import Image, Version
from tests.catalog.factories import ProduitFactory
from tests.parcours.factories import InscriptionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]
FIXTURES = Path(settings.BASE_DIR) / "fixtures"
NAME = "interoperabilite/couches-ci-sis.svg"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'


@pytest.fixture
def lot() -> Lot:
    return copy.deepcopy(read_folder(FIXTURES))


def next_version(lot: Lot, **image: Any) -> dict[str, Any]:
    """Give the next version of « interoperabilite », whose first schema is changed."""
    document = copy.deepcopy(next(document for document in lot.questionnaires if document["code"] == "interoperabilite"))
    document["version"] += 1
    document["sections"][0]["image"] |= image
    return document


# --- Kept with the version ----------------------------------------------------------------------------------------------
def test_the_pictures_of_the_content_are_kept_as_they_are() -> None:
    kept = {row.nom: bytes(row.contenu) for row in Image.objects.all()}
    assert kept == {path.relative_to(FIXTURES / "images").as_posix(): path.read_bytes() for path in (FIXTURES / "images").rglob("*.*")}
    assert Image.objects.get(nom=NAME).type_mime == "image/svg+xml"


def test_the_export_gives_the_same_pictures_and_loads_again(tmp_path: Path) -> None:
    call_command("export_referentiel", str(tmp_path), verbosity=0)
    for path in (FIXTURES / "images").rglob("*.*"):
        assert (tmp_path / path.relative_to(FIXTURES)).read_bytes() == path.read_bytes()
    assert not charger(read_folder(tmp_path, known_lot()))


def test_a_published_picture_that_changes_is_refused_and_the_version_goes_on_showing_it(tmp_path: Path) -> None:
    """QST-0: with its file, its place and its cause."""
    call_command("export_referentiel", str(tmp_path), verbosity=0)
    (tmp_path / "images" / NAME).write_bytes(SVG)
    with pytest.raises(CommandError, match=r"questionnaires/interoperabilite\.yaml, ligne \d+, sections\[0\]\.image\.fichier : la version 2 de"):
        call_command("load_referentiel", str(tmp_path), verbosity=0)
    assert bytes(Image.objects.get(nom=NAME).contenu) == (FIXTURES / "images" / NAME).read_bytes()


def test_a_new_version_brings_its_picture_under_a_new_name(lot: Lot) -> None:
    document = next_version(lot, fichier="cercle.svg", empreinte=sha256(SVG).hexdigest())
    assert charger(Lot(questionnaires=[document], images={"cercle.svg": SVG}))
    assert not charger(Lot(questionnaires=[document]))
    assert Image.objects.filter(nom__in=["cercle.svg", NAME]).count() == 2


def test_two_loads_at_once_cannot_give_one_name_to_two_pictures(lot: Lot) -> None:
    """What was read before another load was committed is checked again when it is written."""
    document = next_version(lot, empreinte=sha256(SVG).hexdigest())
    with pytest.raises(ActionRefused, match="Une autre image est publiée sous le nom"):
        charger(Lot(questionnaires=[document], images={NAME: SVG}))


def test_a_questionnaire_without_its_picture_is_not_loaded(lot: Lot) -> None:
    with pytest.raises(ActionRefused, match=r"L'image cercle\.svg n'accompagne pas"):
        charger(Lot(questionnaires=[next_version(lot, fichier="cercle.svg", empreinte="0" * 64)]))
    assert not Version.objects.filter(questionnaire__code="interoperabilite", numero=3).exists()


@pytest.mark.parametrize("statement", ["UPDATE questionnaires_image SET nom = 'x.svg'", "DELETE FROM questionnaires_image"])
def test_the_database_itself_keeps_the_pictures(statement: str) -> None:
    """WF-5."""
    with pytest.raises(DatabaseError, match="Une image publiée ne change plus"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("change", ["UPDATE questionnaires_image SET contenu = {}", "DELETE FROM questionnaires_image"])
def test_a_picture_changed_or_taken_away_behind_the_triggers_is_named(capsys: pytest.CaptureFixture, change: str) -> None:
    """OP-1."""
    on, other = (" ON questionnaires_image", "'x'::bytea") if connection.vendor == "postgresql" else ("", "x'00'")
    with connection.cursor() as cursor:
        for event in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER immuable_questionnaires_image_{event}{on}")
        cursor.execute(change.format(other))
    with pytest.raises(CommandError):
        call_command("verifier_integrite")
    assert NAME in capsys.readouterr().out


# --- Shown --------------------------------------------------------------------------------------------------------------
def test_the_form_shows_the_schema_folded_with_its_words(client: Any) -> None:
    """QST-0, UX: fetched when it is opened, with room kept for it."""
    forget()
    produit = ProduitFactory(qualified=True)
    InscriptionFactory(sujet=produit)
    client.force_login(produit.responsable)
    html = client.get(reverse("parcours:questionnaire", args=["socles", produit.pk, "interoperabilite"])).text
    first, second = re.findall(r'<details class="schema">.*?</details>', html, re.DOTALL)
    assert "Schéma\N{NO-BREAK SPACE}: Les couches du CI-SIS, et les sections qui en parlent" in first
    assert 'alt="Trois couches superposées : le contenu métier (A08.5)' in first and "aria-describedby" not in first
    assert 'width="480" height="458" loading="lazy"' in first
    assert 'aria-describedby="schema-A08.5"' in second and '<div id="schema-A08.5"><p>Au niveau N1' in second
    address = re.search(r'src="([^"]+)"', first)[1]
    assert client.get(address).content == (FIXTURES / "images" / NAME).read_bytes()


def test_a_form_of_questions_shows_the_schema_of_a_section_too(client: Any, lot: Lot) -> None:
    document = copy.deepcopy(next(document for document in lot.questionnaires if document["code"] == "qualification-produit"))
    image = lot.latest_questionnaires()["interoperabilite"]["sections"][0]["image"]
    document["sections"][0] |= {"image": image}
    charger(Lot(questionnaires=[{**document, "version": document["version"] + 1}]))
    forget()
    produit = ProduitFactory()
    client.force_login(produit.responsable)
    html = client.get(reverse("parcours:qualification", args=[produit.pk])).text
    forget()
    assert html.count('<details class="schema">') == 1 and NAME in html


def test_a_picture_is_given_to_everybody_and_kept_by_browsers(client: Any) -> None:
    """WB-1: alone in a page, it may run nothing; the same bytes for ever, it may be stored even by whoever is signed in."""
    client.force_login(ProduitFactory().responsable)
    response = client.get(reverse("questionnaires:image", args=[NAME]))
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", ["absente.svg", "../fixtures/pages/cgu.txt", "interoperabilite", "a" * 300])
def test_what_is_no_picture_is_not_found(client: Any, name: str) -> None:
    assert client.get(f"/images/{name}").status_code == 404
