"""The outbox against a mail server that is slow, rude, or gone for an hour: each mail leaves once (JB-4, JB-5, XP-4)."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as site
from freezegun import freeze_time
from pytest_django.fixtures import Settings

from accounts import notifications
from accounts.courriels import mailing, outbox
from accounts.courriels.lettres import compose
from accounts.enums import EtatCourriel
from accounts.models import Courriel
from tests.accounts.factories import UserFactory
from tests.accounts.test_worker import wait_until
from tests.smtp import ServeurDeCourriel

pytestmark = pytest.mark.django_db


@pytest.fixture
def smtp() -> Iterator[ServeurDeCourriel]:
    serveur = ServeurDeCourriel()
    yield serveur
    serveur.stop()


@pytest.fixture
def envoi(smtp: ServeurDeCourriel, settings: Settings) -> ServeurDeCourriel:
    """Send what this process sends to the server of the test."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
    return smtp


def queue(*names: str, **fields: Any) -> None:
    lettre = compose("adresse_deja_prise", sujet="Objet accentué : à vérifier")
    outbox.queue([outbox.build(f"{name}@lab.example", **lettre, dedupe_key=name, **fields) for name in names])


def etats() -> Counter[str]:
    return Counter(Courriel.objects.values_list("etat", flat=True))


def test_a_mail_has_two_parts_and_the_headers_it_needs(envoi: ServeurDeCourriel) -> None:
    queue("camille")
    assert mailing.send_due() == 1
    (message,) = envoi.boite.messages
    assert message["Subject"] == "Objet accentué : à vérifier" and message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message.get_content_type() == "multipart/alternative"
    texte, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "rien n'a été modifié" in texte and "rien n'a été modifié" in html
    assert site.BASE_URL in texte and site.BASE_URL in html


def test_a_server_down_for_an_hour_and_back_gets_each_mail_once(envoi: ServeurDeCourriel) -> None:
    """JB-5, with a moved clock: two batches, tried each minute as the beat does."""
    names = [f"p{number}" for number in range(2 * mailing.BATCH + 3)]
    envoi.stop()
    with freeze_time("2026-11-25 08:00:00") as clock:
        queue(*names)
        for minute in range(180):
            if minute == 60:
                assert etats() == {EtatCourriel.A_ENVOYER: len(names)}
                envoi.start()
            mailing.send_due()
            clock.tick(timedelta(minutes=1))
    assert etats() == {EtatCourriel.ENVOYE: len(names)}
    assert Counter(message["To"] for message in envoi.boite.messages) == {f"{name}@lab.example": 1 for name in names}


def test_a_mail_that_breaks_the_line_holds_up_no_other(envoi: ServeurDeCourriel) -> None:
    """JB-4: those behind it in the batch leave by a line of their own, at the first try."""
    envoi.boite.hangs_up = {"poison@lab.example"}
    envoi.boite.refuses = {"refus@lab.example"}
    queue("poison", "un", "refus", "deux", "trois")
    assert mailing.send_due() == 3
    assert [message["To"] for message in envoi.boite.messages] == [f"{name}@lab.example" for name in ("un", "deux", "trois")]
    causes = dict(Courriel.objects.exclude(erreur="").values_list("dedupe_key", "erreur"))
    assert causes == {"poison": "SMTPServerDisconnected", "refus": "SMTPRecipientsRefused 550"}


def test_an_answer_that_is_lost_sends_again_the_same_mail(envoi: ServeurDeCourriel) -> None:
    """JB-5: at least once; both bear the same Message-ID, by which a reader shows one."""
    envoi.boite.forgets = {"camille@lab.example"}
    with freeze_time("2026-11-25 08:00:00") as clock:
        queue("camille")
        assert mailing.send_due() == 0
        envoi.boite.forgets = set()
        clock.tick(timedelta(seconds=mailing.BACKOFF[0]))
        assert mailing.send_due() == 1
    assert len({message["Message-ID"] for message in envoi.boite.messages}) == 1
    assert len(envoi.boite.messages) == 2


def test_the_logs_name_no_address_and_no_link(envoi: ServeurDeCourriel, caplog: pytest.LogCaptureFixture) -> None:
    """TR-4."""
    envoi.boite.refuses = {"refus@lab.example"}
    with caplog.at_level(logging.DEBUG):
        queue("refus", "pris", confidentiel=True)
        mailing.send_due()
    said = "\n".join(f"{record.getMessage()}\n{record.exc_text or ''}" for record in caplog.records if record.name.startswith("accounts"))
    assert "SMTPRecipientsRefused 550" in said
    assert "@lab.example" not in said and site.BASE_URL not in said


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_sends_once_what_waited_for_the_server(
    smtp: ServeurDeCourriel, lone_workers: None, start_worker: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """JB-5: the notice is read while the server is down; its mail leaves when the server is back, after a worker was killed too."""
    monkeypatch.setenv("EMAIL_URL", smtp.url)
    smtp.stop()
    first = start_worker()
    user = UserFactory()
    notifications.notify([user], type="Validation demandée", contenu="À vous de jouer.")
    assert wait_until(lambda: Courriel.objects.get().essais == 1 and Courriel.objects.get().erreur != "")
    assert notifications.unread_count(user) == 1
    first.kill()
    smtp.start()
    Courriel.objects.update(prochain_essai=Courriel.objects.get().created_at)  # its time has come
    start_worker()
    outbox.queue([outbox.build(user.email, **compose("adresse_deja_prise", sujet="Objet"), dedupe_key="autre")])
    assert wait_until(lambda: etats() == {EtatCourriel.ENVOYE: 2})
    time.sleep(0.5)
    assert sorted(message["Subject"] for message in smtp.boite.messages) == ["Objet", "Validation demandée"]
