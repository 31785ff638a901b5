"""What is kept, why, how long; and what deletes it, by a clock that moves (DP-1, DP-3)."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time

from accounts import conservation, journal
from accounts.conservation import REGLES, TEMOINS, in_words
from accounts.enums import EtatDemande
from accounts.models import (
    ChangementAdresse,
    Courriel,
    DemandeDeCompte,
    EntreeJournal,
    LienDepot,
    PersonneJournal,
    PieceJustificative,
    Travail,
)
from accounts.rules.inactivite import prochain_pas
from tests.accounts.factories import NotificationFactory, UserFactory, session_ailleurs
from tests.accounts.factories_demandes import DemandeFactory, PieceFactory

START = datetime(2026, 1, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
ELSEWHERE = {"justificatifs", "justificatifs_sans_decision", "journaux_techniques"}  # its own task; at the host's


# --- The table ------------------------------------------------------------------------------------------------------------
def test_every_delay_has_its_line_and_what_deletes_it() -> None:
    codes = {regle.code for regle in REGLES}
    assert set(settings.CONSERVATION) <= codes
    assert {purge.code for purge in conservation._purges} == set(settings.CONSERVATION) - ELSEWHERE
    assert {regle.code for regle in REGLES if "{duree}" in regle.combien} == set(settings.CONSERVATION)


@pytest.mark.parametrize(
    "delay, words", [(2 * 365, "2 ans"), (365, "1 an"), (90, "3 mois"), (30, "30 jours"), (45, "45 jours"), (0.5, "12 heures"), (5 * 365, "5 ans")]
)
def test_delays_in_words(delay: float, words: str) -> None:
    assert in_words(timedelta(days=delay)).replace("\N{NO-BREAK SPACE}", " ") == words


@pytest.mark.django_db
def test_page_says_the_whole_table(client: Client) -> None:
    """DP-3: the page is the table, with the delays of the settings."""
    html = unescape(client.get(reverse("donnees_personnelles")).content.decode()).replace("\N{NO-BREAK SPACE}", " ")
    assert all(temoin.nom in html and temoin.duree in html for temoin in TEMOINS), "and the cookies (DP-3)"
    for regle in REGLES:
        assert regle.donnees in html and regle.pourquoi in html and regle.duree.replace("\N{NO-BREAK SPACE}", " ") in html
    assert "{duree}" not in html and "2 ans après la dernière connexion" in html


# --- What goes, and when --------------------------------------------------------------------------------------------------
def courriel(**fields: object) -> Courriel:
    return Courriel.objects.create(
        **{"destinataire": "a@b.example", "sujet": "s", "texte": "t", "dedupe_key": "k", "etat": "envoye", "envoye_le": timezone.now(), **fields}
    )


def changement() -> ChangementAdresse:
    return ChangementAdresse.objects.create(compte=UserFactory(), nouvelle="n@b.example", empreinte="e", expire_le=timezone.now())


def travail() -> Travail:
    user = UserFactory()
    now = timezone.now()
    return Travail.tous.create(kind="compte.donnees", cle="c", demandeur=user, entreprise=user.entreprise, etat="termine", termine_le=now)


def lien() -> LienDepot:
    return LienDepot.objects.create(empreinte="e", demande=DemandeFactory(), expire_le=timezone.now())


def decidee() -> DemandeDeCompte:
    return DemandeFactory(refusee=True)


def personne() -> PersonneJournal:
    return journal.record("session.ouverte", par=UserFactory()).personne


def session() -> UserSession:
    return session_ailleurs(UserFactory())


CASES: dict[str, tuple[str, Callable[[], object]]] = {
    "courriel": ("courriels", courriel),
    "notification": ("notifications", NotificationFactory),
    "changement d'adresse": ("liens", changement),
    "lien de dépôt": ("liens", lien),
    "travail": ("travaux", travail),
    "demande décidée": ("demandes_decidees", decidee),
    "session": ("sessions", session),
    "auteur d'une ligne du journal": ("journal_personnes", personne),
}


@pytest.mark.django_db
@pytest.mark.parametrize("code, create", CASES.values(), ids=CASES.keys())
def test_each_thing_goes_at_its_hour(code: str, create: Callable[[], object]) -> None:
    """Nothing goes a minute before; a dry run touches nothing; the second run finds nothing more."""
    with freeze_time(START, ignore=["_pytest.timing"]) as clock:
        row = create()
        kept = type(row)._base_manager
        clock.tick(settings.CONSERVATION[code] - timedelta(minutes=1))
        conservation.purger()
        assert kept.filter(pk=row.pk).exists()
        clock.tick(timedelta(minutes=2))
        assert conservation.simuler()[code] >= 1
        assert kept.filter(pk=row.pk).exists()
        assert conservation.purger()[code] >= 1
        assert not kept.filter(pk=row.pk).exists()
        assert conservation.purger()[code] == 0
        assert conservation.simuler()[code] == 0
    line = EntreeJournal.objects.filter(action="conservation.appliquee", details__regle=code).latest("sequence")
    assert line.details["nombre"] >= 1 and line.acteur is None


@pytest.mark.django_db
def test_what_still_serves_stays() -> None:
    """A mail to send, an open job, a request that waits for the support, an account in use: whatever their age."""
    with freeze_time(START, ignore=["_pytest.timing"]) as clock:
        user = UserFactory()
        kept = [
            courriel(etat="a_envoyer", envoye_le=None),
            Travail.tous.create(kind="x", cle="c", demandeur=user, entreprise=user.entreprise),
            DemandeFactory(),
            DemandeFactory(recue=True),
        ]
        clock.tick(timedelta(days=700))
        conservation.purger()
    assert all(type(row)._base_manager.filter(pk=row.pk).exists() for row in kept)


@pytest.mark.django_db
def test_sessions_over_are_cleared() -> None:
    with freeze_time(START, ignore=["_pytest.timing"]) as clock:
        Client().get("/compte/connexion/")
        session()
        clock.tick(timedelta(hours=13))
        conservation.purger()
    assert not Session.objects.exists() and not UserSession.objects.exists()


@pytest.mark.django_db
def test_chain_of_the_journal_holds_without_the_names() -> None:
    """TR-6: and the pages that read it still answer."""
    with freeze_time(START, ignore=["_pytest.timing"]) as clock:
        personne()
        clock.tick(timedelta(days=5 * 365 + 1))
        conservation.purger()
        assert not PersonneJournal.objects.exists()
        assert journal.verify_chain() is None
        auditeur = UserFactory(agence=True, double_facteur=True, role="auditeur")
        client = Client()
        client.force_login(auditeur)
        assert client.get(reverse("gestion:journal")).status_code == 200


# --- Requests that nobody answers -----------------------------------------------------------------------------------------
@pytest.fixture
def sans_suite(db: None) -> DemandeDeCompte:
    with freeze_time(START, ignore=["_pytest.timing"]):
        demande = DemandeFactory(etat=EtatDemande.PIECES_DEMANDEES)
        PieceFactory(demande=demande)
        LienDepot.objects.create(empreinte="e" * 64, demande=demande, created_at=START, expire_le=START + 7 * DAY)
        return demande


def test_request_without_its_pieces_is_closed_and_told(sans_suite: DemandeDeCompte) -> None:
    piece = PieceJustificative.objects.get(demande=sans_suite)
    storage, name = piece.fichier.storage, piece.fichier.name
    with freeze_time(START + 91 * DAY, ignore=["_pytest.timing"]):
        assert conservation.purger()["demandes_sans_suite"] == 1
    assert not DemandeDeCompte.objects.filter(pk=sans_suite.pk).exists() and not storage.exists(name)
    mail = Courriel.objects.get(destinataire=sans_suite.email)
    assert "est close" in mail.texte
    assert EntreeJournal.objects.get(action="demande.sans_suite").target_id == str(sans_suite.pk)


def test_new_link_gives_the_time_again(sans_suite: DemandeDeCompte) -> None:
    with freeze_time(START + 60 * DAY, ignore=["_pytest.timing"]) as clock:
        LienDepot.objects.create(empreinte="f" * 64, demande=sans_suite, created_at=timezone.now(), expire_le=timezone.now() + 7 * DAY)
        clock.move_to(START + 91 * DAY)
        assert conservation.purger()["demandes_sans_suite"] == 0
        clock.move_to(START + 151 * DAY)
        assert conservation.purger()["demandes_sans_suite"] == 1


@pytest.mark.django_db
def test_command_says_and_does() -> None:
    with freeze_time(START, ignore=["_pytest.timing"]) as clock:
        courriel()
        clock.tick(timedelta(days=91))
        out = io.StringIO()
        call_command("purger", "--dry-run", stdout=out)
        assert "courriels : 1 à traiter" in out.getvalue() and Courriel.objects.exists()
        call_command("purger", stdout=out)
        assert "courriels : 1\n" in out.getvalue() and not Courriel.objects.exists()


# --- When an unused account is warned, then deleted -----------------------------------------------------------------------
@pytest.mark.parametrize(
    "day, given, rang, end",
    [
        (0, {}, None, None),
        (639, {}, None, None),
        (640, {}, 1, 730),  # three months before
        (699, {1: 640}, None, None),
        (700, {1: 640}, 2, 730),  # one month before
        (729, {1: 640, 2: 700}, None, None),
        (730, {1: 640, 2: 700}, 0, 730),
        (1500, {}, 1, 1590),  # found late: warned all the same, with the same time
        (1559, {1: 1500}, None, None),
        (1560, {1: 1500}, 2, 1590),
        (1589, {1: 1500, 2: 1560}, None, None),
        (1590, {1: 1500, 2: 1560}, 0, 1590),
        (800, {1: 640, 2: 700}, 0, 800),
    ],
)
def test_steps_of_an_unused_account(day: int, given: dict[int, int], rang: int | None, end: int | None) -> None:
    avis = {rank: START + at * DAY for rank, at in given.items()}
    pas = prochain_pas(START, avis, START + day * DAY, timedelta(days=730))
    assert (pas and pas.rang, pas and pas.echeance) == (rang, end and START + end * DAY)
