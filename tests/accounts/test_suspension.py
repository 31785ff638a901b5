"""Suspended by the support: nobody enters, nothing is lost, only the support lifts it (BO-3, AZ-8, AZ-9, TR-1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as site
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts import jobs
from accounts.actions.comptes import reactiver_compte, suspendre_compte
from accounts.actions.suspension import lever_suspension, lever_suspension_entreprise, suspendre_acces, suspendre_entreprise
from accounts.courriels.invitations import invitation_url
from accounts.enums import EtatTravail, Role
from accounts.errors import ActionRefused
from accounts.models import Courriel, EntreeJournal, Entreprise, Notification, Travail, User
from catalog.actions.comptes import supprimer_compte
from tests.accounts.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN, RESET = "/compte/connexion/", "/compte/mot-de-passe/oubli/"
NEW = "trois hiboux dans une bibliothèque"
COLUMNS = [field.attname for field in User._meta.concrete_fields if field.name not in ("last_login", "password")]


@pytest.fixture
def responsable() -> User:
    return UserFactory(responsable=True)


@pytest.fixture
def membre(responsable: User) -> User:
    return UserFactory(entreprise=responsable.entreprise, gestionnaire=responsable, tous_droits=True)


def lay(scope: str, membre: User, support: User) -> None:
    if scope == "entreprise":
        suspendre_entreprise(entreprise=membre.entreprise, par=support, motif="Usage anormal")
    else:
        suspendre_acces(compte=membre, par=support, motif="Usage anormal")


def lift(scope: str, membre: User, support: User) -> None:
    if scope == "entreprise":
        lever_suspension_entreprise(entreprise=membre.entreprise, par=support)
    else:
        lever_suspension(compte=membre, par=support)


def sent_link(compte: User) -> str:
    return invitation_url(User.objects.get(pk=compte.pk)).removeprefix(site.BASE_URL)


def row(compte: User) -> dict[str, Any]:
    return User.objects.filter(pk=compte.pk).values(*COLUMNS).get()


scopes = pytest.mark.parametrize("scope", ["entreprise", "compte"])


# --- What it shuts, and what comes back -------------------------------------------------------------------------------------
@scopes
def test_every_way_in_is_shut_then_open_again(client: Client, scope: str, membre: User, support: User) -> None:
    """AZ-8: succeed, withdraw, denied, lift, succeed: session, sign-in, forgotten password, link already sent."""
    page, before = reverse("accounts:mes_informations"), row(membre)

    def enters(link: str) -> list[bool]:
        opened = Client().get(link, follow=True)
        Courriel.objects.filter(destinataire=membre.email).delete()
        Client().post(RESET, {"email": membre.email})
        courriel = Courriel.objects.get(destinataire=membre.email)
        fresh = Client()
        fresh.post(LOGIN, {"login": membre.username, "password": PASSWORD})
        return ["_auth_user_id" in fresh.session, courriel.sujet == "Choisissez votre mot de passe", b'name="password1"' in opened.content]

    assert enters(sent_link(membre)) == [True] * 3
    client.post(LOGIN, {"login": membre.username, "password": PASSWORD})
    assert client.get(page).status_code == 200
    sent_before = sent_link(membre)
    lay(scope, membre, support)
    assert (client.get(page).status_code, enters(sent_before)) == (302, [False] * 3)
    lift(scope, membre, support)
    assert client.get(page).status_code == 302, "the session ended for good"
    assert row(membre) == before
    assert enters(sent_before) == [True] * 3


@scopes
def test_a_link_opened_before_cannot_be_used_meanwhile(client: Client, scope: str, membre: User, support: User) -> None:
    """AZ-8, AU-5: the page of the new password was already there; sending it changes nothing."""
    shown = client.get(invitation_url(membre).removeprefix(site.BASE_URL), follow=True)
    lay(scope, membre, support)
    client.post(shown.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    membre.refresh_from_db()
    assert membre.check_password(PASSWORD)


@pytest.mark.django_db(transaction=True)
@scopes
def test_a_job_that_waits_is_refused(scope: str) -> None:
    """AZ-8: rights are asked again when it runs."""
    support, membre = UserFactory(agence=True, role="support"), UserFactory()
    UserFactory(responsable=True, entreprise=membre.entreprise)
    travail = Travail.tous.create(kind="essai.suspension", cle="essai", demandeur=membre, entreprise=membre.entreprise)
    lay(scope, membre, support)
    jobs.run(travail.pk)
    travail.refresh_from_db()
    assert (travail.etat, travail.erreur) == (EtatTravail.ECHEC, jobs.DENIED)


@pytest.mark.parametrize("open_before", [True, False])
def test_lifting_gives_back_the_state_its_manager_had_chosen(responsable: User, membre: User, support: User, open_before: bool) -> None:
    if not open_before:
        suspendre_compte(compte=membre, par=responsable)
    before = row(membre)
    lay("compte", membre, support)
    lift("compte", membre, support)
    assert row(membre) == before


# --- Who may lay it and lift it -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "act", [lambda compte, par: reactiver_compte(compte=compte, par=par), lambda compte, par: supprimer_compte(compte=compte, par=par, reprises={})]
)
def test_its_manager_can_neither_lift_it_nor_get_round_it(responsable: User, membre: User, support: User, act: Callable[..., Any]) -> None:
    lay("compte", membre, support)
    with pytest.raises(ActionRefused, match="support"):
        act(membre, responsable)
    assert User.objects.get(pk=membre.pk).is_suspendu


def test_the_page_of_the_account_says_so_and_offers_nothing(client: Client, responsable: User, membre: User, support: User) -> None:
    lay("compte", membre, support)
    client.force_login(responsable)
    html = client.get(reverse("catalog:compte", args=[membre.pk])).content.decode()
    assert "Suspendu par le support" in html and "Réactiver" not in html and "Supprimer" not in html
    assert client.post(reverse("catalog:compte_reactiver", args=[membre.pk])).status_code == 409
    assert "Suspendu par le support" in client.get(reverse("catalog:comptes")).content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPPORT] + [None])
def test_nobody_else_suspends(membre: User, role: Role | None) -> None:
    """AZ-11, R-55."""
    stranger = UserFactory(agence=True, role=role) if role else UserFactory(responsable=True)
    for act in (
        lambda: suspendre_acces(compte=membre, par=stranger, motif="x"),
        lambda: suspendre_entreprise(entreprise=membre.entreprise, par=stranger, motif="x"),
        lambda: lever_suspension(compte=membre, par=stranger),
        lambda: lever_suspension_entreprise(entreprise=membre.entreprise, par=stranger),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_the_agency_is_not_suspended_here(support: User) -> None:
    with pytest.raises((PermissionDenied, Entreprise.DoesNotExist)):
        suspendre_acces(compte=UserFactory(agence=True), par=support, motif="x")


# --- What is refused ------------------------------------------------------------------------------------------------------------
@scopes
def test_twice_or_without_reason_is_refused(scope: str, membre: User, support: User) -> None:
    with pytest.raises(ActionRefused), transaction.atomic():
        suspendre_entreprise(entreprise=membre.entreprise, par=support, motif="  ")
    with pytest.raises(ActionRefused), transaction.atomic():
        suspendre_acces(compte=membre, par=support, motif="")
    with pytest.raises(ActionRefused), transaction.atomic():
        lift(scope, membre, support)
    assert not EntreeJournal.objects.filter(action__contains="suspen").exists()
    lay(scope, membre, support)
    with pytest.raises(ActionRefused):
        lay(scope, membre, support)


def test_the_last_responsable_of_an_open_company_is_not_suspended(responsable: User, membre: User, support: User) -> None:
    """AZ-9: another one first, or the whole company."""
    with pytest.raises(ActionRefused, match="nommez d'abord"):
        lay("compte", responsable, support)
    other = UserFactory(responsable=True, entreprise=responsable.entreprise)
    lay("compte", responsable, support)
    with pytest.raises(ActionRefused), transaction.atomic():
        lay("compte", other, support)
    lay("entreprise", membre, support)
    lay("compte", other, support)
    with pytest.raises(ActionRefused, match="nommez-en un"):
        lift("entreprise", membre, support)
    lift("compte", other, support)
    lift("entreprise", membre, support)


# --- Traces and mails -------------------------------------------------------------------------------------------------------------
@scopes
def test_one_line_of_the_journal_each_and_the_reason_by_mail(scope: str, responsable: User, membre: User, support: User) -> None:
    """TR-1: the journal says that it was done; the reason, which a person typed, goes by mail to those concerned."""
    lay(scope, membre, support)
    lift(scope, membre, support)
    lines = EntreeJournal.objects.filter(acteur=support.pk)
    assert len(lines) == 2 and {line.entreprise for line in lines} == {membre.entreprise_id}
    assert not any("Usage anormal" in str(line.details) for line in lines)
    told = {courriel.destinataire for courriel in Courriel.objects.filter(texte__contains="Usage anormal")}
    assert told == ({responsable.email} if scope == "entreprise" else {responsable.email, membre.email})
    if scope == "compte":
        assert Notification.tous.filter(destinataire=responsable, type="Suspension").count() == 2


# --- The database itself ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change", [{"suspendu_par": None}, {"motif_suspension": ""}, {"is_active": True}, {"suspendu_le": None}, {"ouvert_avant_suspension": None}]
)
def test_a_suspended_account_is_shut_dated_signed_and_explained(change: dict[str, Any]) -> None:
    """AZ-8: whatever code writes it, a suspended account is not active."""
    compte = UserFactory(suspendu=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=compte.pk).update(**change)


@pytest.mark.parametrize("change", [{"suspendue_par": None}, {"motif_suspension": ""}, {"suspendue_le": None}])
def test_a_suspended_company_is_dated_signed_and_explained(membre: User, support: User, change: dict[str, Any]) -> None:
    lay("entreprise", membre, support)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entreprise.objects.filter(pk=membre.entreprise_id).update(**change)
