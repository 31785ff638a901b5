"""Jobs run once, survive what kills their worker, and forget no right (JB-1 to JB-4, AZ-8, XP-5)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from celery import Celery, current_app
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from freezegun import freeze_time

from accounts import broker, jobs
from accounts.enums import EtatTravail
from accounts.errors import ActionRefused
from accounts.jobs import JobResult, Progress
from accounts.models import EntreeJournal, Travail, User
from tests.accounts.factories import EntrepriseFactory, UserFactory, changer_d_entreprise, suspendre
from tests.ensemble import times_at_once

calls: Counter[str] = Counter()


@pytest.fixture(autouse=True)
def _fresh_calls() -> Iterator[None]:
    calls.clear()
    yield


@jobs.job("essai.fichier")
def make_file(travail: Travail, progress: Progress) -> JobResult:
    calls[travail.cle] += 1
    progress(1, 2)
    progress(2, 2)
    return JobResult(b"contenu", "résultat.txt", "text/plain")


@jobs.job("essai.faute")
def fail(travail: Travail, progress: Progress) -> JobResult:
    calls[travail.cle] += 1
    raise ZeroDivisionError("réponse secrète")


@jobs.job("essai.interdit")
def deny(travail: Travail, progress: Progress) -> JobResult:
    calls[travail.cle] += 1
    raise PermissionDenied


@jobs.job("essai.refuse")
def refuse(travail: Travail, progress: Progress) -> JobResult:
    raise ActionRefused("Le produit est archivé : restaurez-le avant de l'exporter.")


def submit(kind: str = "essai.fichier", user: User | None = None, cle: str = "cle") -> Travail:
    user = user or UserFactory()
    return jobs.submit(kind, par=user, entreprise=user.entreprise, cle=cle, params={"a": 1})


def reloaded(travail: Travail) -> Travail:
    return Travail.tous.get(pk=travail.pk)


# --- Asking ---------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_intent_lives_and_dies_with_the_action() -> None:
    """JB-1."""
    user = UserFactory()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        submit(user=user)
        raise ZeroDivisionError
    assert not Travail.tous.exists()


@pytest.mark.django_db
def test_asked_twice_gives_one_row() -> None:
    """JB-3."""
    user = UserFactory()
    assert submit(user=user) == submit(user=user)
    assert submit(user=user, cle="autre") != submit(user=user)


@pytest.mark.django_db
def test_same_key_may_be_asked_again_once_done() -> None:
    user = UserFactory()
    first = submit(user=user)
    jobs.run(first.pk)
    assert submit(user=user) != first


@pytest.mark.django_db
def test_key_of_another_person_is_another_job() -> None:
    entreprise = EntrepriseFactory()
    assert submit(user=UserFactory(entreprise=entreprise)) != submit(user=UserFactory(entreprise=entreprise))


@pytest.mark.django_db
def test_database_holds_one_open_job_a_key() -> None:
    """WF-3."""
    travail = submit()
    with pytest.raises(IntegrityError), transaction.atomic():
        Travail.tous.create(kind=travail.kind, cle=travail.cle, demandeur=travail.demandeur, entreprise=travail.entreprise)


@pytest.mark.django_db
def test_job_on_another_company_is_refused() -> None:
    """AZ-12."""
    with pytest.raises(PermissionDenied):
        jobs.submit("essai.fichier", par=UserFactory(), entreprise=EntrepriseFactory(), cle="x")


@pytest.mark.django_db
def test_unknown_kind_is_a_bug() -> None:
    user = UserFactory()
    with pytest.raises(LookupError):
        jobs.submit("essai.inconnu", par=user, entreprise=user.entreprise, cle="x")


@pytest.mark.django_db(transaction=True)
def test_broker_down_leaves_the_row_and_holds_up_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """JB-1: the page answers at once, the reconciler sends the job later."""
    with broker_at("redis://127.0.0.1:1/0"):
        start = time.monotonic()
        travail = submit()
        assert time.monotonic() - start < 1
    with broker_at("filesystem://", data_folder_in="/proc/absent", data_folder_out="/proc/absent"):
        assert broker.send(jobs.TASK, travail.pk) is False
    assert "Courtier injoignable" in caplog.text
    assert reloaded(travail).etat == EtatTravail.EN_ATTENTE


@contextmanager
def broker_at(url: str, **options: str) -> Iterator[None]:
    """Point the process at another broker for one block."""
    site, other = current_app._get_current_object(), Celery("essai", broker=url)
    other.conf.broker_transport_options = options
    other.set_current()
    try:
        yield
    finally:
        site.set_current()


# --- Running --------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_job_gives_its_file() -> None:
    travail = submit()
    assert jobs.run(travail.pk)
    row = reloaded(travail)
    assert (row.etat, row.progres, row.total, row.pourcent, row.nom_fichier) == (EtatTravail.TERMINE, 2, 2, 100, "résultat.txt")
    assert row.fichier.read() == b"contenu"
    assert "résultat" not in row.fichier.name and row.is_disponible
    assert row.expire_le - row.termine_le == timedelta(days=7)


@pytest.mark.django_db
def test_delivered_twice_runs_once() -> None:
    """JB-3."""
    travail = submit()
    assert [jobs.run(travail.pk), jobs.run(travail.pk)] == [True, False]
    assert calls["cle"] == 1


@pytest.mark.django_db
def test_unknown_job_is_nothing_to_do() -> None:
    assert jobs.run(987654321) is False


@pytest.mark.django_db(transaction=True)
def test_two_hundred_deliveries_at_once_run_once() -> None:
    """JB-3: of two hundred claims, one changes the row."""
    travail = submit()
    won = sum(times_at_once(40, lambda _: sum(jobs.run(travail.pk) for _ in range(5))))
    assert (won, calls["cle"], reloaded(travail).etat) == (1, 1, EtatTravail.TERMINE)


@pytest.mark.django_db(transaction=True)
def test_asked_forty_times_at_once_gives_one_row() -> None:
    """WF-3."""
    user = UserFactory()
    rows = times_at_once(40, lambda _: submit(user=user).pk)
    assert len(set(rows)) == 1


@pytest.mark.django_db
def test_five_tries_then_failure_shown() -> None:
    """JB-4; the message of the exception never reaches the person (TR-4)."""
    travail = submit("essai.faute")
    for _ in range(8):
        jobs.run(travail.pk)
    row = reloaded(travail)
    assert (calls["cle"], row.etat, row.erreur) == (5, EtatTravail.ECHEC, jobs.BROKEN)


@pytest.mark.django_db
def test_a_job_that_fails_is_tried_later_and_later() -> None:
    """JB-4: what is down has time to come back."""
    waits = []
    with freeze_time("2026-11-21 08:00:00"):
        travail = submit("essai.faute")
        for _ in range(4):
            jobs.run(travail.pk)
            waits.append(reloaded(travail).prochain_essai - timezone.now())
    assert timedelta(0) < waits[0] < waits[1] < waits[2] < waits[3]


@pytest.mark.django_db
def test_failed_job_is_tried_again_on_request() -> None:
    """JB-4: « Relancer »."""
    travail = submit("essai.faute")
    for _ in range(5):
        jobs.run(travail.pk)
    jobs.relancer(travail, travail.demandeur)
    assert (reloaded(travail).etat, reloaded(travail).essais) == (EtatTravail.EN_ATTENTE, 0)
    assert EntreeJournal.objects.filter(action="travail.relance", target_id=str(travail.pk)).count() == 1


@pytest.mark.django_db
def test_job_that_has_not_failed_is_not_tried_again() -> None:
    travail = submit()
    with pytest.raises(ActionRefused):
        jobs.relancer(travail, travail.demandeur)


@pytest.mark.django_db
def test_another_person_does_not_try_it_again() -> None:
    travail = submit("essai.refuse")
    jobs.run(travail.pk)
    with pytest.raises(PermissionDenied):
        jobs.relancer(travail, UserFactory(entreprise=travail.entreprise, responsable=True))


@pytest.mark.django_db
def test_failed_job_waits_while_the_same_is_running() -> None:
    travail = submit("essai.refuse")
    jobs.run(travail.pk)
    submit("essai.refuse", user=travail.demandeur)
    with pytest.raises(ActionRefused, match="déjà en préparation"):
        jobs.relancer(travail, travail.demandeur)


@pytest.mark.django_db
def test_poisoned_job_blocks_nobody() -> None:
    """JB-4."""
    poisoned, sound = submit("essai.faute"), submit()
    jobs.run(poisoned.pk)
    assert jobs.run(sound.pk) and reloaded(sound).etat == EtatTravail.TERMINE


@pytest.mark.django_db
def test_refusal_ends_the_job_with_its_words() -> None:
    travail = submit("essai.refuse")
    jobs.run(travail.pk)
    assert (reloaded(travail).etat, reloaded(travail).essais) == (EtatTravail.ECHEC, 1)
    assert "archivé" in reloaded(travail).erreur


# --- Rights asked again when the job runs (AZ-8) ----------------------------------------------------------------------------
def close(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def suspend(user: User) -> None:
    suspendre(user.entreprise)


def move(user: User) -> None:
    changer_d_entreprise(user, EntrepriseFactory())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("withdraw", [close, suspend, move])
def test_right_withdrawn_while_the_job_waits(withdraw: Callable[[User], None]) -> None:
    """AZ-8: succeed, withdraw, denied."""
    user = UserFactory()
    done = submit(user=user)
    jobs.run(done.pk)
    assert reloaded(done).etat == EtatTravail.TERMINE
    waiting = submit(user=user)
    withdraw(user)
    jobs.run(waiting.pk)
    row = reloaded(waiting)
    assert (row.etat, row.erreur, calls["cle"]) == (EtatTravail.ECHEC, jobs.DENIED, 1)
    assert EntreeJournal.objects.filter(action="travail.refuse", issue="refuse", target_id=str(row.pk)).count() == 1


@pytest.mark.django_db(transaction=True)
def test_denial_of_the_handler_is_not_tried_again() -> None:
    travail = submit("essai.interdit")
    jobs.run(travail.pk)
    jobs.run(travail.pk)
    assert (calls["cle"], reloaded(travail).erreur) == (1, jobs.DENIED)


# --- Lost workers ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_lease_protects_a_running_job() -> None:
    travail = submit()
    assert jobs._claim(travail.pk) is not None
    assert jobs.run(travail.pk) is False


@pytest.mark.django_db
def test_job_of_a_dead_worker_is_taken_over() -> None:
    """JB-2."""
    with freeze_time("2026-11-21 08:00:00") as clock:
        travail = submit()
        jobs._claim(travail.pk)
        clock.tick(timedelta(seconds=61))
        assert jobs.reconcilier() == 1
        assert jobs.run(travail.pk)
    assert (calls["cle"], reloaded(travail).essais) == (1, 2)


@pytest.mark.django_db
def test_worker_that_lost_its_lease_writes_nothing() -> None:
    """JB-3: the zombie neither ends the job nor leaves a file."""
    travail = submit()
    zombie = jobs._claim(travail.pk)
    Travail.tous.filter(pk=travail.pk).update(bail_jusqu_a=timezone.now() - timedelta(seconds=1))
    jobs.run(travail.pk)
    before = set(default_storage.listdir("travaux")[1])
    with pytest.raises(jobs.LeaseLost):
        jobs._finish(travail, zombie, JobResult(b"tard", "tard.txt", "text/plain"))
    with pytest.raises(jobs.LeaseLost):
        jobs._Progression(travail.pk, zombie)(1, 1)
    assert set(default_storage.listdir("travaux")[1]) == before
    assert reloaded(travail).fichier.read() == b"contenu"


@pytest.mark.django_db
def test_job_whose_worker_dies_five_times_fails() -> None:
    with freeze_time("2026-11-21 08:00:00") as clock:
        travail = submit()
        for _ in range(5):
            assert jobs._claim(travail.pk) is not None
            clock.tick(timedelta(seconds=61))
        jobs.reconcilier()
    assert (reloaded(travail).etat, reloaded(travail).erreur) == (EtatTravail.ECHEC, jobs.INTERRUPTED)


@pytest.mark.django_db
def test_job_never_published_is_sent_by_the_reconciler() -> None:
    """JB-1: killed between commit and publish."""
    with freeze_time("2026-11-21 08:00:00") as clock:
        submit()
        assert jobs.reconcilier() == 0  # the broker has a few seconds
        clock.tick(timedelta(seconds=30))
        assert jobs.reconcilier() == 1
        assert jobs.reconcilier() == 0  # not sent again at once


@pytest.mark.django_db(transaction=True)
def test_heartbeat_keeps_the_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "HEARTBEAT_SECONDS", 0.05)
    travail = submit()
    jeton = jobs._claim(travail.pk)
    Travail.tous.filter(pk=travail.pk).update(bail_jusqu_a=timezone.now() + timedelta(seconds=1))
    with jobs._heartbeat(travail.pk, jeton):
        limit = time.monotonic() + 10
        while reloaded(travail).bail_jusqu_a < timezone.now() + timedelta(seconds=30) and time.monotonic() < limit:
            time.sleep(0.02)
    assert reloaded(travail).bail_jusqu_a > timezone.now() + timedelta(seconds=30)


KILLED = """
import django, os, signal, sys, time
django.setup()
from accounts import broker, jobs
def hang(travail, progress):
    progress(1, 2)
    print("running", flush=True)
    time.sleep(60)
jobs._handlers["essai.fichier"] = hang
jobs.run(int(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
def test_process_killed_while_running_leaves_a_job_another_one_ends() -> None:
    """JB-2, JB-3: a real process, a real kill -9."""
    travail = submit()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "CONVERGENCE_TEST_DATABASE": str(connection.settings_dict["NAME"])}
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(travail.pk)], env=environment, stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline() == b"running\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert reloaded(travail).etat == EtatTravail.EN_COURS
    assert jobs.run(travail.pk) is False  # the lease still runs
    Travail.tous.filter(pk=travail.pk).update(bail_jusqu_a=timezone.now() - timedelta(seconds=1))  # a minute later
    assert jobs.run(travail.pk)
    assert (reloaded(travail).etat, calls["cle"]) == (EtatTravail.TERMINE, 1)


# --- What is kept -----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_file_goes_after_seven_days() -> None:
    """XP-5."""
    travail = submit()
    jobs.run(travail.pk)
    name = reloaded(travail).fichier.name
    with freeze_time(timezone.now() + timedelta(days=6, hours=23)):
        assert jobs.purger() == 0
    with freeze_time(timezone.now() + timedelta(days=7, minutes=1)):
        assert jobs.purger() >= 1
        assert jobs.purger() == 0
    assert not default_storage.exists(name)
    assert not reloaded(travail).is_disponible


@pytest.mark.django_db
def test_file_left_by_a_killed_worker_goes_too() -> None:
    from django.core.files.base import ContentFile

    name = default_storage.save("travaux/abandon", ContentFile(b"x"))
    assert jobs.purger() == 0
    with freeze_time(timezone.now() + timedelta(days=8)):
        assert jobs.purger() >= 1
    assert not default_storage.exists(name)
