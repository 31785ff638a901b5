"""The same path by keyboard alone: never the mouse, and the eye always sees where the focus is (AX-1, WCAG 2.1.1 and 2.4.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.accounts.factories import PASSWORD, UserFactory
from tests.catalog.factories import R1

from .gestes import CONDITIONNELLES, R1_A, carte, coche, codes_des_cartes, enregistre, question, titre

pytestmark = pytest.mark.browser

MAX_STOPS = 250

# Whether the focused element, or the panel or label that stands for it, draws something around itself.
VISIBLE = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return "rien n'a le foyer";
  const drawn = (element, part) => {
    const style = element && getComputedStyle(element, part);
    return style && ((style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none");
  };
  const label = focused.labels && focused.labels[0];
  const places = [[focused], [focused, "::after"], [label], [label, "::before"], [focused.closest(".niveau")]];
  const box = focused.getBoundingClientRect();
  if (!places.some(([element, part]) => element && drawn(element, part))) return "foyer invisible : " + focused.outerHTML.slice(0, 200);
  return box.width + box.height || focused.closest("label") ? "" : "foyer sans surface : " + focused.outerHTML.slice(0, 200);
}"""


@dataclass
class Clavier:
    """Keys, and nothing else."""

    page: Page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def reach(self, target: Locator) -> None:
        """Tab to an element, checking at each stop that the focus shows."""
        element = target.element_handle()
        for _ in range(MAX_STOPS):
            self.press("Tab")
            problem = self.page.evaluate(VISIBLE)
            assert not problem, f"{self.page.url} : {problem}"
            if element.evaluate("wanted => wanted === document.activeElement"):
                return
        raise AssertionError(f"{self.page.url} : {target} ne s'atteint pas par la touche Tab")

    def enter_page(self) -> None:
        """Pass over the header by the first link of the page; a form sent from there comes back there."""
        if self.page.url.endswith("#contenu"):
            return
        self.press("Tab")
        assert self.page.evaluate("document.activeElement.getAttribute('href')") == "#contenu"
        assert not self.page.evaluate(VISIBLE)
        self.press("Enter")
        assert self.page.evaluate("document.activeElement.id") == "contenu"

    def follow(self, target: Locator) -> None:
        self.reach(target)
        self.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.type(text)

    def choose(self, radios: Locator, wanted: Locator, rank: int) -> None:
        """Tab into a group of radios, then move by the arrows."""
        self.reach(radios.first)
        self.press("Space", *["ArrowDown"] * rank)
        expect(wanted).to_be_checked()


def test_the_path_by_keyboard_alone(page: Page, recorder, referentiel):
    recorder.allow(422)  # the validation refused
    clavier = Clavier(page)
    sign_in(clavier, UserFactory(responsable=True))
    add_produit(clavier)
    qualify(clavier)
    enrol(clavier)
    answer(clavier)
    validate(clavier)


def sign_in(clavier: Clavier, user) -> None:
    page = clavier.page
    page.goto("/compte/connexion/")
    clavier.enter_page()
    clavier.write(page.locator("#id_login"), user.username)
    clavier.write(page.locator("#id_password"), PASSWORD)
    clavier.press("Enter")
    expect(page).to_have_url(re.compile("/tableau-de-bord/"))


def add_produit(clavier: Clavier) -> None:
    """R-40: « Répondre plus tard »."""
    page = clavier.page
    clavier.enter_page()
    clavier.follow(page.get_by_role("main").get_by_role("link", name=re.compile("^Ajouter un (nouveau )?produit")).first)
    expect(titre(page)).to_have_text("Ajouter un produit")
    clavier.enter_page()
    clavier.write(page.locator("#id_nom"), "Agenda clavier")
    clavier.write(page.locator("#id_version"), "1.0")
    clavier.write(page.locator("#id_description"), "Agenda partagé.")
    clavier.reach(page.locator('input[name="dispositifs"][value="aucun"]'))
    clavier.press("Space")
    clavier.follow(page.get_by_role("button", name="Suivant"))
    expect(page.locator("[data-questions]")).to_be_visible()
    clavier.enter_page()
    clavier.follow(page.get_by_role("button", name="Répondre plus tard"))
    expect(page.get_by_text("Vous répondrez plus tard.")).to_be_visible()
    clavier.enter_page()
    clavier.follow(page.get_by_role("main").get_by_role("button", name="Valider"))
    expect(titre(page)).to_have_text("Produit ajouté")


def qualify(clavier: Clavier) -> None:
    """R-40: the démarche asks for the qualification first; the 28 questions by Tab, arrows and Space."""
    page = clavier.page
    clavier.enter_page()
    clavier.follow(commencer(page))
    expect(titre(page)).to_contain_text("Qualification")
    clavier.enter_page()
    for code, valeurs in R1.items():
        if code in CONDITIONNELLES:
            expect(question(page, code)).to_be_visible()
        if isinstance(valeurs, list):
            for valeur in valeurs:
                clavier.reach(page.locator(f'[id="v-{code}-{valeur}"]'))
                clavier.press("Space")
        else:
            radios = question(page, code).get_by_role("radio")
            rank = radios.evaluate_all("(all, value) => all.findIndex(radio => radio.value === value)", valeurs)
            clavier.choose(radios, page.locator(f'[id="v-{code}-{valeurs}"]'), rank)
    clavier.follow(page.get_by_role("button", name="Enregistrer la qualification"))
    expect(page.get_by_text("La qualification est enregistrée.")).to_be_visible()


def commencer(page: Page) -> Locator:
    """The button that begins « socles »."""
    return page.get_by_role("main").get_by_role("button", name=re.compile("^Commencer.*socles"))


def enrol(clavier: Clavier) -> None:
    page = clavier.page
    clavier.enter_page()
    clavier.follow(commencer(page))
    expect(page).to_have_url(re.compile(r"/demarches/socles/sujets/\d+/$"))
    clavier.enter_page()
    clavier.follow(page.get_by_role("link", name=re.compile(": Évaluation Interopérabilité")))
    expect(titre(page)).to_contain_text("Évaluation Interopérabilité")


def answer(clavier: Clavier) -> None:
    """UX: the arrows choose a level, Enter goes to the next criterion, Tab to the rest; a folded comment opens by Enter."""
    page = clavier.page
    assert codes_des_cartes(page) == list(R1_A)
    clavier.enter_page()
    for code, valeur in R1_A.items():
        if code == "A10.1":
            continue
        radios = carte(page, code).get_by_role("radio")
        clavier.choose(radios, carte(page, code).locator(f'input[value="{valeur}"]'), valeur)
    first = carte(page, "A08.1.1").get_by_role("radio", checked=True)
    first.focus()
    clavier.press("Enter")
    expect(carte(page, "A08.2.1").get_by_role("radio", checked=True)).to_be_focused()
    expect(page.locator(".aide-clavier")).to_be_visible()
    comment = carte(page, "A08.5.23").locator(".critere-commentaire")
    clavier.follow(comment.locator("summary"))
    clavier.write(comment.get_by_role("textbox"), "Écrit au clavier.")
    enregistre(page)


def validate(clavier: Clavier) -> None:
    """QST-5: the summary takes the focus, and its link leads to the radios of the criterion."""
    page = clavier.page
    clavier.follow(page.locator(".panneau-actions").get_by_role("button", name="Valider", exact=True))
    expect(page.locator("#resume-erreurs")).to_be_focused()
    clavier.follow(page.locator("#resume-erreurs").get_by_role("link", name=re.compile("^A10.1")))
    expect(carte(page, "A10.1").get_by_role("radio").first).to_be_focused()
    clavier.press("Space")
    expect(carte(page, "A10.1").locator('input[value="0"]')).to_be_checked()
    enregistre(page)
    assert coche(page, "A08.5.23") == "2"
    clavier.follow(page.locator(".panneau-actions").get_by_role("button", name="Valider", exact=True))
    expect(page).to_have_url(re.compile("/resultats/(#contenu)?$"))
    expect(page.locator(".verdict")).to_contain_text("Non atteint")
