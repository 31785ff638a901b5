"""What the notes on the screens promise of every page: one primary button, signs beside their word (UX; docs/DESIGN.md)."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from scripts.typographie import mend, problems
from tests.browser_walks.pages import readers
from tests.catalog.factories import ProduitFactory
from tests.security.monde import create_monde
from tests.security.table import TABLE

PRIMARY = re.compile(r'<(?:a|button|summary)\b[^>]*class="fr-btn(?: fr-btn--(?:sm|lg))?"')

SEVERAL_PRIMARY = {"galerie": "des exemples", "catalog:compte": "deux formulaires de même rang, enregistrés chacun"}


def main_of(response: HttpResponse) -> str:
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    "template, expected",
    [
        ("<p>Pourquoi ? Ceci : « {{ x }} » !</p>", "<p>Pourquoi\u00a0? Ceci\u00a0: «\u00a0{{ x }}\u00a0»\u00a0!</p>"),
        ('{% alerte "info" "Fait : ceci" %} {# Rien : ici #}', '{% alerte "info" "Fait\u00a0: ceci" %} {# Rien : ici #}'),
        ('<a href="?a : b" title="Voir : tout">', '<a href="?a : b" title="Voir\u00a0: tout">'),
        ("{{ a }} : {{ b }}", "{{ a }}\u00a0: {{ b }}"),
        ("{% if a %} {{ b }}{% endif %}", "{% if a %} {{ b }}{% endif %}"),
    ],
)
def test_no_sign_leaves_its_word_in_a_template(template: str, expected: str) -> None:
    assert mend(template) == expected == mend(expected)


def test_the_templates_are_mended() -> None:
    assert not list(problems())


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Oui ? « Non » : rien ; fin !", "Oui\u00a0? «\u00a0Non\u00a0»\u00a0: rien\u00a0; fin\u00a0!"),
        ("à 14:03 http://x ::", "à 14:03 http://x ::"),
        ("a <b> ?", "a &lt;b&gt;\u00a0?"),
    ],
)
def test_a_text_of_the_content_keeps_its_signs(text: str, expected: str) -> None:
    assert Template("{{ text|insecables }}").render(Context({"text": text})) == expected


@pytest.mark.django_db
def test_a_page_has_one_primary_button_at_most(referentiel: None) -> None:
    monde = create_monde()
    found = {}
    for name, actor in readers(monde.acteurs).items():
        if name in SEVERAL_PRIMARY:
            continue
        client = Client()
        if monde.acteurs[actor]:
            client.force_login(monde.acteurs[actor])
        response = client.get(reverse(name, kwargs=TABLE[name].kwargs(monde.a)))
        primary = PRIMARY.findall(main_of(response))
        if len(primary) > 1:
            found[name] = primary
    assert not found


@pytest.mark.django_db
def test_an_asterisk_is_explained_before_the_first_one(referentiel: None) -> None:
    """AX-2, RGAA 11.10."""
    monde = create_monde()
    unexplained = []
    for name, actor in readers(monde.acteurs).items():
        client = Client()
        if monde.acteurs[actor]:
            client.force_login(monde.acteurs[actor])
        before, star, _ = main_of(client.get(reverse(name, kwargs=TABLE[name].kwargs(monde.a)))).partition('class="obligatoire"')
        if star and "astérisque" not in unescape(before):
            unexplained.append(name)
    assert not unexplained


@pytest.mark.django_db
def test_a_breadcrumb_starts_at_the_home_of_whoever_reads(referentiel: None) -> None:
    """UX: the same way back on every page, the account and the back-office included."""
    monde = create_monde()
    starts = {}
    for name, actor in readers(monde.acteurs).items():
        client = Client()
        if monde.acteurs[actor]:
            client.force_login(monde.acteurs[actor])
        html = client.get(reverse(name, kwargs=TABLE[name].kwargs(monde.a))).content.decode()
        if found := re.search(r'fr-breadcrumb__list"><li><a class="fr-breadcrumb__link" href="[^"]*">([^<]*)<', html):
            starts[name] = found[1]
    assert {name: start for name, start in starts.items() if start not in ("Accueil", "Tableau de bord", "Gestion")} == {}


@pytest.mark.django_db
def test_a_first_dashboard_asks_for_one_thing(client: Client, referentiel: None) -> None:
    produit = ProduitFactory(qualified=True)
    client.force_login(produit.responsable)
    main = main_of(client.get(reverse("parcours:tableau_de_bord")))
    assert len(PRIMARY.findall(main)) == 1
    assert f"Commencer une démarche avec «\u00a0{produit.nom}\u00a0»" in unescape(main)


@pytest.mark.browser
def test_a_button_whose_answer_is_awaited_says_so(page: Page, referentiel: None) -> None:
    """UX: everything that takes more than a second shows it is working."""
    awaited = []
    page.goto("/compte/connexion/")
    page.route("**/compte/connexion/", lambda route: awaited.append(route))
    page.locator("#id_login").fill("quelqu'un")
    page.locator("#id_password").fill("un mot de passe")
    assert page.evaluate(PRESS_AND_LOOK) == ["true", "0", "1"]
    awaited[0].fulfill(body="")


# Press the button, then read it at once and after a second: the page is alive until the answer comes.
PRESS_AND_LOOK = """async () => {
  const button = document.querySelector("main form .fr-btn"), shown = () => getComputedStyle(button, "::after").opacity;
  button.click();
  const atOnce = shown();
  await new Promise(done => setTimeout(done, 1200));
  return [button.getAttribute("aria-busy"), atOnce, shown()];
}"""
