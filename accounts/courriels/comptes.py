"""What is written to somebody whose account was just shut: no page can tell him any more (EXT-3, ACC-7)."""

from __future__ import annotations

from ..models import User
from .support import write


def compte_ferme(compte: User, *, par: User) -> None:
    """Tell a person that whoever manages the account suspended it."""
    write([compte], "Votre compte est suspendu", "compte_ferme", par=par)


def compte_supprime(compte: User, *, par: User | None) -> None:
    """Tell a person that the account is deleted, while its address is known; without author, it went unused too long (DP-1)."""
    write([compte], "Votre compte est supprimé", "compte_supprime", par=par)
