"""The mail outbox: at least once, one mail a key, no header added, SMTP down does no harm (JB-5, XP-4)."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as LocmemBackend
from django.db import connection
from freezegun import freeze_time
from pytest_django.fixtures import Settings

from accounts import notifications
from accounts.courriels import mailing, outbox
from accounts.enums import EtatCourriel
from accounts.models import Courriel, Notification, User
from tests.accounts.factories import UserFactory, suspendre

pytestmark = pytest.mark.django_db


class DownBackend(BaseEmailBackend):
    """A mail server that does not answer."""

    def open(self) -> None:
        raise ConnectionRefusedError

    def send_messages(self, messages: list) -> int:
        raise ConnectionRefusedError


class PickyBackend(LocmemBackend):
    """A mail server that refuses one recipient."""

    def send_messages(self, messages: list) -> int:
        if messages[0].to == ["refuse@lab.example"]:
            raise smtplib.SMTPRecipientsRefused({"refuse@lab.example": (550, b"inconnu")})
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def locmem(settings: Settings) -> Iterator[None]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    yield


def queue(key: str = "cle", to: str = "camille@lab.example", **fields: object) -> Courriel:
    outbox.queue([outbox.build(to, sujet="Objet", texte="Texte", dedupe_key=key, **fields)])
    return Courriel.objects.get(dedupe_key=key)


def test_mail_is_sent_once() -> None:
    courriel = queue()
    assert mailing.send_due() == 1
    assert mailing.send_due() == 0
    courriel.refresh_from_db()
    assert (courriel.etat, len(mail.outbox), mail.outbox[0].to) == (EtatCourriel.ENVOYE, 1, ["camille@lab.example"])


def test_same_key_is_queued_once() -> None:
    queue()
    outbox.queue([outbox.build("camille@lab.example", sujet="Autre", texte="Autre", dedupe_key="cle")])
    assert mailing.send_due() == 1
    assert mail.outbox[0].subject == "Objet"


def test_message_id_is_the_same_at_each_try() -> None:
    courriel = queue()
    first = mailing._message(courriel).message()["Message-ID"]
    assert first == mailing._message(Courriel.objects.get(pk=courriel.pk)).message()["Message-ID"]


@pytest.mark.parametrize("field", ["sujet", "destinataire"])
@pytest.mark.parametrize("char", ["\r\n", "\n", "\r", "\x00", "\x0b", "\u2028"])
def test_header_injection_is_refused(field: str, char: str) -> None:
    """XP-4."""
    values = {"destinataire": "camille@lab.example", "sujet": "Objet"}
    values[field] += f"{char}Bcc: voleur@lab.example"
    with pytest.raises(outbox.HeaderRefused):
        outbox.build(values["destinataire"], sujet=values["sujet"], texte="t", dedupe_key="k")


def test_smtp_down_for_an_hour_loses_nothing(settings: Settings) -> None:
    """JB-5."""
    with freeze_time("2026-11-21 08:00:00") as clock:
        courriel = queue()
        settings.EMAIL_BACKEND = f"{__name__}.DownBackend"
        for _ in range(61):
            mailing.send_due()
            clock.tick(timedelta(minutes=1))
        courriel.refresh_from_db()
        assert courriel.etat == EtatCourriel.A_ENVOYER
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        clock.tick(timedelta(hours=1))
        assert mailing.send_due() == 1


def test_five_tries_then_failure(settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.DownBackend"
    with freeze_time("2026-11-21 08:00:00") as clock:
        courriel = queue()
        for _ in range(10):
            mailing.send_due()
            clock.tick(timedelta(hours=2))
    courriel.refresh_from_db()
    assert (courriel.etat, courriel.essais, courriel.erreur) == (EtatCourriel.ECHEC, 5, "ConnectionRefusedError")


def test_notice_does_not_depend_on_smtp(settings: Settings) -> None:
    """JB-5."""
    settings.EMAIL_BACKEND = f"{__name__}.DownBackend"
    user = UserFactory()
    notifications.notify([user], type="Validation demandée", contenu="…")
    mailing.send_due()
    assert notifications.unread_count(user) == 1


def test_one_refused_recipient_holds_up_nobody(settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.PickyBackend"
    refused, other = queue("a", "refuse@lab.example"), queue("b")
    assert mailing.send_due() == 1
    assert Courriel.objects.get(pk=other.pk).etat == EtatCourriel.ENVOYE
    assert Courriel.objects.get(pk=refused.pk).etat == EtatCourriel.A_ENVOYER


def test_sender_killed_in_the_middle_sends_again_later() -> None:
    """JB-5: at least once."""
    with freeze_time("2026-11-21 08:00:00") as clock:
        queue()
        assert len(mailing._claim()) == 1  # and the process dies here
        assert mailing.send_due() == 0
        clock.tick(mailing.CLAIM)
        assert mailing.send_due() == 1


def test_confidential_mail_is_unreadable_at_rest_and_blanked_once_sent() -> None:
    """CF-5: a link that opens an account."""
    outbox.queue([outbox.build("camille@lab.example", sujet="Lien", texte="https://site/jeton-secret", dedupe_key="k", confidentiel=True)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT texte FROM accounts_courriel")
        assert "jeton-secret" not in cursor.fetchone()[0]
    mailing.send_due()
    assert "jeton-secret" in mail.outbox[0].body
    assert Courriel.objects.get(dedupe_key="k").texte == ""


def test_product_name_with_line_breaks_stays_in_its_subject() -> None:
    user = UserFactory()
    notifications.notify([user], type="Validation demandée", contenu="x", produit_label="Produit\r\nBcc: voleur@lab.example")
    mailing.send_due()
    assert mail.outbox[0].message()["Bcc"] is None
    assert "\n" not in mail.outbox[0].subject


def test_notify_tells_each_active_account_once() -> None:
    user, other, closed = UserFactory(), UserFactory(), UserFactory(inactif=True)
    notifications.notify([user, other, user, closed], type="T", contenu="c")
    assert Notification.tous.count() == 2
    assert Courriel.objects.count() == 2


def test_same_notice_twice_does_nothing() -> None:
    user = UserFactory()
    first = notifications.notify([user], type="T", contenu="c", dedupe="validation-7")
    second = notifications.notify([user], type="T", contenu="c", dedupe="validation-7")
    assert (len(first), len(second), Notification.tous.count(), Courriel.objects.count()) == (1, 0, 1, 1)


def test_notice_without_mail() -> None:
    notifications.notify([UserFactory()], type="T", contenu="c", mail=False)
    assert Courriel.objects.count() == 0


def test_mail_gives_an_absolute_link(settings: Settings) -> None:
    notifications.notify([UserFactory()], type="T", contenu="c", url="/produits/3/")
    assert f"{settings.BASE_URL}/produits/3/" in Courriel.objects.get().texte


@pytest.mark.parametrize("change", [{"is_active": False}, {"entreprise": "suspendue"}, {"email": "autre@lab.example"}])
def test_notice_still_waiting_does_not_leave_for_an_account_shut_meanwhile(settings: Settings, change: dict[str, Any]) -> None:
    """AZ-8: suspended while the mail server was down, or gone from this address; what it tells stays in the platform, other mails leave."""
    settings.EMAIL_BACKEND = f"{__name__}.DownBackend"
    user, colleague = UserFactory(), UserFactory()
    with freeze_time("2026-11-21 08:00:00", ignore=["_pytest.timing"]) as clock:
        notifications.notify([user, colleague], type="Validation demandée", contenu="Un questionnaire confidentiel")
        queue(to=user.email)
        assert mailing.send_due() == 0
        if "entreprise" in change:
            suspendre(user.entreprise)
        else:
            User.objects.filter(pk=user.pk).update(**change)
        clock.tick(timedelta(minutes=10))
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        mailing.send_due()
    assert {(message.to[0], message.subject) for message in mail.outbox} == {(user.email, "Objet"), (colleague.email, "Validation demandée")}
    assert Notification.tous.filter(destinataire=user).count() == 1
