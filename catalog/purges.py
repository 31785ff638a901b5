"""Accounts that nobody uses, deleted on schedule: here, because their produits are handed over (DP-1)."""

from __future__ import annotations

from accounts.conservation import Purge, declare

from .actions import inactivite

declare(Purge(inactivite.CODE, inactivite.a_traiter, inactivite.traiter, un_par_un=True))
