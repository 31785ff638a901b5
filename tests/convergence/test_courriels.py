"""Mails without a mail server: kept as files, and read on the site of a demonstration (JB-5, WB-1, WB-4)."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from accounts.courriels import mailing, outbox
from accounts.courriels.lettres import compose
from convergence import boite
from tests.accounts.factories import UserFactory
from tests.browser_walks.gestes import largeur_tenue

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "convergence.boite.EmailBackend", tmp_path / "courriels"
    return tmp_path / "courriels"


def send(name: str = "camille", sujet: str = "Confirmez votre adresse") -> boite.Recu:
    compte = UserFactory.build(first_name="Camille", last_name=HOSTILE)
    lettre = compose("adresse_confirmer", sujet=sujet, compte=compte, lien="/compte/connexion/")
    outbox.queue([outbox.build(f"{name}@lab.example", **lettre, dedupe_key=f"{name}{sujet}")])
    assert mailing.send_due() == 1
    return boite.derniers()[0]


def test_each_mail_is_a_file_that_any_reader_opens_and_no_other_account_reads(folder: Path) -> None:
    recu = send()
    (path,) = folder.iterdir()
    assert path.name == f"{recu.cle}.eml" and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (recu.destinataire, recu.sujet) == ("camille@lab.example", "Confirmez votre adresse")
    assert "http://localhost:8000/compte/connexion/" in recu.texte and "<!DOCTYPE html>" in recu.html


def test_the_list_is_searched(client: Client) -> None:
    send("camille")
    send("hugo", "Vos pièces justificatives")
    page = client.get("/demo/courriels/").content.decode()
    assert page.index("hugo@lab.example") < page.index("camille@lab.example")
    for words in ("pièces", "PIECES"):
        found = client.get("/demo/courriels/", {"q": words}).content.decode()
        assert "hugo@lab.example" in found and "camille@lab.example" not in found
    assert "Aucun courriel ne correspond" in client.get("/demo/courriels/?q=rien").content.decode()


def test_an_empty_box_says_what_to_do(client: Client, settings: Settings) -> None:
    assert "Demandez un compte" in client.get("/demo/courriels/").content.decode()
    settings.EMAIL_FILE_PATH = None
    assert "partent vraiment" in client.get("/demo/courriels/").content.decode()


def test_the_message_is_shown_in_a_frame_that_can_do_nothing(client: Client) -> None:
    """WB-1, WB-4."""
    recu = send()
    page = client.get(f"/demo/courriels/{recu.cle}/")
    assert "sandbox=" in page.content.decode() and HOSTILE not in page.content.decode()
    message = client.get(f"/demo/courriels/{recu.cle}/message/")
    assert "default-src 'none'" in message["Content-Security-Policy"] and "allow-scripts" not in message["Content-Security-Policy"]
    assert message["X-Frame-Options"] == "SAMEORIGIN"
    assert HOSTILE not in message.content.decode()


@pytest.mark.parametrize("cle", ["inconnu", "20260101-000000-000000-abcdef01", "0" * 31])
def test_an_unknown_mail_is_a_404(client: Client, cle: str) -> None:
    for suffix in ("", "message/"):
        assert client.get(f"/demo/courriels/{cle}/{suffix}").status_code == 404


def test_elsewhere_these_pages_do_not_exist(client: Client, settings: Settings) -> None:
    """They would open every account."""
    recu = send()
    settings.DEMO = False
    for path in ("", f"{recu.cle}/", f"{recu.cle}/message/"):
        assert client.get(f"/demo/courriels/{path}").status_code == 404


@pytest.mark.browser
@pytest.mark.usefixtures("referentiel")
def test_a_mail_is_read_and_its_link_followed(phone: Page, axe: Callable[[Page], None], live_server: Any, settings: Settings) -> None:
    settings.BASE_URL = live_server.url
    send()
    phone.goto("/demo/courriels/")
    axe(phone)
    phone.get_by_role("link", name="Confirmez votre adresse").click()
    largeur_tenue(phone)
    axe(phone)
    frame = phone.frame_locator("iframe")
    expect(frame.get_by_text("Camille")).to_be_visible()
    with phone.context.expect_page() as opened:
        frame.get_by_role("link", name="Confirmer mon adresse").click()
    assert "/compte/connexion/" in opened.value.url
