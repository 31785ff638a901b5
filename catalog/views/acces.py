"""« Demander l'accès » to a produit, and answering (ACC-6, R-53)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import policy
from accounts.errors import ActionRefused
from accounts.rules.elision import de

from ..actions import acces as actions
from ..forms.comptes import DemandeAccesForm
from ..models import DemandeAcces, Produit
from ..perms import missing

WAITING = "Votre demande précédente attend encore une réponse : celle-ci n'est pas envoyée. Retirez la première pour en faire une autre."


@require_http_methods(["GET", "HEAD", "POST"])
def acces_demander(request: HttpRequest, reference: int) -> HttpResponse:
    """Ask for access, or show the request that waits."""
    produit = get_object_or_404(Produit.objects.visible_to(request.user).select_related("responsable"), pk=reference)
    policy.check(request.user, "demander_acces", produit)
    waiting = DemandeAcces.objects.visible_to(request.user).en_attente().filter(produit=produit, demandeur=request.user).first()
    if waiting is not None:
        if request.method == "POST" and request.POST.get("message", "").strip() not in ("", waiting.message):
            raise ActionRefused(WAITING)
        return redirect("catalog:acces_demande", pk=waiting.pk)
    form = DemandeAccesForm(request.POST if request.method == "POST" else None, droits=missing(request.user, produit))
    if form.is_valid():
        try:
            actions.demander_acces(produit=produit, par=request.user, **form.cleaned_data)
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"Votre demande d'accès à « {produit.nom} » est envoyée. La réponse arrivera dans vos notifications.")
            return redirect("catalog:catalogue")
    return render(request, "catalog/acces_demander.html", {"produit": produit, "form": form}, status=400 if form.errors else 200)


@require_safe
def acces_demande(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a request to its author, and to whoever may answer it."""
    demande = _demande(request, pk)
    policy.check(request.user, "lire", demande)
    may_answer = policy.can(request.user, "accepter", demande)
    return render(request, "catalog/acces_demande.html", {"demande": demande, "may_answer": may_answer})


@require_POST
def acces_accepter(request: HttpRequest, pk: int) -> HttpResponse:
    """Give what was asked for."""
    demande = actions.accepter_acces(demande=_demande(request, pk), par=request.user)
    messages.success(request, f"{demande.demandeur.nom_complet} a maintenant accès à « {demande.produit.nom} ».")
    return _back(request, demande)


@require_POST
def acces_refuser(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn the request down."""
    demande = actions.refuser_acces(demande=_demande(request, pk), par=request.user)
    messages.success(request, f"La demande {de(demande.demandeur.nom_complet)} est refusée : cette personne en est prévenue.")
    return _back(request, demande)


@require_POST
def acces_retirer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    actions.retirer_demande_acces(demande=_demande(request, pk), par=request.user)
    messages.success(request, "Votre demande d'accès est retirée.")
    return redirect("catalog:catalogue")


def _demande(request: HttpRequest, pk: int) -> DemandeAcces:
    rows = DemandeAcces.objects.visible_to(request.user).select_related("produit__responsable", "demandeur", "decidee_par")
    return get_object_or_404(rows, pk=pk)


def _back(request: HttpRequest, demande: DemandeAcces) -> HttpResponseRedirect:
    """Go back where the answer was given: the notifications, or the request."""
    return redirect("accounts:notifications") if request.POST.get("retour") == "notifications" else redirect("catalog:acces_demande", pk=demande.pk)
