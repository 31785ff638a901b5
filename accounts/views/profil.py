"""What a person changes in his own account: address, preferences, second factor, « Mes données » (ACC-4, ACC-8, DP-2)."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..actions import profil as actions
from ..errors import ActionRefused
from ..exports import donnees as export_donnees
from ..forms.profil import AdresseForm, PreferencesForm
from .compte import next_page

SENT = "Ouvrez le message envoyé à {} et confirmez : votre adresse changera à ce moment-là. Le lien sert pendant 24 heures."


# --- The e-mail address -------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="accounts")
def adresse(request: HttpRequest) -> HttpResponse:
    """Ask for another address, after the person was recognised again (AU-6)."""
    form = AdresseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.demander_adresse(par=request.user, nouvelle=form.cleaned_data["email"])
        except ActionRefused as refusal:
            form.add_error("email", refusal.message)
        else:
            messages.success(request, SENT.format(form.cleaned_data["email"]))
            return redirect("accounts:mes_informations")
    return render(request, "accounts/profil_adresse.html", {"form": form, "compte": request.user}, status=400 if form.errors else 200)


@require_POST
def adresse_annuler(request: HttpRequest) -> HttpResponse:
    """Give up the change that waits."""
    actions.annuler_adresse(par=request.user)
    messages.success(request, "Le changement d'adresse est abandonné : votre adresse reste la même.")
    return redirect("accounts:mes_informations")


@require_http_methods(["GET", "HEAD", "POST"])
def adresse_confirmer(request: HttpRequest, jeton: str) -> HttpResponse:
    """Show what a link would change, and change it when the person says so: a mail scanner that follows links changes nothing."""
    changement = actions.lire_changement(jeton, par=request.user)
    if request.method == "POST" and changement is not None:
        user = actions.confirmer_adresse(par=request.user, jeton=jeton)
        messages.success(request, f"Votre adresse est maintenant {user.email}.")
        return redirect("accounts:mes_informations")
    return render(request, "accounts/profil_adresse_confirmer.html", {"changement": changement})


# --- Preferences and second factor --------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Choose which notices also come by mail (ACC-8)."""
    form = PreferencesForm(request.POST if request.method == "POST" else None, compte=request.user)
    if form.is_valid():
        actions.enregistrer_preferences(par=request.user, courriels=form.cleaned_data["courriels"])
        messages.success(request, "Vos préférences sont enregistrées.")
        return redirect("accounts:mes_informations")
    return render(request, "accounts/profil_preferences.html", {"form": form, "compte": request.user}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def double_facteur(request: HttpRequest) -> HttpResponse:
    """Propose the second factor to a company, once; « Plus tard » leads where the person was going (ACC-4)."""
    if request.method == "POST":
        actions.noter_double_facteur_propose(par=request.user)
        return redirect("mfa_index" if request.POST.get("choix") == "activer" else next_page(request))
    return render(request, "accounts/profil_double_facteur.html", {"suite": next_page(request)})


# --- « Mes données » ----------------------------------------------------------------------------------------------------
@require_safe
def mes_donnees(request: HttpRequest) -> HttpResponse:
    """Show a person what the platform holds about him (DP-2)."""
    limit = export_donnees.SHOWN
    context = {"donnees": export_donnees.held_here(request.user, limit=limit), "tables": export_donnees.tables(request.user, limit=limit)}
    return render(request, "accounts/profil_donnees.html", context)


@require_POST
def mes_donnees_exporter(request: HttpRequest) -> HttpResponse:
    """Prepare the file of one's own data: a job for somebody of a company, at once for the agency."""
    if request.user.entreprise_id is not None:
        travail = export_donnees.demander(par=request.user)
        return redirect("accounts:travail", pk=travail.pk)
    result = export_donnees.remettre(par=request.user)
    headers = {"Content-Disposition": f'attachment; filename="{result.filename}"', "Cache-Control": "no-store, private"}
    return HttpResponse(result.content, content_type=result.content_type, headers=headers)
