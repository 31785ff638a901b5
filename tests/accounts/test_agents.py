"""The accounts of the agency and its groups: opened, changed and shut by an administrateur, never his own (R-55, AZ-9, AZ-11, BO-6)."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts import crypto, journal
from accounts.actions import agents as actions
from accounts.courriels.outbox import PURPOSE
from accounts.enums import Role
from accounts.errors import ActionRefused
from accounts.models import Agent, Courriel, EntreeJournal, Notification, User
from accounts.perms_agence import roles
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
IDENTITE = {"first_name": "Nora", "last_name": "Petit", "email": "nora@agence.example", "username": "nora.petit", "fonction": "Instructrice", "telephone": ""}


def agent(role: Role, **fields: Any) -> User:
    return UserFactory(agence=True, role=role, double_facteur=True, **fields)


@pytest.fixture
def admin(client: Client) -> User:
    account = agent(Role.ADMINISTRATEUR)
    client.force_login(account)
    return account


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


# --- Opening ----------------------------------------------------------------------------------------------------------------
def test_an_administrateur_opens_an_account_and_its_person_gets_a_link(client: Client, admin: User) -> None:
    response = client.post(reverse("gestion:agent_ouvrir"), {**IDENTITE, "groupes": ["verificateur_mes", "habilite_mes"]})
    nora = Agent.objects.get(username="nora.petit")
    assert response.headers["Location"] == reverse("gestion:accounts_agent_change", args=[nora.pk])
    assert nora.is_agence and roles(nora) == {"verificateur_mes", "habilite_mes"} and not nora.has_usable_password()
    mail = Courriel.objects.get(destinataire="nora@agence.example")
    text = crypto.decrypt(mail.texte, purpose=PURPOSE)
    assert re.search(r"/compte/mot-de-passe/oubli/\S+/", text) and "compte de l'agence" in text and "second facteur" in text
    line = EntreeJournal.objects.get(action="compte.cree")
    assert (line.target_type, line.details["groupes"]) == ("accounts.user", ["habilite_mes", "verificateur_mes"])


@pytest.mark.parametrize(
    "change, field",
    [
        ({"groupes": []}, "groupes"),
        ({"groupes": ["inconnu"]}, "groupes"),
        ({"email": "x"}, "email"),
        ({"username": "a"}, "username"),
        ({"last_name": ""}, "last_name"),
    ],
)
def test_what_is_typed_wrong_is_said_beside_its_field_and_kept(client: Client, admin: User, change: dict[str, Any], field: str) -> None:
    response = client.post(reverse("gestion:agent_ouvrir"), {**IDENTITE, "groupes": ["pilote"], **change})
    html = response.content.decode()
    assert response.status_code == 400 and 'id="resume-erreurs"' in html and 'value="Nora"' in html
    assert f'id="id_{field}-erreur"' in html
    assert not User.objects.filter(first_name="Nora").exists()


def test_protected_fields_are_ignored_whatever_is_posted(client: Client, admin: User) -> None:
    """AZ-6, AZ-7."""
    client.post(
        reverse("gestion:agent_ouvrir"), {**IDENTITE, "groupes": ["pilote"], "is_superuser": "1", "is_staff": "1", "profil": "responsable", "entreprise": "1"}
    )
    nora = User.objects.get(username="nora.petit")
    assert (nora.is_superuser, nora.is_staff, nora.is_agence, nora.entreprise) == (False, False, True, None)


def test_a_login_taken_meanwhile_is_said_in_words(admin: User) -> None:
    UserFactory(username="nora.petit")
    with pytest.raises(ActionRefused, match="vient d'être utilisé"):
        actions.ouvrir_agent(par=admin, identite=IDENTITE, groupes=[Role.PILOTE])


# --- Groups -----------------------------------------------------------------------------------------------------------------
def test_groups_change_and_act_at_the_next_request(client: Client, admin: User) -> None:
    """AZ-8, BO-6."""
    sophie, other = agent(Role.SUPPORT), Client()
    other.force_login(sophie)
    assert other.get(reverse("gestion:demandes")).status_code == 200
    client.post(reverse("gestion:agent_groupes", args=[sophie.pk]), {"groupes": ["auditeur"]})
    assert other.get(reverse("gestion:demandes")).status_code == 403
    assert other.get(reverse("gestion:journal")).status_code == 200
    assert EntreeJournal.objects.get(action="compte.groupes_modifies").details == {"ajoutes": ["auditeur"], "retires": ["support"]}
    assert "Auditeur" in Notification.tous.get(destinataire=sophie).contenu
    assert "ajoutés\u00a0: auditeur\u00a0; retirés\u00a0: support" in client.get(reverse("gestion:accounts_agent_change", args=[sophie.pk])).content.decode()


def test_the_same_groups_change_nothing(admin: User) -> None:
    assert actions.modifier_groupes(agent=agent(Role.SUPPORT), par=admin, groupes=[Role.SUPPORT]) is False
    assert not EntreeJournal.objects.filter(action="compte.groupes_modifies").exists()


# --- Shutting -----------------------------------------------------------------------------------------------------------------
def test_a_suspended_account_is_out_at_once_and_comes_back_as_it_was(client: Client, admin: User) -> None:
    """AZ-8."""
    sophie, other = agent(Role.SUPPORT), Client()
    other.force_login(sophie)
    client.post(reverse("gestion:agent_suspendre", args=[sophie.pk]))
    assert "/compte/connexion/" in other.get(reverse("gestion:demandes")).headers["Location"]
    client.post(reverse("gestion:agent_reactiver", args=[sophie.pk]))
    assert fresh(sophie).is_active and roles(fresh(sophie)) == {"support"}
    assert [line.action for line in EntreeJournal.objects.filter(target_id=str(sophie.pk)).order_by("sequence")] == ["compte.suspendu", "compte.reactive"]


def test_a_link_is_sent_again_only_to_whom_awaits_one(admin: User) -> None:
    waiting, known = UserFactory(agence=True, password=None), agent(Role.SUPPORT)
    actions.renvoyer_lien_agent(agent=waiting, par=admin)
    assert Courriel.objects.filter(destinataire=waiting.email).count() == 1
    with pytest.raises(ActionRefused):
        actions.renvoyer_lien_agent(agent=known, par=admin)


# --- Never oneself, never a company -------------------------------------------------------------------------------------------
def test_groups_changed_meanwhile_are_not_put_back(client: Client, admin: User) -> None:
    """AZ-8, WF-2: a page opened before a right was withdrawn asks, and gives nothing back by itself."""
    sophie = agent(Role.SUPPORT)
    url = reverse("gestion:agent_groupes", args=[sophie.pk])
    montre = shown_by(client.get(url))
    sophie.groups.set(Group.objects.filter(name=Role.AUDITEUR))
    refused = client.post(url, {"groupes": ["support", "pilote"], "montre": montre})
    assert refused.status_code == 409 and "Auditeur" in refused.content.decode().partition("resume-erreurs")[2][:800]
    assert [group.name for group in sophie.groups.all()] == ["auditeur"]
    assert client.post(url, {"groupes": ["support", "pilote"], "montre": shown_by(refused)}).status_code == 302
    assert {group.name for group in sophie.groups.all()} == {"support", "pilote"}


def shown_by(response: HttpResponse) -> str:
    return unescape(re.search(r'name="montre" value="([^"]*)"', response.content.decode())[1])


@pytest.mark.parametrize("page", ["agent_groupes", "agent_corriger", "agent_second_facteur", "agent_suspendre", "agent_reactiver", "agent_lien"])
def test_nobody_acts_on_his_own_account(client: Client, admin: User, page: str) -> None:
    """AZ-9."""
    assert client.post(reverse(f"gestion:{page}", args=[admin.pk]), {"groupes": ["support"], "reconnue": "on"}).status_code == 403
    assert fresh(admin).is_active and roles(fresh(admin)) == {"administrateur"}
    assert "Changer les groupes" not in client.get(reverse("gestion:accounts_agent_change", args=[admin.pk])).content.decode()


@pytest.mark.parametrize("page", ["agent_groupes", "agent_corriger", "agent_second_facteur", "agent_suspendre", "agent_reactiver", "agent_lien"])
def test_an_account_of_a_company_is_no_account_of_the_agency(client: Client, admin: User, page: str) -> None:
    """R-55: an administrateur has no company data; and a contributeur never becomes staff."""
    compte = UserFactory(responsable=True)
    assert client.post(reverse(f"gestion:{page}", args=[compte.pk]), {"groupes": ["support"]}).status_code == 404
    assert client.get(reverse("gestion:accounts_agent_change", args=[compte.pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.modifier_groupes(agent=compte, par=admin, groupes=[Role.SUPPORT])
    assert not fresh(compte).groups.exists()


def test_two_administrateurs_cannot_remove_each_other(admin: User) -> None:
    """AZ-9: whoever acts second is read as the first one left him; one administrateur always stays."""
    second = agent(Role.ADMINISTRATEUR)
    actions.modifier_groupes(agent=second, par=admin, groupes=[Role.PILOTE])
    with pytest.raises(PermissionDenied):
        actions.suspendre_agent(agent=admin, par=second)
    assert fresh(admin).is_active


# --- What is shown --------------------------------------------------------------------------------------------------------------
def test_the_list_says_groups_and_second_factor(client: Client, admin: User) -> None:
    agent(Role.SUPPORT, last_name="Laurent")
    UserFactory(agence=True, role=Role.PILOTE, last_name="Girard")
    html = client.get(reverse("gestion:accounts_agent_changelist"), {"groupe": "support"}).content.decode()
    assert "Laurent" in html and "Girard" not in html
    assert re.search(r'data-label="Second facteur">\s*Oui', html)


def test_the_groups_are_listed_with_their_members(client: Client, admin: User) -> None:
    """BO-6: groups as data."""
    sophie = agent(Role.SUPPORT)
    html = client.get(reverse("gestion:auth_group_changelist")).content.decode()
    assert all(role.label in html for role in Role)
    page = client.get(reverse("gestion:auth_group_change", args=[sophie.groups.get().pk])).content.decode()
    assert sophie.username in page


def test_the_journal_knows_an_account_of_the_agency_as_an_account(admin: User) -> None:
    """A proxy is no other kind of object."""
    assert journal.record("compte.suspendu", par=admin, target=Agent.objects.get(pk=admin.pk)).target_type == "accounts.user"
