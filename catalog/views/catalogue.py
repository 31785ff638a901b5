"""« Votre catalogue produits » and what one does with a produit from there (CAT-3, CAT-4, CAT-5)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import policy
from accounts.errors import ActionRefused
from accounts.models import User
from questionnaires.perms import entreprise_of

from .. import actions
from ..actions.archivage import active_options
from ..forms.produits import CatalogueFilterForm
from ..models import Produit
from ..selectors.catalogue import Catalogue, fetch_catalogue, fetch_ouverture, produits_of

BEYOND = "Cette page de la liste n'existe pas : voici la première."


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the produits of the company; of those one cannot read, only référence, nom and responsable (R-53)."""
    entreprise = entreprise_of(request.user)
    form = CatalogueFilterForm(request.GET)
    found = fetch_ouverture(request.user) if form.is_untouched else _narrowed(request.user, form)
    is_empty = not found.lignes and not form.is_narrowed
    has_archives = is_empty and produits_of(request.user).exists()
    context = {
        "form": form,
        "catalogue": found,
        "has_archives": has_archives,
        "is_bare": is_empty and not has_archives,
        "legende": f"{found.page.paginator.count} produit{'s' if found.page.paginator.count > 1 else ''}",
        "refusals": form.refusals + ([BEYOND] if found.is_beyond else []),
        "may_create": policy.can(request.user, "creer_produit", entreprise),
    }
    status = 400 if form.errors else 404 if found.is_beyond else 200
    return render(request, "catalog/catalogue.html", context, status=status)


def _narrowed(user: User, form: CatalogueFilterForm) -> Catalogue:
    return fetch_catalogue(user, form.apply(produits_of(user), lecteur=user), form.numero, searched=form.is_searched)


@require_http_methods(["GET", "HEAD", "POST"])
def produit_archiver(request: HttpRequest, reference: int) -> HttpResponse:
    """Confirm, then archive."""
    produit = get_object_or_404(Produit.objects.visible_to(request.user), pk=reference)
    policy.check(request.user, "archiver", produit)
    refusal = ""
    if request.method == "POST":
        try:
            actions.archiver_produit(produit=produit, par=request.user, with_options=request.POST.get("options") == "oui")
        except ActionRefused as refused:
            refusal = refused.message
        else:
            messages.success(request, f"Le produit « {produit.nom} » est archivé. Vous le retrouvez avec le filtre « Archivés ».")
            return redirect("catalog:catalogue")
    context = {"produit": produit, "options": active_options(produit, lecteur=request.user), "refusal": refusal}
    return render(request, "catalog/produit_archiver.html", context, status=409 if refusal else 200)


@require_POST
def produit_restaurer(request: HttpRequest, reference: int) -> HttpResponse:
    """Bring an archived produit back."""
    produit = get_object_or_404(Produit.objects.visible_to(request.user), pk=reference)
    actions.restaurer_produit(produit=produit, par=request.user)
    messages.success(request, f"Le produit « {produit.nom} » est de nouveau actif.")
    return redirect("parcours:fiche_produit", reference=produit.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def produit_dupliquer(request: HttpRequest, reference: int) -> HttpResponse:
    """Say what is copied, then copy."""
    produit = get_object_or_404(Produit.objects.visible_to(request.user), pk=reference)
    policy.check(request.user, "dupliquer", produit)
    if request.method == "POST":
        copy = actions.dupliquer_produit(produit=produit, par=request.user, jeton=_jeton(request))
        messages.success(request, f"Le produit est copié sous la référence {copy.reference}. Vérifiez son nom et sa version.")
        return redirect("parcours:fiche_produit", reference=copy.reference)
    return render(request, "catalog/produit_dupliquer.html", {"produit": produit, "jeton": uuid.uuid4()})


def _jeton(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("jeton", ""))
    except ValueError:
        raise ActionRefused("Cette page n'est plus à jour : rechargez-la, puis recommencez.") from None


@require_http_methods(["GET", "HEAD", "POST"])
def produit_publication(request: HttpRequest, reference: int) -> HttpResponse:
    """Confirm, then publish in the Observatoire or stop doing so."""
    produit = get_object_or_404(Produit.objects.visible_to(request.user), pk=reference)
    policy.check(request.user, "saisir", produit)
    if request.method == "POST":
        actions.publier_produit(produit=produit, par=request.user, publie=request.POST.get("publie") == "oui")
        messages.success(request, "Votre choix de publication est enregistré.")
        return redirect("parcours:fiche_produit", reference=produit.reference)
    return render(request, "catalog/produit_publication.html", {"produit": produit})
