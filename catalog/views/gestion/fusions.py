"""The merge of two companies: proposed on one page, approved, confirmed, undone or set aside on others (BO-3, AX-2)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.forms.support import MotifForm
from accounts.models import Fusion, User
from accounts.views.gestion.actes import find, perform, status_of
from accounts.views.gestion.support import find_entreprise

from ...actions import fusion as actions
from ...actions.retour import made_since
from ...forms.support import PartenaireForm, PropositionForm
from ...selectors.fusion import fetch_apercu

FUSION = "gestion:accounts_fusion_change"
KEPT = "Gardé pour le support : il n'est envoyé à personne."


@require_http_methods(["GET", "HEAD", "POST"])
def fusion_proposer(request: HttpRequest, pk: int) -> HttpResponse:
    """Find the other company, show what would be brought together, then propose."""
    entreprise = find_entreprise(request, pk, "fusionner")
    partenaire = PartenaireForm(request.GET if "siren" in request.GET else None, entreprise=entreprise)
    if not partenaire.is_valid():
        return render(request, "gestion/fusion_partenaire.html", {"entreprise": entreprise, "form": partenaire}, status=status_of(partenaire))
    absorbee, absorbante = partenaire.parties
    apercu = fetch_apercu(absorbee, absorbante)
    responsables = User.objects.filter(pk__in=[compte.pk for compte in apercu.absorbee.comptes if compte.is_responsable])
    form = PropositionForm(request.POST if request.method == "POST" else None, responsables=responsables, strategies=apercu.strategies)
    if done := perform(form, lambda: actions.proposer_fusion(absorbee=absorbee, absorbante=absorbante, par=request.user, **form.choix)):
        messages.success(request, "La fusion est proposée : une autre personne du support doit l'approuver.")
        return redirect(FUSION, done.pk)
    return render(request, "gestion/fusion_proposer.html", {"entreprise": entreprise, "apercu": apercu, "form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def fusion_approuver(request: HttpRequest, pk: int) -> HttpResponse:
    """Show again what will be brought together, then do it."""
    fusion = _find(request, pk, "approuver")
    form = forms.Form(request.POST if request.method == "POST" else None)
    if perform(form, lambda: actions.approuver_fusion(fusion=fusion, par=request.user)):
        messages.success(request, f"{fusion.absorbee} est réunie à {fusion.absorbante}. La fusion reste à confirmer : elle peut encore être annulée.")
        return redirect(FUSION, pk)
    context = {"fusion": fusion, "form": form, "apercu": fetch_apercu(fusion.absorbee, fusion.absorbante), "contributeurs": set_aside(fusion)}
    return render(request, "gestion/fusion_approuver.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def fusion_confirmer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it cannot be undone any more, then make it final."""
    fusion = _find(request, pk, "confirmer")
    form = forms.Form(request.POST if request.method == "POST" else None)
    if perform(form, lambda: actions.confirmer_fusion(fusion=fusion, par=request.user)):
        messages.success(request, "La fusion est confirmée : elle est définitive.")
        return redirect(FUSION, pk)
    return render(request, "gestion/fusion_confirmer.html", {"fusion": fusion, "form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def fusion_annuler(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what goes back and what is cut, ask why, then undo."""
    fusion = _find(request, pk, "annuler")
    form = MotifForm(request.POST if request.method == "POST" else None, aide=KEPT)
    if perform(form, lambda: actions.annuler_fusion(fusion=fusion, par=request.user, motif=form.cleaned_data["motif"])):
        messages.success(request, f"La fusion est annulée : {fusion.absorbee} et {fusion.absorbante} retrouvent ce qu'elles avaient.")
        return redirect(FUSION, pk)
    context = {"fusion": fusion, "form": form, "depuis": made_since(fusion) if fusion.can("annuler") else None}
    return render(request, "gestion/fusion_annuler.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def fusion_ecarter(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then set the proposal aside."""
    fusion = _find(request, pk, "ecarter")
    form = MotifForm(request.POST if request.method == "POST" else None, aide=KEPT)
    if perform(form, lambda: actions.ecarter_fusion(fusion=fusion, par=request.user, motif=form.cleaned_data["motif"])):
        messages.success(request, "La proposition est écartée : rien n'a changé.")
        return redirect(FUSION, pk)
    return render(request, "gestion/fusion_ecarter.html", {"fusion": fusion, "form": form}, status=status_of(form))


def set_aside(fusion: Fusion) -> list[User]:
    """Name the responsables who do not stay so."""
    return list(User.objects.filter(pk__in=fusion.deviennent_contributeurs))


def _find(request: HttpRequest, pk: int, verb: str) -> Fusion:
    return find(request, Fusion.objects.select_related("absorbee", "absorbante", "proposee_par", "approuvee_par"), pk, verb)
