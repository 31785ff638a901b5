"""The site of the agency: behind the sign-in of everybody, with a mandatory second factor (``AccountGateMiddleware``, AZ-11)."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path

from .. import policy
from ..models import User


class GestionSite(AdminSite):
    """Routes what is used and nothing else: no sign-in of its own, no deletion, no autocompletion, no list of applications."""

    site_title = site_header = index_title = "Gestion"
    site_url = None
    empty_value_display = "—"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.disable_action("delete_selected")
        self.pages: list[URLPattern] = []  # those of the upper rooms, which add their own

    def has_permission(self, request: HttpRequest) -> bool:
        return policy.can(request.user, "entrer_en_gestion", User)

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Callable[..., HttpResponseBase]:
        """Ask the policy before the view; a visitor was sent to the sign-in of the site already."""

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            policy.check(request.user, "entrer_en_gestion", User)
            return view(request, *args, **kwargs)

        return update_wrapper(inner, view)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Give the hand-made pages first, then those of each model, under its French path."""
        from ..urls_gestion import urlpatterns  # here: they lead to views, which need the apps

        return [*urlpatterns, *self.pages, *(path(f"{admin.chemin}/", include(admin.urls)) for admin in self._registry.values())]


gestion = GestionSite(name="gestion")
