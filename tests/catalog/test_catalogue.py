"""« Votre catalogue produits »: who sees what, search, order, pages, number of queries (CAT-5, R-53)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.selectors.catalogue import PAGE, fetch_catalogue, fetch_ouverture, know_rights, produits_of
from questionnaires import perms
from questionnaires.enums import DroitSujet
from questionnaires.rights import grant
from tests.accounts.factories import UserFactory

from .factories import ProduitFactory

URL = "/produits/"


@pytest.mark.parametrize(("who", "status"), [("anonymous", 302), ("agence", 403), ("sans_droit", 200), ("lecteur", 200), ("responsable", 200)])
def test_access(client, people, produit, who, status):
    people.login(client, who)
    assert client.get(URL).status_code == status


def test_another_company_sees_nothing(client, people, produit):
    """AZ-5: neither the produit nor its name."""
    people.login(client, "other_entreprise")
    assert produit.nom not in client.get(URL).text


def test_unreadable_produit_shows_reference_nom_and_responsable_only(client, people, produit):
    """R-53."""
    people.login(client, "sans_droit")
    page = client.get(URL).text
    assert produit.nom in page
    assert produit.responsable.nom_complet in page
    assert "pas accès à ce produit" in page
    for hidden in (f"version {produit.version}", reverse("parcours:fiche_produit", args=[produit.pk]), "Publié"):
        assert hidden not in page


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("lecteur", set()),
        ("redacteur", {"modifier", "dupliquer", "publication"}),
        ("valideur", {"modifier", "publication", "archiver"}),
        ("responsable", {"modifier", "dupliquer", "publication", "archiver"}),
    ],
)
def test_actions_are_those_allowed(client, people, produit, who, shown):
    """CAT-5: an action one may not do is not offered."""
    people.login(client, who)
    page = client.get(URL).text
    found = {verb for verb in ("modifier", "dupliquer", "publication", "archiver") if f"/produits/{produit.pk}/{verb}/" in page}
    assert found == shown


@pytest.mark.parametrize("who", ["sans_droit", "lecteur", "redacteur", "valideur", "responsable"])
def test_rights_read_at_once_are_those_of_the_policy(people, produit, django_assert_num_queries, who):
    """R-51, R-52: reading the rights of many rows changes none of them."""
    named = ProduitFactory(entreprise=people.entreprise, responsable=people[who])
    expected = {row.pk: perms.granted(people[who], row) for row in (produit, named)}
    rows = [type(row)._base_manager.get(pk=row.pk) for row in (produit, named)]
    know_rights(people[who], rows)
    with django_assert_num_queries(0):
        assert {row.pk: perms.granted(people[who], row) for row in rows} == expected


@pytest.mark.parametrize("words", ["monsuivi lointain", "lointain", "Duchêne", "duchene éloi", "eloi LOINTAIN", "9 duchene", "{ref}", "{ref} duchene"])
def test_search_by_reference_nom_responsable(client, people, produit, words):
    """CAT-5: each word anywhere; by the version too, for whom may read it."""
    person = UserFactory(entreprise=people.entreprise, first_name="Éloi", last_name="Duchêne")
    wanted = ProduitFactory(entreprise=people.entreprise, nom="MonSuivi lointain", version="9", responsable=person)
    people.login(client, "responsable")
    page = client.get(URL, {"q": words.format(ref=wanted.pk)}).text
    assert "MonSuivi lointain" in page and f"/produits/{produit.pk}/" not in page


def test_archived_are_found_by_their_filter_only(client, people):
    """R-43."""
    ProduitFactory(entreprise=people.entreprise, nom="Ancien produit", archive=True)
    people.login(client, "responsable")
    assert "Ancien produit" not in client.get(URL).text
    for etat in ("archives", "tous"):
        assert "Ancien produit" in client.get(URL, {"etat": etat}).text
    assert "Non publié" in client.get(URL, {"etat": "archives"}).text, "it has left the Observatoire"


def test_when_all_are_archived_the_way_to_them_is_there(client, people):
    """R-43: the filter that the message names would otherwise be nowhere."""
    ProduitFactory(entreprise=people.entreprise, archive=True)
    people.login(client, "responsable")
    page = client.get(URL).text
    assert "?etat=archives" in page and "tous sont archivés" in page and 'name="etat"' in page
    assert "ajoutez votre premier produit" not in page


def test_headings_sort_and_say_so(client, people):
    """CAT-5: the heading says the present order and leads to the other."""
    for nom in ("Alpha", "Zeta"):
        ProduitFactory(entreprise=people.entreprise, nom=nom)
    people.login(client, "responsable")
    page = client.get(URL, {"tri": "nom"}).text
    assert page.index("Alpha</a>") < page.index("Zeta</a>")
    assert '<th scope="col" aria-sort="ascending"><a class="tri" href="?tri=-nom">' in page


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("tri=motdepasse", 400),
        ("page=-1", 400),
        ("page=abc", 400),
        ("page=0", 400),
        ("page=99999999999999999999", 400),
        ("page=7", 404),
        ("type=x", 400),
        ("etat=x", 400),
        ("q=" + "a" * 101, 400),
        ("inconnu=1", 200),
        ("tri=nom&tri=x", 400),
        ("q=%25%25", 200),
    ],
)
def test_what_does_not_exist_is_said_and_the_list_still_shows(client, people, produit, query, status):
    """SECURITY-BARS, bad inputs: a sentence, never a 500."""
    people.login(client, "responsable")
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == status
    if status != 200:
        assert "fr-alert--warning" in answer.text
        assert f"/produits/{produit.pk}/" in answer.text or "q=" in query


@pytest.mark.parametrize("who", ["redacteur", "responsable"])
def test_same_number_of_queries_for_one_row_and_for_many(client, people, produit, who):
    """P22: at most 10 in all."""
    people.login(client, who)
    client.get(URL)
    with CaptureQueriesContext(connection) as one:
        client.get(URL)
    for _ in range(22):
        grant(people["redacteur"], ProduitFactory(entreprise=people.entreprise, responsable=people["responsable"]), [DroitSujet.LECTURE])
    with CaptureQueriesContext(connection) as many:
        client.get(URL)
    assert len(one) == len(many) <= 10


@pytest.mark.parametrize("count", [0, 1, PAGE, PAGE + 1])
def test_the_list_as_it_opens_is_the_first_page_of_what_the_filters_give(people, count):
    """CAT-5, P16: the statement written once gives the rows, the order and the number that the others give."""
    user = people["responsable"]
    ProduitFactory.create_batch(count, entreprise=people.entreprise, responsable=user)
    ProduitFactory(entreprise=people.entreprise, responsable=user, archive=True)
    ProduitFactory(entreprise=people["other_entreprise"].entreprise)
    opened, narrowed = fetch_ouverture(user), fetch_catalogue(user, produits_of(user).actifs().order_by("-pk"), 1)
    assert opened.page.paginator.count == narrowed.page.paginator.count == count
    assert opened.page.paginator.num_pages == narrowed.page.paginator.num_pages
    assert [_words(ligne) for ligne in opened.lignes] == [_words(ligne) for ligne in narrowed.lignes]


def _words(ligne):
    produit = ligne.produit
    shown = (produit.nom, produit.version, produit.type_en_mots, produit.publie, produit.is_archive, produit.responsable.nom_complet)
    return (produit.pk, *shown, ligne.may_read, ligne.may_edit, ligne.may_duplicate, ligne.may_archive)


def test_empty_catalogue_offers_to_add(client, people):
    """UX: one sentence, one button, for whom may use it."""
    people.login(client, "responsable")
    assert reverse("catalog:produit_ajouter") in client.get(URL).text
    people.login(client, "lecteur")
    assert reverse("catalog:produit_ajouter") not in client.get(URL).text
