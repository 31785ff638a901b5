"""The home of the agency: the queues and the pages entrusted to the person (BO-1, AZ-11)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ... import policy
from ...models import User
from ...rubriques import ouvertes


@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """Show one card per page, with what waits in those that are queues."""
    policy.check(request.user, "entrer_en_gestion", User)
    cartes = [(rubrique, rubrique.compter() if rubrique.compter else None) for rubrique in ouvertes(request.user)]
    return render(request, "gestion/accueil.html", {"cartes": cartes})
