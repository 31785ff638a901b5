"""Asking for a file of results: the intent is a job, its page shows how far it is (XP-5)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts import jobs, policy
from questionnaires.perms import entreprise_of

from ..contexte import fetch_suivi
from ..jobs import DEMARCHE, KINDS
from ..resultats import fetch_version


@require_POST
def exporter(request: HttpRequest, demarche: str, reference: int, questionnaire: str, format: str) -> HttpResponse:
    """Ask for the Excel, the PDF or the gap to target; ``version`` (optional) is the key of a past validated version."""
    entreprise = entreprise_of(request.user)
    suivi = fetch_suivi(request.user, demarche, reference)
    policy.check(request.user, "lire", suivi.sujet)
    etape = suivi.etape(questionnaire)
    if format not in KINDS:
        raise Http404("Ce format d'export n'existe pas.")
    version = _version(request, etape)
    travail = jobs.submit(
        KINDS[format],
        par=request.user,
        entreprise=entreprise,
        cle=f"{KINDS[format]}:{demarche}:{reference}:{questionnaire}:{version or 'courante'}",
        params={"demarche": demarche, "reference": reference, "questionnaire": questionnaire, "version": version, "retour": etape.url_resultats},
    )
    return redirect("accounts:travail", travail.pk)


@require_POST
def exporter_demarche(request: HttpRequest, demarche: str, reference: int) -> HttpResponse:
    """Ask for the workbook of all the results of a sujet in a démarche (PAR-2)."""
    entreprise = entreprise_of(request.user)
    suivi = fetch_suivi(request.user, demarche, reference)
    policy.check(request.user, "lire", suivi.sujet)
    params = {"demarche": demarche, "reference": reference, "retour": suivi.url}
    travail = jobs.submit(DEMARCHE, par=request.user, entreprise=entreprise, cle=f"{DEMARCHE}:{demarche}:{reference}", params=params)
    return redirect("accounts:travail", travail.pk)


def _version(request: HttpRequest, etape) -> int | None:
    """Return the key of the past version asked for; :raises Http404: it is none of this questionnaire."""
    asked = request.POST.get("version", "")
    return fetch_version(etape, asked).pk if asked else None
