"""What the pages of an act share: finding its object, doing it, and showing on its form what refuses it (BO-3, AX-2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ... import policy
from ...actions.second_facteur import retirer_second_facteur
from ...errors import ActionRefused
from ...forms.identite import CorrectionForm
from ...forms.support import PersonneReconnueForm
from ...models import User
from ...rules.elision import de

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


def say_corrected(request: HttpRequest, form: CorrectionForm, changed: list[str]) -> None:
    """Say what the correction of an account did."""
    name = f"{form.cleaned_data['first_name']} {form.cleaned_data['last_name']}"
    if not changed:
        messages.info(request, "Rien n'a changé : le compte disait déjà cela.")
    elif "email" in changed and form.compte.is_active:
        messages.success(request, f"Le compte {de(name)} est corrigé. Un nouveau lien, valable 24 heures, est parti à {form.cleaned_data['email']}.")
    else:
        messages.success(request, f"Le compte {de(name)} est corrigé.")


def take_factor_away(request: HttpRequest, compte: User, fiche: str) -> HttpResponse:
    """Confirm, then take the second factor of an account away; ``fiche`` is the page of the account."""
    form = PersonneReconnueForm(request.POST if request.method == "POST" else None)
    if done := perform(form, lambda: retirer_second_facteur(compte=compte, par=request.user)):
        messages.success(request, f"La double authentification {de(done.nom_complet)} est retirée : ses sessions sont fermées, un courriel l'en prévient.")
        return redirect(fiche, done.pk)
    return render(request, "gestion/second_facteur.html", {"compte": compte, "form": form, "fiche": reverse(fiche, args=[compte.pk])}, status=status_of(form))


def status_of(form: forms.Form) -> int:
    return 400 if form.errors else 200
