"""The notification centre: narrowing, marking, answering in place, who is never told (ACC-8, EXT-3, JB-5)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from accounts import notifications
from accounts.models import Courriel, Notification, User
from accounts.preferences import FAMILLES
from tests.accounts.factories import NotificationFactory, UserFactory, suspendre
from tests.browser_walks.gestes import largeur_tenue

pytestmark = pytest.mark.django_db
LIST = "/notifications/"


@pytest.fixture
def user(client: Client) -> User:
    user = UserFactory()
    client.force_login(user)
    return user


# --- Narrowing ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "query, seen",
    [
        ({}, {"Premier", "Deux", "Trois"}),
        ({"etat": "non_lues"}, {"Premier", "Trois"}),
        ({"etat": "lues"}, {"Deux"}),
        ({"etat": "a_traiter"}, {"Trois"}),
        ({"type": "Accès accordé"}, {"Deux"}),
        ({"type": "Accès accordé", "etat": "non_lues"}, set()),
        ({"q": "trois"}, {"Trois"}),
        ({"etat": "inconnu", "type": "inconnu"}, {"Premier", "Deux", "Trois"}),
        ({"etat": "delete"}, {"Premier", "Deux", "Trois"}),
    ],
)
def test_by_state_type_and_words(client: Client, user: User, query: dict[str, str], seen: set[str]) -> None:
    NotificationFactory(destinataire=user, contenu="Premier")
    NotificationFactory(destinataire=user, contenu="Deux", type="Accès accordé", lue=True)
    NotificationFactory(destinataire=user, contenu="Trois", type="Demande d'accès", attend_reponse=True, url="/acces/1/")
    NotificationFactory(contenu="Quatre")
    page = client.get(LIST, query).content.decode()
    assert {text for text in ("Premier", "Deux", "Trois", "Quatre") if f">{text}" in page} == seen


def test_only_the_types_one_has_received_are_offered(client: Client, user: User) -> None:
    NotificationFactory(destinataire=user, type="Accès accordé")
    NotificationFactory(type="Accès refusé")
    page = client.get(LIST).content.decode()
    assert 'value="Accès accordé"' in page and "Accès refusé" not in page


# --- Marking --------------------------------------------------------------------------------------------------------------
def test_a_notice_read_is_put_back_among_those_to_read(client: Client, user: User) -> None:
    notice, other = (NotificationFactory(destinataire=user, lue=True) for _ in range(2))
    assert client.post(reverse("accounts:notification_non_lue", args=[notice.pk])).headers["Location"] == LIST
    assert [row.lue_le is None for row in Notification.objects.visible_to(user).filter(pk__in=[notice.pk, other.pk]).order_by("pk")] == [True, False]


def test_a_notice_is_marked_as_read_alone_and_once(client: Client, user: User) -> None:
    """ACC-8: the date of a first reading does not move."""
    read, notice, other = NotificationFactory(destinataire=user, lue=True), NotificationFactory(destinataire=user), NotificationFactory(destinataire=user)
    for row in (read, notice):
        client.post(reverse("accounts:notification_lue", args=[row.pk]))
    now = {row.pk: row.lue_le for row in Notification.objects.visible_to(user)}
    assert now[read.pk] == read.lue_le and now[notice.pk] is not None and now[other.pk] is None


def test_marking_all_as_read_leaves_those_of_others(client: Client, user: User) -> None:
    """ACC-8: nor does it move the date of what was read."""
    read, notice, foreign = NotificationFactory(destinataire=user, lue=True), NotificationFactory(destinataire=user), NotificationFactory()
    client.post(reverse("accounts:notifications_lues"))
    now = {row.pk: row.lue_le for row in Notification.tous.all()}
    assert now[read.pk] == read.lue_le and now[notice.pk] is not None and now[foreign.pk] is None


@pytest.mark.parametrize(
    "ici, where",
    [
        ("etat=non_lues&page=2", "?etat=non_lues"),  # what was marked may have emptied the page
        ("q=ordo&page=2", "?q=ordo&page=2"),
        ("type=Acc%C3%A8s&autre=1", "?type=Acc%C3%A8s"),
        ("//pirate.example", ""),
        ("", ""),
    ],
)
def test_one_comes_back_to_the_list_as_it_was(client: Client, user: User, ici: str, where: str) -> None:
    """WB-5: to our own list, whatever was sent."""
    notice = NotificationFactory(destinataire=user)
    for name, args in (("notification_lue", [notice.pk]), ("notification_non_lue", [notice.pk]), ("notifications_lues", [])):
        assert client.post(reverse(f"accounts:{name}", args=args), {"ici": ici}).headers["Location"] == LIST + where


# --- Answering in place -----------------------------------------------------------------------------------------------------
def test_what_asks_for_an_answer_keeps_its_buttons_once_read_and_loses_them_once_answered(client: Client, user: User) -> None:
    """ACC-8."""
    colleague = UserFactory(entreprise=user.entreprise)
    notifications.notify([user, colleague], type="Demande d'accès", contenu="c", url="/acces/7/", dedupe="demande-acces:7", attend_reponse=True)
    notifications.marquer_toutes_lues(par=user)
    assert 'action="/acces/7/accepter/"' in client.get(LIST).content.decode()
    notifications.repondue("demande-acces:7")
    assert "accepter" not in client.get(LIST).content.decode()
    assert notifications.unread_count(colleague) == 0
    assert not Notification.tous.a_traiter().exists()


def test_an_answer_closes_its_own_request_alone() -> None:
    user = UserFactory()
    for number in (1, 11):
        notifications.notify([user], type="Demande d'accès", contenu="c", dedupe=f"demande-acces:{number}", attend_reponse=True)
    notifications.repondue("demande-acces:1")
    assert [notice.dedupe for notice in Notification.tous.a_traiter()] == [f"demande-acces:11:{user.pk}"]


# --- Who is told ------------------------------------------------------------------------------------------------------------
def test_the_suspended_the_deleted_and_those_of_a_suspended_company_are_told_nothing() -> None:
    """Read before, they may have been shut meanwhile."""
    told, shut, suspended = UserFactory(), UserFactory(), UserFactory()
    deleted = UserFactory(inactif=True)
    people = list(User.objects.filter(pk__in=[told.pk, shut.pk, suspended.pk, deleted.pk]))
    User.objects.filter(pk=shut.pk).update(is_active=False)
    suspendre(suspended.entreprise)
    notifications.notify(people, type="T", contenu="c")
    assert [notice.destinataire for notice in Notification.tous.all()] == [told]
    assert [courriel.destinataire for courriel in Courriel.objects.all()] == [told.email]


@pytest.mark.parametrize("famille", FAMILLES, ids=lambda famille: famille.code)
def test_each_type_is_mailed_as_the_person_chose_and_always_shown(famille) -> None:
    user, other = UserFactory(preferences={"sans_courriel": [famille.code]}), UserFactory()
    for type_ in famille.types:
        notifications.notify([user, other], type=type_, contenu="c")
    assert {courriel.destinataire for courriel in Courriel.objects.all()} == {other.email}
    assert notifications.unread_count(user) == len(famille.types)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("referentiel")
def test_it_holds_on_a_phone(phone: Page, axe: Callable[[Page], None], sign_in: Callable[[Page, User], None]) -> None:
    user = UserFactory()
    notifications.notify(
        [user],
        type="Demande d'accès",
        contenu="Très-long-nom " * 12,
        produit_label="Produit " * 20,
        url="/acces/1/",
        attend_reponse=True,
        emetteur=UserFactory(),
    )
    NotificationFactory(destinataire=user, lue=True)
    sign_in(phone, user)
    for query in ("", "?etat=lues", "?q=absent"):
        phone.goto(LIST + query)
        largeur_tenue(phone)
        axe(phone)
