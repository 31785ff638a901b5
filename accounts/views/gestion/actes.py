"""What the pages of an act share: finding its object, doing it, and showing on its form what refuses it (BO-3, AX-2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from ... import policy
from ...errors import ActionRefused

M = TypeVar("M", bound=Model)
T = TypeVar("T")


def find(request: HttpRequest, rows: QuerySet[M], pk: int, verb: str) -> M:
    """Check first: who may not sees no difference between an object that is there and one that is not.

    A verb that the state no longer allows is the affair of the action, which says so.
    :raises PermissionDenied: not one's to read, or to do. :raises Http404: no such object.
    """
    policy.check(request.user, "consulter", rows.model)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404("objet inconnu")
    policy.check(request.user, verb, found)
    return found


def perform(form: forms.Form, act: Callable[[], T]) -> T | None:
    """Do the act of a form that is valid, and give what it gives; what refuses it is shown on the form, which keeps all that was typed."""
    if not form.is_valid():
        return None
    try:
        return act()
    except ActionRefused as refusal:
        add_refusal(form, refusal)
        return None


def add_refusal(form: forms.Form, refusal: ActionRefused) -> None:
    """Show a refusal beside the field it names, or above the form."""
    champ = refusal.details.get("champ")
    form.add_error(champ if champ in form.fields else None, refusal.message)


def status_of(form: forms.Form) -> int:
    """Tell a change made meanwhile by somebody else from what is to be mended."""
    return 409 if getattr(form, "conflits", ()) else 400 if form.errors else 200
