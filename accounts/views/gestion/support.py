"""What the support does with a company or an account: each act on its page, which says what will happen (BO-3, AX-2)."""

from __future__ import annotations

from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from ... import policy
from ...actions import comptes, suspension
from ...actions.creation import creer_entreprise
from ...forms.entreprises import EntrepriseForm
from ...forms.support import MotifForm
from ...models import Entreprise, User
from ...rules.elision import de
from ...selectors.comptes import presents
from .actes import find, perform, status_of
from .comptes import correct, take_factor_away

READ_BY_THEM = "Envoyé tel quel par courriel aux responsables : dites-leur ce qu'ils peuvent faire."
READ_BY_HIM = "Envoyé tel quel par courriel à la personne et aux responsables : dites-leur ce qu'ils peuvent faire."
ENTREPRISE, COMPTE = "gestion:accounts_entreprise_change", "gestion:accounts_user_change"


@require_http_methods(["GET", "HEAD", "POST"])
def entreprise_creer(request: HttpRequest) -> HttpResponse:
    """Register a company that has not asked online, and its responsable: type, read again, then create what nothing deletes."""
    policy.check(request.user, "creer", Entreprise)
    form = EntrepriseForm(request.POST if request.method == "POST" else None)
    step = request.POST.get("etape", "")
    if step == "inscrire" and (compte := perform(form, lambda: _creer(request.user, form))):
        messages.success(request, f"{compte.entreprise} est inscrite. Un lien pour choisir son mot de passe est parti à {compte.email}.")
        return redirect(ENTREPRISE, compte.entreprise_id)
    if form.is_bound and not form.errors and step != "modifier":
        carried = [(name, request.POST.get(name, "")) for name in form.fields]
        return render(request, "gestion/entreprise_relire.html", {"form": form, "portes": carried})
    return render(request, "gestion/entreprise_creer.html", {"form": form}, status=status_of(form))


def _creer(par: User, form: EntrepriseForm) -> User:
    data = form.cleaned_data
    return creer_entreprise(par=par, champs=data, identite=data, motif=data["motif"])


@require_http_methods(["GET", "HEAD", "POST"])
def entreprise_suspendre(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the suspension of a company does, ask why, then do it."""
    entreprise = find_entreprise(request, pk, "suspendre")
    form = MotifForm(request.POST if request.method == "POST" else None, aide=READ_BY_THEM)
    if done := perform(form, lambda: suspension.suspendre_entreprise(entreprise=entreprise, par=request.user, motif=form.cleaned_data["motif"])):
        messages.success(request, f"L'accès de {done} est suspendu : toutes les sessions sont fermées.")
        return redirect(ENTREPRISE, pk)
    context = {"entreprise": entreprise, "form": form, "ouverts": presents(pk).actifs().count()}
    return render(request, "gestion/entreprise_suspendre.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def entreprise_retablir(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what lifting the suspension of a company does, then do it."""
    entreprise = find_entreprise(request, pk, "lever_suspension")
    form = forms.Form(request.POST if request.method == "POST" else None)
    if done := perform(form, lambda: suspension.lever_suspension_entreprise(entreprise=entreprise, par=request.user)):
        messages.success(request, f"L'accès de {done} est rétabli.")
        return redirect(ENTREPRISE, pk)
    return render(request, "gestion/entreprise_retablir.html", {"entreprise": entreprise, "form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def compte_suspendre(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the suspension of an account does, ask why, then do it."""
    compte = _find_compte(request, pk, "suspendre_acces")
    form = MotifForm(request.POST if request.method == "POST" else None, aide=READ_BY_HIM)
    if done := perform(form, lambda: suspension.suspendre_acces(compte=compte, par=request.user, motif=form.cleaned_data["motif"])):
        messages.success(request, f"Le compte {de(done.nom_complet)} est suspendu : ses sessions sont fermées.")
        return redirect(COMPTE, pk)
    return render(request, "gestion/compte_suspendre.html", {"compte": compte, "form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def compte_retablir(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what lifting the suspension of an account does, then do it."""
    compte = _find_compte(request, pk, "lever_suspension")
    form = forms.Form(request.POST if request.method == "POST" else None)
    if done := perform(form, lambda: suspension.lever_suspension(compte=compte, par=request.user)):
        messages.success(request, f"La suspension du compte {de(done.nom_complet)} est levée.")
        return redirect(COMPTE, pk)
    return render(request, "gestion/compte_retablir.html", {"compte": compte, "form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def compte_corriger(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct who an account is of."""
    compte = _find_compte(request, pk, "corriger")
    return correct(request, compte, partial(comptes.corriger_compte, compte=compte, par=request.user), COMPTE)


@require_http_methods(["GET", "HEAD", "POST"])
def compte_second_facteur(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what taking a second factor away does, then do it."""
    return take_factor_away(request, _find_compte(request, pk, "retirer_second_facteur"), COMPTE)


@require_POST
def compte_lien(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a new link to choose the first password."""
    compte = comptes.renvoyer_lien(compte=_find_compte(request, pk, "renvoyer_lien"), par=request.user)
    messages.success(request, f"Un nouveau lien, valable 24 heures, est parti à {compte.email}.")
    return redirect(COMPTE, pk)


def find_entreprise(request: HttpRequest, pk: int, verb: str) -> Entreprise:
    return find(request, Entreprise.objects.select_related("suspendue_par", "fusionnee_dans"), pk, verb)


def _find_compte(request: HttpRequest, pk: int, verb: str) -> User:
    return find(request, User.objects.exclude(entreprise=None).select_related("entreprise", "suspendu_par"), pk, verb)
