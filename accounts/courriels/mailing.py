"""Emptying the mail outbox: at least once, later and later, never twice at the same time (JB-5)."""

from __future__ import annotations

import hashlib
import logging
import smtplib
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from .. import crypto
from ..enums import EtatCourriel
from ..models import Courriel, User
from .outbox import NOTICE, PURPOSE

logger = logging.getLogger(__name__)

BATCH = 10  # of a server that makes each wait for EMAIL_TIMEOUT, a task still sees the end
CLAIM = timedelta(minutes=5)
# After the first, second… failure, in seconds: five tries outlive a mail server that is down for an hour.
BACKOFF = (60, 300, 1200, 3600)
MAX_TRIES = len(BACKOFF) + 1


def send_due() -> int:
    """Send what is due, batch after batch; give the number sent. A mail server that is down puts the batch off."""
    sent = 0
    _close_exhausted()
    _drop_withdrawn()
    while courriels := _claim():
        done = _send(courriels)
        sent += done
        if not done:
            break
    return sent


@transaction.atomic
def _claim() -> Sequence[Courriel]:
    """Take a batch for five minutes, skipping the rows another worker is taking; no lock is held while sending."""
    due = Courriel.objects.filter(etat=EtatCourriel.A_ENVOYER, prochain_essai__lte=timezone.now(), essais__lt=MAX_TRIES)
    lock = {"skip_locked": True} if connection.features.has_select_for_update_skip_locked else {}
    courriels = list(due.select_for_update(**lock).order_by("prochain_essai", "pk")[:BATCH])
    keys = [courriel.pk for courriel in courriels]
    Courriel.objects.filter(pk__in=keys).update(prochain_essai=timezone.now() + CLAIM, essais=F("essais") + 1)
    for courriel in courriels:
        courriel.essais += 1
    return courriels


def _send(courriels: Sequence[Courriel]) -> int:
    backend = get_connection()
    try:
        backend.open()
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("Serveur de courriel injoignable : %s", type(error).__name__)
        for courriel in courriels:
            _put_off(courriel, error)
        return 0
    try:
        return sum(_send_one(backend, courriel) for courriel in courriels)
    finally:
        _hang_up(backend)


def _send_one(backend: BaseEmailBackend, courriel: Courriel) -> bool:
    try:
        backend.send_messages([_message(courriel)])
    except Exception as error:  # one mail that cannot leave holds up no other
        logger.warning("Courriel %s, essai %s : %s", courriel.pk, courriel.essais, _cause(error))
        _put_off(courriel, error)
        _hang_up(backend)  # the next one opens a connection of its own: this one may be broken by what it carried
        return False
    blank = {"texte": "", "html": ""} if courriel.confidentiel else {}
    Courriel.objects.filter(pk=courriel.pk).update(etat=EtatCourriel.ENVOYE, envoye_le=timezone.now(), erreur="", **blank)
    return True


def _hang_up(backend: BaseEmailBackend) -> None:
    with suppress(OSError, smtplib.SMTPException):
        backend.close()


def _message(courriel: Courriel) -> EmailMultiAlternatives:
    """Build the message; its id comes from the key of the row, so that a mail sent twice shows as one."""
    texte, html = (_clear(courriel, text) for text in (courriel.texte, courriel.html))
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{courriel.dedupe_key}".encode()).hexdigest()[:32]
    domain = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].rstrip(">")
    headers = {"Message-ID": f"<{digest}@{domain}>", "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(courriel.sujet, texte, to=[courriel.destinataire], headers=headers)
    if html:
        message.attach_alternative(html, "text/html")
    return message


def _clear(courriel: Courriel, text: str) -> str:
    return crypto.decrypt(text, purpose=PURPOSE) if courriel.confidentiel and text else text


def _put_off(courriel: Courriel, error: Exception) -> None:
    state = EtatCourriel.ECHEC if courriel.essais >= MAX_TRIES else EtatCourriel.A_ENVOYER
    delay = BACKOFF[min(courriel.essais, len(BACKOFF)) - 1]
    Courriel.objects.filter(pk=courriel.pk).update(etat=state, erreur=_cause(error), prochain_essai=timezone.now() + timedelta(seconds=delay))


def _cause(error: Exception) -> str:
    """Name what went wrong and the code of the mail server, never its words: they repeat addresses."""
    refusals = error.recipients.values() if isinstance(error, smtplib.SMTPRecipientsRefused) else ()
    code = getattr(error, "smtp_code", None) or next((code for code, _ in refusals), None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def _close_exhausted() -> None:
    """Close the mails whose five senders were killed."""
    Courriel.objects.filter(etat=EtatCourriel.A_ENVOYER, essais__gte=MAX_TRIES, prochain_essai__lte=timezone.now()).update(
        etat=EtatCourriel.ECHEC, erreur="interrompu"
    )


def _drop_withdrawn() -> None:
    """Drop the notices whose account was shut, or left this address, while they waited: what they tell stays in the platform (AZ-8)."""
    opened = User.objects.admis().filter(email=OuterRef("destinataire"))
    due = Courriel.objects.filter(etat=EtatCourriel.A_ENVOYER, prochain_essai__lte=timezone.now(), dedupe_key__startswith=NOTICE)
    due.filter(~Exists(opened)).delete()
