"""Questions among criteria, as one answers them: with a mouse and a keyboard, on a phone, and without JavaScript (QST-1 to QST-4)."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from questionnaires.enums import EtatReponse
from questionnaires.models import Reponse
from tests.browser_walks.gestes import appuyer, carte, choisir, enregistre, largeur_tenue, repondre
from tests.parcours import melange
from tests.parcours.factories import InscriptionFactory

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("melange_publie")]


def open_form(page: Page, sign_in: Any, questionnaire: str = melange.MIXTE) -> Any:
    sujet = InscriptionFactory(code=melange.DEMARCHE).sujet
    sign_in(page, sujet.responsable)
    page.goto(f"/demarches/{melange.DEMARCHE}/sujets/{sujet.pk}/{questionnaire}/")
    return sujet


def stored(sujet: Any) -> dict[str, Any]:
    row = Reponse.tous.filter(sujet=sujet, etat=EtatReponse.BROUILLON).latest("pk")
    return {code: answer.get("valeur") for code, answer in row.reponses.items()}


def field(page: Page, code: str) -> Locator:
    return page.locator(f'[id="v-{code}"]')


def faits(page: Page, words: str) -> None:
    """Wait until the panel says how far one is."""
    expect(page.locator("[data-avancement] .avancement-resume")).to_contain_text(words)


def test_questions_appear_and_are_saved_as_one_answers(page: Page, sign_in: Any, recorder: Any, axe: Any) -> None:
    """QST-1, QST-3: without reload; what one types in a question that goes and comes back is not lost."""
    sujet = open_form(page, sign_in)
    axe(page)
    expect(carte(page, "H1.Q2")).to_be_hidden()
    choisir(page, "H1.Q1", "externe")
    expect(carte(page, "H1.Q2")).to_be_visible()
    expect(page.locator("[data-annonce]")).to_have_text("1 question de plus.")
    carte(page, "H1.Q2").get_by_text("Pourquoi cette question").click()
    expect(carte(page, "H1.Q2")).to_contain_text("parce que vous avez répondu « Chez un hébergeur »".replace("« ", "«\xa0").replace(" »", "\xa0»"))
    faits(page, "1/6")
    field(page, "H1.Q2").fill("Nuage et Cie")
    faits(page, "2/6")
    choisir(page, "H1.Q1", "interne")
    expect(carte(page, "H1.Q2")).to_be_hidden()
    faits(page, "1/5")
    assert stored(sujet) == {"H1.Q1": "interne"}
    choisir(page, "H1.Q1", "externe")
    faits(page, "2/6")
    expect(field(page, "H1.Q2")).to_have_value("Nuage et Cie")
    enregistre(page)
    assert stored(sujet) == {"H1.Q1": "externe", "H1.Q2": "Nuage et Cie"}
    axe(page)


def test_an_exclusive_choice_stands_alone_and_a_section_appears(page: Page, sign_in: Any, recorder: Any, axe: Any) -> None:
    """QST-0: « Aucune réponse correspondante » unticks the others, and the reverse; a whole section may depend on a number."""
    sujet = open_form(page, sign_in)
    choisir(page, "H2.Q1", ["sauvegarde", "supervision"])
    expect(carte(page, "H2.Q2")).to_be_visible()
    field(page, "H2.Q2").fill("2024-05-01")
    choisir(page, "H2.Q1", "aucune")
    expect(carte(page, "H2.Q2")).to_be_hidden()
    expect(carte(page, "H2.Q1").locator("input:checked")).to_have_count(1)
    enregistre(page)
    assert stored(sujet) == {"H2.Q1": ["aucune"]}
    choisir(page, "H2.Q1", "supervision")
    expect(page.get_by_role("heading", name="Gros volumes")).to_be_hidden()
    field(page, "H2.Q3").fill("48")
    expect(page.get_by_role("heading", name="Gros volumes")).to_be_visible()
    repondre(page, {"H3.1": 0})
    expect(carte(page, "H3.1")).to_contain_text("1 niveau sous le niveau recommandé")
    expect(page.locator('[data-section="H3"] [data-compte]')).to_have_text("1/1")
    enregistre(page)
    assert stored(sujet) == {"H2.Q1": ["supervision"], "H2.Q3": 48, "H3.1": 0}
    axe(page)


def test_what_does_not_hold_is_said_in_place_and_mended_there(page: Page, sign_in: Any, recorder: Any, axe: Any) -> None:
    """QST-3: by the autosave and by the button; the mark goes with the mistake."""
    recorder.allow(422)
    sujet = open_form(page, sign_in)
    field(page, "H2.Q3").fill("douze")
    card = carte(page, "H2.Q3")
    expect(card).to_contain_text("Donnez un nombre, par exemple 12 ou 3,5.")
    appuyer(page, "Valider")
    expect(page.locator("#resume-erreurs")).to_be_focused()
    expect(field(page, "H2.Q3")).to_have_value("douze")
    expect(field(page, "H2.Q3")).to_have_accessible_description("Donnez un nombre, par exemple 12 ou 3,5.")
    axe(page)
    page.locator("#resume-erreurs").get_by_role("link", name="H2.Q3").click()
    expect(field(page, "H2.Q3")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("12,5")
    enregistre(page)
    expect(card).not_to_contain_text("Donnez un nombre")
    assert stored(sujet) == {"H2.Q3": 12.5}


def test_a_colleague_answers_the_same_question(new_page: Any, sign_in: Any, recorder: Any) -> None:
    """QST-4: both answers, in words; and what was typed in a question that is no longer asked stays in sight."""
    recorder.allow(409)
    first, second = new_page(), new_page()
    sujet = open_form(first, sign_in)
    sign_in(second, sujet.responsable)
    second.goto(first.url)
    choisir(first, "H2.Q1", ["sauvegarde", "supervision"])
    enregistre(first)
    choisir(second, "H2.Q1", "aucune")
    expect(carte(second, "H2.Q1").locator(".critere-conflit")).to_contain_text("Sauvegarde quotidienne, Supervision")
    choisir(second, "H2.Q1", ["sauvegarde", "supervision"])
    enregistre(second)
    choisir(first, "H1.Q1", "externe")
    enregistre(first)
    second.reload()
    choisir(first, "H1.Q1", "interne")
    enregistre(first)
    field(second, "H1.Q2").fill("Nuage et Cie")
    conflict = carte(second, "H1.Q2").locator(".critere-conflit")
    expect(conflict).to_contain_text("Cette question n'est plus posée")
    expect(field(second, "H1.Q2")).to_be_visible()
    appuyer(second, "Enregistrer comme brouillon")
    expect(second.locator("#resume-erreurs")).to_contain_text("La question H1.Q2 n'est plus posée")
    expect(second.get_by_text("H1.Q2 : Nuage et Cie".replace(" :", "\xa0:"))).to_be_visible()
    assert stored(sujet) == {"H1.Q1": "interne", "H2.Q1": ["sauvegarde", "supervision"]}


def test_by_keyboard_alone(page: Page, sign_in: Any, recorder: Any) -> None:
    """UX: arrows choose, « Entrée » goes from card to card, those that are hidden left out."""
    sujet = open_form(page, sign_in)
    carte(page, "H1.2").locator("input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(carte(page, "H2.Q1").locator("input").first).to_be_focused()
    page.keyboard.press("Space")
    expect(carte(page, "H2.Q2")).to_be_visible()
    page.keyboard.press("Enter")
    expect(field(page, "H2.Q2")).to_be_focused()
    enregistre(page)
    assert stored(sujet) == {"H1.2": "conforme", "H1.Q1": "interne", "H2.Q1": ["sauvegarde"]}


def test_without_javascript_each_save_asks_for_what_is_new(page_without_js: Page, sign_in: Any, recorder: Any) -> None:
    """QST-1, AX-2: the same form by its buttons; two exclusive answers are refused in words, both still ticked."""
    page = page_without_js
    recorder.allow(422)
    sujet = open_form(page, sign_in)
    repondre(page, {"H1.1": 2, "H1.2": "conforme"})
    choisir(page, "H1.Q1", "externe")
    choisir(page, "H2.Q1", ["sauvegarde", "aucune"])
    field(page, "H2.Q3").fill("4")
    appuyer(page, "Valider")
    expect(page.locator("#resume-erreurs")).to_contain_text("exclut les autres réponses")
    expect(carte(page, "H2.Q1").locator("input:checked")).to_have_count(2)
    choisir(page, "H2.Q1", "aucune")
    appuyer(page, "Valider")
    expect(page.locator("#resume-erreurs")).to_contain_text("H1.Q2 – Nom de l'hébergeur")
    expect(page.locator("#resume-erreurs")).to_contain_text("H2.Q2 – Date du dernier test de restauration")
    field(page, "H1.Q2").fill("Nuage et Cie")
    field(page, "H2.Q2").fill("2024-05-01")
    appuyer(page, "Valider")
    expect(page.get_by_text("Le questionnaire « Hébergement » est validé.".replace("« ", "«\xa0").replace(" »", "\xa0»"))).to_be_visible()
    assert Reponse.tous.filter(sujet=sujet, etat=EtatReponse.VALIDEE, questionnaire__code=melange.MIXTE).count() == 1


def test_a_form_of_questions_on_a_phone(phone: Page, sign_in: Any, recorder: Any, axe: Any) -> None:
    """EC-1, AX-1: nothing overflows, a choice is pressed by its words."""
    sujet = open_form(phone, sign_in, melange.FORMULAIRE)
    field(phone, "FT.1").fill("Télésuivi")
    phone.get_by_text("Application mobile").tap()
    expect(carte(phone, "FT.5")).to_be_visible()
    phone.get_by_text("Android").tap()
    enregistre(phone)
    assert stored(sujet) == {"FT.1": "Télésuivi", "FT.2": ["mobile"], "FT.5": "android"}
    largeur_tenue(phone)
    axe(phone)
