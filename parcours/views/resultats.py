"""Results of a questionnaire: now, at a past validation, and between two versions (QST-6 to QST-8)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import policy
from questionnaires.exports.rapport import Rapport
from questionnaires.perms import entreprise_of

from ..adresses import TERMINEE
from ..comparaison import choix_of, comparer_versions, fetch_etats
from ..contexte import Etape, Suivi, fetch_suivi
from ..corps_resultats import corps_of
from ..referentiel import ParcoursInfo
from ..resultats import fetch_historique, fetch_version, rapport_courant, rapport_passe, titre_sujet


def _etape(request: HttpRequest, demarche: str, reference: int, questionnaire: str) -> Etape:
    """Find the questionnaire, for whoever may read its answers."""
    entreprise_of(request.user)
    suivi = fetch_suivi(request.user, demarche, reference)
    request.referentiel = suivi.referentiel
    policy.check(request.user, "lire", suivi.sujet)
    return suivi.etape(questionnaire)


def _context(etape: Etape) -> dict[str, Any]:
    suivi = etape.suivi
    return {"etape": etape, "suivi": suivi, "sujet": suivi.sujet, "titre_sujet": titre_sujet(suivi.sujet), "url_comparer": etape.url("comparer")}


def _rapport_context(etape: Etape, rapport: Rapport | None) -> dict[str, Any]:
    """What the partials of a report need."""
    urls = {f"url_{name}": etape.url("exporter", name) for name in ("excel", "pdf", "ecart")}
    return _context(etape) | urls | {"rapport": rapport, "corps": corps_of(rapport) if rapport else None}


@require_safe
def resultats(request: HttpRequest, demarche: str, reference: int, questionnaire: str) -> HttpResponse:
    """Show the last validated answers with the draft over them, or the draft alone."""
    etape = _etape(request, demarche, reference, questionnaire)
    rapport = rapport_courant(etape, fetch_historique(etape), entreprise_of(request.user).raison_sociale)
    may_write = policy.can(request.user, "saisir", etape.suivi.sujet) and not etape.verrou
    context = _rapport_context(etape, rapport) | {
        "may_write": may_write,
        "url_saisie": etape.url_saisie if may_write else "",
        "has_brouillon": etape.brouillon is not None,
        "parcours": _parcours_termine(request, etape.suivi),
    }
    return render(request, "parcours/resultats.html", context)


def _parcours_termine(request: HttpRequest, suivi: Suivi) -> ParcoursInfo | None:
    """Return the parcours whose next step is to be told: one comes from the validation that ended the démarche (PAR-5)."""
    return suivi.referentiel.parcours(suivi.demarche.parcours_code) if TERMINEE in request.GET and suivi.is_complete else None


@require_safe
def version_validee(request: HttpRequest, demarche: str, reference: int, questionnaire: str, version: int) -> HttpResponse:
    """Show a past version, judged with its own profile and content version (R-12)."""
    etape = _etape(request, demarche, reference, questionnaire)
    row = fetch_version(etape, str(version))
    rapport = rapport_passe(etape, row, (), entreprise_of(request.user).raison_sociale)
    is_courante = etape.validee is not None and etape.validee.pk == row.pk
    return render(request, "parcours/version_validee.html", _rapport_context(etape, rapport) | {"version": row.pk, "is_courante": is_courante})


@require_safe
def comparer(request: HttpRequest, demarche: str, reference: int, questionnaire: str) -> HttpResponse:
    """Compare two validated versions, or one with the draft: ``a`` and ``b`` are keys, or « brouillon »."""
    etape = _etape(request, demarche, reference, questionnaire)
    choix = choix_of(etape, fetch_historique(etape))
    default_a, default_b = _defaults(choix)
    a, b = request.GET.get("a", default_a), request.GET.get("b", default_b)
    context = _context(etape) | {"choix": choix, "a": a, "b": b, "message": "", "comparaison": None}
    if not a or not b:
        return render(request, "parcours/comparer.html", context)
    if a == b:
        context["message"] = "Choisissez deux versions différentes."
        return render(request, "parcours/comparer.html", context)
    context["comparaison"] = comparer_versions(etape, *fetch_etats(etape, a, b))
    return render(request, "parcours/comparer.html", context)


def _defaults(choix: list[tuple[str, str]]) -> tuple[str, str]:
    """Propose the two latest states: the one before, then the last."""
    return (choix[1][0], choix[0][0]) if len(choix) > 1 else ("", "")
