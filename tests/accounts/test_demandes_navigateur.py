"""The whole onboarding in two browsers, the applicant's and the support's, the mails read from the outbox (ACC-2 to ACC-4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts import crypto
from accounts.models import Courriel, DemandeDeCompte, User
from accounts.outbox import PURPOSE
from tests.accounts.factories import PASSWORD, SECRET, CguFactory, UserFactory
from tests.accounts.factories_demandes import PDF, PNG, DemandeFactory, PieceFactory
from tests.accounts.test_demandes import SAISIE
from tests.browser_walks.gestes import appuyer, largeur_tenue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("referentiel")]
MOT_DE_PASSE = "sept loutres dans un train"


def link_in(sujet: str) -> str:
    """Give the address, on the site, of the link of the last mail of a subject."""
    courriel = Courriel.objects.filter(sujet=sujet).order_by("-pk").first()
    text = crypto.decrypt(courriel.texte, purpose=PURPOSE) if courriel.confidentiel else courriel.texte
    return re.search(r"https?://[^/\s]+(/\S+/)$", text, re.MULTILINE).group(1)


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
def test_from_the_public_site_to_the_dashboard(new_page: Callable[..., Page], axe: Callable[[Page], None], tmp_path: Path, scripts: bool) -> None:
    CguFactory()
    agent = UserFactory(agence=True, role="support", double_facteur=True, first_name="Sophie", last_name="Laurent")
    visitor, support = (new_page(java_script_enabled=scripts) for _ in range(2))
    check: Callable[[Any], None] = axe if scripts else lambda page: None
    (tmp_path / "kbis.pdf").write_bytes(PDF)
    (tmp_path / "carte.png").write_bytes(PNG)
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

    visitor.goto(link_in("Vos pièces justificatives"))
    check(visitor)
    deposit(visitor, "identite", tmp_path / "carte.png")
    with_refusal(visitor, tmp_path / "programme.pdf")
    check(visitor)
    deposit(visitor, "kbis", tmp_path / "kbis.pdf")
    check(visitor)
    appuyer(visitor, "Transmettre au support")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Vos pièces sont transmises")

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

    visitor.goto(link_in("Votre compte Convergence est ouvert"))
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
