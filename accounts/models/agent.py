"""An account of the agency, as the administrateur sees it."""

from __future__ import annotations

from .user import User


class Agent(User):
    """A member of the agency: the same row, another table of rights (R-55)."""

    class Meta:
        proxy = True
        verbose_name = "compte de l'agence"
        verbose_name_plural = "comptes de l'agence"
