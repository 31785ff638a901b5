"""What people do on the pages, in their own words: shared by the walks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.accounts.factories import PASSWORD
from tests.catalog.factories import R1

# Profile R1 in « socles » shows these criteria of Interopérabilité; the levels are those of case R1-A (REFERENTIEL).
R1_A = {"A08.1.1": 1, "A08.2.1": 0, "A08.3.1": 2, "A08.4.1": 2, "A08.5.01": 2, "A08.5.23": 2, "A10.1": 0}
CONDITIONNELLES = ("QP.08", "QP.21", "QP.22", "QP.25", "QP.26", "QP.28")


def se_connecter(page: Page, user: Any) -> None:
    """Sign in through the form."""
    page.goto("/compte/connexion/")
    page.locator("#id_login").fill(user.username)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter", exact=True).click()
    expect(page).to_have_url(re.compile("/tableau-de-bord/"))


def identifier(page: Page, nom: str) -> None:
    """Fill the first step of « Ajouter un produit »."""
    page.locator("#id_nom").fill(nom)
    page.locator("#id_version").fill("2.1")
    page.locator("#id_description").fill("Suivi des patients à domicile, avec l'équipe de soins.")
    page.locator("label", has_text="Aucun dispositif identifié pour le moment").click()


def choisir(page: Page, code: str, valeurs: str | Iterable[str]) -> None:
    """Tick the answers to a question, as one clicks on their words."""
    for valeur in [valeurs] if isinstance(valeurs, str) else valeurs:
        page.locator(f'label[for="v-{code}-{valeur}"]').click()


def qualifier(page: Page, profil: Mapping[str, Any] = R1) -> None:
    """Answer the qualification from top to bottom."""
    for code, valeurs in profil.items():
        choisir(page, code, valeurs)


def question(page: Page, code: str) -> Locator:
    return page.locator(f'[id="question-{code}"]')


def carte(page: Page, code: str) -> Locator:
    """The card of a criterion."""
    return page.locator(f'[id="critere-{code}"]')


def codes_des_cartes(page: Page) -> list[str]:
    """The criteria the form shows, in order."""
    return page.locator("article.critere").evaluate_all("cards => cards.map(card => card.id.replace('critere-', ''))")


def niveau(page: Page, code: str, valeur: int | str) -> Locator:
    """The panel of a level: the whole of it can be clicked."""
    return carte(page, code).locator("label.niveau", has=page.locator(f'input[value="{valeur}"]'))


def repondre(page: Page, reponses: Mapping[str, Any]) -> None:
    """Choose levels by clicking on their panels."""
    for code, valeur in reponses.items():
        niveau(page, code, valeur).click()


def coche(page: Page, code: str) -> str | None:
    """The level chosen for a criterion, None when none is."""
    found = carte(page, code).locator("input[type=radio]:checked")
    return found.get_attribute("value") if found.count() else None


def enregistre(page: Page) -> None:
    """Wait for the autosave to say that it is done."""
    expect(page.locator("[data-etat-enregistrement]")).to_have_text(re.compile(r"^Enregistré à \d{1,2}\s?h\s?\d\d$"))


def partir(page: Page, lieu: Locator) -> None:
    """Click on what leads to another page, and wait until it is there."""
    with page.expect_navigation(wait_until="load"):
        lieu.click()


def appuyer(page: Page, bouton: str) -> None:
    """Press a button of the page by its words; it sends a form."""
    partir(page, page.get_by_role("main").get_by_role("button", name=bouton, exact=True))


def titre(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def largeur_tenue(page: Page) -> None:
    """Check that nothing makes the page scroll sideways."""
    trop = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if trop > 0:
        large = page.evaluate(
            """() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 5).map(e => e.tagName + '.' + e.className + ' ' + Math.round(e.getBoundingClientRect().right))"""
        )
        raise AssertionError(f"{page.url} : {trop} px de trop en largeur ({large})")
