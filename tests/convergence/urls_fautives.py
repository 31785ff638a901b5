"""The URLs of the site, and views that fail in each way a view can."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from accounts.errors import ActionRefused
from convergence.urls import *  # noqa: F403
from convergence.urls import urlpatterns as site_urlpatterns


@login_not_required
def panne(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret de la panne")


@login_not_required
def interdit(request: HttpRequest, **arguments: object) -> HttpResponse:
    raise PermissionDenied


@login_not_required
def refus(request: HttpRequest) -> HttpResponse:
    raise ActionRefused("Ce produit est déjà <archivé>.")


@login_not_required
def absent(request: HttpRequest) -> HttpResponse:
    raise Http404


@login_not_required
def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST.get("texte", "") + request.GET.get("texte", ""))


def prive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("privé")


urlpatterns = [
    path("essai/panne/", panne, name="essai_panne"),
    path("essai/interdit/", interdit, name="essai_interdit"),
    path("essai/interdit/<cle:pk>/<jeton:jeton>/", interdit, name="essai_interdit_au_lien"),
    path("essai/refus/", refus, name="essai_refus"),
    path("essai/absent/", absent, name="essai_absent"),
    path("essai/echo/", echo, name="essai_echo"),
    path("essai/prive/", prive, name="essai_prive"),
    *site_urlpatterns,
]
