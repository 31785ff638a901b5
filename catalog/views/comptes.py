"""« Gestion des comptes »: the accounts one manages, and what each may do (ACC-5 to ACC-7, R-50 to R-53)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import EmptyPage, Page
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import policy
from accounts.actions import comptes as actions
from accounts.enums import Droit
from accounts.errors import ActionRefused
from accounts.models import User
from accounts.rules.elision import de
from accounts.selectors.comptes import presents
from accounts.views.gestion.comptes import correct
from questionnaires.models import Sujet
from questionnaires.perms import entreprise_of

from ..actions import acces
from ..actions.comptes import responsable_of, supprimer_compte
from ..droits import DroitProduit, parse
from ..forms.comptes import CompteForm, RepriseForm
from ..selectors.acces import fetch_a_decider
from ..selectors.comptes import droits_du_compte, fetch_comptes, fetch_dependants, fetch_droits


@require_safe
def comptes(request: HttpRequest) -> HttpResponse:
    """List the accounts one manages, as a tree."""
    entreprise = entreprise_of(request.user)
    policy.check(request.user, "gerer_comptes", entreprise)
    words = _words(request)
    context = {
        "page": _page(request, lambda numero: fetch_comptes(request.user, words, numero)),
        "demandes": fetch_a_decider(request.user),
        "q": words,
        "parametres": urlencode({"q": words}) if words else "",
        "may_create": policy.can(request.user, "creer_compte", entreprise),
        "may_read_history": policy.can(request.user, "lire_historique", entreprise),
    }
    return render(request, "catalog/comptes_liste.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def compte_creer(request: HttpRequest) -> HttpResponse:
    """Create a contributeur attached to oneself."""
    policy.check(request.user, "creer_compte", entreprise_of(request.user))
    form = CompteForm(request.POST if request.method == "POST" else None, par=request.user)
    if form.is_valid():
        try:
            compte = actions.creer_compte(par=request.user, identite=form.cleaned_data, droits=map(Droit, form.cleaned_data["droits"]))
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"Le compte {de(compte.nom_complet)} est créé. Un lien pour choisir son mot de passe est parti à {compte.email}.")
            return redirect("catalog:compte", pk=compte.pk)
    return render(request, "catalog/comptes_creer.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
def compte(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an account, its rights, and those it has on each produit."""
    compte = find_compte(request, pk, "voir_fiche")
    words = _words(request)
    context = {
        "compte": compte,
        "droits": droits_du_compte(request.user, compte),
        "page": _page(request, lambda numero: fetch_droits(request.user, compte, words, numero)),
        "q": words,
        "parametres": urlencode({"q": words}) if words else "",
        "attend": compte.is_active and not compte.has_usable_password(),
    }
    return render(request, "catalog/comptes_fiche.html", context)


@require_POST
def compte_droits(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the rights of the account: what was ticked is given, what was unticked withdrawn."""
    compte = find_compte(request, pk, "modifier_droits")
    (donner, others), (retirer, _) = _changes(request)
    if others:
        raise BadRequest("droit d'un autre formulaire")
    done = actions.modifier_droits(compte=compte, par=request.user, donner=donner, retirer=retirer)
    return _after_change(request, compte, bool(done.donnes or done.retires), {droit.value for droit in done.retires}, reverse("catalog:compte", args=[pk]))


@require_POST
def compte_produits(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the rights of the account on the produits of one page."""
    compte = find_compte(request, pk, "modifier_droits")
    (others, donner), (_, retirer) = _changes(request)
    if others:
        raise BadRequest("droit d'un autre formulaire")
    _check_visible(request.user, donner | retirer)
    done = acces.modifier_droits_produits(compte=compte, par=request.user, donner=donner, retirer=retirer)
    kept = {name: request.POST[name][:100] for name in ("q", "page") if request.POST.get(name)}
    back = reverse("catalog:compte", args=[pk]) + (f"?{urlencode(kept)}" if kept else "") + "#produits"
    return _after_change(request, compte, bool(done.donnes or done.retires), {droit.code for droit in done.retires}, back)


@require_http_methods(["GET", "HEAD", "POST"])
def compte_dependants(request: HttpRequest, pk: int) -> HttpResponse:
    """List the attached accounts that hold what this one no longer does, and offer to withdraw it from them too (R-53)."""
    compte = find_compte(request, pk, "modifier_droits")
    if request.method == "POST":
        count = acces.retirer_aux_dependants(compte=compte, par=request.user, retraits=_retraits(request, compte))
        messages.success(request, f"Les droits choisis sont retirés à {count} compte{'s' if count > 1 else ''}." if count else "Aucun droit n'a été retiré.")
        return redirect("catalog:compte", pk=pk)
    return render(request, "catalog/comptes_dependants.html", {"compte": compte, "dependants": fetch_dependants(compte, request.GET.getlist("droit"))})


@require_http_methods(["GET", "HEAD", "POST"])
def compte_corriger(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct who an account is of."""
    compte = find_compte(request, pk, "corriger")
    act = partial(actions.corriger_compte, compte=compte, par=request.user)
    return correct(request, compte, act, "catalog:compte", "catalog/comptes_corriger.html")


@require_POST
def compte_lien(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a new link to choose the first password."""
    compte = actions.renvoyer_lien(compte=find_compte(request, pk, "renvoyer_lien"), par=request.user)
    messages.success(request, f"Un nouveau lien, valable 24 heures, est parti à {compte.email}.")
    return redirect("catalog:compte", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def compte_suspendre(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, then shut the account."""
    compte = find_compte(request, pk, "suspendre")
    if request.method == "POST":
        actions.suspendre_compte(compte=compte, par=request.user)
        messages.success(request, f"Le compte {de(compte.nom_complet)} est suspendu : ses sessions sont fermées.")
        return redirect("catalog:compte", pk=pk)
    return render(request, "catalog/comptes_suspendre.html", {"compte": compte})


@require_POST
def compte_reactiver(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a suspended account again."""
    compte = actions.reactiver_compte(compte=find_compte(request, pk, "reactiver"), par=request.user)
    messages.success(request, f"Le compte {de(compte.nom_complet)} est de nouveau ouvert.")
    return redirect("catalog:compte", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def compte_supprimer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the deletion does, take who takes over each produit, then delete."""
    compte = find_compte(request, pk, "supprimer")
    sujets = list(responsable_of(compte))
    repreneurs = presents(compte.entreprise_id).actifs().exclude(pk=compte.pk)
    form = RepriseForm(request.POST if request.method == "POST" else None, sujets=sujets, repreneurs=repreneurs)
    if form.is_valid():
        try:
            supprimer_compte(compte=compte, par=request.user, reprises=form.reprises)
        except ActionRefused as refusal:
            form.add_error(f"reprise-{refusal.details['sujet']}" if refusal.details.get("sujet") in form.reprises else None, refusal.message)
        else:
            messages.success(request, f"Le compte {de(compte.nom_complet)} est supprimé.")
            return redirect("catalog:comptes" if policy.can(request.user, "gerer_comptes", compte.entreprise) else "parcours:tableau_de_bord")
    rattaches = presents(compte.entreprise_id).filter(gestionnaire=compte)
    context = {"compte": compte, "form": form, "sujets": sujets, "rattaches": rattaches, "nouveau": compte.gestionnaire or request.user}
    return render(request, "catalog/comptes_supprimer.html", context, status=400 if form.errors else 200)


# --- What the views share -------------------------------------------------------------------------------------------------
def find_compte(request: HttpRequest, pk: int, verb: str) -> User:
    """Find an account of one's company and check the right: a stranger's is a 404, a colleague's one does not manage a 403."""
    compte = get_object_or_404(presents(request.user.entreprise_id).select_related("entreprise", "gestionnaire"), pk=pk)
    policy.check(request.user, verb, compte)
    return compte


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:100]


def _page(request: HttpRequest, fetch: Callable[[int], Page]) -> Page:
    """:raises Http404: no such page."""
    asked = request.GET.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        raise Http404("page inconnue")
    try:
        return fetch(int(asked))
    except EmptyPage as error:
        raise Http404("page inconnue") from error


def _changes(request: HttpRequest) -> tuple[Any, Any]:
    """Read what was ticked and what was unticked since the page was shown: two people who change different boxes lose nothing.

    :raises BadRequest: a right that does not exist.
    """
    shown, ticked = set(request.POST.getlist("avant")), set(request.POST.getlist("droit"))
    try:
        return parse(ticked - shown), parse(shown - ticked)
    except ValueError as error:
        raise BadRequest("droit inconnu") from error


def _check_visible(user: User, droits: frozenset[DroitProduit]) -> None:
    """:raises Http404: a sujet of another company, or none (AZ-6)."""
    references = {droit.reference for droit in droits}
    if Sujet.objects.visible_to(user).filter(pk__in=references).count() != len(references):
        raise Http404("produit inconnu")


def _retraits(request: HttpRequest, compte: User) -> dict[int, Any]:
    """Read the boxes « compte:droit » ticked; only what the page offers counts.

    :raises ActionRefused: one of them is not, or no longer, offered.
    """
    offered = {f"{row.compte.pk}:{case.code}": (row.compte.pk, case.code) for row in fetch_dependants(compte) for case in row.cases}
    chosen: dict[int, list[str]] = {}
    for value in request.POST.getlist("retrait"):
        if value not in offered:
            raise ActionRefused("Ces droits ont changé depuis l'affichage de la page : revenez à la fiche du compte, puis recommencez.")
        chosen.setdefault(offered[value][0], []).append(offered[value][1])
    return {pk: parse(codes) for pk, codes in chosen.items()}


def _after_change(request: HttpRequest, compte: User, changed: bool, withdrawn: set[str], back: str) -> HttpResponseRedirect:
    """Say what happened; when attached accounts hold what was withdrawn, go and ask about them first."""
    if not changed:
        messages.info(request, "Rien n'a changé : les droits étaient déjà ceux-là.")
        return redirect(back)
    messages.success(request, f"Les droits {de(compte.nom_complet)} sont enregistrés.")
    compte.refresh_from_db()  # the action read it anew, under its lock
    if withdrawn and fetch_dependants(compte, withdrawn):
        return redirect(reverse("catalog:compte_dependants", args=[compte.pk]) + "?" + urlencode({"droit": sorted(withdrawn)}, doseq=True))
    return redirect(back)
