"""The back-office at ``/gestion/``: a Django AdminSite over the same policy and the same actions as the pages (SPEC §9)."""

from . import comptes, entreprises, menu
from .site import gestion

__all__ = ["comptes", "entreprises", "gestion", "menu"]
