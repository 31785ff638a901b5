"""The acts of the support in a browser: by keyboard, without JavaScript, on a phone, two people for a merge (AX-1 to AX-3, BO-3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Entreprise, Fusion, User
from tests.accounts.factories import UserFactory
from tests.browser import PHONE
from tests.catalog.factories import ProduitFactory, StrategieFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def as_support(new_page: Callable[..., Page], sign_in: Callable[[Page, User], None]) -> Callable[[], Page]:
    """Open a page as one more member of the support, on a phone."""

    def open_page(**options: bool) -> Page:
        page = new_page(viewport=PHONE, **options)
        sign_in(page, UserFactory(agence=True, role="support", double_facteur=True))
        return page

    return open_page


@pytest.fixture
def entreprises() -> list[Entreprise]:
    """Two companies, each with a responsable, a contributeur, a produit and a stratégie globale."""
    found = []
    for raison_sociale in ("Atlas e-santé", "Boréal"):
        chef = UserFactory(responsable=True, entreprise__raison_sociale=raison_sociale, last_name=f"Chef {raison_sociale}")
        UserFactory(entreprise=chef.entreprise, gestionnaire=chef, last_name=f"Membre {raison_sociale}")
        ProduitFactory(entreprise=chef.entreprise, responsable=chef, nom=f"Agenda {raison_sociale}")
        StrategieFactory(entreprise=chef.entreprise, responsable=chef)
        found.append(chef.entreprise)
    return found


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_responsable_is_named_by_keyboard_without_javascript(as_support, recorder, entreprises) -> None:
    """Errors, what will happen, coming back, confirming; then a suspension and its lifting."""
    recorder.allow(400)
    page = as_support(java_script_enabled=False)
    page.goto(reverse("gestion:accounts_entreprise_change", args=[entreprises[0].pk]))
    page.get_by_role("link", name="Nommer un responsable…").press("Enter")
    page.get_by_role("button", name="Relire avant de confirmer").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("2 réponses sont à revoir")
    for chosen, other in (("Une nouvelle personne", "Compte de l'entreprise"), ("Un compte de l'entreprise", "Prénom")):
        page.get_by_role("radio", name=chosen).press("Space")
        expect(page.get_by_label(other, exact=True)).to_be_hidden()
    page.get_by_role("combobox", name="Compte de l'entreprise").select_option(label="Camille Membre Atlas e-santé")
    page.get_by_role("radio", name="Son compte est supprimé").press("Space")
    page.get_by_label("Motif").fill("Départ de la dirigeante")
    page.get_by_role("button", name="Relire avant de confirmer").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("2 produits sont confiés")
    assert fits(page)
    page.get_by_role("button", name="Modifier").press("Enter")
    expect(page.get_by_label("Motif")).to_have_value("Départ de la dirigeante")
    page.get_by_role("button", name="Relire avant de confirmer").press("Enter")
    page.get_by_role("button", name="Nommer ce responsable").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("est responsable d'Atlas e-santé")
    page.get_by_role("link", name="Suspendre l'accès…").press("Enter")
    page.get_by_label("Motif").fill("Usage anormal")
    page.get_by_role("button", name="Suspendre l'accès").press("Enter")
    page.get_by_role("link", name="Lever la suspension…").press("Enter")
    page.get_by_role("button", name="Lever la suspension").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("est rétabli")


def test_two_people_merge_two_companies_then_part_them(as_support, axe, recorder, entreprises) -> None:
    recorder.allow(400)
    sophie, karim = as_support(), as_support()
    for name in ("entreprise_responsable", "entreprise_suspendre"):
        sophie.goto(reverse(f"gestion:{name}", args=[entreprises[0].pk]))
        sophie.get_by_role("main").get_by_role("button").first.click()
        axe(sophie)
    sophie.goto(reverse("gestion:fusion_proposer", args=[entreprises[0].pk]))
    sophie.get_by_label("SIREN de l'autre entreprise").fill("123 456 789")
    sophie.get_by_role("button", name="Voir ce qui serait réuni").click()
    axe(sophie)
    sophie.get_by_label("SIREN de l'autre entreprise").fill(entreprises[1].siren)
    sophie.get_by_role("radio", name="L'autre : elle absorbe").press("Space")
    sophie.get_by_role("button", name="Voir ce qui serait réuni").click()
    expect(sophie.get_by_role("main")).to_contain_text("Agenda Boréal")
    sophie.get_by_role("button", name="Proposer cette fusion").click()
    axe(sophie)
    assert fits(sophie)
    sophie.get_by_role("radio", name="(Atlas e-santé)").press("Space")
    sophie.get_by_label("Motif").fill("Rachat")
    sophie.get_by_role("button", name="Proposer cette fusion").click()
    expect(sophie.get_by_role("main")).to_contain_text("une autre personne du support doit l'approuver")
    axe(sophie)
    karim.goto(reverse("accounts:notifications"))
    karim.get_by_role("link", name="Ouvrir").first.click()
    karim.get_by_role("link", name="Approuver…").click()
    axe(karim)
    assert fits(karim)
    karim.get_by_role("button", name="Approuver et réunir les entreprises").click()
    expect(karim.get_by_role("main")).to_contain_text("reste à confirmer")
    axe(karim)
    assert User.objects.of_entreprise(entreprises[1]).count() == 4
    sophie.reload()
    sophie.get_by_role("link", name="Annuler la fusion…").click()
    sophie.get_by_label("Motif").fill("Erreur de SIREN")
    sophie.get_by_role("button", name="Annuler la fusion").click()
    expect(sophie.get_by_role("main")).to_contain_text("retrouvent ce qu'elles avaient")
    assert (Fusion.objects.get().etat, User.objects.of_entreprise(entreprises[0]).count()) == ("annulee", 2)
