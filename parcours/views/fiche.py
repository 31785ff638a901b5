"""The fiche of a produit and the page of the stratégie globale, with the change of their identification (CAT-2, CAT-6, CAT-7)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import policy
from accounts.errors import ActionRefused
from accounts.models import User
from catalog.actions import modifier_produit, modifier_strategie
from catalog.enums import Dispositif
from catalog.forms.modification import ModificationForm
from catalog.forms.produits import ProduitEditForm, StrategieEditForm
from catalog.models import Produit, StrategieGlobale
from questionnaires.models import Sujet
from questionnaires.perms import entreprise_of

from ..fiche import fetch_fiche

ARCHIVED = "Ce produit a été archivé : rien n'est enregistré. Votre saisie est ci-dessous ; une fois le produit restauré, envoyez-la de nouveau."
STRATEGIE_GONE = "La stratégie globale que vous modifiiez n'est plus celle de votre entreprise : votre saisie n'est pas enregistrée."
VERBS = ("saisir", "valider", "archiver", "dupliquer")


def find_produit(user: User, reference: int, verb: str) -> Produit:
    """Find a produit of the company and check the right on it."""
    produit = get_object_or_404(Produit.objects.visible_to(user).select_related("responsable", "archive_par", "created_by"), pk=reference)
    policy.check(user, verb, produit)
    return produit


def _droits(user: User, sujet: Sujet) -> dict[str, bool]:
    """What this reader may do with the sujet: ``may_saisir``, ``may_archiver``…"""
    return {f"may_{verb}": policy.can(user, verb, sujet) for verb in VERBS}


# --- Produit --------------------------------------------------------------------------------------------------------------
@require_safe
def fiche_produit(request: HttpRequest, reference: int) -> HttpResponse:
    """Show identification, qualification, parcours and démarches of a produit (CAT-6)."""
    produit = find_produit(request.user, reference, "lire")
    fiche = fetch_fiche(produit)
    request.referentiel = fiche.referentiel
    context = {
        "produit": produit,
        "fiche": fiche,
        "lies": _lies(produit, request.user),
        "dispositifs": [libelle for code, libelle in Dispositif.choices if code in produit.dispositifs],
        **_droits(request.user, produit),
    }
    return render(request, "parcours/fiche_produit.html", context)


def _lies(produit: Produit, lecteur: User) -> list[Produit]:
    """The socles an option extends, or the options that extend a socle (CAT-3), as a person may read them (R-53)."""
    linked = produit.socles if produit.is_option else produit.options
    return list(linked.with_lisible(lecteur).order_by("nom", "pk"))


@require_safe
def produit_ajoute(request: HttpRequest, reference: int) -> HttpResponse:
    """Say that the produit is added, and what to do next (R-40)."""
    produit = find_produit(request.user, reference, "lire")
    fiche = fetch_fiche(produit)
    request.referentiel = fiche.referentiel
    context = {
        "produit": produit,
        "fiche": fiche,
        "may_create": policy.can(request.user, "creer_produit", request.user.entreprise),
        **_droits(request.user, produit),
    }
    return render(request, "parcours/produit_ajoute.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def produit_modifier(request: HttpRequest, reference: int) -> HttpResponse:
    """Change the identification of a produit (CAT-2)."""
    produit = find_produit(request.user, reference, "lire")
    was_archived = request.method == "POST" and produit.is_archive  # since the page was opened
    if not was_archived:
        policy.check(request.user, "saisir", produit)
    nom, intitule = produit.nom, produit.intitule  # a form that is refused writes on the object
    form = ProduitEditForm(request.POST if request.method == "POST" else None, instance=produit, par=request.user)
    if form.is_valid() and not was_archived:
        try:
            modifier_produit(produit=produit, par=request.user, fiche=form.cleaned_data, lue=form.lue)
        except ActionRefused as refusal:
            form.add_error(refusal.details.get("champ"), refusal.message)
        else:
            messages.success(request, "L'identification du produit est enregistrée.")
            return redirect("parcours:fiche_produit", reference=reference)
    context = {"form": form, "reference": reference, "nom": nom, "intitule": intitule, "notice": ARCHIVED if was_archived else ""}
    return render(request, "parcours/produit_modifier.html", context, status=403 if was_archived else _status(form))


def _status(form: ModificationForm) -> int:
    """Tell a change made meanwhile by somebody else from what is to be mended."""
    return 409 if form.conflits else 422 if form.errors else 200


# --- Stratégie globale ----------------------------------------------------------------------------------------------------
@require_safe
def strategie(request: HttpRequest) -> HttpResponse:
    """Show the stratégie globale, or offer to open it (CAT-7, R-44)."""
    entreprise = entreprise_of(request.user)
    found = find_strategie(request.user)
    if found is None:
        policy.check(request.user, "ouvrir_strategie", entreprise)
        return render(request, "parcours/strategie.html", {"strategie": None})
    policy.check(request.user, "lire", found)
    fiche = fetch_fiche(found)
    request.referentiel = fiche.referentiel
    return render(request, "parcours/strategie.html", {"strategie": found, "fiche": fiche, **_droits(request.user, found)})


@require_http_methods(["GET", "HEAD", "POST"])
def strategie_modifier(request: HttpRequest) -> HttpResponse:
    """Change the identification of the stratégie globale (CAT-7)."""
    entreprise = entreprise_of(request.user)
    found = find_strategie(request.user)
    if found is None:
        if request.method == "POST":  # a merge of two companies keeps one
            raise ActionRefused(STRATEGIE_GONE)
        return redirect("parcours:strategie")
    policy.check(request.user, "saisir", found)
    intitule = found.intitule
    form = StrategieEditForm(request.POST if request.method == "POST" else None, instance=found, entreprise=entreprise)
    if form.is_valid():
        try:
            modifier_strategie(strategie=found, par=request.user, fiche=form.cleaned_data, lue=form.lue)
        except ActionRefused as refusal:
            form.add_error(refusal.details.get("champ"), refusal.message)
        else:
            messages.success(request, "La stratégie globale est enregistrée.")
            return redirect("parcours:strategie")
    return render(request, "parcours/strategie_modifier.html", {"form": form, "intitule": intitule}, status=_status(form))


def find_strategie(user: User) -> StrategieGlobale | None:
    return StrategieGlobale.objects.visible_to(user).actifs().select_related("responsable").first()
