"""Giving and taking rights on one sujet: the only code that writes django-guardian's rows."""

from __future__ import annotations

from collections.abc import Iterable

from guardian.shortcuts import assign_perm, remove_perm

from accounts.enums import Droit
from accounts.models import User

from .enums import DroitSujet
from .models import Sujet


def as_sujet(sujet: Sujet) -> Sujet:
    """Return the plain Sujet of a produit or of a stratégie: rights hang on it, not on its extension."""
    return sujet if type(sujet) is Sujet else sujet.sujet_ptr


def grant(user: User, sujet: Sujet, droits: Iterable[DroitSujet]) -> None:
    """Give an account rights on a sujet."""
    for droit in droits:
        assign_perm(DroitSujet(droit).value, user, as_sujet(sujet))


def withdraw(user: User, sujet: Sujet, droits: Iterable[DroitSujet]) -> None:
    """Take rights on a sujet from an account; acts at its next request (AZ-8)."""
    for droit in droits:
        remove_perm(DroitSujet(droit).value, user, as_sujet(sujet))


def grant_to_creator(user: User, sujet: Sujet) -> None:
    """Give the creator lecture, saisie, and validation if he holds « valider » (R-51)."""
    droits = [DroitSujet.LECTURE, DroitSujet.SAISIE]
    if user.holds(Droit.VALIDER):
        droits.append(DroitSujet.VALIDATION)
    grant(user, sujet, droits)


def holders(sujet: Sujet, droit: DroitSujet) -> list[User]:
    """Return the active accounts that hold a right on a sujet, responsables of the company included."""
    from . import perms  # here: perms registers itself in the policy, which reads this module's models

    accounts = User.objects.filter(entreprise=sujet.entreprise_id, is_active=True).order_by("pk")
    return [user for user in accounts if droit in perms.granted(user, sujet)]
