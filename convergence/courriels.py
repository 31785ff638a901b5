"""The mails of a demonstration, read on the site: nobody needs a mail server to play it all. Elsewhere these pages do not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from . import boite

View = Callable[..., HttpResponse]
# The message is shown in a frame of our own page: no script, no form, nothing fetched; its links open a page of their own.
CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"


def demonstration(view: View) -> View:
    """Open a page on a demonstration site alone: its mails hold the links that open its accounts."""

    @wraps(view)
    def opened(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return login_not_required(never_cache(require_safe(opened)))


@demonstration
def courriels(request: HttpRequest) -> HttpResponse:
    """List the last mails sent."""
    words = request.GET.get("q", "").strip()[:100]
    context = {"courriels": boite.derniers(words), "q": words, "part_vraiment": not settings.EMAIL_FILE_PATH}
    return render(request, "convergence/courriels.html", context)


@demonstration
def courriel(request: HttpRequest, cle: str) -> HttpResponse:
    """Show one mail, in its two parts."""
    return render(request, "convergence/courriel.html", {"courriel": _find(cle)})


@demonstration
@xframe_options_sameorigin
def courriel_message(request: HttpRequest, cle: str) -> HttpResponse:
    """Give the HTML part as it was sent, to the frame that shows it."""
    html = _find(cle).html.replace("<head>", '<head><base target="_blank">', 1)
    response = HttpResponse(html)
    response["Content-Security-Policy"] = CSP
    return response


def _find(cle: str) -> boite.Recu:
    """:raises Http404: no such mail."""
    found = boite.trouver(cle)
    if found is None:
        raise Http404("courriel inconnu")
    return found
