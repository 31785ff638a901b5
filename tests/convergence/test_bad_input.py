"""What no form of ours can send is refused with a page, never with a failure (list at the end of the security bars)."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.convergence.urls_fautives")]

FORM = "application/x-www-form-urlencoded"
ECHO = "/essai/echo/"


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.mark.parametrize("query", ["q=%00", "%00=1", "q=%ff", "q=%c3%28", "q=%ed%a0%80", "q=%f5%80%80%80"])
def test_an_unreadable_query_is_refused(visitor, query):
    check_refusal(visitor.get(ECHO, QUERY_STRING=query), 400)


@pytest.mark.parametrize("path", ["/%00", "/%ff/", "/essai/echo/%ed%a0%80", "/galerie/%c3%28"])
def test_an_unreadable_path_is_refused(visitor, path):
    check_refusal(visitor.get(path), 400)


@pytest.mark.parametrize("body", [b"texte=%00", b"%00=1", b"texte=%ff", b"texte=\xff", b"texte=%ed%a0%80", b"texte=\x00"])
def test_an_unreadable_form_is_refused(visitor, body):
    check_refusal(visitor.post(ECHO, body, content_type=FORM), 400)


@pytest.mark.parametrize("field", [{"texte": "a\x00b"}, {"te\x00xte": "a"}])
def test_a_nul_in_a_form_with_files_is_refused(visitor, field):
    check_refusal(visitor.post(ECHO, {**field, "fichier": SimpleUploadedFile("a.txt", b"a")}), 400)


def test_a_cut_form_is_refused(visitor):
    check_refusal(visitor.post(ECHO, b"--x", content_type="multipart/form-data; boundary="), 400)


@pytest.mark.parametrize("charset", ["utf-16", "hex"])
@pytest.mark.parametrize("content_type", [FORM, "multipart/form-data; boundary=x", "text/plain"])
def test_another_charset_is_refused(visitor, content_type, charset):
    body = b"texte=a" if content_type == FORM else b'--x\r\nContent-Disposition: form-data; name="texte"\r\n\r\na\r\n--x--'
    check_refusal(visitor.generic("POST", ECHO, body, content_type=f"{content_type}; charset={charset}"), 400)


@pytest.mark.parametrize("how", ["get", "post"])
def test_a_flood_of_fields_is_refused(visitor, how):
    fields = "&".join(f"c{number}=1" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    response = visitor.get(ECHO, QUERY_STRING=fields) if how == "get" else visitor.post(ECHO, fields, content_type=FORM)
    check_refusal(response, 400)


@pytest.mark.parametrize("content_type", [FORM, "multipart"])
def test_ten_megabytes_of_text_are_refused(visitor, content_type):
    text = "a" * (10 * 1024 * 1024)
    response = visitor.post(ECHO, {"texte": text}) if content_type == "multipart" else visitor.post(ECHO, f"texte={text}", content_type=FORM)
    check_refusal(response, 413)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "=1+1", "{{7*7}}", "%%%%%s%n", "\u202eabc", "é" * 100_000, "٣", "a" * 100_000, "\r\nSet-Cookie: a=b"]
)
def test_a_strange_but_readable_text_goes_through(visitor, text):
    response = visitor.post(ECHO, {"texte": text})
    assert response.status_code == 200
    assert response.content.decode() == text


@pytest.mark.parametrize(
    "path", ["/0", "/-1/", "/9999999999999999999999/", "/../../etc/passwd", "/static/../convergence/settings.py", "/static/%2e%2e/manage.py"]
)
def test_a_path_of_nowhere_is_not_found(visitor, path):
    assert visitor.get(path).status_code == 404


def test_repeated_and_extra_parameters_change_nothing(visitor):
    assert visitor.get("/?a=1&a=2&page=-1&tri=inconnu").status_code == 200


@pytest.mark.parametrize("method", ["PROPFIND", "TRACE", "PUT"])
def test_a_wrong_method_is_refused(visitor, method):
    assert visitor.generic(method, "/accessibilite/").status_code == 405


def check_refusal(response, status: int) -> None:
    assert response.status_code == status
    text = response.content.decode()
    assert 'lang="fr"' in text
    assert "Traceback" not in text
