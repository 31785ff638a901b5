"""Public pages, error pages and the two probes."""

from __future__ import annotations

import logging
from html import escape
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.conservation import REGLES, TEMOINS
from accounts.errors import ActionRefused
from accounts.home import home_url, sent_from
from accounts.models import Cgu
from accounts.sign_in.saisie import of_checked, textes

from . import probes
from .accessibilite import grille

logger = logging.getLogger(__name__)

# Shown when the template of an error cannot be rendered, or before the site is asked (``convergence.worker``): title, then what to do.
FALLBACKS = {
    400: ("Nous n'avons pas pu lire cette demande", "L'adresse ou le formulaire contient des caractères que le service ne peut pas lire."),
    403: ("Cette page ne vous est pas ouverte", "Demandez l'accès au responsable de votre compte. Rien n'a été modifié."),
    404: ("Nous ne trouvons pas cette page", "Vérifiez l'adresse ou revenez à l'accueil."),
    405: ("Cette action n'est pas possible ici", "Revenez à la page précédente et utilisez ses boutons."),
    409: ("Cette action n'est plus possible", "La situation a changé depuis l'affichage de la page. Rien n'a été modifié."),
    413: ("Votre envoi est trop volumineux", "Réduisez la taille de ce que vous envoyez, puis recommencez."),
    414: ("Cette adresse est trop longue", "Revenez à l'accueil, puis raccourcissez ce que vous cherchez."),
    429: ("Trop d'essais rapprochés", "Patientez quelques minutes, puis recommencez."),
    431: ("Votre navigateur envoie trop d'informations", "Effacez dans votre navigateur les cookies de ce service, puis recommencez."),
    500: ("Le service a rencontré un problème", "Ce que vous aviez enregistré est conservé. Réessayez dans quelques minutes."),
}


@login_not_required
@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """Say what the service is; whoever is signed in goes straight to the dashboard."""
    if request.user.is_authenticated:
        return redirect(home_url(request.user))
    return render(request, "pages/accueil.html")


@login_not_required
@require_safe
def accessibilite(request: HttpRequest) -> HttpResponse:
    """Declare how accessible the service is, from the grid (AX-5)."""
    return render(request, "pages/accessibilite.html", {"grille": grille()})


@login_not_required
@require_safe
def mentions_legales(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/mentions_legales.html")


@login_not_required
@require_safe
def donnees_personnelles(request: HttpRequest) -> HttpResponse:
    """Show the register: what is kept, why, how long, from the table that what deletes obeys (DP-1, DP-3)."""
    return render(request, "pages/donnees_personnelles.html", {"regles": REGLES, "temoins": TEMOINS})


@login_not_required
@require_safe
def cgu(request: HttpRequest) -> HttpResponse:
    """Show the conditions in force, which a person reads before accepting them."""
    return render(request, "pages/cgu.html", {"cgu": Cgu.objects.en_vigueur()})


@login_not_required
@require_safe
def galerie(request: HttpRequest) -> HttpResponse:
    """Show every component with its samples, to the staff or on a demonstration site."""
    if not (settings.DEBUG or settings.DEMO or (request.user.is_authenticated and request.user.is_staff)):
        raise Http404
    from .galerie import samples  # here: only this page needs the samples

    return render(request, "pages/galerie.html", samples())


# --- Probes (OP-5 to OP-7) ------------------------------------------------------------------------------------------------
@login_not_required
@never_cache
@require_safe
def sante(request: HttpRequest) -> JsonResponse:
    """Answer as long as the process is alive; asks nothing of the database."""
    return JsonResponse({"etat": "ok"})


@login_not_required
@never_cache
@require_safe
def pret(request: HttpRequest) -> JsonResponse:
    """Tell whether the site can serve: 503 without base, migrations or storage; without broker jobs only wait."""
    state = probes.readiness()
    return JsonResponse(state, status=200 if state["pret"] else 503)


# --- Errors ---------------------------------------------------------------------------------------------------------------
@login_not_required
def error_400(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 400)


@login_not_required
def error_403(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that it is not allowed, and why when it is not for want of a right."""
    return _error(request, 403, message=getattr(exception, "message", ""))


@login_not_required
def error_404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 404)


def error_405(request: HttpRequest) -> HttpResponse:
    return _error(request, 405)


def error_409(request: HttpRequest, refusal: ActionRefused) -> HttpResponse:
    """Say why the action was refused, in the words of the action."""
    return _error(request, 409, message=refusal.message)


def error_413(request: HttpRequest) -> HttpResponse:
    return _error(request, 413)


def error_429(request: HttpRequest, message: str = "") -> HttpResponse:
    return _error(request, 429, message=message)


@login_not_required
def error_500(request: HttpRequest) -> HttpResponse:
    """Answer without the template context: what failed may be the database or a template. What was typed is shown, to be copied."""
    try:
        around = {"textes": of_checked(request), "support_email": settings.SUPPORT_EMAIL, "request_id": getattr(request, "request_id", "")}
        return HttpResponse(render_to_string("erreurs/500.html", around), status=500)
    except Exception:
        logger.exception("Page d'erreur 500 de secours")
        return bare_page(500)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form could not be checked; if a page of ours sent it, offer to send it again as it was (WB-2)."""
    if not _may_be_sent_again(request):
        return render(request, "erreurs/formulaire.html", {"retour": sent_from(request)}, status=403)
    return render(request, "convergence/renvoyer.html", _to_send_again(request), status=403)


def error_occupe(request: HttpRequest) -> HttpResponse:
    """Say that somebody else was recording there, and offer to ask again; what was typed comes along, if it was checked to be ours."""
    is_ours = request.method == "POST" and getattr(request, "csrf_processing_done", False) and _holds_nothing_secret(request)
    context = _to_send_again(request) if is_ours else {"champs": [], "textes": []}
    request.refused_with = 409 if request.method == "POST" else 0
    return render(request, "erreurs/occupe.html", {**context, "peut_renvoyer": is_ours, "retour": sent_from(request) or request.get_full_path()}, status=409)


def _to_send_again(request: HttpRequest) -> dict[str, Any]:
    champs = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    return {"champs": champs, "textes": textes(champs)}


def _may_be_sent_again(request: HttpRequest) -> bool:
    """Tell whether a page of ours sent it, and it holds neither a password nor a file."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}" and _holds_nothing_secret(request)


def _holds_nothing_secret(request: HttpRequest) -> bool:
    return not request.FILES and not any("password" in name for name in request.POST)


def _error(request: HttpRequest, status: int, message: str = "", **context: Any) -> HttpResponse:
    """Render the page of an error; a template that fails in its turn gives the static page, never a loop."""
    request.refused_with = status if request.method == "POST" else 0  # read by the frame of the page
    try:
        return render(request, f"erreurs/{status}.html", {"message": message, "request_id": getattr(request, "request_id", ""), **context}, status=status)
    except Exception:
        logger.exception("Page d'erreur %s de secours", status)
        return bare_page(status, message)


def bare_page(status: int, message: str = "") -> HttpResponse:
    """Say an error without any template."""
    title, advice = FALLBACKS.get(status, FALLBACKS[400])
    head = f"<meta charset='utf-8'><meta name='viewport' content='width=device-width'><title>{title} — Convergence</title>"
    body = f"<h1>{title}</h1><p>{escape(message) or advice}</p><p><a href='/'>Revenir à l'accueil</a></p>"
    return HttpResponse(f'<!doctype html><html lang="fr"><head>{head}</head><body>{body}</body></html>', status=status)
