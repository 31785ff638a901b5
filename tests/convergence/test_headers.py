"""Security headers on every answer: pages, redirections, errors, static files (WB-1 to WB-5)."""

from __future__ import annotations

import gzip
import re

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from convergence.middleware import SecurityHeadersMiddleware
from tests.accounts.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.convergence.urls_fautives")]

ANSWERS = [
    ("/", 200),
    ("/accessibilite/", 200),
    ("/mentions-legales/", 200),
    ("/donnees-personnelles/", 200),
    ("/cgu/", 200),
    ("/galerie/", 200),
    ("/sante", 200),
    ("/pret", 200),
    ("/compte/connexion/", 200),
    ("/static/css/convergence.css", 200),
    ("/accessibilite", 301),
    ("/essai/prive/", 302),
    ("/?texte=%00", 400),
    ("/essai/interdit/", 403),
    ("/nulle-part/", 404),
    ("/static/absent.css", 404),
    ("/essai/refus/", 409),
    ("/essai/panne/", 500),
]


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(("path", "status"), ANSWERS)
def test_every_answer_bears_the_security_headers(visitor, path, status):
    response = visitor.get(path)
    assert response.status_code == status
    check_headers(response)


def test_pages_travel_compressed_for_who_can_read_them(visitor):
    """P5, EC-1: the same page, in a quarter of the bytes; the token of its forms changes each time."""
    plain, packed = visitor.get("/cgu/"), visitor.get("/cgu/", headers={"accept-encoding": "gzip, br"})
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 2
    check_headers(packed)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_wrong_method_gets_a_french_page_and_the_headers(visitor, method):
    response = getattr(visitor, method)("/accessibilite/")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert b'lang="fr"' in response.content
    check_headers(response)


def test_a_form_of_another_site_is_refused_and_not_shown_again():
    response = Client(enforce_csrf_checks=True).post("/essai/echo/", {"texte": "piège"}, headers={"Origin": "https://pirate.example"})
    assert response.status_code == 403
    assert "piège" not in response.content.decode()
    assert "Rien n" in response.content.decode()
    check_headers(response)


def test_a_form_of_ours_whose_token_is_stale_can_be_sent_again():
    client = Client(enforce_csrf_checks=True)
    typed = {"texte": "« une longue saisie » <b>", "csrfmiddlewaretoken": "périmé"}
    refused = client.post("/essai/echo/?onglet=2", typed, headers={"Origin": "http://testserver"})
    page = refused.content.decode()
    assert refused.status_code == 403
    assert "« une longue saisie » &lt;b&gt;" in page
    check_headers(refused)

    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
    again = client.post("/essai/echo/?onglet=2", {**typed, "csrfmiddlewaretoken": token}, headers={"Origin": "http://testserver"})
    assert again.content.decode() == typed["texte"]


def test_a_mere_button_of_ours_whose_token_is_stale_can_be_pressed_again():
    """Nothing was typed: « Archiver », after signing in again in another tab."""
    refused = Client(enforce_csrf_checks=True).post("/essai/echo/?texte=fait", headers={"Origin": "http://testserver"})
    assert refused.status_code == 403
    assert "Renvoyer le formulaire" in refused.content.decode() and "Cette action ne vous est pas ouverte" not in refused.content.decode()


def test_a_password_is_never_written_back_into_a_page():
    headers = {"Origin": "http://testserver", "Referer": "http://testserver/compte/connexion/?next=/"}
    response = Client(enforce_csrf_checks=True).post("/compte/connexion/", {"login": "claire", "password": PASSWORD}, headers=headers)
    html = response.content.decode()
    assert response.status_code == 403
    assert PASSWORD not in html
    assert "Votre formulaire est à recommencer" in html and 'href="/compte/connexion/?next=/"' in html


def check_headers(response) -> None:
    csp = response["Content-Security-Policy"]
    for directive in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'", "style-src 'self'"):
        assert directive in csp
    assert "unsafe" not in csp
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert len(response["X-Request-ID"]) == 32
    assert "Access-Control-Allow-Origin" not in response


def test_what_is_asked_with_a_session_is_never_stored(visitor):
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    for path in ("/", "/nulle-part/", "/essai/panne/", "/essai/prive/"):
        assert "no-store" in visitor.get(path)["Cache-Control"]


def test_a_static_file_stays_storable_for_whoever_is_signed_in(visitor):
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    assert "no-store" not in visitor.get("/static/css/convergence.css")["Cache-Control"]


@pytest.mark.parametrize("cookie", [False, True])
def test_what_says_it_is_public_stays_storable_unless_it_brings_a_cookie(cookie):
    """EC-1, WB-1: the schemas of the content are the same for everybody."""

    def answer(request):
        response = HttpResponse("dessin", headers={"Cache-Control": "public, max-age=60"})
        if cookie:
            response.set_cookie(settings.SESSION_COOKIE_NAME, "b" * 32)
        return response

    request = RequestFactory().get("/", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={'a' * 32}"})
    assert ("no-store" in SecurityHeadersMiddleware(answer)(request)["Cache-Control"]) is cookie


@pytest.mark.parametrize("cookie", [r'"\000aaaaaaaaaaa"', r'"\355\240\200aaaaaaaa"', "\u00e9" * 12, "a" * 7000, "a;b" * 9, "<script>aaaa"])
def test_a_cookie_that_is_no_session_is_a_visitor(visitor, cookie):
    """A cookie of a browser says a NUL by its code: PostgreSQL refuses to look for it."""
    response = visitor.get("/essai/prive/", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"})
    assert response.status_code == 302
    assert response["Location"].startswith("/compte/connexion/")


def test_the_request_id_is_ours_whatever_the_client_sends(visitor):
    assert visitor.get("/sante", headers={"X-Request-ID": "pirate"})["X-Request-ID"] != "pirate"


def test_every_cookie_is_out_of_reach_of_scripts_and_of_other_sites(visitor):
    response = visitor.get("/compte/connexion/")
    assert response.cookies
    for cookie in response.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("host", ["pirate.example", "localhost@pirate.example", "localhost:80:80", "\x00"])
def test_a_forged_host_is_refused(visitor, host):
    response = visitor.get("/", headers={"Host": host})
    assert response.status_code == 400
    check_headers(response)


def test_forwarded_headers_of_a_stranger_count_for_nothing(visitor):
    response = visitor.get("/essai/prive/", headers={"X-Forwarded-Host": "pirate.example", "X-Forwarded-Proto": "https", "X-Accel-Redirect": "/etc/passwd"})
    assert response["Location"].startswith("/compte/connexion/")
    assert "X-Accel-Redirect" not in response


@pytest.mark.parametrize("target", ["https://pirate.example/", "//pirate.example/", "/\\pirate.example", "javascript:alert(1)", "http://["])
def test_sign_in_never_leads_elsewhere(visitor, target):
    UserFactory(username="claire", password=PASSWORD)
    assert visitor.get("/compte/connexion/", {"next": target}).status_code == 200
    response = visitor.post("/compte/connexion/", {"login": "claire", "password": PASSWORD, "next": target})
    assert response.status_code == 302
    assert response["Location"].startswith("/")
    assert "pirate" not in response["Location"]
    assert "javascript" not in response["Location"]
