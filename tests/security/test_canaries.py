"""No text of one company reaches another (AZ-5): every text bears its word, everybody crawls all he can reach."""

from __future__ import annotations

import re
from collections import deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Courriel, User

from .monde import Monde, create_monde
from .table import TABLE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]
WORD_A, WORD_B = "alphazq7", "betazq7"
LIMIT = 400


class Links(HTMLParser):
    """Collect the addresses a page leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and ((tag == "a" and name == "href") or (tag == "form" and name == "action")):
                self.found.append(value)


def crawl(user: User, *seeds: str) -> dict[str, str]:
    """Visit every page an account can reach by links, and the seeds it was given by nobody."""
    client = Client()
    client.force_login(user)
    pages: dict[str, str] = {}
    queue = deque([reverse("parcours:tableau_de_bord"), reverse("catalog:catalogue"), reverse("accounts:notifications"), *seeds])
    while queue and len(pages) < LIMIT:
        url = queue.popleft()
        if url in pages or "deconnexion" in url or url.startswith("/static/"):
            continue
        response = client.get(url)
        pages[url] = body = b"".join(response).decode("utf-8", "replace") if response.streaming else response.content.decode("utf-8", "replace")
        if location := response.headers.get("Location"):
            queue.append(urlsplit(urljoin(url, location)).path)
        if "html" in response.headers.get("Content-Type", ""):
            links = Links()
            links.feed(body)
            queue.extend(_local(url, link) for link in links.found if _local(url, link))
    return pages


def _local(page: str, link: str) -> str:
    parts = urlsplit(urljoin(f"http://testserver{page}", link))
    return f"{parts.path}{'?' + parts.query if parts.query else ''}" if parts.netloc == "testserver" else ""


@pytest.fixture
def monde() -> Monde:
    return create_monde("zq7")


def addresses(monde: Monde) -> list[str]:
    """Every address that names an object of company A."""
    return [reverse(name, kwargs=row.kwargs(monde.a)) for name, row in TABLE.items() if row.kind in ("objet", "personnel")]


def gestion(monde: Monde) -> list[str]:
    """Every page of the back-office, about company A where it is about one."""
    return [reverse(name, kwargs=row.kwargs(monde.a)) for name, row in TABLE.items() if name.startswith("gestion:") and row.get]


@pytest.mark.parametrize("who", ["administrateur", "gestionnaire_contenu"])
def test_the_agency_reads_nothing_of_companies_that_is_not_its_affair(monde: Monde, who: str) -> None:
    """R-55, AZ-11: an administrateur has no company data, not even in the mails and the jobs he tries again."""
    pages = crawl(monde.acteurs[who], *gestion(monde), *addresses(monde))
    assert sum("<h1" in body and "Accès refusé" not in body for body in pages.values()) > 5
    assert {url for url, body in pages.items() if WORD_A in body or WORD_B in body} == set()


def test_the_support_knows_companies_and_accounts_never_what_they_answer(monde: Monde) -> None:
    """AZ-11, BO-3: what is to be brought together by a merge is named there, and there only."""
    pages = crawl(monde.acteurs["support"], *gestion(monde))
    seen = "".join(pages.values())
    for text in (f"Société {WORD_A}", f"Nom-{WORD_A}", f"Demande {WORD_A}"):
        assert text in seen, text
    for text in ("Description", "Commentaire", "Brouillon", "Avis", "Fichier", "Message"):
        assert f"{text} {WORD_A}" not in seen, text
    named = {url for url, body in pages.items() if f"Produit {WORD_A}" in body or f"Strategie {WORD_A}" in body}
    assert named == {url for url in named if url.startswith("/gestion/fusions/")} != set()


def test_the_auditeur_reads_who_did_what_never_what_was_answered(monde: Monde) -> None:
    """R-55, TR-4."""
    seen = "".join(crawl(monde.acteurs["auditeur"], *gestion(monde)).values())
    assert f"Nom-{WORD_A}" in seen and f"Société {WORD_A}" in seen
    for text in ("Produit", "Description", "Commentaire", "Brouillon", "Avis", "Fichier", "Message"):
        assert f"{text} {WORD_A}" not in seen, text


@pytest.mark.parametrize("who", ["responsable_b", "contributeur_b", "agence", "administrateur"])
def test_a_stranger_never_reads_a_word_of_the_company(monde: Monde, who: str) -> None:
    """AZ-5: pages, lists, searches, errors."""
    searches = [f"{reverse('catalog:catalogue')}?q={WORD_A}", f"{reverse('parcours:tableau_de_bord')}?q={WORD_A}xyz"]
    pages = crawl(monde.acteurs[who], *addresses(monde), searches[1])
    assert len(pages) > 20
    leaks = {url for url, body in pages.items() if WORD_A in re.sub(rf"{WORD_A}xyz", "", body)}
    assert leaks == set()
    assert f"Produit {WORD_A}" not in crawl(monde.acteurs[who], searches[0])[searches[0]]


def test_the_company_reads_its_own_words(monde: Monde) -> None:
    """The control: the same crawl sees the words where they may be seen."""
    pages = crawl(monde.acteurs["responsable_a"], *addresses(monde))
    seen = "".join(pages.values())
    for text in (f"Produit {WORD_A}", f"Description {WORD_A}", f"Commentaire {WORD_A}", f"Brouillon {WORD_A}", f"Avis {WORD_A}", f"Fichier {WORD_A}"):
        assert text in seen, text
    assert WORD_B not in seen


def test_inside_the_company_a_product_one_cannot_read_shows_its_name_only(monde: Monde) -> None:
    """R-53: référence, nom, responsable, and nothing of its answers."""
    seen = "".join(crawl(monde.acteurs["sans_droit_a"], *addresses(monde)).values())
    assert f"Produit {WORD_A}" in seen
    for text in (f"Description {WORD_A}", f"Commentaire {WORD_A}", f"Brouillon {WORD_A}", f"Avis {WORD_A}", f"Fichier {WORD_A}"):
        assert text not in seen, text


def test_mails_stay_inside_the_company(monde: Monde) -> None:
    """AZ-5: what is written to a company says nothing of another."""
    client = Client()
    client.force_login(monde.acteurs["saisisseur_a"])
    kwargs = {"demarche": "socles", "reference": monde.a.produit.pk, "questionnaire": "interoperabilite"}
    client.post(reverse("parcours:questionnaire", kwargs=kwargs), {"action": "demander"})
    staff_of_b = {user.email for user in User.objects.filter(entreprise=monde.b.entreprise)}
    assert not Courriel.objects.filter(destinataire__in=staff_of_b).exists()
    assert not any(set(message.to) & staff_of_b for message in mail.outbox)
