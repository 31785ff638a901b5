"""Who answers for a company: the support alone makes a responsable, or unmakes one (R-50). The callers hold the lock and write the journal."""

from __future__ import annotations

from collections.abc import Mapping

from ..enums import Profil
from ..models import Entreprise, User
from .comptes import IDENTITE, save_new


def promouvoir(compte: User) -> None:
    """Make an account a responsable: a root of the tree, so that nobody it manages is above it."""
    compte.profil, compte.gestionnaire = Profil.RESPONSABLE, None
    compte.save(update_fields=["profil", "gestionnaire"])


def retrograder(compte: User) -> None:
    """Make a responsable a contributeur without any account right; it stays a root, which the responsables manage."""
    compte.profil = Profil.CONTRIBUTEUR
    for name in User.DROITS.values():
        setattr(compte, name, False)
    compte.save(update_fields=["profil", *User.DROITS.values()])


def creer_responsable(entreprise: Entreprise, identite: Mapping[str, str]) -> User:
    """Create the account of a responsable, to be opened by a link.

    :raises ActionRefused: login or address taken.
    """
    compte = User(**{name: identite.get(name, "") for name in IDENTITE}, entreprise=entreprise, profil=Profil.RESPONSABLE)
    save_new(compte)
    return compte
