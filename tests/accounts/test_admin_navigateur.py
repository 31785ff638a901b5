"""The back-office in a browser: its states before axe, and the whole of it without JavaScript on a phone (AX-1 to AX-3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts import journal
from accounts.enums import Role
from accounts.models import Agent, Cgu, User
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def agent(role: Role) -> User:
    return UserFactory(agence=True, role=role, double_facteur=True)


@pytest.fixture
def as_agent(new_page: Callable[..., Page], sign_in: Callable[[Page, User], None]) -> Callable[..., Page]:
    """Open a page as a new member of a group."""

    def open_page(role: Role, **options: Any) -> Page:
        page = new_page(**options)
        sign_in(page, agent(role))
        return page

    return open_page


def test_the_states_of_the_pages_of_the_administrateurs(as_agent, axe, recorder) -> None:
    recorder.allow(400)
    page = as_agent(Role.ADMINISTRATEUR)
    page.goto(reverse("gestion:agent_ouvrir"))
    page.get_by_role("button", name="Ouvrir le compte").click()
    expect(page.locator("#resume-erreurs")).to_be_focused()
    axe(page)
    for query in ("?q=introuvable", "?inconnu=1"):
        page.goto(reverse("gestion:accounts_agent_changelist") + query)
        axe(page)


def test_the_states_of_the_pages_of_the_support_and_of_the_auditeurs(as_agent, axe, recorder) -> None:
    recorder.allow(400)
    entreprise = EntrepriseFactory(suspendue=True)
    chef = UserFactory(entreprise=entreprise, responsable=True)
    for _ in range(60):
        journal.record("compte.droits_modifies", par=chef, target=chef, details={"donnes": ["valider"], "retires": []})
    page = as_agent(Role.SUPPORT)
    for url in (
        reverse("gestion:accounts_entreprise_change", args=[entreprise.pk]),
        reverse("gestion:accounts_entreprise_history", args=[entreprise.pk]) + "?page=2",
        reverse("gestion:accounts_entreprise_changelist") + "?acces=suspendu&o=-0",
        reverse("gestion:compte_corriger", args=[chef.pk]),
        reverse("gestion:compte_second_facteur", args=[chef.pk]),
    ):
        page.goto(url)
        axe(page)
    page = as_agent(Role.AUDITEUR)
    page.goto(reverse("gestion:journal") + "?du=31/02/2026")
    expect(page.get_by_role("main")).to_contain_text("Une réponse est à revoir")
    axe(page)


def test_a_company_is_registered_without_javascript_on_a_phone(as_agent) -> None:
    """BO-3, AX-2: typed, read again, mended, created."""
    page = as_agent(Role.SUPPORT, java_script_enabled=False, viewport=PHONE)
    page.goto(reverse("gestion:accounts_entreprise_changelist"))
    page.get_by_role("link", name="Inscrire une entreprise").click()
    names = {"raison_sociale": "Cobalt Santé", "siren": "732 829 320", "first_name": "Nora", "last_name": "Petit", "username": "nora.petit"}
    for field, value in {**names, "email": "nora@cobalt.example", "motif": "Vue en séance"}.items():
        page.locator(f"[name={field}]").fill(value)
    page.get_by_role("button", name="Continuer").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Rien n'est encore créé")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Modifier").press("Enter")
    page.locator("[name=raison_sociale]").fill("Cobalt et Santé")
    page.get_by_role("button", name="Continuer").press("Enter")
    page.get_by_role("button", name="Inscrire l'entreprise").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Cobalt et Santé est inscrite")


def test_the_whole_of_it_without_javascript_on_a_phone(as_agent, axe, recorder) -> None:
    """AX-2, AX-3: opening an account, changing its groups, shutting it, publishing the conditions."""
    page = as_agent(Role.ADMINISTRATEUR, java_script_enabled=False, viewport=PHONE)
    page.goto(reverse("gestion:accounts_agent_changelist"))
    page.get_by_role("link", name="Ouvrir un compte").click()
    for field, value in (("first_name", "Nora"), ("last_name", "Petit"), ("email", "nora@agence.example"), ("username", "nora.petit")):
        page.locator(f"[name={field}]").fill(value)
    page.get_by_label("Pilote").press("Space")
    page.get_by_role("button", name="Ouvrir le compte").click()
    expect(page.get_by_role("status").first).to_contain_text("Le compte de Nora Petit est ouvert")
    page.get_by_role("link", name="Changer les groupes").click()
    page.get_by_label("Auditeur").press("Space")
    page.get_by_role("button", name="Enregistrer les groupes").click()
    expect(page.get_by_role("main")).to_contain_text("Pilote, Auditeur")
    page.get_by_role("link", name="Suspendre").click()
    page.get_by_role("button", name="Suspendre le compte").click()
    expect(page.get_by_role("main")).to_contain_text("Suspendu")
    assert not Agent.objects.get(username="nora.petit").is_active
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    page = as_agent(Role.GESTIONNAIRE_CONTENU, java_script_enabled=False, viewport=PHONE)
    page.goto(reverse("gestion:cgu_publier"))
    page.get_by_label("Nom de la version").fill("2027-1")
    page.locator("#id_texte").fill("Un texte.\n\nEt sa suite.")
    page.get_by_role("button", name="Relire").click()
    expect(page.get_by_role("main")).to_contain_text("Rien n'est encore publié")
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Conditions générales")
    assert Cgu.objects.get().texte == "Un texte.\r\n\r\nEt sa suite."
