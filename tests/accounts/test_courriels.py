"""The mails that do not leave: seen by the administrateurs alone, tried again by them, and nothing said of what they hold (JB-4, R-55)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.core import mail
from django.test import Client
from playwright.sync_api import Page
from pytest_django.fixtures import Settings

from accounts.actions import courriels as actions
from accounts.courriels import mailing
from accounts.enums import EtatCourriel
from accounts.errors import ActionRefused
from accounts.models import Courriel, EntreeJournal, User
from tests.accounts.factories import UserFactory
from tests.browser_walks.gestes import largeur_tenue
from tests.ensemble import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> User:
    return UserFactory(agence=True, role="administrateur", double_facteur=True)


def failed(name: str = "camille", **fields: object) -> Courriel:
    values = {
        "destinataire": f"{name}@lab.example",
        "sujet": "Validation demandée : Produit secret",
        "texte": "Texte secret",
        "dedupe_key": f"notification:{name}",
    }
    return Courriel.objects.create(**{**values, "etat": EtatCourriel.ECHEC, "essais": 5, "erreur": "SMTPDataError 554", **fields})


def test_the_page_says_to_whom_and_why_and_nothing_of_the_message(client: Client, agent: User) -> None:
    failed()
    failed("hugo", etat=EtatCourriel.A_ENVOYER, essais=2, dedupe_key="compte:1")
    Courriel.objects.create(destinataire="parti@lab.example", sujet="x", texte="x", dedupe_key="x")
    client.force_login(agent)
    page = client.get("/gestion/courriels/").content.decode()
    for text in (
        "camille@lab.example",
        "hugo@lab.example",
        "Notification",
        "Sécurité d'un compte",
        "Message refusé par le serveur de messagerie (554)",
        "dont 1 en échec",
    ):
        assert text in page.replace("&#x27;", "'"), text
    assert "secret" not in page and "parti@lab.example" not in page
    assert "En échec : <strong>1</strong>" in client.get("/gestion/").content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_tried_again_it_leaves(client: Client, agent: User, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    courriel = failed(destinataire=UserFactory(email="camille@lab.example").email)
    client.force_login(agent)
    assert client.post(f"/gestion/courriels/{courriel.pk}/relancer/").status_code == 302
    assert mailing.send_due() == 1 and mail.outbox[0].to == ["camille@lab.example"]
    assert EntreeJournal.objects.get(action="courriel.relance").acteur == agent.pk
    assert client.post(f"/gestion/courriels/{courriel.pk}/relancer/").status_code == 409


def test_all_of_them_at_once(client: Client, agent: User) -> None:
    failed("a"), failed("b")
    client.force_login(agent)
    client.post("/gestion/courriels/relancer/")
    assert set(Courriel.objects.values_list("etat", "essais")) == {(EtatCourriel.A_ENVOYER, 0)}


@pytest.mark.django_db(transaction=True)
def test_all_of_them_by_two_people_at_once(agent: User) -> None:
    """JB-4: the second finds nothing left to do; nobody is refused."""
    colleague = UserFactory(agence=True, role="administrateur", double_facteur=True)
    failed("a"), failed("b"), failed("c")
    given = at_once(*(partial(actions.relancer_courriels, par=user) for user in (agent, colleague)))
    assert sorted(given) == [0, 3]
    assert EntreeJournal.objects.filter(action="courriel.relance").count() == 3


def test_one_still_tried_is_left_alone(agent: User) -> None:
    waiting = failed(etat=EtatCourriel.A_ENVOYER, essais=1)
    with pytest.raises(ActionRefused):
        actions.relancer_courriel(courriel=waiting, par=agent)


def test_an_empty_page_says_so(client: Client, agent: User) -> None:
    client.force_login(agent)
    assert "Tous les courriels partent" in client.get("/gestion/courriels/").content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_it_holds_on_a_phone(phone: Page, axe: Callable[[Page], None], sign_in: Callable[[Page, User], None], agent: User) -> None:
    failed("prenom.nom-compose-tres-long@sous-domaine")
    failed("b")
    sign_in(phone, agent)
    phone.goto("/gestion/courriels/")
    largeur_tenue(phone)
    axe(phone)
