"""A row or a database held for a moment by somebody else: said in words, and nothing typed is lost (OP-4, WF-6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from threading import Event, Thread
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from catalog.models import Produit
from tests.catalog.factories import ProduitFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("referentiel")]
TYPED = "Suivi à domicile, <repris> depuis la fiche"


@contextmanager
def held(produit: Produit) -> Iterator[None]:
    """Hold a produit, as somebody who is recording it does; whoever waits for it here gives up at once."""
    taken, done = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Produit.tous.select_for_update(of=("self",)).get(pk=produit.pk)
                taken.set()
                done.wait(30)
        finally:
            connection.close()

    impatient, usual = (
        ("SET lock_timeout = 100", "SET lock_timeout = 5000")
        if connection.vendor == "postgresql"
        else ("PRAGMA busy_timeout = 100", "PRAGMA busy_timeout = 20000")
    )
    holder = Thread(target=hold)
    holder.start()
    try:
        assert taken.wait(30)
        with connection.cursor() as cursor:
            cursor.execute(impatient)
        yield
    finally:
        done.set()
        holder.join()
        with connection.cursor() as cursor:
            cursor.execute(usual)


def identification(produit: Produit) -> dict[str, object]:
    fields = {"nom": produit.nom, "version": "9.0", "type": produit.type, "responsable": produit.responsable_id, "dispositifs": "mes"}
    return {**fields, "description": TYPED}


def hidden(html: str) -> list[tuple[str, str]]:
    form = html.partition("<main")[2].partition("<form")[2].partition("</form>")[0]
    return [(name, unescape(value)) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form)]


def test_a_form_is_sent_again_as_it_was(client: Client) -> None:
    produit = ProduitFactory(qualified=True)
    client.force_login(produit.responsable)
    url, headers = reverse("parcours:produit_modifier", args=[produit.pk]), {"Origin": "http://testserver"}
    body = {"data": urlencode(identification(produit)), "content_type": "application/x-www-form-urlencoded", "headers": headers}
    client.raise_request_exception = False
    with held(produit):
        refused = client.post(url, **body)
    html = refused.content.decode()
    assert refused.status_code == 409 and "occupé" in html and "Traceback" not in html
    again = hidden(html)
    assert ("description", TYPED) in again and Produit.tous.get(pk=produit.pk).version == produit.version
    assert client.post(url, urlencode(again), content_type="application/x-www-form-urlencoded").status_code == 302
    assert Produit.tous.get(pk=produit.pk).description == TYPED
