"""Who may do what with what this room holds."""

from __future__ import annotations

from . import policy
from .models import Notification, Travail, User


def asked_for_it(user: User, travail: Travail) -> bool:
    """A job and its file belong to the person who asked, while he stays in the company (XP-5)."""
    return travail.demandeur_id == user.pk and user.entreprise_id in (None, travail.entreprise_id)


def is_addressee(user: User, notification: Notification) -> bool:
    return notification.destinataire_id == user.pk


def is_oneself(user: User, account: User) -> bool:
    return account.pk == user.pk


policy.register(Travail, {"lire": asked_for_it, "relancer": asked_for_it, "telecharger": asked_for_it})
policy.register(Notification, {"lire": is_addressee, "marquer_lue": is_addressee})
policy.register(User, {"lire_ses_informations": is_oneself})
