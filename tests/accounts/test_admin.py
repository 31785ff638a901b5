"""The AdminSite of the agency: what it routes, what it refuses, what it shows (BO-1, BO-3, BO-6, AZ-1, AZ-11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.admin import gestion
from accounts.enums import Role
from accounts.models import User
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.accounts.factories_demandes import DemandeFactory

pytestmark = pytest.mark.django_db

LISTES = {
    "gestion:accounts_entreprise_changelist": Role.SUPPORT,
    "gestion:accounts_user_changelist": Role.SUPPORT,
    "gestion:accounts_agent_changelist": Role.ADMINISTRATEUR,
    "gestion:auth_group_changelist": Role.ADMINISTRATEUR,
    "gestion:accounts_travail_changelist": Role.ADMINISTRATEUR,
    "gestion:accounts_cgu_changelist": Role.GESTIONNAIRE_CONTENU,
}


def sign_in(client: Client, role: str) -> User:
    account = UserFactory(agence=True, role=role, double_facteur=True)
    client.force_login(account)
    return account


def page(client: Client, name: str, *args: object, query: str = "") -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


# --- What is routed -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["login/", "logout/", "jsi18n/", "autocomplete/", "password_change/", "accounts/", "r/1/1/", "entreprises/add/"])
def test_what_django_offers_and_nobody_uses_is_not_there(client: Client, path: str) -> None:
    """AZ-1: no second sign-in, no autocompletion, no list of applications, no form that writes beside the actions."""
    sign_in(client, Role.SUPPORT)
    assert client.get(f"/gestion/{path}").status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_each_group_opens_its_own_lists(client: Client, role: Role) -> None:
    """BO-6, AZ-11, R-55."""
    sign_in(client, role)
    for name, owner in LISTES.items():
        assert client.get(reverse(name)).status_code == (200 if role == owner else 403), name


def test_no_model_is_deleted_added_or_changed_by_the_site(client: Client) -> None:
    """Nothing is deleted, and writing belongs to the actions."""
    for name, role in LISTES.items():
        sign_in(client, role)
        assert client.post(reverse(name), {"action": "delete_selected", "_selected_action": "1"}).status_code == 405
    for admin in gestion._registry.values():
        assert not any(url.name.endswith(("_delete", "_add")) for url in admin.urls)


def test_no_answer_is_registered(client: Client) -> None:
    """AZ-11: the support never sees answers; what is not registered has no page."""
    assert {model._meta.app_label for model in gestion._registry} <= {"accounts", "auth"}


@pytest.mark.parametrize("name", LISTES)
@pytest.mark.parametrize(
    "query, status",
    [
        ("p=-1", 404),
        ("p=zz", 404),
        ("p=99999999999999999999999", 404),
        ("o=zz", 200),
        ("o=99", 200),
        ("o=" + "1." * 3000, 200),
        ("o=" + "9" * 5000, 200),
        ("e=1", 200),
        ("all=", 200),
        ("q=%27%22%25", 200),
        ("q=" + "a+" * 2000, 200),
        ("_popup=1", 200),
        ("_to_field=password", 400),
        ("inconnu=1", 400),
        ("password__startswith=argon2", 400),
        ("entreprise__comptes__password__startswith=argon2", 400),
        ("id__in=1,2", 400),
    ],
)
def test_odd_addresses_get_a_clear_page(client: Client, name: str, query: str, status: int) -> None:
    """No lookup but those of the filters: else the content of any column could be guessed letter by letter."""
    sign_in(client, LISTES[name])
    response = client.get(f"{reverse(name)}?{query}")
    assert response.status_code == status
    assert b'lang="fr"' in response.content


@pytest.mark.parametrize("name, query", [("entreprise", "acces=zzz"), ("user", "etat=zzz"), ("user", "profil=agence")])
def test_an_unknown_choice_of_a_filter_is_refused(client: Client, name: str, query: str) -> None:
    sign_in(client, Role.SUPPORT)
    response = client.get(f"{reverse(f'gestion:accounts_{name}_changelist')}?{query}")
    assert response.status_code == 400
    assert "un critère qui n&#x27;existe pas" in response.content.decode()


@pytest.mark.parametrize("key", ["0", "-1", "9999999999999999999999", "abc", "%D9%A3"])
def test_an_odd_key_is_no_page(client: Client, key: str) -> None:
    sign_in(client, Role.SUPPORT)
    assert client.get(f"/gestion/entreprises/{key}/").status_code == 404


# --- The home ---------------------------------------------------------------------------------------------------------------
def test_the_home_counts_what_waits_and_says_since_when(client: Client) -> None:
    """BO-1."""
    sign_in(client, Role.SUPPORT)
    assert "Rien n&#x27;attend" in page(client, "gestion:accueil") or "Rien n'attend" in page(client, "gestion:accueil")
    DemandeFactory(deposee_le=timezone.now() - timedelta(days=4))
    DemandeFactory()
    html = page(client, "gestion:accueil")
    assert "À examiner\u00a0: <strong>2</strong>" in html
    assert "attend depuis 4 jours" in html


def test_the_menu_is_that_of_the_person(client: Client) -> None:
    sign_in(client, Role.SUPPORT)
    html = page(client, "gestion:accueil")
    assert 'href="/gestion/entreprises/"' in html and 'href="/gestion/journal/"' not in html


# --- Companies and their accounts -------------------------------------------------------------------------------------------
def test_a_company_is_found_by_name_and_by_siren(client: Client) -> None:
    """BO-3."""
    sign_in(client, Role.SUPPORT)
    found, other = EntrepriseFactory(raison_sociale="Lune Médicale"), EntrepriseFactory(raison_sociale="Soleil Médical", suspendue=True)
    for query in ("q=lune", f"q={found.siren}", "acces=ouvert"):
        html = page(client, "gestion:accounts_entreprise_changelist", query=f"?{query}")
        assert "Lune Médicale" in html and "Soleil Médical" not in html
    assert other.raison_sociale in page(client, "gestion:accounts_entreprise_changelist", query="?acces=suspendu")


def test_a_siren_is_never_cut(client: Client) -> None:
    """UX: a short word of a table stays whole beside a long name."""
    sign_in(client, Role.SUPPORT)
    EntrepriseFactory(raison_sociale="Éditions " * 20)
    assert 'data-label="SIREN" class="court"' in page(client, "gestion:accounts_entreprise_changelist")


def test_the_page_of_a_company_shows_who_it_is_and_its_accounts(client: Client) -> None:
    """BO-3."""
    sign_in(client, Role.SUPPORT)
    entreprise = EntrepriseFactory()
    chef, autre = UserFactory(entreprise=entreprise, responsable=True), UserFactory(last_name="Ailleurs")
    demande = DemandeFactory(siren=entreprise.siren)
    html = page(client, "gestion:accounts_entreprise_change", entreprise.pk)
    assert entreprise.siren in html and chef.username in html and autre.username not in html
    assert reverse("gestion:demande", args=[demande.pk]) in html


@pytest.mark.parametrize("words", ["rousselin", "jrousselin", "j.rousselin@lune.example", "lune médicale", "responsable"])
def test_an_account_is_found_by_login_name_address_and_company(client: Client, words: str) -> None:
    """BO-3."""
    sign_in(client, Role.SUPPORT)
    lune = EntrepriseFactory(raison_sociale="Lune Médicale")
    UserFactory(username="jrousselin", last_name="Rousselin", email="j.rousselin@lune.example", entreprise=lune, responsable=True)
    UserFactory(last_name="Autre", username="autre")
    query = "?profil=responsable" if words == "responsable" else f"?q={words}"
    html = page(client, "gestion:accounts_user_changelist", query=query)
    assert "Rousselin" in html and ">autre<" not in html


def test_the_accounts_of_the_agency_are_not_among_those_of_the_companies(client: Client) -> None:
    """R-55: they are the administrateur's."""
    agent = sign_in(client, Role.SUPPORT)
    assert f">{agent.username}<" not in page(client, "gestion:accounts_user_changelist")
    assert client.get(reverse("gestion:accounts_user_change", args=[agent.pk])).status_code == 404


def test_the_lists_ask_as_little_for_twenty_as_for_one(client: Client, django_assert_max_num_queries) -> None:
    """P22."""
    UserFactory.create_batch(20)
    UserFactory.create_batch(20, agence=True, role="pilote")
    for name, role in LISTES.items():
        sign_in(client, role)
        client.get(reverse(name))
        with django_assert_max_num_queries(9):
            client.get(reverse(name))
