"""Error pages: in French, silent about the inside, and never failing in their turn (OP-4)."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.template import engines
from django.test import Client
from django.utils.html import escape

from accounts.models import EntreeJournal

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.convergence.urls_fautives")]


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def test_a_failure_shows_a_page_and_no_trace(visitor, caplog, settings):
    response = visitor.get("/essai/panne/")
    text = response.content.decode()
    assert response.status_code == 500
    assert "secret de la panne" not in text
    assert "Traceback" not in text
    assert "secret de la panne" in caplog.text
    assert settings.SUPPORT_EMAIL in text and response["X-Request-ID"] in text


def test_a_refused_action_says_why_in_its_own_words(visitor):
    text = visitor.get("/essai/refus/").content.decode()
    assert "Ce produit est déjà &lt;archivé&gt;." in text


def test_a_missing_right_leaves_a_line_in_the_journal(visitor):
    """AZ-4, TR-2: one line per refusal."""
    visitor.get("/essai/interdit/")
    entree = EntreeJournal.objects.latest("sequence")
    assert (entree.action, entree.issue) == ("acces.refuse", "refuse")
    assert entree.details["vue"] == "essai_interdit"
    assert len(entree.request_id) == 32
    assert entree.personne.adresse == "127.0.0.1"


def test_the_line_of_a_refusal_says_on_what_and_holds_no_link(visitor):
    """TR-1, TR-4."""
    visitor.get(f"/essai/interdit/12/{'J' * 22}/")
    assert EntreeJournal.objects.latest("sequence").details["arguments"] == {"pk": "12", "jeton": "***"}


def test_a_broken_error_template_gives_the_static_page(visitor, settings, tmp_path):
    (tmp_path / "erreurs").mkdir()
    for status in (404, 409, 500):
        (tmp_path / "erreurs" / f"{status}.html").write_text("{% include 'absent.html' %}", encoding="utf-8")
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [tmp_path], "OPTIONS": {}}]
    engines._templates = None
    for path, status in (("/nulle-part/", 404), ("/essai/refus/", 409), ("/essai/panne/", 500)):
        response = visitor.get(path)
        assert response.status_code == status
        assert "Convergence" in response.content.decode()


def test_without_database_the_visitor_reads_a_french_page(visitor):
    """OP-4."""

    def down(*_):
        raise OperationalError("base injoignable")

    with connection.execute_wrapper(down):
        for path in ("/essai/panne/", "/nulle-part/", "/cgu/"):
            response = visitor.get(path)
            assert response.status_code in (404, 500)
            assert "injoignable" not in response.content.decode()
            assert "<h1" in response.content.decode()


# --- A form answered with an error gives back what was typed (WF-2, QST-3) ---------------------------------------------------
TYPED = "Une longue réponse, <b>avec</b> des mots\r\net deux lignes"


def send(visitor: Client, path: str, data: dict[str, str] | None = None, **headers: str) -> HttpResponse:
    body = urlencode({"texte": TYPED, "jeton": "0f-12_x", **(data or {})})
    return visitor.post(path, body, content_type="application/x-www-form-urlencoded", headers=headers)


@pytest.mark.parametrize(("path", "status"), [("/essai/interdit/", 403), ("/essai/refus/", 409), ("/essai/absent/", 404), ("/essai/panne/", 500)])
def test_a_refused_form_shows_what_was_typed_to_be_copied(visitor, path, status):
    response = send(visitor, path)
    html = response.content.decode()
    assert response.status_code == status
    assert escape(TYPED) in html and "<b>avec</b>" not in html
    assert "0f-12_x" not in html, "what the page put in the form is no text"
    assert re.search("Rien n'a été modifié|Ce que vous aviez enregistré est conservé", unescape(html))


def test_a_page_asked_shows_nothing_typed(visitor):
    assert "Ce que vous aviez saisi" not in visitor.get(f"/essai/refus/?{urlencode({'texte': TYPED})}").content.decode()


@pytest.mark.parametrize("secret", ["password", "oldpassword", "code", "csrfmiddlewaretoken"])
def test_a_secret_is_not_shown_again(visitor, secret):
    assert "sept loutres" not in send(visitor, "/essai/refus/", {secret: "sept loutres au bord"}).content.decode()


def test_a_stranger_writes_nothing_in_our_error_pages():
    """WB-2: neither with a form that is not ours, nor at an address where no form is checked."""
    client = Client(enforce_csrf_checks=True)
    for path in ("/essai/refus/", "/nulle-part/"):
        assert "longue réponse" not in send(client, path, Origin="https://pirate.example").content.decode()


@pytest.mark.parametrize(
    ("referer", "is_led_back"), [("http://testserver/essai/echo/?a=1", True), ("https://pirate.example/essai/echo/?a=1", False), ("http://[", False)]
)
def test_a_refused_form_leads_back_to_its_page(visitor, referer, is_led_back):
    """WB-5."""
    assert ('href="/essai/echo/?a=1"' in send(visitor, "/essai/refus/", Referer=referer).content.decode()) is is_led_back
