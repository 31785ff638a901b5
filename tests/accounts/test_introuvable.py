"""What was asked for and is out of reach: one page, and one line in the journal (AZ-4, TR-1)."""

from __future__ import annotations

import re

import pytest

from accounts.models import EntreeJournal
from tests.accounts.factories import UserFactory
from tests.catalog.factories import ProduitFactory

CSRF_TOKEN = re.compile(r'value="([A-Za-z0-9]{64})"')
pytestmark = pytest.mark.django_db


def test_an_object_out_of_reach_leaves_a_line_and_the_same_page(client):
    """AZ-4: that of another company and that of nobody are told apart neither by the page nor by the line."""
    mine, theirs = UserFactory(responsable=True), ProduitFactory()
    client.force_login(mine)
    pages = []
    for number in (theirs.pk, 999_999_999):
        response = client.get(f"/produits/{number}/")
        assert response.status_code == 404
        page = response.content.decode()
        for of_this_request in (response["X-Request-ID"], str(number), *CSRF_TOKEN.findall(page)):
            page = page.replace(of_this_request, "")
        pages.append(page)
        entree = EntreeJournal.objects.latest("sequence")
        assert (entree.action, entree.issue, entree.acteur) == ("acces.introuvable", "refuse", mine.pk)
        assert list(entree.details["arguments"].values()) == [str(number)]
    assert pages[0] == pages[1]


@pytest.mark.usefixtures("referentiel")
def test_an_object_named_in_a_form_leaves_a_line_too(client):
    """AZ-6: a number in a body counts as one in an address."""
    mine, theirs = UserFactory(responsable=True), ProduitFactory(qualified=True)
    client.force_login(mine)
    assert client.post("/demarches/socles/inscrire/", {"produit": theirs.pk}).status_code == 404
    entree = EntreeJournal.objects.latest("sequence")
    assert (entree.action, entree.acteur, entree.details["vue"]) == ("acces.introuvable", mine.pk, "parcours:inscription_creer")


def test_a_visitor_or_a_mistyped_address_leaves_no_line(client):
    """AZ-4: a line is kept of who asked for an object, not of every address that leads nowhere."""
    client.get(f"/produits/{ProduitFactory().pk}/")
    client.force_login(UserFactory(responsable=True))
    assert client.get("/nulle-part/").status_code == 404
    assert not EntreeJournal.objects.filter(action="acces.introuvable").exists()
