"""The mails that do not leave, as the administrateurs see them: to whom and why, never what they say (JB-4, R-55)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ... import policy
from ...actions import courriels as actions
from ...models import Courriel
from ..pages import page_of


@never_cache
@require_safe
def courriels(request: HttpRequest) -> HttpResponse:
    """List those in failure, then those that will be tried again."""
    policy.check(request.user, "consulter", Courriel)
    rows = (Courriel.objects.en_echec() | Courriel.objects.en_peine()).order_by("-etat", "-pk")
    return render(request, "gestion/courriels.html", {"page": page_of(request, rows), "echecs": Courriel.objects.en_echec().count()})


@require_POST
def courriel_relancer(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one again."""
    policy.check(request.user, "relancer", Courriel)
    actions.relancer_courriel(courriel=get_object_or_404(Courriel, pk=pk), par=request.user)
    messages.success(request, "Le courriel va être envoyé de nouveau.")
    return redirect("gestion:courriels")


@require_POST
def courriels_relancer(request: HttpRequest) -> HttpResponse:
    """Try all of them again."""
    policy.check(request.user, "relancer", Courriel)
    count = actions.relancer_courriels(par=request.user)
    messages.success(request, f"Courriels envoyés de nouveau\u00a0: {count}.")
    return redirect("gestion:courriels")
