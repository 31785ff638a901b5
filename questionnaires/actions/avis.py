"""Telling people about the answers to a questionnaire: always the same product, the same link, the same sender (ACC-8)."""

from __future__ import annotations

from collections.abc import Iterable

from accounts import notifications, policy
from accounts.models import User

from .cible import Cible


def concerned(cible: Cible, author: User | None) -> list[User]:
    """Name who follows what becomes of a draft: whoever asked for its validation, and the responsable of the sujet (R-52)."""
    return [user for user in (author, cible.sujet.responsable) if user is not None]


def tell(destinataires: Iterable[User], cible: Cible, *, type: str, contenu: str, par: User) -> None:
    """Notify people of what ``par`` did to a set of answers: those who may read them still (AZ-8), and nobody of what he did himself."""
    notifications.notify(
        [user for user in destinataires if user.pk != par.pk and policy.can(user, "lire", cible.sujet)],
        type=type,
        contenu=contenu,
        emetteur=par,
        produit_label=str(cible.sujet),
        url=cible.url,
    )
