"""Accounts that nobody uses: warned twice, then deleted; never the last one a company or the agency counts on (DP-1, ACC-7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import update_last_login
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory

from accounts import conservation
from accounts.models import Courriel, EntreeJournal, Notification, User
from catalog.actions import inactivite
from catalog.models import Produit
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.catalog.factories import ProduitFactory

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, 8, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[FrozenDateTimeFactory]:
    with freeze_time(START, ignore=["_pytest.timing"]) as frozen:
        yield frozen


def at(clock: FrozenDateTimeFactory, day: int) -> int:
    """Let the days pass, and the daily task act; give how many accounts it dealt with."""
    clock.move_to(START + timedelta(days=day))
    return conservation.purger()[inactivite.CODE]


def to_the_end(clock: FrozenDateTimeFactory) -> None:
    for day in (640, 700, 730):
        at(clock, day)


@pytest.fixture
def chef(clock: FrozenDateTimeFactory) -> User:
    """A responsable who goes on signing in."""
    return UserFactory(responsable=True, last_login=START + timedelta(days=5000))


@pytest.fixture
def absent(chef: User) -> User:
    return UserFactory(entreprise=chef.entreprise, gestionnaire=chef, last_login=START, telephone="01 23 45 67 89")


def test_warned_twice_then_deleted(clock: FrozenDateTimeFactory, absent: User) -> None:
    assert at(clock, 639) == 0 and not Courriel.objects.exists()
    assert at(clock, 640) == 1 and at(clock, 641) == 0
    assert at(clock, 700) == 1 and at(clock, 729) == 0
    mails = Courriel.objects.filter(destinataire=absent.email).order_by("pk")
    assert ["supprimé le 01/01/2028" in mail.texte for mail in mails] == [True, True]
    told = EntreeJournal.objects.filter(action="compte.inactivite_signalee", target_id=str(absent.pk)).order_by("sequence")
    assert [line.details for line in told] == [{"rang": rang, "echeance": "2028-01-01"} for rang in (1, 2)]
    assert at(clock, 730) == 1 and at(clock, 731) == 0
    login = absent.username
    absent.refresh_from_db()
    assert absent.is_supprime and not absent.is_active and absent.telephone == "" and absent.username == login
    line = EntreeJournal.objects.get(action="compte.supprime")
    assert line.acteur is None and line.target_id == str(absent.pk)


def test_signing_in_starts_again(clock: FrozenDateTimeFactory, absent: User) -> None:
    at(clock, 640)
    at(clock, 700)
    update_last_login(None, absent)
    assert at(clock, 730) == 0 and at(clock, 1339) == 0
    assert at(clock, 1340) == 1, "640 days after that sign-in: warned anew, not deleted"
    absent.refresh_from_db()
    assert not absent.is_supprime


def test_whoever_signs_in_while_the_schedule_runs_is_left_alone(clock: FrozenDateTimeFactory, absent: User) -> None:
    """DP-1: the account is read again under the lock."""
    at(clock, 640)
    at(clock, 700)
    clock.move_to(START + timedelta(days=730))
    update_last_login(None, absent)
    assert inactivite.traiter_inactif(absent.pk) is False
    absent.refresh_from_db()
    assert not absent.is_supprime


def test_account_never_opened_counts_from_its_creation(clock: FrozenDateTimeFactory, chef: User) -> None:
    invited = UserFactory(entreprise=chef.entreprise, gestionnaire=chef, date_joined=START, password=None)
    to_the_end(clock)
    invited.refresh_from_db()
    assert invited.is_supprime


def test_produits_go_to_who_is_above(clock: FrozenDateTimeFactory, chef: User, absent: User) -> None:
    below = UserFactory(entreprise=chef.entreprise, gestionnaire=absent, last_login=START + timedelta(days=5000))
    produit = ProduitFactory(entreprise=chef.entreprise, responsable=absent)
    to_the_end(clock)
    assert Produit.tous.get(pk=produit.pk).responsable == chef
    below.refresh_from_db()
    assert below.gestionnaire == chef
    notice = Notification.objects.visible_to(chef).get(produit_id=produit.pk)
    assert "ne se connectait plus" in notice.contenu and notice.emetteur is None


def test_last_responsable_stays_and_the_support_is_told(clock: FrozenDateTimeFactory) -> None:
    support = UserFactory(agence=True, role="support", last_login=START + timedelta(days=5000))
    auditeur = UserFactory(agence=True, role="auditeur", last_login=START + timedelta(days=5000))
    seul = UserFactory(responsable=True, last_login=START, entreprise=EntrepriseFactory(raison_sociale="Éditions seules"))
    produit = ProduitFactory(entreprise=seul.entreprise, responsable=seul)
    to_the_end(clock)
    assert at(clock, 731) == 0 and at(clock, 900) == 0
    seul.refresh_from_db()
    assert not seul.is_supprime and Produit.tous.get(pk=produit.pk).responsable == seul
    notices = Notification.objects.visible_to(support).order_by("pk")
    assert len(notices) == 2, "with the first notice, and when it is not deleted"
    assert all("Éditions seules" in notice.contenu for notice in notices)
    assert not Notification.objects.visible_to(auditeur).exists()
    assert Courriel.objects.filter(destinataire=support.email).count() == 2


def test_a_dry_run_says_what_a_run_does(clock: FrozenDateTimeFactory) -> None:
    """DP-1: of the last responsable, that the support is told once; then nothing, until somebody can take the place."""
    UserFactory(agence=True, role="support", last_login=START + timedelta(days=5000))
    seul = UserFactory(responsable=True, last_login=START)
    for day, expected in ((639, 0), (640, 1), (641, 0), (700, 1), (701, 0), (730, 1), (731, 0), (900, 0)):
        clock.move_to(START + timedelta(days=day))
        assert [conservation.simuler()[inactivite.CODE], conservation.purger()[inactivite.CODE]] == [expected, expected], day
    UserFactory(entreprise=seul.entreprise, responsable=True, last_login=START + timedelta(days=900))
    assert [conservation.simuler()[inactivite.CODE], conservation.purger()[inactivite.CODE]] == [1, 1]
    assert User.objects.get(pk=seul.pk).is_supprime


def test_one_of_two_responsables_goes(clock: FrozenDateTimeFactory, chef: User) -> None:
    second = UserFactory(entreprise=chef.entreprise, responsable=True, last_login=START)
    child = UserFactory(entreprise=chef.entreprise, gestionnaire=second, last_login=START + timedelta(days=5000))
    to_the_end(clock)
    second.refresh_from_db()
    child.refresh_from_db()
    assert second.is_supprime and child.gestionnaire == chef


def test_two_responsables_who_left_do_not_both_go(clock: FrozenDateTimeFactory) -> None:
    """The second is the last one by the time its turn comes."""
    entreprise = EntrepriseFactory()
    both = [UserFactory(entreprise=entreprise, responsable=True, last_login=START) for _ in range(2)]
    to_the_end(clock)
    assert [User.objects.get(pk=user.pk).is_supprime for user in both].count(True) == 1


def test_last_agent_of_a_group_stays(clock: FrozenDateTimeFactory) -> None:
    UserFactory(agence=True, role="support", last_login=START + timedelta(days=5000))
    auditeur = UserFactory(agence=True, role="auditeur", last_login=START)
    agent = UserFactory(agence=True, role="support", last_login=START)
    to_the_end(clock)
    assert not User.objects.get(pk=auditeur.pk).is_supprime
    assert User.objects.get(pk=agent.pk).is_supprime


def test_shut_account_is_warned_in_other_words(clock: FrozenDateTimeFactory, chef: User) -> None:
    shut = UserFactory(entreprise=chef.entreprise, gestionnaire=chef, last_login=START, inactif=True)
    at(clock, 640)
    assert "Il est fermé" in Courriel.objects.get(destinataire=shut.email).texte


def test_address_that_receives_no_mail_holds_up_nobody(clock: FrozenDateTimeFactory, chef: User, absent: User) -> None:
    mute = UserFactory(entreprise=chef.entreprise, gestionnaire=chef, last_login=START)
    User.objects.filter(pk=mute.pk).update(email="sans arobase", email_cle="sans arobase")
    assert at(clock, 640) == 2


def test_dry_run_touches_nothing(clock: FrozenDateTimeFactory, absent: User) -> None:
    clock.move_to(START + timedelta(days=640))
    assert conservation.simuler()[inactivite.CODE] == 1
    assert not Courriel.objects.exists() and not absent.avis_inactivite.exists()


def test_number_of_queries_does_not_follow_the_accounts(clock: FrozenDateTimeFactory, chef: User, django_assert_max_num_queries) -> None:
    for _ in range(30):
        UserFactory(entreprise=chef.entreprise, gestionnaire=chef, last_login=START)
    clock.move_to(START + timedelta(days=641))
    with django_assert_max_num_queries(4):
        assert inactivite.a_traiter().count() == 30
