"""A job somebody waits for: how far it is, its file, trying it again (JB-4, XP-5)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from .. import jobs, policy
from ..errors import ActionRefused
from ..models import Travail
from .fichiers import give

# Seconds before the page asks again: 1 at first, 10 in the end (EC-4).
DELAYS = (1, 1, 2, 2, 3, 5, 8, 10)


@never_cache
@require_safe
def travail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a job is; asked by htmx, give the fragment alone."""
    row = _visible(request, pk)
    policy.check(request.user, "lire", row)
    rank = _rank(request)
    context = {"refus": "", "travail": row, "delai": DELAYS[min(rank, len(DELAYS) - 1)], "rang_suivant": min(rank + 1, len(DELAYS))}
    template = "accounts/_travail_etat.html" if request.htmx else "accounts/travail.html"
    return render(request, template, context)


@never_cache
@require_safe
def travail_fichier(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the file of a job to the person who asked for it, as an attachment that nothing keeps."""
    row = _visible(request, pk)
    policy.check(request.user, "telecharger", row)
    if not row.is_disponible:
        return redirect("accounts:travail", pk=row.pk)
    return give(row.fichier, nom=row.nom_fichier, type_mime=row.type_mime)


@require_POST
def travail_relancer(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a failed job again."""
    row = _visible(request, pk)
    try:
        jobs.relancer(row, request.user)
    except ActionRefused as refusal:
        return render(request, "accounts/travail.html", _refused(row, refusal), status=409)
    return redirect("accounts:travail", pk=row.pk)


def _refused(row: Travail, refusal: ActionRefused) -> dict[str, object]:
    row.refresh_from_db()
    return {"travail": row, "delai": DELAYS[0], "rang_suivant": 1, "refus": refusal.message}


def _visible(request: HttpRequest, pk: int) -> Travail:
    return get_object_or_404(Travail.objects.visible_to(request.user).select_related("entreprise"), pk=pk)


def _rank(request: HttpRequest) -> int:
    """Read how many times the page asked already; anything else than a number is the first time."""
    asked = request.GET.get("rang", "0")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
