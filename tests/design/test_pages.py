"""The public pages and those of the account: in French, well formed, without a rule broken for assistive tools (AX-1, AX-2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client
from playwright.sync_api import Page

from convergence.context_processors import site
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/",
    "/accessibilite/",
    "/mentions-legales/",
    "/donnees-personnelles/",
    "/cgu/",
    "/compte/connexion/",
    "/compte/mot-de-passe/oubli/",
    "/compte/mot-de-passe/oubli/envoye/",
    "/compte/mot-de-passe/oubli/fait/",
    "/compte/mot-de-passe/oubli/0-perime/",
    "/compte/inactif/",
    "/nulle-part/",
]
PERSONAL = ["/compte/mot-de-passe/", "/compte/deconnexion/", "/compte/double-authentification/", "/compte/sessions/", "/compte/confirmer/"]
ENGLISH = re.compile(r"\b(the|your|you|please|password|sign|account|email|session expired|forgot|click|and|not)\b", re.IGNORECASE)
STRAIGHT_SPACE = re.compile(r"\w [:;?!»](?= |$|\n)|« ")


def texts(html: str) -> str:
    body = re.sub(r"<(script|style|textarea|time)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", body))


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(UserFactory(responsable=True), backend="django.contrib.auth.backends.ModelBackend")
    return client


def check(html: str, path: str) -> None:
    words = texts(html)
    assert not ENGLISH.findall(words), path
    assert len(re.findall(r"<h1[ >]", html)) == 1, path
    assert "signup" not in html, path
    assert "style=" not in html, path
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), f"{path} : identifiants en double"
    pointed = {name for names in re.findall(r'aria-(?:describedby|labelledby|controls)="([^"]+)"', html) for name in names.split()}
    assert pointed <= set(ids), f"{path} : {pointed - set(ids)}"


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_whole_and_french(client: Client, referentiel: None, path: str) -> None:
    response = client.get(path)
    assert response.status_code == (404 if path == "/nulle-part/" else 200)
    check(response.content.decode(), path)


@pytest.mark.parametrize("path", PERSONAL)
def test_a_page_of_the_account_is_whole_and_french(signed_in: Client, referentiel: None, path: str) -> None:
    response = signed_in.get(path, follow=True)
    assert response.status_code == 200
    check(response.content.decode(), path)


@pytest.mark.parametrize("path, data", [("/compte/connexion/", {"login": "", "password": ""}), ("/compte/mot-de-passe/oubli/", {"email": "rien"})])
def test_a_refused_form_says_so_in_its_title_and_on_top(client: Client, path: str, data: dict[str, str]) -> None:
    html = client.post(path, data).content.decode()
    check(html, path)
    assert "<title>À revoir" in html
    assert 'id="resume-erreurs"' in html
    assert 'aria-invalid="true"' in html


def test_the_home_lists_the_published_parcours(client: Client, referentiel: None) -> None:
    html = client.get("/").content.decode()
    assert "Doctrine du Numérique en Santé" in html
    assert html.count("Ouvert</span>") == 1 and html.count("À venir</span>") == 5, "open says that one can enter today"


def test_the_declaration_takes_the_legal_form(client: Client) -> None:
    """AX-5."""
    html = client.get("/accessibilite/").content.decode()
    for part in (
        "non conforme",
        "État de conformité",
        "Contenus non accessibles",
        "Établissement de cette déclaration",
        "Retour d'information",
        "Défenseur des droits",
    ):
        assert part in html


def test_no_sign_is_cut_from_its_word(client: Client, referentiel: None) -> None:
    for path in PUBLIC[:5]:
        main = client.get(path).content.decode().partition("<main")[2].partition("</main>")[0]
        assert not STRAIGHT_SPACE.findall(re.sub(r"\s*\n\s*", "\n", texts(main))), path


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 429])
def test_an_error_says_what_happened_what_is_kept_and_what_to_do(rf: Any, status: int) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    html = render_to_string(f"erreurs/{status}.html", {"message": "<b>", "request_id": "abc", **site(request), "csrf_token": "", "messages": []})
    assert "&lt;b&gt;" in html
    assert re.search(r"Rien n'a été modifié|Vos données sont conservées", html)
    assert "abc" in html
    check(html, str(status))


def test_the_page_of_a_breakdown_needs_nothing() -> None:
    html = render_to_string("erreurs/500.html")
    assert "Ce que vous aviez enregistré est conservé" in html
    assert html.count("<h1") == 1


@pytest.mark.browser
@pytest.mark.parametrize("device", ["page", "phone"])
def test_axe_finds_nothing_on_the_public_pages(request: pytest.FixtureRequest, device: str, axe: Callable[..., None], recorder: Any, referentiel: None) -> None:
    page: Page = request.getfixturevalue(device)
    recorder.allow(404)
    for path in [*PUBLIC, "/galerie/"]:
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


@pytest.mark.browser
def test_axe_finds_nothing_on_the_pages_of_the_account(page: Page, axe: Callable[..., None], sign_in: Callable[..., None], referentiel: None) -> None:
    sign_in(page, UserFactory(responsable=True))
    for path in PERSONAL:
        page.goto(path)
        axe(page)
