"""The files of results, made in the background; what may be read is asked again when the job runs (AZ-8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.text import slugify

from accounts import policy
from accounts.errors import ActionRefused
from accounts.exports.classeur import TYPE_MIME
from accounts.jobs import JobResult, Progress, job
from accounts.models import Travail, User
from questionnaires.exports import excel, page_pdf
from questionnaires.exports.excel_demarche import Etat, classeur_demarche
from questionnaires.exports.rapport import Rapport
from questionnaires.models import Sujet

from .contexte import fetch_suivi
from .resultats import fetch_historique, fetch_version, rapport_courant, rapport_passe, titre_sujet

DEMARCHE = "resultats.demarche"
KINDS = {"excel": "resultats.excel", "pdf": "resultats.pdf", "ecart": "resultats.ecart"}
STEPS = 2
ARCHIVE = "Cette version est une archive : elle est jugée avec la qualification et le questionnaire de sa date."


def may_read(user: User, travail: Travail) -> bool:
    """Tell whether a person may still read the sujet whose results a file tells."""
    sujet = Sujet.objects.visible_to(user).filter(pk=travail.params["reference"]).first()
    return sujet is not None and policy.can(user, "lire", sujet)


@job(KINDS["excel"], readable=may_read)
def resultats_excel(travail: Travail, progress: Progress) -> JobResult:
    """Make the workbook of results (QST-8)."""
    rapport = _rapport(travail)
    return JobResult(excel.classeur_resultats(rapport), _nom(rapport, "resultats", "xlsx"), TYPE_MIME)


@job(KINDS["ecart"], readable=may_read)
def ecart_excel(travail: Travail, progress: Progress) -> JobResult:
    """Make the workbook of the gap to target (QST-7)."""
    rapport = _rapport(travail)
    return JobResult(excel.classeur_ecart(rapport), _nom(rapport, "ecart", "xlsx"), TYPE_MIME)


@job(KINDS["pdf"], readable=may_read)
def resultats_pdf(travail: Travail, progress: Progress) -> JobResult:
    """Make the PDF of results (QST-8)."""
    rapport = _rapport(travail)
    page = page_pdf.page(rapport)
    progress(1, STEPS)  # what comes takes the longest by far
    return JobResult(page_pdf.pdf(page), _nom(rapport, "resultats", "pdf"), "application/pdf")


@job(DEMARCHE, readable=may_read)
def resultats_demarche(travail: Travail, progress: Progress) -> JobResult:
    """Make the workbook of all the results of a sujet in a démarche (PAR-2).

    :raises Http404, PermissionDenied: whoever asked may no longer read them.
    """
    suivi = fetch_suivi(travail.demandeur, travail.params["demarche"], travail.params["reference"])
    policy.check(travail.demandeur, "lire", suivi.sujet)
    etats: list[Etat] = []
    for done, etape in enumerate(suivi.answerable):
        progress(done, len(suivi.answerable))
        avancement = f"{etape.progress.faits}/{etape.progress.total}"
        etats.append(Etat(etape.info.intitule, etape.statut.label, avancement, rapport_courant(etape, (), travail.entreprise.raison_sociale)))
    titre = f"{titre_sujet(suivi.sujet)} - {suivi.sujet.reference} : {suivi.demarche.titre}"
    content = classeur_demarche(titre, travail.entreprise.raison_sociale, etats)
    return JobResult(content, f"resultats-{suivi.sujet.reference}-{suivi.demarche.code}.xlsx", TYPE_MIME)


def _rapport(travail: Travail) -> Rapport:
    """Read and judge the answers for whoever asked.

    :raises Http404, PermissionDenied: he may no longer read them.
    :raises ActionRefused: there is nothing to tell.
    """
    params: dict[str, Any] = travail.params
    suivi = fetch_suivi(travail.demandeur, params["demarche"], params["reference"])
    policy.check(travail.demandeur, "lire", suivi.sujet)
    etape = suivi.etape(params["questionnaire"])
    historique, entreprise = fetch_historique(etape), travail.entreprise.raison_sociale
    if params["version"]:
        row = fetch_version(etape, str(params["version"]))
        rapport = rapport_passe(etape, row, historique, entreprise)
        if etape.validee is not None and etape.validee.pk != row.pk:
            rapport = replace(rapport, note=ARCHIVE)
    else:
        rapport = rapport_courant(etape, historique, entreprise)
    if rapport is None:
        raise ActionRefused("Ce questionnaire n'a encore aucune réponse : il n'y a rien à télécharger.")
    return rapport


def _nom(rapport: Rapport, prefix: str, extension: str) -> str:
    """Name the file in plain ASCII, so that any system takes it."""
    return f"{slugify(prefix)}-{rapport.reference}-{slugify(rapport.questionnaire)[:60]}.{extension}"
