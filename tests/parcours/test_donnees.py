"""« Mes données » holds what every room knows of a person, and nothing of anybody else (DP-2, AZ-5)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.exports import donnees as export_donnees
from accounts.models import User
from catalog.models import DemandeAcces
from questionnaires.enums import DroitSujet
from questionnaires.rights import grant
from tests.accounts.factories import NotificationFactory, UserFactory, session_ailleurs
from tests.catalog.factories import ProduitFactory
from tests.parcours.factories import InscriptionFactory, ReponseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]


def fill(user: User, mot: str) -> None:
    """Let a person do one of each; every text bears the word."""
    produit = ProduitFactory(entreprise=user.entreprise, responsable=user, nom=f"Produit {mot}", qualified=True)
    autre = ProduitFactory(entreprise=user.entreprise, nom=f"Autre {mot}")
    grant(user, autre, [DroitSujet.LECTURE])
    DemandeAcces.tous.create(entreprise=user.entreprise, produit=autre, demandeur=user, droit="saisie", message=f"Message {mot}")
    InscriptionFactory(sujet=produit, inscrite_par=user)
    ReponseFactory(sujet=produit, validee=True, par=user, reponses={"A08.1.1": {"valeur": 2, "commentaire": f"Réponse {mot}"}})
    NotificationFactory(destinataire=user, contenu=f"Avis {mot}")
    session_ailleurs(user, f"Navigateur {mot}")


@pytest.fixture
def user() -> User:
    me = UserFactory(first_name="Ada", responsable=True)
    fill(me, "zqmoi")
    fill(UserFactory(entreprise=me.entreprise, first_name="Collègue"), "zqautre")
    return me


def test_file_holds_what_each_room_knows(user: User) -> None:
    donnees: dict[str, Any] = json.loads(export_donnees.build(user).content)
    assert [row["droits"] for row in donnees["droits_sur_les_produits"] if "Autre zqmoi" in row["sujet"]] == ["Lecture"]
    assert any("Produit zqmoi" in row["sujet"] for row in donnees["responsabilites"])
    assert [row["message"] for row in donnees["demandes_d_acces"]] == ["Message zqmoi"]
    assert [row["acte"] for row in donnees["inscriptions"]] == ["Inscription"]
    assert "Validation" in [row["acte"] for row in donnees["signatures"]]
    assert [row["navigateur"] for row in donnees["sessions"]] == ["Navigateur zqmoi"]
    assert [row["contenu"] for row in donnees["notifications"]] == ["Avis zqmoi"]
    assert {row["libelle"] for row in donnees["journal"]} >= {"Connexion"}


def test_file_holds_nothing_of_a_colleague_nor_what_was_answered(user: User) -> None:
    text = export_donnees.build(user).content.decode()
    assert "zqautre" not in text and "Collègue" not in text
    assert "Réponse zqmoi" not in text, "the answers are the company's"


def test_page_shows_them(user: User) -> None:
    client = Client()
    client.force_login(user)
    html = client.get(reverse("accounts:mes_donnees")).content.decode()
    for words in ("Produits dont vous êtes responsable", "Message zqmoi", "Réponses qui portent votre nom", "Connexion"):
        assert words in html
    assert "zqautre" not in html


def test_agency_has_no_rows_of_companies() -> None:
    donnees = json.loads(export_donnees.build(UserFactory(agence=True)).content)
    assert all(donnees[code] == [] for code in ("droits_sur_les_produits", "responsabilites", "demandes_d_acces", "inscriptions", "signatures"))
