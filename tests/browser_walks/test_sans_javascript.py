"""The same path without JavaScript: the server does it all, nothing is lost on the way (AX-2)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.factories import UserFactory
from tests.catalog.factories import R1

from .gestes import CONDITIONNELLES, R1_A, appuyer, carte, coche, codes_des_cartes, identifier, qualifier, question, repondre, se_connecter, titre

pytestmark = pytest.mark.browser


def test_the_path_without_javascript(page_without_js: Page, recorder, worker, referentiel):
    page = page_without_js
    recorder.allow(422)  # questions called for, validation refused
    se_connecter(page, UserFactory(responsable=True))
    add_produit(page)
    answer_and_validate(page)
    download(page)


def add_produit(page: Page) -> None:
    """QST-1: the questions the answers call for are asked for at « Suivant », all answers kept."""
    page.goto("/produits/ajouter/")
    identifier(page, "MonSuivi sans script")
    appuyer(page, "Suivant")
    qualifier(page, {code: valeurs for code, valeurs in R1.items() if code not in CONDITIONNELLES})
    appuyer(page, "Suivant")
    expect(page.locator("#resume-erreurs").get_by_role("link")).to_have_count(len(CONDITIONNELLES))
    for code in CONDITIONNELLES:
        expect(question(page, code)).to_be_visible()
    qualifier(page, {code: R1[code] for code in CONDITIONNELLES})
    appuyer(page, "Suivant")
    expect(page.get_by_text("MonSuivi sans script")).to_be_visible()
    appuyer(page, "Précédent")
    expect(page.locator('[id="v-QP.05-saas"]')).to_be_checked()
    appuyer(page, "Suivant")
    appuyer(page, "Valider")
    expect(titre(page)).to_have_text("Produit ajouté")


def answer_and_validate(page: Page) -> None:
    """The first button pressed is « Valider »: what was typed is saved and comes back, with what is missing."""
    page.get_by_role("main").get_by_role("button", name=re.compile("^Commencer.*socles")).click()
    page.get_by_role("link", name=re.compile(": Évaluation Interopérabilité")).click()
    assert codes_des_cartes(page) == list(R1_A)
    repondre(page, {"A08.1.1": 1, "A08.2.1": 0})
    carte(page, "A08.1.1").get_by_text("Commentaire", exact=True).click()
    carte(page, "A08.1.1").get_by_role("textbox").fill("Sans script.")
    appuyer(page, "Valider")
    expect(page.locator("#resume-erreurs").get_by_role("link")).to_have_count(5)
    assert (coche(page, "A08.1.1"), coche(page, "A08.2.1")) == ("1", "0")
    repondre(page, {code: R1_A[code] for code in list(R1_A)[2:5]})
    appuyer(page, "Enregistrer comme brouillon")
    expect(page.get_by_text("Votre brouillon est enregistré.")).to_be_visible()
    expect(page.locator("[data-avancement]")).to_contain_text("5/7")
    repondre(page, {code: R1_A[code] for code in list(R1_A)[5:]})
    appuyer(page, "Valider")
    expect(page).to_have_url(re.compile("/resultats/$"))
    expect(page.locator(".verdict")).to_contain_text("Non atteint")
    expect(page.get_by_text("Sans script.")).to_be_visible()


def download(page: Page) -> None:
    """The page of the job is followed by its own button."""
    appuyer(page, "Télécharger en Excel")
    link = page.get_by_role("link", name="Télécharger le fichier")
    for _ in range(100):
        if link.count():
            break
        page.wait_for_timeout(200)
        page.reload()
    with page.expect_download() as waiting:
        link.click()
    assert waiting.value.suggested_filename.endswith(".xlsx")
