"""How long the open session lasts, and making it last (AU-7); asked by ``static/js/session.js`` when its end comes near."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from .. import session
from ..sign_in import saisie
from .compte import next_page


@require_safe
def session_duree(request: HttpRequest) -> HttpResponse:
    """Say what is left, without making it longer: other tabs and saves in the background may have."""
    return _answer(request.duree_de_session)


@require_POST
def session_prolonger(request: HttpRequest) -> HttpResponse:
    """« Prolonger »: count as activity now; sent as an ordinary form, come back to a page of ours."""
    left = session.duree(request, request.user, session.prolonger(request))
    return _answer(left) if "application/json" in request.headers.get("accept", "") else redirect(next_page(request))


@require_POST
def saisie_abandonner(request: HttpRequest) -> HttpResponse:
    """Forget the form that came after the end of the last session."""
    saisie.forget(request)
    return redirect(next_page(request))


def _answer(left: session.Duree) -> JsonResponse:
    return JsonResponse({"reste": left.reste, "prolongeable": left.prolongeable})
