"""Mails kept as files when no mail server is set: one message a file, that any mail reader opens, and the demonstration shows."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage as Envoi
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from accounts.recherche import words_of
from accounts.rules.texte import plain

SEARCHED = 1000
CLE = re.compile(r"\d{8}-\d{6}-\d{6}-[0-9a-f]{8}")


class EmailBackend(BaseEmailBackend):
    """Write each message to a file of its own, whole or not at all, for its owner alone: it may hold a link that opens an account."""

    def send_messages(self, email_messages: Iterable[Envoi]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        return sum(_write(folder, message.message().as_bytes()) for message in email_messages)


def _write(folder: Path, content: bytes) -> bool:
    name = f"{timezone.now():%Y%m%d-%H%M%S-%f}-{secrets.token_hex(4)}"
    draft = folder / f"{name}.tmp"
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    os.replace(draft, folder / f"{name}.eml")
    return True


@dataclass(frozen=True)
class Recu:
    """A mail that was sent."""

    cle: str
    envoye_le: datetime
    destinataire: str
    sujet: str
    texte: str
    html: str


def derniers(words: str = "", limit: int = 100) -> list[Recu]:
    """Read the last mails, the latest first, whose addressee or subject holds the words; none where mails leave by a server."""
    if not settings.EMAIL_FILE_PATH:
        return []
    names = sorted((path.stem for path in _folder().glob("*.eml")), reverse=True)
    wanted = words_of(words)
    found = (recu for name in names[:SEARCHED] if (recu := trouver(name)))
    return list(islice((recu for recu in found if all(word in plain(f"{recu.destinataire} {recu.sujet}") for word in wanted)), limit))


def trouver(cle: str) -> Recu | None:
    """Read one mail; None when there is none of that name."""
    path = _folder() / f"{cle}.eml"
    if not CLE.fullmatch(cle) or not path.is_file():
        return None
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    at = datetime.strptime(cle[:22], "%Y%m%d-%H%M%S-%f").replace(tzinfo=UTC)
    return Recu(cle, at, str(message["To"] or ""), str(message["Subject"] or ""), _part(message, "plain"), _part(message, "html"))


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return body.get_content() if body is not None else ""


def _folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH or "")
