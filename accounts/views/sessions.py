"""The open sessions of one's account: read them, end one, end all the others (AU-7)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ..actions import sessions as actions
from ..rules.appareils import appareil
from ..selectors import sessions as selectors


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Show where the account is signed in."""
    return render(request, "accounts/profil_sessions.html", {"sessions": selectors.sessions_ouvertes(request.user, request.session.session_key)})


@require_http_methods(["GET", "HEAD", "POST"])
def session_fermer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what ending one session does, then end it; the present one is left by signing out."""
    ouverte = get_object_or_404(selectors.sessions_of(request.user), pk=pk)
    if ouverte.session_key == request.session.session_key:
        return redirect("account_logout")
    nom = appareil(ouverte.user_agent)
    if request.method == "POST":
        actions.fermer_session(par=request.user, ouverte=ouverte)
        messages.success(request, f"La session «\u00a0{nom}\u00a0» est fermée.")
        return redirect("accounts:sessions")
    return render(request, "accounts/profil_session_fermer.html", {"ouverte": ouverte, "nom": nom})


@require_http_methods(["GET", "HEAD", "POST"])
def sessions_fermer(request: HttpRequest) -> HttpResponse:
    """Say what ending all the others does, then end them."""
    if request.method == "POST":
        ended = actions.fermer_autres_sessions(par=request.user, courante=request.session.session_key)
        messages.success(request, "Vos autres sessions sont fermées." if ended else "Il n'y avait pas d'autre session ouverte.")
        return redirect("accounts:sessions")
    return render(request, "accounts/profil_session_fermer.html", {"ouverte": None, "nom": ""})
