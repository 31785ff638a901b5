"""Linking an identity to one's account and unlinking it; nothing of it is kept or told elsewhere (ACC-4, TR-4)."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings as site
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from accounts import crypto
from accounts.actions.comptes import effacer_compte
from accounts.courriels import outbox
from accounts.models import Courriel, EntreeJournal, IdentiteExterne, User
from accounts.openid import etat
from accounts.openid.fournisseurs import fournisseurs
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.accounts.openid.fournisseur import SECRET, Provider

from .gestes import CONFIRMER, DEPART, IDENTITES, RATTACHER, RETOUR, come_in, identify, leave, linked, recognised

pytestmark = pytest.mark.django_db(transaction=True)


# --- Linking and unlinking from the profile -------------------------------------------------------------------------------
@pytest.fixture
def user(client: Client) -> User:
    account = UserFactory(email="ada@lab.example")
    client.force_login(account)
    return account


def test_linking_asks_to_be_recognised_again(client: Client, provider: Provider, user: User) -> None:
    """AU-6."""
    assert client.post(RATTACHER)["Location"].startswith(reverse("account_reauthenticate"))
    row = linked(user)
    assert client.post(reverse("accounts:identite_detacher", args=[row.pk]))["Location"].startswith(reverse("account_reauthenticate"))
    assert IdentiteExterne.objects.exists()


def test_linking_is_confirmed_traced_and_told(client: Client, provider: Provider, user: User) -> None:
    recognised(client)
    assert client.get(identify(leave(client, RATTACHER)))["Location"] == CONFIRMER
    assert not IdentiteExterne.objects.exists(), "nothing is linked before the person has seen which identity"
    assert "ada@industriel.example" in client.get(CONFIRMER).content.decode()
    assert client.post(CONFIRMER)["Location"] == IDENTITES
    row = IdentiteExterne.objects.get()
    assert (row.compte, row.sujet) == (user, "personne-1")
    line = EntreeJournal.objects.get(action="identite.rattachee")
    assert line.acteur == user.pk and "personne-1" not in str(line.details)
    courriel = Courriel.objects.get()
    assert courriel.destinataire == user.email and "ProConnect" in crypto.decrypt(courriel.texte, purpose=outbox.PURPOSE)
    assert "Détacher" in client.get(IDENTITES).content.decode()
    assert client.post(CONFIRMER)["Location"] == IDENTITES, "confirmed twice, linked once"
    assert IdentiteExterne.objects.count() == 1


def test_unlinking_is_traced_and_told(client: Client, provider: Provider, user: User) -> None:
    row = linked(user)
    recognised(client)
    url = reverse("accounts:identite_detacher", args=[row.pk])
    assert "ne permettra plus" in client.get(url).content.decode()
    assert client.post(url)["Location"] == IDENTITES
    assert not IdentiteExterne.objects.exists()
    assert EntreeJournal.objects.filter(action="identite.detachee", acteur=user.pk).count() == 1
    assert Courriel.objects.get().sujet.startswith("Un fournisseur d'identité a été détaché")
    assert come_in(Client()).status_code == 403


def test_unlinking_never_shuts_oneself_out(client: Client, provider: Provider, user: User) -> None:
    row = linked(user)
    user.set_unusable_password()
    user.save()
    come_in(client)
    page = client.post(reverse("accounts:identite_detacher", args=[row.pk]), follow=True).content.decode()
    assert "Choisissez d&#x27;abord un mot de passe" in page and IdentiteExterne.objects.exists()


def test_identity_of_another_account_is_not_taken(client: Client, provider: Provider, user: User) -> None:
    other = UserFactory()
    linked(other)
    recognised(client)
    client.get(identify(leave(client, RATTACHER)))
    assert "déjà rattachée à un autre compte" in client.post(CONFIRMER, follow=True).content.decode()
    assert IdentiteExterne.objects.get().compte == other


def test_second_identity_of_a_provider_is_refused(client: Client, provider: Provider, user: User) -> None:
    linked(user, "premiere")
    recognised(client)
    client.get(identify(leave(client, RATTACHER)))
    assert "détachez-la d&#x27;abord" in client.post(CONFIRMER, follow=True).content.decode()
    assert IdentiteExterne.objects.get().sujet == "premiere"


def test_database_keeps_one_account_to_an_identity(provider: Provider) -> None:
    linked(UserFactory())
    with pytest.raises(IntegrityError):
        linked(UserFactory())


@pytest.mark.parametrize("gone", ["personne", "compte", "trop_tard"])
def test_what_was_proposed_to_another_is_not_linked(client: Client, provider: Provider, user: User, gone: str) -> None:
    recognised(client)
    client.get(identify(leave(client, RATTACHER)))
    session = client.session
    match gone:
        case "personne":
            del session[etat.PROPOSED]
        case "compte":
            session[etat.PROPOSED] = {**session[etat.PROPOSED], "compte": user.pk + 1}
        case _:
            session[etat.PROPOSED] = {**session[etat.PROPOSED], "at": time.time() - etat.LIFETIME - 1}
    session.save()
    assert client.post(CONFIRMER)["Location"] == IDENTITES
    assert not IdentiteExterne.objects.exists()


def test_way_back_of_a_link_after_the_account_changed(client: Client, provider: Provider, user: User) -> None:
    recognised(client)
    back = identify(leave(client, RATTACHER))
    client.post("/compte/deconnexion/")
    client.force_login(UserFactory())
    client.get(back)
    assert etat.PROPOSED not in client.session and not IdentiteExterne.objects.exists()


def test_giving_up_leads_back_to_the_profile(client: Client, provider: Provider, user: User) -> None:
    recognised(client)
    state = dict(parse_qsl(urlsplit(leave(client, RATTACHER)).query))["state"]
    page = client.get(RETOUR, {"error": "access_denied", "state": state}, follow=True)
    assert page.request["PATH_INFO"] == IDENTITES and "Vous avez renoncé" in page.content.decode()


def test_link_of_a_sign_in_is_not_followed_by_somebody_signed_in(client: Client, provider: Provider, user: User) -> None:
    assert client.post(DEPART)["Location"] == reverse(site.LOGIN_REDIRECT_URL)


# --- Nothing is kept, nothing is written ------------------------------------------------------------------------------------
def test_no_token_code_or_secret_in_logs_database_or_session(client: Client, provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """TR-4: canaries, through success, refusal and failure; the driver of HTTP itself is listened to."""
    user = UserFactory(double_facteur=True)
    linked(user)
    with caplog.at_level(logging.DEBUG):
        come_in(client)
        provider.claims = {"nonce": "faux"}
        come_in(Client())
        provider.broken["/token"] = (400, json.dumps({"error": "invalid_grant", "echo": SECRET}).encode())
        come_in(Client())
        provider.broken["/token"] = (500, SECRET.encode())
        come_in(Client())
    said = caplog.text + repr(fournisseurs())
    kept = "".join(str(rows) for rows in dump()) + str(dict(client.session))
    for secret in (SECRET, *provider.tokens):
        assert secret and secret not in said and secret not in kept


def dump() -> Iterator[list[Any]]:
    with connection.cursor() as cursor:
        for table in ("accounts_identiteexterne", "accounts_entreejournal", "accounts_personnejournal", "accounts_courriel", "accounts_user", "django_session"):
            cursor.execute(f"SELECT * FROM {table}")
            yield cursor.fetchall()


def test_identity_goes_with_a_deleted_account(provider: Provider) -> None:
    """DP-2."""
    entreprise = EntrepriseFactory()
    user, par = UserFactory(entreprise=entreprise), UserFactory(entreprise=entreprise, responsable=True)
    linked(user)
    effacer_compte(user, par=par)
    assert not IdentiteExterne.objects.exists()
