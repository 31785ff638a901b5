"""What is done alike with an account of a company and with one of the agency (BO-3, ACC-5, AX-2); ``fiche`` names the page of the account."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ...actions.second_facteur import retirer_second_facteur
from ...forms.identite import CorrectionForm
from ...forms.support import PersonneReconnueForm
from ...models import User
from ...rules.elision import de
from .actes import perform, status_of


def correct(request: HttpRequest, compte: User, act: Callable[..., list[str]], fiche: str, template: str = "gestion/compte_corriger.html") -> HttpResponse:
    """Correct the name, the fonction, the telephone of a person; ``act`` does it with ``identite``."""
    form = CorrectionForm(request.POST if request.method == "POST" else None, compte=compte)
    if (changed := perform(form, lambda: act(identite=form.cleaned_data))) is not None:
        _say_corrected(request, form, changed)
        return redirect(fiche, compte.pk)
    return render(request, template, {"compte": compte, "form": form, "fiche": reverse(fiche, args=[compte.pk])}, status=status_of(form))


def _say_corrected(request: HttpRequest, form: CorrectionForm, changed: list[str]) -> None:
    name = f"{form.cleaned_data['first_name']} {form.cleaned_data['last_name']}"
    if not changed:
        messages.info(request, "Rien n'a changé : le compte disait déjà cela.")
    elif "email" in changed and form.compte.is_active:
        messages.success(request, f"Le compte {de(name)} est corrigé. Un nouveau lien, valable 24 heures, est parti à {form.cleaned_data['email']}.")
    else:
        messages.success(request, f"Le compte {de(name)} est corrigé.")


def take_factor_away(request: HttpRequest, compte: User, fiche: str) -> HttpResponse:
    """Say what taking a second factor away does, then do it (AU-3)."""
    form = PersonneReconnueForm(request.POST if request.method == "POST" else None)
    if done := perform(form, lambda: retirer_second_facteur(compte=compte, par=request.user)):
        messages.success(request, f"La double authentification {de(done.nom_complet)} est retirée : ses sessions sont fermées, un courriel l'en prévient.")
        return redirect(fiche, done.pk)
    return render(request, "gestion/second_facteur.html", {"compte": compte, "form": form, "fiche": reverse(fiche, args=[compte.pk])}, status=status_of(form))
