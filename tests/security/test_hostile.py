"""Hostile values on every address: a clear answer in French, never a failure (end of the security bars)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

import pytest
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from accounts.models import User

from .monde import Monde, create_monde
from .table import TABLE, expectation

# On both databases: one refuses a text that holds a NUL, the other a number beyond 63 bits.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]

VALUES = (
    "", "0", "-1", "4", "9999999999999999999999", "\uff11", "\u0663", "1e400", "\u202eabc", "=1+1", "<script>alert(1)</script>", "{{7*7}}", "%s%n%",
    "é" * 5001, "\r\nSet-Cookie: a=b", "NA", "true", "null", "[]", '{"A08.1.1": 1}', "31/02/2024", "10000-01-01", "\ufeff", "conforme",
    "section_na:ZZ", "../../x",
)  # fmt: skip
KEYS = ("0", "9999999999999999999999", "\uff11\uff12")
FIELDS = (
    "page", "tri", "q", "lignes", "etat", "type", "a", "b", "version", "etape", "action", "jeton", "next", "depuis", "affichees", "jetons",
    "reportee", "publie", "options", "produit", "commentaire", "droit", "motif", "v-A08.1.1", "c-A08.1.1", "b-A08.1.1", "o-A08.1.1",
    "m-A08.2", "v-01.01", "v-ZZ", "v-QP.05", "v-QP.17",
)  # fmt: skip
MAY_BE_UNAVAILABLE = {"accounts:openid_connexion"}  # says 503 while nobody has set an identity provider


def reader_of(name: str, monde: Monde) -> str:
    """Name somebody the page admits, so that what is sent is really read."""
    row = TABLE[name]
    if row.kind == "public":
        return "anonyme"
    admitted = (actor for method in ("POST", "GET") for actor in ("responsable_a", *monde.acteurs) if expectation(row, method, actor) == "admitted")
    return next(admitted, "responsable_a")


def requests(name: str, monde: Monde, rnd: Random, page: HttpResponseBase) -> Iterator[tuple[str, Callable[[Client], HttpResponseBase]]]:
    """Yield what to send to one address, with the words that name it; the fields are those of its page, and many others."""
    kwargs = TABLE[name].kwargs(monde.a)
    url = reverse(name, kwargs=kwargs)
    typed = set(re.findall(r'name="([^"]+)"', "" if page.streaming else page.content.decode("utf-8", "replace")))
    names = sorted({*FIELDS, *typed} - {"csrfmiddlewaretoken"})
    query = {field: rnd.choice(VALUES) for field in rnd.sample(names, 6)}
    yield "GET", lambda client: client.get(url, query)
    data = {field: [rnd.choice(VALUES) for _ in range(rnd.choice((1, 1, 2)))] for field in names}  # some parameters repeated
    yield "POST", lambda client: client.post(url, data)
    for value in (str(value) for value in kwargs.values() if isinstance(value, int)):
        for key in KEYS:
            other = url.replace(f"/{value}/", f"/{key}/")
            yield f"GET {key}", lambda client, other=other: client.get(other)


def sent(work: Callable[[Client], HttpResponseBase], user: User | None) -> HttpResponseBase:
    """Send one request as somebody; what it writes is undone."""
    before = transaction.savepoint()
    client = Client()
    if user is not None:
        client.force_login(user)
    response = work(client)
    transaction.savepoint_rollback(before)
    transaction.savepoint_commit(before)
    return response


def faults(name: str, monde: Monde) -> Iterator[str]:
    """Yield what went wrong at one address."""
    user = monde.acteurs[reader_of(name, monde)]
    page = sent(lambda client: client.get(reverse(name, kwargs=TABLE[name].kwargs(monde.a))), user)
    for what, work in requests(name, monde, Random(name), page):
        response = sent(work, user)
        if response.status_code >= 500 and name not in MAY_BE_UNAVAILABLE:
            yield f"{name}, {what} : {response.status_code}"
        is_page = response.headers.get("Content-Type", "").startswith("text/html") and response.content
        if response.status_code >= 400 and is_page and 'lang="fr"' not in response.content.decode():
            yield f"{name}, {what} : pas en français"


def test_hostile_values_get_a_clear_answer() -> None:
    monde = create_monde()
    assert [fault for name in sorted(TABLE) for fault in faults(name, monde)] == []
