"""The support registers a company that has not asked online (BO-3, R-50)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts import crypto
from accounts.actions.creation import creer_entreprise
from accounts.courriels.outbox import PURPOSE
from accounts.enums import Role
from accounts.errors import ActionRefused
from accounts.models import Courriel, EntreeJournal, Entreprise, Passation, User
from tests.accounts.factories import EntrepriseFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = reverse("gestion:entreprise_creer")
CHAMPS = {"raison_sociale": "Cobalt Santé", "siren": "732 829 320", "forme_juridique": "SAS", "adresse": "1 rue des Lilas", "site": "cobalt.example"}
IDENTITE = {"first_name": "Nora", "last_name": "Petit", "email": "nora@cobalt.example", "username": "nora.petit", "fonction": "Présidente", "telephone": ""}
MOTIF = {"motif": "Convention signée en séance, pièce d'identité vue."}


@pytest.fixture
def support(client: Client) -> User:
    account = UserFactory(agence=True, role=Role.SUPPORT, double_facteur=True)
    client.force_login(account)
    return account


def post(client: Client, **changed: Any) -> Any:
    return client.post(URL, {**CHAMPS, **IDENTITE, **MOTIF, "etape": "inscrire", **changed})


def test_nothing_is_created_before_it_is_read_again(client: Client, support: User) -> None:
    """AX-2: nothing deletes a company; going back loses nothing of what was typed."""
    page = post(client, etape="").text.replace("&#x27;", "'")
    assert "Rien n'est encore créé" in page.replace("\u00a0", " ") and "732829320" in page and "nora@cobalt.example" in page
    back = post(client, etape="modifier").text
    assert 'value="732 829 320"' in back and "1 rue des Lilas" in back and MOTIF["motif"] in back.replace("&#x27;", "'")
    assert not Entreprise.objects.filter(siren="732829320").exists() and not Courriel.objects.exists()


def test_company_and_responsable_come_together(client: Client, support: User) -> None:
    """The list leads here; the person receives the link of a first password."""
    assert URL in client.get(reverse("gestion:accounts_entreprise_changelist")).text
    response = post(client)
    entreprise = Entreprise.objects.get(siren="732829320")
    assert response.headers["Location"] == reverse("gestion:accounts_entreprise_change", args=[entreprise.pk])
    compte = User.objects.of_entreprise(entreprise).get()
    assert compte.is_responsable and not compte.has_usable_password() and entreprise.site == "https://cobalt.example"
    text = crypto.decrypt(Courriel.objects.get(destinataire=compte.email).texte, purpose=PURPOSE)
    assert re.search(r"/compte/mot-de-passe/oubli/\S+/", text) and "Cobalt Santé" in text and support.nom_complet not in text
    lines = EntreeJournal.objects.filter(action__in=("entreprise.creee", "compte.cree")).order_by("sequence")
    assert [(line.action, line.acteur) for line in lines] == [("entreprise.creee", support.pk), ("compte.cree", support.pk)]
    assert {line.entreprise for line in lines} == {entreprise.pk}
    assert Passation.objects.get(entreprise=entreprise).motif == MOTIF["motif"]
    page = client.get(response.headers["Location"]).text
    assert MOTIF["motif"] in page.replace("&#x27;", "'")
    assert all(MOTIF["motif"] not in str(line.details) for line in lines), "what is typed freely stays out of the chain (TR-3)"


@pytest.mark.parametrize(
    "change, words",
    [
        ({"siren": "732 829 321"}, "sa clé doit être juste"),
        ({"siren": ""}, "Indiquez le SIREN."),
        ({"raison_sociale": " "}, "Indiquez la raison sociale."),
        ({"motif": " "}, "comment vous avez vérifié"),
        ({"site": "pas une adresse"}, "Cette adresse n'est pas complète"),
        ({"email": "Pris@Cobalt.example"}, "déjà celle d'un compte"),
        ({"username": "PRIS"}, "déjà pris"),
    ],
)
def test_what_does_not_hold_is_said_and_creates_nothing(client: Client, support: User, change: dict[str, str], words: str) -> None:
    UserFactory(username="pris", email="pris@cobalt.example")
    response = post(client, **change)
    assert response.status_code == 400 and words in response.content.decode().replace("&#x27;", "'")
    assert not Entreprise.objects.filter(raison_sociale="Cobalt Santé").exists()


def test_a_known_siren_is_named_to_the_support(client: Client, support: User) -> None:
    known = EntrepriseFactory(siren="732829320")
    response = post(client)
    assert response.status_code == 400 and known.raison_sociale in response.content.decode()
    with pytest.raises(ActionRefused):  # a colleague registered it meanwhile
        creer_entreprise(par=support, champs={**CHAMPS, "siren": "732829320"}, identite=IDENTITE, **MOTIF)
    assert Entreprise.objects.filter(siren="732829320").count() == 1 and not User.objects.filter(username="nora.petit").exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPPORT])
def test_nobody_else_registers_a_company(role: Role) -> None:
    """AZ-11."""
    with pytest.raises(PermissionDenied):
        creer_entreprise(par=UserFactory(agence=True, role=role), champs=CHAMPS, identite=IDENTITE, **MOTIF)
