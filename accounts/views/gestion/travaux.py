"""Trying again what failed in the background (JB-4)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from ... import jobs, policy
from ...models import Travail


@require_POST
def travail_relancer(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a failed job again; the rights of the person who asked for it are checked anew (AZ-8)."""
    policy.check(request.user, "consulter", Travail)
    jobs.relancer(get_object_or_404(Travail.tous, pk=pk), request.user)
    messages.success(request, "Le travail est relancé.")
    return redirect("gestion:accounts_travail_change", pk)
