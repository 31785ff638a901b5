"""One's own pages: informations, notifications, jobs (ACC-8, JB-4, XP-5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import jobs, notifications
from accounts.enums import EtatTravail
from accounts.jobs import JobResult, Progress
from accounts.models import Notification, Travail, User
from tests.accounts.factories import EntrepriseFactory, NotificationFactory, UserFactory, changer_d_entreprise

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client: Client) -> User:
    account = UserFactory()
    client.force_login(account)
    return account


# --- Mes informations -------------------------------------------------------------------------------------------------------
def test_informations_of_a_company_account(client: Client) -> None:
    manager = UserFactory(first_name="Ada", last_name="Martin", responsable=True)
    account = UserFactory(entreprise=manager.entreprise, gestionnaire=manager, fonction="<script>alert(1)</script>", peut_valider=True)
    client.force_login(account)
    html = client.get(reverse("accounts:mes_informations")).content.decode()
    for text in (account.username, account.email, manager.entreprise.raison_sociale, "Ada Martin", "Contributeur", "&lt;script&gt;"):
        assert text in html
    assert "<script>alert" not in html


def test_informations_of_the_agency(client: Client) -> None:
    client.force_login(UserFactory(agence=True, double_facteur=True))
    assert "Agence" in client.get(reverse("accounts:mes_informations")).content.decode()


# --- Notifications ------------------------------------------------------------------------------------------------------------
def test_each_sees_ones_own_notifications(client: Client, user: User) -> None:
    """AZ-5."""
    NotificationFactory(destinataire=user, contenu="Pour moi", emetteur=UserFactory(last_name="Curie"), produit_label="Ordo+")
    NotificationFactory(destinataire=UserFactory(entreprise=user.entreprise), contenu="Pour un collègue")
    html = client.get(reverse("accounts:notifications")).content.decode()
    assert "Pour moi" in html and "Curie" in html and "Ordo+" in html
    assert "Pour un collègue" not in html


def test_empty_list_says_what_will_come(client: Client, user: User) -> None:
    assert "pas encore de notification" in client.get(reverse("accounts:notifications")).content.decode()


@pytest.mark.parametrize("q, found", [("curie", True), ("ordo", True), ("validation", True), ("curie ordo", True), ("absent", False), ("%", False)])
def test_search(client: Client, user: User, q: str, found: bool) -> None:
    NotificationFactory(destinataire=user, contenu="Texte du message", emetteur=UserFactory(last_name="Curie"), produit_label="Ordo+")
    html = client.get(reverse("accounts:notifications"), {"q": q}).content.decode()
    assert ("Texte du message" in html) is found


def test_pages_and_constant_queries(client: Client, user: User) -> None:
    """P22."""
    NotificationFactory(destinataire=user, emetteur=UserFactory())
    few = count_queries(client, reverse("accounts:notifications"))
    for _ in range(44):
        NotificationFactory(destinataire=user, emetteur=UserFactory())
    assert count_queries(client, reverse("accounts:notifications")) == few <= 8
    assert 'aria-current="page">3</a>' in client.get(reverse("accounts:notifications"), {"page": 3}).content.decode()


def count_queries(client: Client, url: str) -> int:
    client.get(url)  # what the process remembers for all pages
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("page", ["0", "-1", "2", "x", "", "１", "9" * 30])
def test_page_that_does_not_exist(client: Client, user: User, page: str) -> None:
    assert client.get(reverse("accounts:notifications"), {"page": page}).status_code == 404


def test_marking_one_as_read(client: Client, user: User) -> None:
    mine, other = NotificationFactory(destinataire=user), NotificationFactory(destinataire=user)
    client.post(reverse("accounts:notification_lue", args=[mine.pk]))
    assert notifications.unread_count(user) == 1
    assert Notification.tous.get(pk=mine.pk).lue_le and not Notification.tous.get(pk=other.pk).lue_le


def test_date_of_reading_does_not_move(client: Client, user: User) -> None:
    read = NotificationFactory(destinataire=user, lue_le=timezone.now() - timedelta(days=3))
    client.post(reverse("accounts:notification_lue", args=[read.pk]))
    assert Notification.tous.get(pk=read.pk).lue_le == read.lue_le


def test_marking_all_as_read_leaves_those_of_others(client: Client, user: User) -> None:
    NotificationFactory(destinataire=user)
    foreign = NotificationFactory()
    client.post(reverse("accounts:notifications_lues"))
    assert (notifications.unread_count(user), notifications.unread_count(foreign.destinataire)) == (0, 1)


def test_notification_of_another_person_does_not_exist(client: Client, user: User) -> None:
    """AZ-4: the same answer as for a random id."""
    foreign = NotificationFactory()
    answers = [client.post(reverse("accounts:notification_lue", args=[pk])).status_code for pk in (foreign.pk, 987654321)]
    assert answers == [404, 404]
    assert Notification.tous.get(pk=foreign.pk).lue_le is None


@pytest.mark.parametrize("name", ["notification_lue", "notifications_lues", "travail_relancer"])
def test_actions_ask_for_a_post(client: Client, user: User, name: str) -> None:
    """WB-2."""
    args = [] if name == "notifications_lues" else [1]
    assert client.get(reverse(f"accounts:{name}", args=args)).status_code == 405


# --- Jobs ---------------------------------------------------------------------------------------------------------------------
@jobs.job("essai.page")
def make_file(travail: Travail, progress: Progress) -> JobResult:
    return JobResult(b"%PDF-", "Rapport d'évaluation.pdf", "application/pdf")


def done(user: User) -> Travail:
    travail = waiting(user)
    jobs.run(travail.pk)
    travail.refresh_from_db()
    return travail


def waiting(user: User) -> Travail:
    return jobs.submit("essai.page", par=user, entreprise=user.entreprise, cle="page", params={})


def failed(user: User) -> Travail:
    travail = waiting(user)
    Travail.tous.filter(pk=travail.pk).update(etat=EtatTravail.ECHEC, erreur="Cela n'a pas abouti.", termine_le=timezone.now())
    return travail


def expired(user: User) -> Travail:
    travail = done(user)
    Travail.tous.filter(pk=travail.pk).update(expire_le=timezone.now() - timedelta(minutes=1))
    return travail


STATES: dict[str, tuple[Callable[[User], Travail], str]] = {
    "waiting": (waiting, "va commencer"),
    "done": (done, "Télécharger le fichier"),
    "failed": (failed, "Relancer"),
    "expired": (expired, "plus conservé"),
}


@pytest.mark.parametrize("state", STATES)
def test_job_page_in_each_state(client: Client, user: User, state: str) -> None:
    make, words = STATES[state]
    url = reverse("accounts:travail", args=[make(user).pk])
    page, fragment = client.get(url), client.get(url, headers={"hx-request": "true"})
    assert words in page.content.decode() and words in fragment.content.decode()
    assert "<html" in page.content.decode() and "<html" not in fragment.content.decode()
    assert ("hx-get" in fragment.content.decode()) is (state == "waiting")


def test_polling_backs_off_to_ten_seconds(client: Client, user: User) -> None:
    """EC-4."""
    url = reverse("accounts:travail", args=[waiting(user).pk])
    delays, rank = [], "0"
    for _ in range(10):
        html = client.get(url, {"rang": rank}, headers={"hx-request": "true"}).content.decode()
        delays.append(int(html.split("load delay:")[1].split("s")[0]))
        rank = html.split("?rang=")[1].split('"')[0]
    assert delays == [1, 1, 2, 2, 3, 5, 8, 10, 10, 10]


@pytest.mark.parametrize("rank", ["-1", "x", "99999", "", "２"])
def test_polling_ignores_a_strange_rank(client: Client, user: User, rank: str) -> None:
    assert client.get(reverse("accounts:travail", args=[waiting(user).pk]), {"rang": rank}).status_code == 200


def test_job_without_javascript_has_a_link(client: Client, user: User) -> None:
    """AX-2."""
    travail = waiting(user)
    url = reverse("accounts:travail", args=[travail.pk])
    assert f'href="{url}">Actualiser' in client.get(url).content.decode()


def test_download(client: Client, user: User) -> None:
    """FI-7: an attachment nothing keeps and nothing runs."""
    response = client.get(reverse("accounts:travail_fichier", args=[done(user).pk]))
    assert b"".join(response.streaming_content) == b"%PDF-"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment;") and "Rapport" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"] and response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("make", [waiting, failed, expired])
def test_nothing_to_download_leads_to_the_page_of_the_job(client: Client, user: User, make: Callable[[User], Travail]) -> None:
    travail = make(user)
    response = client.get(reverse("accounts:travail_fichier", args=[travail.pk]))
    assert response["Location"] == reverse("accounts:travail", args=[travail.pk])


@pytest.mark.parametrize("name", ["travail", "travail_fichier", "travail_relancer"])
def test_job_of_another_person_does_not_exist(client: Client, user: User, name: str) -> None:
    """AZ-4, XP-5: neither of another company, nor of a colleague, be one responsable."""
    colleague = UserFactory(entreprise=user.entreprise)
    User.objects.filter(pk=user.pk).update(profil="responsable")
    for pk in (done(UserFactory()).pk, done(colleague).pk, 987654321):
        url = reverse(f"accounts:{name}", args=[pk])
        assert (client.post(url) if name == "travail_relancer" else client.get(url)).status_code == 404


def test_file_is_denied_once_the_account_moved_to_another_company(client: Client, user: User) -> None:
    """AZ-8: succeed, withdraw, denied."""
    url = reverse("accounts:travail_fichier", args=[done(user).pk])
    assert b"".join(client.get(url).streaming_content) == b"%PDF-"
    changer_d_entreprise(user, EntrepriseFactory())
    assert client.get(url).status_code == 404


def test_trying_again_from_the_page(client: Client, user: User) -> None:
    """JB-4."""
    travail = failed(user)
    assert client.post(reverse("accounts:travail_relancer", args=[travail.pk])).status_code == 302
    travail.refresh_from_db()
    assert travail.etat == EtatTravail.EN_ATTENTE
    assert client.post(reverse("accounts:travail_relancer", args=[travail.pk])).status_code == 409


@pytest.mark.parametrize("raw", ["0", "-1", "9999999999999999999999", "１２", "1.5", "x"])
def test_strange_ids_are_no_pages(client: Client, user: User, raw: str) -> None:
    for path in (f"/travaux/{raw}/", f"/travaux/{raw}/fichier/", f"/notifications/{raw}/lue/"):
        assert client.get(path).status_code == 404
