"""Taking away the second factor of somebody who lost it: by whom, what ends, who is told (BO-3, AU-3, AZ-9, AZ-11)."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.urls import reverse

from accounts.models import Courriel, EntreeJournal, User
from tests.accounts.factories import UserFactory, session_ailleurs
from tests.people import as_client

pytestmark = pytest.mark.django_db


def take_away(par: User, compte: User, kind: str, data: dict[str, Any] | None = None) -> Any:
    return as_client(par).post(reverse(f"gestion:{kind}_second_facteur", args=[compte.pk]), {"reconnue": "on"} if data is None else data)


@pytest.fixture
def administrateur() -> User:
    return UserFactory(agence=True, role="administrateur", double_facteur=True)


def test_the_support_takes_it_away_and_the_person_knows(support: User) -> None:
    compte = UserFactory(double_facteur=True)
    ouverte = session_ailleurs(compte)
    fiche = reverse("gestion:accounts_user_change", args=[compte.pk])
    assert reverse("gestion:compte_second_facteur", args=[compte.pk]) in as_client(support).get(fiche).text
    assert take_away(support, compte, "compte", {}).status_code == 400 and Authenticator.objects.filter(user=compte).exists()
    assert take_away(support, compte, "compte").headers["Location"] == fiche
    assert not Authenticator.objects.filter(user=compte).exists()
    assert not UserSession.objects.filter(pk=ouverte.pk).exists(), "AZ-8: its sessions end"
    mail = Courriel.objects.get(destinataire=compte.email)
    assert "Le support a retiré" in mail.texte.replace("\u00a0", " ") and support.nom_complet not in mail.texte
    line = EntreeJournal.objects.get(action="compte.second_facteur_retire")
    assert (line.acteur, line.target_id, line.entreprise) == (support.pk, str(compte.pk), compte.entreprise_id)
    assert take_away(support, compte, "compte").status_code == 400, "nothing is left to take away"


def test_an_agent_enrols_again_before_anything(administrateur: User) -> None:
    """AZ-11: the agency never works without one."""
    agent = UserFactory(agence=True, role="support", double_facteur=True)
    assert take_away(administrateur, agent, "agent").status_code == 302
    assert as_client(agent).get(reverse("gestion:accueil")).headers["Location"] == reverse("mfa_activate_totp")
    assert "Un administrateur a retiré" in Courriel.objects.get(destinataire=agent.email).texte.replace("\u00a0", " ")


def test_each_keeps_to_his_side(support: User, administrateur: User) -> None:
    """AZ-9, AZ-11: never oneself, nor the accounts of the other side."""
    compte, agent = UserFactory(double_facteur=True), UserFactory(agence=True, double_facteur=True)
    for par, whose, kind in (
        (support, agent, "agent"),
        (support, agent, "compte"),
        (administrateur, compte, "compte"),
        (administrateur, administrateur, "agent"),
    ):
        assert take_away(par, whose, kind).status_code in (403, 404)
        assert Authenticator.objects.filter(user=whose).exists()
