"""The back-office at ``/gestion/``: a Django AdminSite over the same policy and the same actions as the pages (SPEC §9)."""

from . import agents, cgu, comptes, entreprises, menu, travaux
from .site import gestion

__all__ = ["agents", "cgu", "comptes", "entreprises", "gestion", "menu", "travaux"]
