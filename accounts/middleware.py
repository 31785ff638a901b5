"""The gate of signed-in pages: session still open, company not suspended, second factor, conditions accepted.

It asks nothing itself: the cache told what it needs with the session, the session remembers the rest (``AccountBackend`` brings the company
with the account).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import auth, messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import urlencode

from . import cgu, policy, session
from .home import sent_from
from .selectors.facteurs import second_factors_of
from .sign_in import saisie, temoin

EXPIRED = "Votre session a pris fin. Connectez-vous à nouveau : ce que vous aviez enregistré est conservé."
KEPT = "Votre session a pris fin. Connectez-vous à nouveau : ce que vous veniez d'envoyer est gardé pour vous, et vous sera rendu."
STEP = "Ce que vous veniez d'envoyer est gardé pour vous : il vous sera rendu après cette étape."
SUSPENDED = "Votre compte n'est plus ouvert. Écrivez au support si vous pensez qu'il devrait l'être."

# Pages one must reach before the gate is passed; public pages always are.
FREE_VIEWS = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "accounts:identite_reconfirmer",
        "accounts:cgu_accepter",
        "accounts:session_duree",
        "accounts:session_prolonger",
    }
)
# Asking how long the session lasts is no activity: it must not make it longer.
SILENT_VIEWS = frozenset({"accounts:session_duree"})


class SignInMiddleware(LoginRequiredMiddleware):
    """Send a visitor to sign in; a form or a fragment comes from a page whose session was ended elsewhere, and leads back to it (AU-7)."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:
        if request.method in ("GET", "HEAD") and not request.htmx:
            return super().handle_no_permission(request, view_func)
        compte = temoin.read(request)
        messages.warning(request, KEPT if compte is not None and saisie.keep(request, compte) else EXPIRED)
        return _go(request, "account_login", back=_page(request))


class AccountGateMiddleware:
    """Send a signed-in person where he must go first, or out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        temoin.write(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        public = not getattr(view, "login_required", True)
        if name in {"sante", "pret"} or not request.user.is_authenticated:
            return None
        request.user = getattr(request, "_cached_user", request.user)  # the account itself: each question to Django's proxy has its price
        known = request.session.beside or {}  # read with the session
        last_activity = known.get(session.activity_key(request))
        if reason := _out_reason(request, last_activity):
            return _sign_out(request, reason, public=public)
        if name not in SILENT_VIEWS:
            last_activity = session.stamp(request, last_activity)
        request.duree_de_session = session.duree(request, request.user, last_activity)  # read by the frame of the page
        is_free = public or name in FREE_VIEWS or name.startswith("mfa_")
        before = None if is_free else _first(request, known.get(cgu.CACHE_KEY))
        if before is None:
            saisie.forget_once_sent(request)
        elif saisie.keep(request, request.user.pk):  # the conditions changed while a form was being filled in
            messages.warning(request, STEP)
        return before


def _out_reason(request: HttpRequest, last_activity: float | None) -> str:
    if not policy.is_admitted(request.user):
        return SUSPENDED
    return EXPIRED if session.is_over(request, request.user, last_activity) else ""


def _sign_out(request: HttpRequest, reason: str, *, public: bool) -> HttpResponse | None:
    """End the session; a public page is shown all the same, to a visitor."""
    compte = request.user.pk
    auth.logout(request)
    if public:
        return None
    is_kept = saisie.keep(request, compte)  # also for an account that is shut: it may be opened again
    messages.warning(request, KEPT if is_kept and reason == EXPIRED else reason)
    return _go(request, "account_login", back=_page(request))


def _first(request: HttpRequest, cgu_id: int | None) -> HttpResponse | None:
    """Say where to go before anything else, if anywhere."""
    if request.user.must_have_second_factor and not _has_second_factor(request):
        return _go(request, "mfa_activate_totp")
    if not _accepted(request, cgu.current_id(cgu_id)):
        return _go(request, "accounts:cgu_accepter", back=_page(request))
    return None


def _has_second_factor(request: HttpRequest) -> bool:
    """Tell whether the person has one: without it no sign-in, with it each sign-in asked for it (AZ-11)."""
    if not request.session.get(session.SECOND_FACTOR):
        if not second_factors_of(request.user).exists():
            return False
        request.session[session.SECOND_FACTOR] = True
    return True


def _accepted(request: HttpRequest, cgu_id: int) -> bool:
    if cgu_id == cgu.NONE or request.session.get(session.CGU) == cgu_id:
        return True
    if accepted := cgu.has_accepted(request.user, cgu_id):
        request.session[session.CGU] = cgu_id
    return accepted


def _page(request: HttpRequest) -> str:
    """Give the page to come back to: the page asked, or the one a form or a fragment was sent from, when it is ours (WB-5)."""
    if getattr(request, "htmx", None):
        return _page_of_fragment(request)
    return request.get_full_path() if request.method in ("GET", "HEAD") else sent_from(request)


def _page_of_fragment(request: HttpRequest) -> str:
    try:
        return request.htmx.current_url_abs_path or ""
    except ValueError:  # « http://[ »
        return ""


def _go(request: HttpRequest, name: str, *, back: str = "") -> HttpResponse:
    """Redirect, also out of a fragment asked by htmx."""
    url = resolve_url(name)
    if back:
        url = f"{url}?{urlencode({'next': back})}"
    return HttpResponse(headers={"HX-Redirect": url}) if getattr(request, "htmx", None) else HttpResponseRedirect(url)
