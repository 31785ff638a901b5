"""Who may enrol, withdraw and follow a sujet in a démarche (R-44): short predicates, then one table."""

from __future__ import annotations

from accounts import policy
from accounts.models import User
from questionnaires import perms as sujets

from .models import Inscription


def may_read(user: User, inscription: Inscription) -> bool:
    return sujets.may_read(user, inscription.sujet)


def may_withdraw(user: User, inscription: Inscription) -> bool:
    return sujets.may_write(user, inscription.sujet)


def why_not(user: User, verb: str, inscription: Inscription) -> str:
    return sujets.why_not(user, "saisir", inscription.sujet) if verb == "retirer" else ""


policy.register(Inscription, {"lire": may_read, "retirer": may_withdraw}, why_not=why_not)
