"""The notifications of a person (ACC-8)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from .. import notifications as actions
from ..forms.notifications import FiltreNotificationsForm
from ..models import Notification
from .pages import page_of

PER_PAGE = 20


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """List the notices, the last ones first, by words, state, type and page."""
    form = FiltreNotificationsForm(request.GET, user=request.user)
    page = page_of(request, form.apply(), par_page=PER_PAGE)
    here = {**form.kept, "page": page.number} if page.number > 1 else form.kept
    context = {
        "form": form,
        "page": page,
        "is_narrowed": bool(form.kept),
        "parametres": urlencode(form.kept),
        "ici": urlencode(here),
    }
    return render(request, "accounts/notifications.html", context)


@require_POST
def notification_lue(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice as read."""
    return _mark(request, pk, actions.marquer_lue)


@require_POST
def notification_non_lue(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one notice back among those to read."""
    return _mark(request, pk, actions.marquer_non_lue)


@require_POST
def notifications_lues(request: HttpRequest) -> HttpResponse:
    """Mark all notices as read."""
    actions.marquer_toutes_lues(par=request.user)
    return _back(request)


def _mark(request: HttpRequest, pk: int, act: Callable[..., None]) -> HttpResponse:
    act(get_object_or_404(Notification.objects.visible_to(request.user), pk=pk), par=request.user)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Go back to the list as it was narrowed; to its first page when what was marked may have left it."""
    asked = QueryDict(request.POST.get("ici", "")[:500])
    names = ("q", "etat", "type") if asked.get("etat") else ("q", "etat", "type", "page")
    kept = {name: value for name in names if (value := asked.get(name, ""))}
    return redirect(f"{reverse('accounts:notifications')}{'?' if kept else ''}{urlencode(kept)}")
