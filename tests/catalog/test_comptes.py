"""« Gestion des comptes »: list, creation, suspension (ACC-5, ACC-6, R-50, R-53)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from freezegun import freeze_time

from accounts import crypto
from accounts.actions.comptes import suspendre_compte
from accounts.courriels.outbox import PURPOSE
from accounts.enums import Droit
from accounts.models import Courriel, EntreeJournal, User
from accounts.rules.arbre import DOMAINE_EFFACE
from catalog.actions.comptes import supprimer_compte
from tests.accounts.factories import PASSWORD, UserFactory
from tests.people import Equipe, as_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]
LISTE = reverse("catalog:comptes")
CREER = reverse("catalog:compte_creer")
NEW_PASSWORD = "onze hiboux patinent au crépuscule"


def url(name: str, compte: User) -> str:
    return reverse(f"catalog:{name}", args=[compte.pk])


def typed(**changes: object) -> dict[str, object]:
    return {"first_name": "Lou", "last_name": "Roy", "email": "lou.roy@lab.example", "username": "lou.roy", "fonction": "", "telephone": "", **changes}


# --- The list -------------------------------------------------------------------------------------------------------------
def test_one_sees_oneself_and_those_below(equipe):
    page = as_client(equipe.chef).get(LISTE).text
    assert "Carlier" in page and "Bonnet" in page
    assert not re.search("Delmas|Etranger", page)
    assert f'<span class="compte-nom compte-rang-0">{equipe.responsable.nom_complet}' not in page
    assert url("compte", equipe.membre) in page
    assert url("compte", equipe.chef) not in page


def test_a_responsable_sees_the_whole_company_and_nothing_else(equipe):
    page = as_client(equipe.responsable).get(LISTE).text
    assert all(name in page for name in ("Aubry", "Bonnet", "Carlier", "Delmas"))
    assert "Etranger" not in page
    assert page.index("Bonnet</a>") < page.index("Carlier</a>") < page.index("Delmas</a>"), "each under its manager"
    assert "compte-rang-2" in page


def test_who_neither_creates_nor_manages_has_no_list(equipe):
    assert as_client(equipe.membre).get(LISTE).status_code == 403


def test_who_lost_the_right_to_create_still_manages(equipe):
    User.objects.filter(pk=equipe.chef.pk).update(peut_creer_comptes=False)
    page = as_client(equipe.chef).get(LISTE)
    assert page.status_code == 200
    assert CREER not in page.text


@pytest.mark.parametrize(("who", "shown"), [("responsable", True), ("chef", True), ("membre", False), ("etranger", True)])
def test_the_menu_leads_there_whom_it_concerns(equipe, who, shown):
    page = as_client(getattr(equipe, who)).get(reverse("accounts:notifications")).text
    assert (f'href="{LISTE}"' in page) is shown


def test_the_menu_costs_no_query(equipe, django_assert_num_queries):
    """The same page, for an account that manages others by descent alone and for one that manages nobody."""
    User.objects.filter(pk=equipe.chef.pk).update(peut_creer_comptes=False)
    counts = []
    for user in (equipe.chef, equipe.membre):
        client = as_client(user)
        client.get(reverse("accounts:notifications"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("accounts:notifications"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("words", ["carlier", "CARLIER camille", "cheffe qualite", "Chèffe", "{login}", "{email}"])
def test_search_finds_by_name_login_or_address(equipe, words):
    User.objects.filter(pk=equipe.membre.pk).update(fonction="Cheffe Qualité")
    words = words.format(login=equipe.membre.username, email=equipe.membre.email)
    page = as_client(equipe.responsable).get(LISTE, {"q": words}).text
    assert "Carlier</a>" in page and "Delmas</a>" not in page


@pytest.mark.parametrize("page", ["0", "2", "x", "-1", "99999999999"])
def test_a_page_that_does_not_exist_is_none(equipe, page):
    assert as_client(equipe.responsable).get(LISTE, {"page": page}).status_code == 404


def test_the_list_costs_the_same_for_one_account_and_for_fifty(equipe):
    """P22: the tree is read at once, however deep."""
    client = as_client(equipe.responsable)
    client.get(LISTE)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LISTE).status_code == 200
        counts.append(len(queries))
        manager = equipe.chef
        for _ in range(46):
            manager = UserFactory(entreprise=equipe.chef.entreprise, gestionnaire=manager, password=None)
    assert counts[0] == counts[1] <= 9


# --- Creating -------------------------------------------------------------------------------------------------------------
def test_a_created_account_is_a_contributeur_attached_to_its_author(equipe):
    response = as_client(equipe.chef).post(CREER, typed(droits=["valider"]))
    compte = User.objects.get(username="lou.roy")
    assert response.headers["Location"] == url("compte", compte)
    assert (compte.gestionnaire, compte.entreprise, compte.profil) == (equipe.chef, equipe.chef.entreprise, "contributeur")
    assert [droit for droit in Droit if compte.holds(droit)] == [Droit.VALIDER]
    assert not compte.has_usable_password()
    assert EntreeJournal.objects.filter(action="compte.cree", target_id=str(compte.pk), acteur=equipe.chef.pk).exists()


def test_protected_fields_posted_change_nothing(equipe):
    """AZ-7."""
    tempting = {
        "profil": "responsable",
        "entreprise": equipe.etranger.entreprise_id,
        "is_staff": "on",
        "is_superuser": "on",
        "gestionnaire": equipe.etranger.pk,
        "peut_creer_produits": "on",
        "is_active": "",
        "password": PASSWORD,
    }
    as_client(equipe.chef).post(CREER, typed(**tempting))
    compte = User.objects.get(username="lou.roy")
    assert (compte.profil, compte.entreprise, compte.gestionnaire) == ("contributeur", equipe.chef.entreprise, equipe.chef)
    assert (compte.is_staff, compte.is_superuser, compte.is_active, compte.peut_creer_produits) == (False, False, True, False)
    assert not compte.has_usable_password()


@pytest.mark.parametrize(
    "changes",
    [
        {"droits": ["creer_produits"]},
        {"droits": ["profil"]},
        {"username": "a"},
        {"username": "lоu.roy"},  # a Cyrillic « о »
        {"email": "lou"},
        {"email": "lou@lab.example\nBcc: x@y.example"},
        {"telephone": "appelez-moi"},
        {"last_name": ""},
        {"first_name": "x" * 151},
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(equipe, changes):
    """R-53: the chef does not create produits, hence gives it to nobody."""
    count = User.objects.count()
    response = as_client(equipe.chef).post(CREER, typed(fonction="Ingénieure", **changes))
    assert response.status_code == 400
    assert "Ingénieure" in response.text
    assert (User.objects.count(), Courriel.objects.count()) == (count, 0)


@pytest.mark.parametrize("field", ["email", "username"])
def test_login_and_address_are_of_one_account_only(equipe, field):
    """AU-10: whatever the casing, in whatever company."""
    response = as_client(equipe.chef).post(CREER, typed(**{field: getattr(equipe.etranger, field).upper()}))
    assert response.status_code == 400
    assert "déjà" in response.text


def invitation() -> str:
    """Read the link of the last invitation."""
    texte = crypto.decrypt(Courriel.objects.order_by("-pk").first().texte, purpose=PURPOSE)
    return re.search(r"https?://[^/\s]+(/compte/mot-de-passe/oubli/\S+)", texte)[1]


def follow(link: str) -> bool:
    """Choose a password by a link, as its reader does; tell whether it took."""
    client = Client()
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    return Client().login(username="lou.roy", password=NEW_PASSWORD)


def test_the_invitation_opens_the_account_once(equipe):
    """ACC-4, AU-5."""
    as_client(equipe.chef).post(CREER, typed())
    link = invitation()
    assert follow(link)
    User.objects.get(username="lou.roy").set_password(PASSWORD)
    former = User.objects.get(username="lou.roy").password
    follow(link)
    assert User.objects.get(username="lou.roy").password == former


@pytest.mark.parametrize(("later", "works"), [(timedelta(hours=23, minutes=58), True), (timedelta(hours=24, minutes=2), False)])
def test_the_invitation_lasts_a_day(equipe, later, works):
    """AU-5."""
    with freeze_time("2026-11-21 10:00:00") as clock:
        as_client(equipe.chef).post(CREER, typed())
        clock.tick(later)
        assert follow(invitation()) is works


def test_the_link_is_nowhere_in_clear(equipe):
    """TR-4, CF-5."""
    as_client(equipe.chef).post(CREER, typed())
    token = invitation().rsplit("-", 1)[1].strip("/")
    assert token not in Courriel.objects.get().texte
    assert not any(token in str(row.details) for row in EntreeJournal.objects.all())


def test_a_new_link_is_sent_until_the_password_is_chosen(equipe):
    as_client(equipe.chef).post(CREER, typed())
    compte = User.objects.get(username="lou.roy")
    assert as_client(equipe.responsable).post(url("compte_lien", compte)).status_code == 302
    assert Courriel.objects.filter(destinataire="lou.roy@lab.example").count() == 2
    assert follow(invitation())
    assert as_client(equipe.responsable).post(url("compte_lien", compte)).status_code == 409


# --- Suspension ---------------------------------------------------------------------------------------------------------------
def test_suspending_ends_the_sessions_for_good(equipe):
    """AZ-8, AU-7: even once the account is open again."""
    session = Client()
    session.post(reverse("account_login"), {"login": equipe.membre.username, "password": PASSWORD})
    assert session.get(reverse("accounts:notifications")).status_code == 200
    manager = as_client(equipe.chef)
    assert manager.post(url("compte_suspendre", equipe.membre)).status_code == 302
    assert session.get(reverse("accounts:notifications")).status_code == 302
    assert manager.post(url("compte_reactiver", equipe.membre)).status_code == 302
    assert session.get(reverse("accounts:notifications")).status_code == 302
    assert Client().login(username=equipe.membre.username, password=PASSWORD)


def test_suspending_voids_the_invitation(equipe):
    """AZ-8: links issued before."""
    as_client(equipe.chef).post(CREER, typed())
    link, compte = invitation(), User.objects.get(username="lou.roy")
    suspendre_compte(compte=compte, par=equipe.chef)
    as_client(equipe.chef).post(url("compte_reactiver", compte))
    assert not follow(link)


def test_suspending_twice_or_opening_an_open_account_is_refused(equipe):
    client = as_client(equipe.chef)
    assert client.post(url("compte_reactiver", equipe.membre)).status_code == 409
    client.post(url("compte_suspendre", equipe.membre))
    assert client.post(url("compte_suspendre", equipe.membre)).status_code == 409


# --- Telling the person -----------------------------------------------------------------------------------------------------
def test_whoever_is_shut_out_is_told_by_mail(equipe: Equipe) -> None:
    """EXT-3: whatever his preferences, and no notice in a platform he cannot enter."""
    suspendre_compte(compte=equipe.membre, par=equipe.chef)
    courriel = Courriel.objects.get(destinataire=equipe.membre.email, sujet="Votre compte est suspendu")
    assert equipe.chef.nom_complet in courriel.texte and equipe.membre.username in courriel.texte


def test_whoever_is_deleted_is_told_at_the_address_he_had(equipe: Equipe) -> None:
    """EXT-3, ACC-7: nothing is sent to the address that stands in its place."""
    address = equipe.membre.email
    supprimer_compte(compte=equipe.membre, par=equipe.chef, reprises={})
    courriel = Courriel.objects.get(destinataire=address, sujet="Votre compte est supprimé")
    assert equipe.chef.nom_complet in courriel.texte
    assert not Courriel.objects.filter(destinataire__endswith=DOMAINE_EFFACE).exists()
