"""What the notes on the screens promise of every page: one primary button, signs beside their word (docs/DESIGN.md)."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from tests.browser_walks.pages import readers
from tests.catalog.factories import ProduitFactory
from tests.security.monde import create_monde
from tests.security.table import TABLE

# In a template, outside comments: a plain space before « : ; ? ! » » or after « « ».
CUT = re.compile(r"(?<=[^\s{%}]) [:;?!»](?=[\s<.,)\"]|$)|« ")
NOT_TEXT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
# Those of the pages: a mail is also sent as plain text, which keeps plain spaces.
TEMPLATES = sorted(path for path in (settings.BASE_DIR / "templates").rglob("*.html") if path.parent.name != "courriels")
PRIMARY = re.compile(r'<(?:a|button|summary)\b[^>]*class="fr-btn(?: fr-btn--(?:sm|lg))?"')

SEVERAL_PRIMARY = {"galerie": "des exemples", "catalog:compte": "deux formulaires de même rang, enregistrés chacun"}


def main_of(response: HttpResponse) -> str:
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_lets_a_sign_leave_its_word(path) -> None:
    found = CUT.findall(NOT_TEXT.sub("", path.read_text(encoding="utf-8")))
    assert not found, f"{len(found)} espaces à rendre insécables (U+00A0) dans {path}"


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
def test_a_first_dashboard_asks_for_one_thing(client: Client, referentiel: None) -> None:
    produit = ProduitFactory(qualified=True)
    client.force_login(produit.responsable)
    main = main_of(client.get(reverse("parcours:tableau_de_bord")))
    assert len(PRIMARY.findall(main)) == 1
    assert f"Commencer une démarche avec «\u00a0{produit.nom}\u00a0»" in unescape(main)
