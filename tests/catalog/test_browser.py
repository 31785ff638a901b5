"""The wizard and the change of a qualification in a real browser: by mouse, by keyboard, without JavaScript, on a phone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import User
from catalog.models import Produit
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers

from .factories import R1, ProduitFactory

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("transactional_db")]
LONG = "MonSuiviHospitalierInterprofessionnelCoordonnéDesMaladiesChroniques Android tablette"


@pytest.fixture
def responsable() -> User:
    return UserFactory(responsable=True, entreprise=EntrepriseFactory(raison_sociale="Laboratoires Numériques Réunis"))


def fits(page) -> bool:
    """True when nothing makes the page scroll sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def identify(page, nom: str = LONG) -> None:
    page.goto(reverse("catalog:produit_ajouter"))
    page.get_by_label("Nom du produit").fill(nom)
    page.get_by_label("Version").fill("3.2")
    page.get_by_label("Description").fill("Suivi à domicile.")
    page.get_by_label("Ségur du numérique en santé").check(force=True)
    page.get_by_role("button", name="Suivant").click()


def answer(page, codes) -> None:
    for code in codes:
        valeur = R1[code]
        for value in valeur if isinstance(valeur, list) else [valeur]:
            page.locator(f'input[name="v-{code}"][value="{value}"]').check(force=True)


def test_questions_appear_as_one_answers(page, sign_in, responsable, axe):
    """QST-1, CAT-1: without reload, announced, without taking the focus; exclusive choices untick the others."""
    sign_in(page, responsable)
    identify(page)
    axe(page)
    hebergement = page.locator('[data-question="QP.08"]')
    assert hebergement.is_hidden()
    page.locator('input[name="v-QP.07"][value="oui"]').focus()
    page.keyboard.press("Space")
    hebergement.wait_for(state="visible")
    assert "de plus" in page.locator("[data-annonce]").inner_text()
    assert page.evaluate("document.activeElement.name") == "v-QP.07"
    assert "QP.08" in page.locator('input[name="affichees"]').input_value()
    page.locator('input[name="v-QP.19"][value="synchrone"]').check(force=True)
    page.locator('input[name="v-QP.19"][data-exclusif]').check(force=True)
    assert not page.locator('input[name="v-QP.19"][value="synchrone"]').is_checked()
    page.locator('input[name="v-QP.07"][value="non"]').check(force=True)
    hebergement.wait_for(state="hidden")


def test_the_wizard_to_the_end_on_a_phone(phone, sign_in, responsable, axe):
    """CAT-1, R-40 at 390 pixels, with a long name."""
    sign_in(phone, responsable)
    identify(phone)
    for code in R1:
        phone.locator(f'[data-question="{code}"]').wait_for(state="visible")
        answer(phone, [code])
    assert fits(phone)
    phone.get_by_role("button", name="Suivant").click()
    assert "Étape 3 sur 3" in phone.locator("main").inner_text()
    assert fits(phone)
    axe(phone)
    phone.get_by_role("button", name="Valider").click()
    produit = Produit.tous.get()
    assert produit.nom == LONG
    assert phone.get_by_role("heading", level=1).inner_text() == "Produit ajouté"
    assert fits(phone)
    axe(phone)


def test_the_wizard_without_javascript(page_without_js, sign_in, responsable, recorder):
    """AX-2: the questions called for appear when the form is sent."""
    recorder.allow(422)
    page = page_without_js
    sign_in(page, responsable)
    identify(page)
    visible = [code for code in R1 if page.locator(f'[data-question="{code}"]').is_visible()]
    assert len(visible) < len(R1)
    answer(page, visible)
    page.get_by_role("button", name="Suivant").click()
    assert "Vos réponses font apparaître cette question" in page.locator("#resume-erreurs").inner_text()
    answer(page, [code for code in R1 if code not in visible])
    page.get_by_role("button", name="Suivant").click()
    page.get_by_role("button", name="Valider").click()
    assert Produit.tous.count() == 1


def test_seeing_then_confirming_the_consequences(page, sign_in, responsable, axe):
    """CAT-2: before and after side by side, then the fiche."""
    produit = ProduitFactory(entreprise=responsable.entreprise, responsable=responsable, nom=LONG, qualified=True)
    InscriptionFactory(sujet=produit)
    ReponseFactory(sujet=produit, validee=True, reponses=complete_answers(responsable, produit))
    sign_in(page, responsable)
    page.goto(reverse("parcours:fiche_produit", args=[produit.pk]))
    axe(page)
    page.get_by_role("link", name="Modifier la qualification").click()
    axe(page)
    page.locator('input[name="v-QP.19"][data-exclusif]').check(force=True)
    page.get_by_role("button", name="Voir les conséquences").click()
    assert "disparaissent" in page.locator("main").inner_text() or "disparaît" in page.locator("main").inner_text()
    assert fits(page)
    axe(page)
    page.get_by_role("button", name="Confirmer les changements").click()
    assert "La qualification est enregistrée" in page.locator("main").inner_text()


def test_no_dispositif_excludes_the_others(page, sign_in, responsable, axe):
    """R-40: « Aucun dispositif » unticks the others, and the reverse; the list of socles shows for an option only."""
    sign_in(page, responsable)
    page.goto(reverse("catalog:produit_ajouter"))
    none, one = page.get_by_label("Aucun dispositif identifié"), page.get_by_label("Ségur du numérique en santé")
    one.check(force=True)
    none.check(force=True)
    assert not one.is_checked()
    one.check(force=True)
    assert not none.is_checked()
    assert page.locator("#id_socles").is_hidden()
    page.get_by_label("Option", exact=True).check(force=True)
    assert page.locator("#id_socles").is_visible()
    page.get_by_role("button", name="Suivant").focus()
    axe(page)


def test_the_catalogue_by_keyboard_and_on_a_phone(page, phone, sign_in, responsable, axe):
    """CAT-5: the menu of a row opens and closes by keyboard; rows are cards on a phone."""
    for n in range(3):
        ProduitFactory(entreprise=responsable.entreprise, responsable=responsable, nom=f"{LONG} {n}")
    for view in (page, phone):
        sign_in(view, responsable)
        view.goto(reverse("catalog:catalogue"))
        assert fits(view)
        axe(view)
    summary = page.locator("details.menu-actions > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("link", name="Dupliquer").first.is_visible()
    axe(page)
    page.keyboard.press("Escape")
    assert page.get_by_role("link", name="Dupliquer").first.is_hidden()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Archiver").first.click()
    axe(page)
    page.get_by_role("button", name="Archiver le produit").click()
    assert Produit.tous.filter(archive_le__isnull=False).count() == 1


def test_an_option_of_long_named_socles_fits_a_phone(phone, sign_in, responsable, axe):
    """AX-1 at 390 pixels: the list of socles scrolls by itself, never the page."""
    for n in range(12):
        ProduitFactory(entreprise=responsable.entreprise, responsable=responsable, nom=f"{LONG} {n}")
    sign_in(phone, responsable)
    phone.goto(reverse("catalog:produit_ajouter"))
    phone.get_by_label("Option", exact=True).check(force=True)
    assert fits(phone)
    axe(phone)
