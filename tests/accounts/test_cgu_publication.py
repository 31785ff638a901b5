"""Publishing the conditions of use (ACC-4, BO-4, EXT-3)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import cgu as actions
from accounts.actions.cgu import annoncer
from accounts.models import Cgu, Courriel, EntreeJournal, Notification, User
from tests.accounts.factories import CguFactory, EntrepriseFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "/gestion/conditions/publier/"


@pytest.fixture
def editor(client: Client) -> User:
    account = UserFactory(agence=True, role="gestionnaire_contenu", double_facteur=True)
    client.force_login(account)
    return account


def test_nothing_is_published_before_it_is_read_again(client: Client, editor: User) -> None:
    html = client.post(URL, {"version": "2027-1", "texte": "Premier <b>paragraphe</b>."}).content.decode()
    assert "Rien n'est encore publié" in html.replace("&#x27;", "'") and "&lt;b&gt;" in html
    assert not Cgu.objects.exists()
    back = client.post(URL, {"version": "2027-1", "texte": "Premier paragraphe.", "etape": "modifier"}).content.decode()
    assert "Premier paragraphe." in back and 'value="2027-1"' in back


def test_a_new_version_asks_everybody_again_and_tells_them(client: Client, editor: User) -> None:
    """ACC-4, EXT-3."""
    chef, shut, suspended = UserFactory(responsable=True), UserFactory(inactif=True), UserFactory(entreprise=EntrepriseFactory(suspendue=True))
    visitor = Client()
    visitor.force_login(chef)
    assert visitor.get(reverse("accounts:mes_informations")).status_code == 200
    response = client.post(URL, {"version": "2027-1", "texte": "Un texte.", "etape": "publier"})
    cgu = Cgu.objects.get()
    assert response.headers["Location"] == reverse("gestion:accounts_cgu_change", args=[cgu.pk])
    assert not Notification.tous.exists(), "however many accounts there are, the page does not wait for them to be told"
    annoncer()
    assert reverse("accounts:cgu_accepter") in visitor.get(reverse("accounts:mes_informations")).headers["Location"]
    told = set(Notification.tous.values_list("destinataire", flat=True))
    assert chef.pk in told and not {shut.pk, suspended.pk, editor.pk} & told
    assert Courriel.objects.filter(destinataire=chef.email).count() == 1
    assert EntreeJournal.objects.get(action="cgu.publiees").version == "2027-1"


def test_an_announcement_cut_in_the_middle_is_taken_up_again(client: Client, editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """JB-1, JB-3: nobody is left out, nobody is told twice."""
    people = UserFactory.create_batch(5)
    client.post(URL, {"version": "2027-1", "texte": "Un texte.", "etape": "publier"})
    monkeypatch.setattr(actions, "SLICE", 2)
    User.objects.filter(pk=people[3].pk).update(is_active=False)
    assert annoncer() == 4 and not Cgu.objects.get().a_annoncer and annoncer() == 0
    Cgu.objects.update(a_annoncer=True)  # as a worker killed before it could say that it had finished
    User.objects.filter(pk=people[3].pk).update(is_active=True)
    assert annoncer() == 1
    assert sorted(Notification.tous.values_list("destinataire", flat=True)) == sorted(user.pk for user in people)


def test_a_name_taken_is_said_beside_its_field(client: Client, editor: User) -> None:
    CguFactory(version="2027-1")
    client.post(reverse("accounts:cgu_accepter"), {"version": Cgu.objects.get().pk, "accepte": "on"})
    response = client.post(URL, {"version": "2027-1", "texte": "Un texte.", "etape": "publier"})
    assert response.status_code == 400 and "Une version porte déjà ce nom" in response.content.decode()
    assert Cgu.objects.count() == 1


def test_the_list_says_which_version_is_in_force(client: Client, editor: User) -> None:
    old = CguFactory(version="2026-9")
    CguFactory(version="2027-1")
    client.post(reverse("accounts:cgu_accepter"), {"version": Cgu.objects.en_vigueur().pk, "accepte": "on"})
    html = client.get(reverse("gestion:accounts_cgu_changelist")).content.decode()
    assert html.count("En vigueur") == 1 and html.count("Ancienne version") == 1
    assert "Ancienne version" in client.get(reverse("gestion:accounts_cgu_change", args=[old.pk])).content.decode()
