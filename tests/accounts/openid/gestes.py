"""What a person does with an identity provider: press, be recognised there, come back."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import requests
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import EntreeJournal, IdentiteExterne, User
from tests.accounts.factories import PASSWORD

CODE = "proconnect"
LOGIN = "/compte/connexion/"
DEPART = reverse("accounts:openid_connexion", args=[CODE])
RETOUR = reverse("accounts:openid_retour", args=[CODE])
IDENTITES = reverse("accounts:identites")
RATTACHER = reverse("accounts:identite_rattacher", args=[CODE])
CONFIRMER = reverse("accounts:identite_confirmer", args=[CODE])


def set_option(settings: Settings, **options: Any) -> None:
    settings.OPENID_FOURNISSEURS = [{**settings.OPENID_FOURNISSEURS[0], **options}]


def leave(client: Client, url: str = DEPART, **data: str) -> str:
    """Press the button; give the address that the page leads to."""
    response = client.post(url, data)
    assert response.status_code == 200, (response.status_code, response.headers.get("Location"))
    return unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', response.content.decode())[1])


def identify(address: str) -> str:
    """Be recognised by the provider; give the way back, as a path of the site."""
    back = requests.get(address, allow_redirects=False, timeout=5).headers["location"]
    assert back.startswith(site.BASE_URL + RETOUR + "?")
    return back.removeprefix(site.BASE_URL)


def come_in(client: Client, **data: str) -> Any:
    return client.get(identify(leave(client, **data)))


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def linked(user: User, sub: str = "personne-1") -> IdentiteExterne:
    return IdentiteExterne.objects.create(compte=user, fournisseur=CODE, sujet=sub, adresse="ada@industriel.example")


def recognised(client: Client) -> None:
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def refusals() -> list[dict[str, str]]:
    return [line.details for line in EntreeJournal.objects.filter(action="session.refusee", issue="refuse").order_by("sequence")]
