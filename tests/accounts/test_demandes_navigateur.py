"""The whole onboarding in two browsers, the applicant's and the support's (ACC-2 to ACC-4, JB-5, FI-6).

A real worker sends the mails to a real mail server, where the links are read, and passes the files through a real antivirus.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from accounts.enums import EtatAnalyse
from accounts.models import DemandeDeCompte, PieceJustificative, User
from tests.accounts.factories import PASSWORD, SECRET, CguFactory, UserFactory
from tests.accounts.factories_demandes import PDF, PNG, DemandeFactory, PieceFactory
from tests.accounts.test_demandes import SAISIE
from tests.accounts.test_worker import wait_until
from tests.browser_walks.gestes import appuyer, largeur_tenue
from tests.clamd import MARQUE, Clamd, open_clamd
from tests.smtp import ServeurDeCourriel

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("referentiel")]
MOT_DE_PASSE = "sept loutres dans un train"


LINK = re.compile(r"https?://[^/\s\"<]+(/[^\s\"<]+/)")


@dataclass
class Monde:
    """What works behind the site during a walk."""

    smtp: ServeurDeCourriel
    clamd: Clamd
    worker: Any
    seen: set[str] = field(default_factory=set)

    def received(self, sujet: str) -> EmailMessage:
        """Wait for the mail of a subject, as the server received it."""
        assert wait_until(lambda: any(message["Subject"] == sujet for message in self.smtp.boite.messages)), sujet
        (message,) = (message for message in self.smtp.boite.messages if message["Subject"] == sujet)
        assert message["To"] == SAISIE["email"]
        return message

    def link_in(self, sujet: str) -> str:
        """Give the address of the button of a mail, the same in both its parts."""
        message = self.received(sujet)
        texte, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
        assert set(LINK.findall(texte)) == set(LINK.findall(html))
        (link,) = (link for link in LINK.findall(texte) if "/pieces/" in link or "/oubli/" in link)
        self.seen.add(link.rstrip("/").rsplit("/", 1)[-1].rsplit("-", 1)[-1])
        return link


@pytest.fixture
def monde(lone_workers: None, start_worker: Callable[..., Any], live_server: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Monde]:
    smtp, clamd = ServeurDeCourriel(), open_clamd()
    settings.BASE_URL, settings.CLAMD_SOCKET = live_server.url, clamd.socket
    for name, value in (("EMAIL_URL", smtp.url), ("CLAMD_SOCKET", clamd.socket), ("BASE_URL", live_server.url)):
        monkeypatch.setenv(name, value)
    yield Monde(smtp, clamd, start_worker())
    smtp.stop()
    clamd.close()


def fill(page: Page) -> None:
    for name, value in SAISIE.items():
        if name not in ("qualite", "deuxieme_site"):
            page.locator(f"#id_{name}").fill(value)
    page.locator("label", has_text="Mandataire social de l'entreprise").click()


def sign_in_with_second_factor(page: Page, user: User) -> None:
    page.goto("/compte/connexion/")
    page.locator("#id_login").fill(user.username)
    page.locator("#id_password").fill(PASSWORD)
    appuyer(page, "Se connecter")
    page.locator("#id_code").fill(format_hotp_value(hotp_value(SECRET, int(timezone.now().timestamp()) // 30)))
    appuyer(page, "Se connecter")


@pytest.mark.parametrize("scripts", [True, False], ids=["javascript", "sans javascript"])
def test_from_the_public_site_to_the_dashboard(
    new_page: Callable[..., Page], axe: Callable[[Page], None], tmp_path: Path, scripts: bool, monde: Monde, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    CguFactory()
    agent = UserFactory(agence=True, role="support", double_facteur=True, first_name="Sophie", last_name="Laurent")
    visitor, support = (new_page(java_script_enabled=scripts) for _ in range(2))
    check: Callable[[Any], None] = axe if scripts else lambda page: None
    (tmp_path / "kbis.pdf").write_bytes(PDF)
    (tmp_path / "carte.png").write_bytes(PNG)
    (tmp_path / "infecte.pdf").write_bytes(PDF.replace(b"startxref", b"% " + MARQUE + b"\nstartxref"))
    (tmp_path / "programme.pdf").write_bytes(b"MZ" + b"\0" * 99)

    visitor.goto("/")
    visitor.get_by_role("main").get_by_role("link", name="Demander un compte").first.click()
    check(visitor)
    appuyer(visitor, "Relire ma demande")
    expect(visitor.locator("#resume-erreurs")).to_be_visible()
    check(visitor)
    fill(visitor)
    appuyer(visitor, "Relire ma demande")
    check(visitor)
    visitor.wait_for_timeout(3000)  # what the form asks for: nobody reads faster
    appuyer(visitor, "Envoyer ma demande")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Votre demande est envoyée")
    check(visitor)

    sign_in_with_second_factor(support, agent)
    support.locator("label", has_text="J'ai lu").click()
    appuyer(support, "Accepter et continuer")
    expect(support.get_by_role("heading", level=1)).to_have_text("Gestion")
    check(support)
    support.get_by_role("main").get_by_role("link", name="Demandes de compte").click()
    check(support)
    support.get_by_role("link", name=SAISIE["raison_sociale"]).click()
    check(support)
    appuyer(support, "Prendre cette demande")
    support.locator("#note_texte").fill("Appelé le standard : c'est bien eux.")
    appuyer(support, "Ajouter la note")
    check(support)
    appuyer(support, "Demander les pièces")
    expect(support.locator(".messages")).to_contain_text("lien de dépôt")

    visitor.goto(monde.link_in("Vos pièces justificatives"))
    check(visitor)
    deposit(visitor, "identite", tmp_path / "carte.png")
    with_refusal(visitor, tmp_path / "programme.pdf")
    check(visitor)
    deposit(visitor, "kbis", tmp_path / "infecte.pdf")
    assert wait_until(lambda: PieceJustificative.objects.filter(analyse=EtatAnalyse.INFECTE).exists())
    visitor.goto(visitor.url)
    expect(visitor.get_by_role("main")).to_contain_text("contenait un logiciel malveillant")
    check(visitor)
    assert monde.received("Une de vos pièces est à remplacer")
    deposit(visitor, "kbis", tmp_path / "kbis.pdf")
    appuyer(visitor, "Transmettre au support")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Vos pièces sont transmises")
    assert wait_until(lambda: PieceJustificative.objects.filter(analyse=EtatAnalyse.SAIN).count() == 2)

    support.reload()
    with support.expect_download() as download:
        support.get_by_role("link", name="kbis.pdf").click()
    assert Path(download.value.path()).read_bytes() == PDF
    check(support)
    support.get_by_role("link", name="Accepter…").click()
    check(support)
    support.locator("#id_kbis_du").fill(timezone.localdate().isoformat())
    support.locator("label", has_text="La pièce d'identité est en cours").click()
    appuyer(support, "Accepter la demande")
    expect(support.locator(".messages")).to_contain_text("est responsable de Cobalt Santé")
    check(support)

    visitor.goto(monde.link_in("Votre compte Convergence est ouvert"))
    visitor.locator("#id_password1").fill(MOT_DE_PASSE)
    visitor.locator("#id_password2").fill(MOT_DE_PASSE)
    appuyer(visitor, "Enregistrer ce mot de passe")
    visitor.goto("/compte/connexion/")
    visitor.locator("#id_login").fill(SAISIE["login"])
    visitor.locator("#id_password").fill(MOT_DE_PASSE)
    appuyer(visitor, "Se connecter")
    visitor.goto("/tableau-de-bord/")
    visitor.locator("label", has_text="J'ai lu").click()
    appuyer(visitor, "Accepter et continuer")
    visitor.goto("/tableau-de-bord/")
    expect(visitor.get_by_role("banner")).to_contain_text("Cobalt Santé")
    assert DemandeDeCompte.objects.get().compte.is_responsable
    assert len(monde.smtp.boite.messages) == len({message["Message-ID"] for message in monde.smtp.boite.messages})
    logged = monde.worker.log.read_text(errors="replace") + caplog.text
    assert len(monde.seen) == 2 and not [token for token in monde.seen if token in logged]  # TR-4


def deposit(page: Page, nature: str, file: Path) -> None:
    page.locator(f"#fichier-{nature}").set_input_files(file)
    page.locator("section", has=page.locator(f"#piece-{nature}")).get_by_role("button", name="Déposer ce fichier").click()
    expect(page.locator(f"section:has(#piece-{nature}) .pieces")).to_contain_text(file.name)


def with_refusal(page: Page, file: Path) -> None:
    """Send a file that lies about what it is: the reason stands beside the field, what is there stays."""
    page.locator("#fichier-kbis").set_input_files(file)
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        page.locator("section", has=page.locator("#piece-kbis")).get_by_role("button", name="Déposer ce fichier").click()
    assert answer.value.status == 400
    expect(page.locator("#fichier-kbis-erreur")).to_contain_text("Le contenu de ce fichier")
    expect(page.locator("section:has(#piece-identite) .pieces")).to_contain_text("carte.png")


@pytest.fixture(autouse=True)
def _provoked(recorder: Any) -> None:
    recorder.allow(400)


def test_the_pages_hold_on_a_phone(phone: Page, axe: Callable[[Page], None], sign_in: Callable[[Page, User], None]) -> None:
    agent = UserFactory(agence=True, role="support", double_facteur=True)
    agent.groups.add(*UserFactory(agence=True, role="auditeur").groups.all())
    demande = DemandeFactory(recue=True, prise_par=agent, prise_le=timezone.now(), raison_sociale="Société " * 12, nom="Nom-composé" * 8)
    PieceFactory(demande=demande, nom="x" * 96 + ".pdf")
    phone.goto("/demander-un-compte/")
    largeur_tenue(phone)
    axe(phone)
    sign_in(phone, agent)
    for path in ("", "demandes/", f"demandes/{demande.pk}/", f"demandes/{demande.pk}/accepter/", f"demandes/{demande.pk}/refuser/", "journal/"):
        phone.goto(f"/gestion/{path}")
        largeur_tenue(phone)
        axe(phone)
