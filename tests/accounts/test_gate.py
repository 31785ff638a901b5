"""The gate of signed-in pages: session limits, suspension, second factor, conditions (AU-7, AZ-8, AZ-11, ACC-4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory

from accounts.models import AcceptationCgu, EntreeJournal, Travail, User
from tests.accounts.factories import CguFactory, UserFactory, suspendre

pytestmark = pytest.mark.django_db

LOGIN = "/compte/connexion/"


@pytest.fixture
def page() -> str:
    return reverse("accounts:mes_informations")


@pytest.fixture
def clock() -> Iterator[FrozenDateTimeFactory]:
    with freeze_time("2026-11-21 08:00:00", ignore=["_pytest.timing"]) as frozen:
        yield frozen


def status(client: Client, page: str) -> int:
    return client.get(page).status_code


# --- How long a session lasts ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("traits, minutes", [({}, 60), ({"agence": True, "double_facteur": True}, 30)])
def test_idle_session_ends(client: Client, page: str, clock: FrozenDateTimeFactory, traits: dict[str, bool], minutes: int) -> None:
    """AU-7."""
    client.force_login(UserFactory(**traits))
    assert status(client, page) == 200
    clock.tick(timedelta(minutes=minutes - 1))
    assert status(client, page) == 200
    clock.tick(timedelta(minutes=minutes + 1))
    response = client.get(page)
    assert response.status_code == 302 and response["Location"] == f"{LOGIN}?next={page.replace('/', '%2F')}"
    assert "_auth_user_id" not in client.session


def test_busy_session_ends_after_twelve_hours(client: Client, page: str, clock: FrozenDateTimeFactory) -> None:
    """AU-7."""
    client.force_login(UserFactory())
    for _ in range(23):
        clock.tick(timedelta(minutes=30))
        assert status(client, page) == 200
    clock.tick(timedelta(minutes=31))
    assert status(client, page) == 302


def test_forgotten_activity_only_shortens_a_session(client: Client, page: str, clock: FrozenDateTimeFactory) -> None:
    client.force_login(UserFactory())
    clock.tick(timedelta(minutes=50))
    assert status(client, page) == 200
    cache.clear()
    assert status(client, page) == 200
    clock.tick(timedelta(minutes=11))
    cache.clear()
    assert status(client, page) == 302


def test_reading_pages_writes_nothing(client: Client, page: str, clock: FrozenDateTimeFactory) -> None:
    """WB-2: not even the session."""
    client.force_login(UserFactory())
    with CaptureQueriesContext(connection) as queries:
        for _ in range(5):
            clock.tick(timedelta(minutes=10))
            assert status(client, page) == 200
    assert not [query["sql"] for query in queries if not query["sql"].lstrip().upper().startswith("SELECT")]


def test_gate_costs_no_query(client: Client, page: str) -> None:
    """The account with its company, then the view: the session is in the cache, and the gate asks the database nothing."""
    user = UserFactory()
    AcceptationCgu.objects.create(user=user, cgu=CguFactory())
    travail = Travail.tous.create(kind="essai", cle="a", demandeur=user, entreprise=user.entreprise)
    client.force_login(user)
    client.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("accounts:travail_fichier", args=[travail.pk])).status_code == 302
    tables = [re.search(r'FROM "(\w+)"', query["sql"])[1] for query in queries]
    assert tables == ["accounts_user", "accounts_travail"]


def test_public_page_shows_to_a_visitor_once_the_session_is_over(client: Client, clock: FrozenDateTimeFactory) -> None:
    client.force_login(UserFactory())
    clock.tick(timedelta(minutes=61))
    assert client.get(LOGIN).status_code == 200


def test_fragment_is_sent_to_the_whole_page(client: Client, page: str, clock: FrozenDateTimeFactory) -> None:
    client.force_login(UserFactory())
    clock.tick(timedelta(minutes=61))
    response = client.get(page, headers={"hx-request": "true"})
    assert (response.status_code, response["HX-Redirect"], response.content) == (200, LOGIN, b"")


# --- Rights withdrawn act at the next request -------------------------------------------------------------------------------
def test_suspended_company_is_signed_out(client: Client, page: str) -> None:
    """AZ-8: succeed, withdraw, denied."""
    user = UserFactory()
    client.force_login(user)
    assert status(client, page) == 200
    suspendre(user.entreprise)
    assert status(client, page) == 302
    assert EntreeJournal.objects.filter(action="session.fermee", acteur=user.pk).exists()


def test_closed_account_is_signed_out(client: Client, page: str) -> None:
    """AZ-8."""
    user = UserFactory()
    client.force_login(user)
    assert status(client, page) == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert status(client, page) == 302


def test_suspension_also_stops_what_is_posted(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    suspendre(user.entreprise)
    response = client.post(reverse("accounts:notifications_lues"))
    assert (response.status_code, response["Location"]) == (302, LOGIN)


# --- Second factor of the agency --------------------------------------------------------------------------------------------
def test_agency_without_second_factor_goes_to_enrol(client: Client, page: str) -> None:
    """AZ-11."""
    client.force_login(UserFactory(agence=True))
    response = client.get(page)
    assert (response.status_code, response["Location"]) == (302, reverse("mfa_activate_totp"))


def test_recovery_codes_alone_are_no_second_factor(client: Client, page: str) -> None:
    """AZ-11: they stand in for one that is lost."""
    agent = UserFactory(agence=True)
    RecoveryCodes.activate(agent)
    client.force_login(agent)
    assert client.get(page)["Location"] == reverse("mfa_activate_totp")


@pytest.mark.parametrize("name", ["mfa_activate_totp", "account_logout", "account_reauthenticate", "sante", "accessibilite"])
def test_agency_reaches_what_it_needs_to_enrol(client: Client, name: str) -> None:
    client.force_login(UserFactory(agence=True))
    response = client.get(reverse(name))
    assert response.get("Location") not in (reverse("mfa_activate_totp"), LOGIN)


def test_agency_with_second_factor_comes_in(client: Client, page: str) -> None:
    client.force_login(UserFactory(agence=True, double_facteur=True))
    assert status(client, page) == 200


def test_company_is_not_asked_for_a_second_factor(client: Client, page: str) -> None:
    client.force_login(UserFactory())
    assert status(client, page) == 200


@pytest.mark.parametrize("responsable, required, location", [(True, True, "mfa_activate_totp"), (True, False, ""), (False, True, "")])
def test_responsables_enrol_where_the_operator_asks_it(client: Client, page: str, settings: Any, responsable: bool, required: bool, location: str) -> None:
    """ACC-4: mandatory by setting, for the responsables alone, from their next page on."""
    client.force_login(UserFactory(responsable=responsable))
    assert status(client, page) == 200
    settings.DOUBLE_FACTEUR_RESPONSABLES = required
    response = client.get(page)
    assert response.get("Location", "") == (reverse(location) if location else "")


# --- Conditions ---------------------------------------------------------------------------------------------------------------
def accepter(client: Client, version: int, **data: object) -> object:
    return client.post(reverse("accounts:cgu_accepter"), {"version": version, "accepte": "on", **data})


def test_conditions_come_first(client: Client, page: str) -> None:
    """ACC-4."""
    cgu = CguFactory()
    client.force_login(UserFactory())
    response = client.get(page)
    assert response["Location"] == f"{reverse('accounts:cgu_accepter')}?next={page.replace('/', '%2F')}"
    assert client.head(page)["Location"] == response["Location"]
    assert cgu.texte.split("\n")[0] in client.get(response["Location"]).content.decode()


def test_accepting_opens_the_page_asked(client: Client, page: str) -> None:
    user, cgu = UserFactory(preferences={"double_facteur_propose": True}), CguFactory()
    client.force_login(user)
    assert accepter(client, cgu.pk, next=page)["Location"] == page
    assert status(client, page) == 200
    assert AcceptationCgu.objects.filter(user=user, cgu=cgu).count() == 1
    assert EntreeJournal.objects.filter(action="cgu.acceptees", acteur=user.pk, version=cgu.version).count() == 1


def test_new_version_asks_again(client: Client, page: str) -> None:
    user, first = UserFactory(), CguFactory(publiee_le=timezone.now() - timedelta(days=9))
    AcceptationCgu.objects.create(user=user, cgu=first)
    client.force_login(user)
    assert status(client, page) == 200
    CguFactory()
    assert status(client, page) == 302


def test_version_to_come_asks_nothing_yet(client: Client, page: str) -> None:
    CguFactory(publiee_le=timezone.now() + timedelta(days=1))
    client.force_login(UserFactory())
    assert status(client, page) == 200


def test_acceptance_counts_in_the_other_sessions(client: Client, page: str) -> None:
    user, cgu = UserFactory(), CguFactory()
    other = Client()
    for browser in (client, other):
        browser.force_login(user)
    accepter(other, cgu.pk)
    assert status(client, page) == 200


@pytest.mark.parametrize("data", [{"accepte": ""}, {"version": 999}, {"version": "x"}])
def test_without_agreement_nothing_is_accepted(client: Client, data: dict[str, object]) -> None:
    user, cgu = UserFactory(), CguFactory()
    client.force_login(user)
    response = accepter(client, **{"version": cgu.pk, **data})
    assert response.status_code == 400
    assert not AcceptationCgu.objects.filter(user=user).exists()


def test_accepting_twice_writes_one_line(client: Client) -> None:
    user, cgu = UserFactory(), CguFactory()
    client.force_login(user)
    accepter(client, cgu.pk)
    accepter(client, cgu.pk)
    assert EntreeJournal.objects.filter(action="cgu.acceptees", acteur=user.pk).count() == 1


@pytest.mark.parametrize("target", ["https://voleur.example/", "//voleur.example", "javascript:alert(1)", "/\\voleur.example", "0", "NA", "{{7*7}}"])
def test_acceptance_never_leads_elsewhere(client: Client, target: str) -> None:
    """WB-5."""
    cgu = CguFactory()
    client.force_login(UserFactory(preferences={"double_facteur_propose": True}))
    assert accepter(client, cgu.pk, next=target)["Location"] == reverse("parcours:tableau_de_bord")


def test_visitor_is_sent_to_sign_in(client: Client, page: str) -> None:
    """AZ-4."""
    assert client.get(page)["Location"].startswith(LOGIN)
