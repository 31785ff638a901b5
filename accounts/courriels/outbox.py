"""Filling the mail outbox; ``accounts.courriels.mailing`` empties it."""

from __future__ import annotations

import re
import unicodedata
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from .. import broker, crypto
from ..models import Courriel

TASK = "accounts.tasks.envoyer_courriels"
PURPOSE = "courriel"
NOTICE = "notification:"  # how the key of a notice starts: what it tells is of a company
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class HeaderRefused(ValueError):
    """A subject or an address that would add a header to the mail (XP-4)."""


def build(destinataire: str, *, sujet: str, texte: str, dedupe_key: str, html: str = "", confidentiel: bool = False) -> Courriel:
    """Prepare a mail without saving it; ``confidentiel`` when its text holds a link or a code that opens something.

    :raises HeaderRefused: line break or control character in the subject or in the address.
    """
    return Courriel(
        destinataire=_checked_address(destinataire),
        sujet=_checked_subject(sujet),
        texte=crypto.encrypt(texte, purpose=PURPOSE) if confidentiel else texte,
        html=crypto.encrypt(html, purpose=PURPOSE) if confidentiel and html else html,
        confidentiel=confidentiel,
        dedupe_key=dedupe_key,
    )


def queue(courriels: list[Courriel]) -> None:
    """Add mails to the outbox; one whose key is already there is not sent twice. They leave once the transaction is committed."""
    if courriels:
        Courriel.objects.bulk_create(courriels, ignore_conflicts=True)
        wake()


def wake() -> None:
    """Have the outbox emptied once the transaction is committed."""
    transaction.on_commit(partial(broker.send_soon, TASK), robust=True)


def _checked_subject(sujet: str) -> str:
    if _CONTROL.search(sujet):
        raise HeaderRefused("L'objet d'un courriel tient sur une ligne.")
    return unicodedata.normalize("NFC", sujet).strip()[:250]


def _checked_address(adresse: str) -> str:
    if _CONTROL.search(adresse):
        raise HeaderRefused("Une adresse tient sur une ligne.")
    try:
        validate_email(adresse)
    except ValidationError as error:
        raise HeaderRefused("Cette adresse ne peut pas recevoir de courriel.") from error
    return adresse
