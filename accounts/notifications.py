"""Telling people: a row in the platform, and a mail in the outbox, both in the transaction of the action (JB-5)."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from . import policy, preferences
from .courriels import outbox
from .courriels.lettres import compose
from .models import Courriel, Notification, User

logger = logging.getLogger(__name__)


@transaction.atomic(savepoint=False)
def notify(
    destinataires: Iterable[User],
    *,
    type: str,
    contenu: str,
    emetteur: User | None = None,
    produit_label: str = "",
    produit_id: int | None = None,
    url: str = "",
    mail: bool = True,
    dedupe: str | None = None,
    attend_reponse: bool = False,
) -> list[Notification]:
    """Notify each account once, those suspended or deleted left out; ``dedupe`` makes a second identical notice do nothing.

    ``url`` is a path of the site; the mail makes it absolute, and goes to those whose preferences want it. ``attend_reponse`` asks
    for an answer in place, until ``repondue``.
    """
    people = _open_accounts(destinataires)
    rows = [
        Notification(
            destinataire=user,
            emetteur=emetteur,
            type=type,
            contenu=contenu,
            produit_label=produit_label[:300],
            produit_id=produit_id,
            url=url,
            attend_reponse=attend_reponse,
            dedupe=f"{dedupe}:{user.pk}" if dedupe else None,
        )
        for user in people.values()
    ]
    rows = _not_yet_sent(rows) if dedupe else rows
    Notification.tous.bulk_create(rows, ignore_conflicts=bool(dedupe))
    if mail:
        wanted = [row for row in rows if preferences.wants_mail(row.destinataire, row.type)]
        outbox.queue([courriel for row in wanted if (courriel := _mail(row))])
    return rows


def _open_accounts(destinataires: Iterable[User]) -> dict[int, User]:
    """Keep the accounts open by now: what is told to somebody may have been read before he was suspended."""
    people = {user.pk: user for user in destinataires}
    opened = set(User.objects.admis().filter(pk__in=people).values_list("pk", flat=True))
    return {pk: user for pk, user in people.items() if pk in opened}


def _not_yet_sent(rows: list[Notification]) -> list[Notification]:
    known = set(Notification.tous.filter(dedupe__in=[row.dedupe for row in rows]).values_list("dedupe", flat=True))
    return [row for row in rows if row.dedupe not in known]


def _mail(notification: Notification) -> Courriel | None:
    """Write the mail of a notice; an account whose address cannot receive any keeps its notice in the platform."""
    lettre = compose("notification", sujet=_subject(notification), notification=notification, famille=preferences.libelle(notification.type))
    try:
        return outbox.build(notification.destinataire.email, **lettre, dedupe_key=f"{outbox.NOTICE}{notification.dedupe or uuid4().hex}")
    except outbox.HeaderRefused as error:
        logger.warning("Notification sans courriel pour le compte %s : %s", notification.destinataire_id, error)
        return None


def _subject(notification: Notification) -> str:
    """Put type and product on one line: a product's name may hold anything a person typed."""
    parts = [notification.type, notification.produit_label]
    return "".join(char for char in " : ".join(filter(None, parts)) if char.isprintable())


def marquer_lue(notification: Notification, *, par: User) -> None:
    """Mark one notice as read; the date of a first reading does not move.

    :raises PermissionDenied: somebody else's.
    """
    policy.check(par, "marquer_lue", notification)
    Notification.objects.visible_to(par).non_lues().filter(pk=notification.pk).update(lue_le=timezone.now())


def marquer_non_lue(notification: Notification, *, par: User) -> None:
    """Put one notice back among those to read.

    :raises PermissionDenied: somebody else's.
    """
    policy.check(par, "marquer_lue", notification)
    Notification.objects.visible_to(par).filter(pk=notification.pk).update(lue_le=None)


def marquer_toutes_lues(*, par: User) -> None:
    """Mark all the notices of a person as read."""
    Notification.objects.visible_to(par).non_lues().update(lue_le=timezone.now())


def is_told(dedupe: str) -> bool:
    """Tell whether somebody was sent this notice already."""
    return Notification.tous.filter(dedupe__startswith=f"{dedupe}:").exists()


def repondue(dedupe: str) -> None:
    """Close the notices that asked for an answer given meanwhile, whoever they were sent to."""
    asked = Notification.tous.filter(dedupe__startswith=f"{dedupe}:").a_traiter()
    asked.filter(lue_le__isnull=True).update(lue_le=timezone.now())
    asked.update(attend_reponse=False)


def unread_count(user: User) -> int:
    """Count the notices a person has not read, for the header."""
    return Notification.objects.visible_to(user).non_lues().count()
