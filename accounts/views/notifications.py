"""The notifications of a person (ACC-8)."""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from .. import notifications as actions
from ..models import Notification

PER_PAGE = 20


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """List the notices, the last ones first, by search and by page."""
    words = request.GET.get("q", "").strip()[:100]
    rows = Notification.objects.visible_to(request.user).select_related("emetteur", "destinataire").search(words)
    context = {"page": _page(request, rows), "q": words, "parametres": urlencode({"q": words}) if words else "", "non_lues": rows.non_lues().exists()}
    return render(request, "accounts/notifications.html", context)


@require_POST
def notification_lue(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice as read."""
    notification = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    actions.marquer_lue(notification, par=request.user)
    return redirect("accounts:notifications")


@require_POST
def notifications_lues(request: HttpRequest) -> HttpResponse:
    """Mark all notices as read."""
    actions.marquer_toutes_lues(par=request.user)
    return redirect("accounts:notifications")


def _page(request: HttpRequest, rows: QuerySet[Notification]) -> Page:
    """:raises Http404: no such page."""
    asked, paginator = request.GET.get("page", "1"), Paginator(rows, PER_PAGE)
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10 and 1 <= int(asked) <= paginator.num_pages):
        raise Http404("page inconnue")
    return paginator.page(int(asked))
