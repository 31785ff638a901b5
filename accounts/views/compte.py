"""What a person does with his own account: accept the conditions, read who he is here."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods, require_safe

from .. import cgu as conditions
from .. import preferences, session
from ..actions.cgu import accepter_cgu
from ..actions.profil import changement_en_attente
from ..forms.sign_in import CguForm
from ..models import Cgu, User
from ..selectors.facteurs import second_factors_of


@require_http_methods(["GET", "HEAD", "POST"])
def cgu_accepter(request: HttpRequest) -> HttpResponse:
    """Show the conditions in force and take their acceptance (ACC-4)."""
    cgu = Cgu.objects.en_vigueur()
    if cgu is None or conditions.has_accepted(request.user, cgu.pk):
        return redirect(next_page(request))
    form = CguForm(request.POST if request.method == "POST" else None, cgu_id=cgu.pk)
    if form.is_valid():
        accepter_cgu(cgu=cgu, par=request.user)
        request.session[session.CGU] = cgu.pk
        return redirect(_after_conditions(request))
    context = {"cgu": cgu, "form": form, "suite": next_page(request)}
    return render(request, "accounts/cgu_accepter.html", context, status=400 if form.errors else 200)


@require_safe
def mes_informations(request: HttpRequest) -> HttpResponse:
    """Show the account as the platform knows it, and the ways to its security."""
    context = {"compte": request.user, "double_facteur": _has_second_factor(request.user), "changement": changement_en_attente(request.user)}
    return render(request, "accounts/mes_informations.html", context)


def _after_conditions(request: HttpRequest) -> str:
    """Propose the second factor to a company account that has none, at its first sign-in, once (ACC-4)."""
    user = request.user
    if user.is_agence or user.preferences.get(preferences.DOUBLE_FACTEUR_PROPOSE) or _has_second_factor(user):
        return next_page(request)
    return f"{reverse('accounts:double_facteur')}?{urlencode({'next': next_page(request)})}"


def _has_second_factor(user: User) -> bool:
    return second_factors_of(user).exists()


def next_page(request: HttpRequest) -> str:
    """Give the page asked before the gate, when it is one of ours, named from the root (WB-5)."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    safe = url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if safe else resolve_url(settings.LOGIN_REDIRECT_URL)
