"""What a person does with his own account: accept the conditions, read who he is here."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from .. import cgu as conditions
from .. import session
from ..forms import CguForm
from ..models import Cgu


@require_http_methods(["GET", "HEAD", "POST"])
def cgu_accepter(request: HttpRequest) -> HttpResponse:
    """Show the conditions in force and take their acceptance (ACC-4)."""
    cgu = Cgu.objects.en_vigueur()
    if cgu is None or conditions.has_accepted(request.user, cgu.pk):
        return redirect(_next(request))
    form = CguForm(request.POST if request.method == "POST" else None, cgu_id=cgu.pk)
    if form.is_valid():
        conditions.accepter(cgu=cgu, par=request.user)
        request.session[session.CGU] = cgu.pk
        return redirect(_next(request))
    return render(request, "accounts/cgu_accepter.html", {"cgu": cgu, "form": form, "suite": _next(request)})


@require_safe
def mes_informations(request: HttpRequest) -> HttpResponse:
    """Show the account as the platform knows it, and the ways to its security."""
    double_facteur = Authenticator.objects.filter(user=request.user, type="totp").exists()
    return render(request, "accounts/mes_informations.html", {"compte": request.user, "double_facteur": double_facteur})


def _next(request: HttpRequest) -> str:
    """Give the page asked before the gate, when it is one of ours (WB-5)."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if safe else resolve_url(settings.LOGIN_REDIRECT_URL)
