"""Changing the qualification of a sujet, after its consequences were shown (CAT-2, UX « Impact preview »)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import policy
from accounts.errors import ActionRefused
from catalog.wizard import demanded_form
from questionnaires.engine.definition import Definition
from questionnaires.formulaire import Posted, as_fields, read_questions
from questionnaires.models import Reponse, Sujet
from questionnaires.questions import QuestionForm, question_form

from ..actions import requalifier
from ..fiche import Fiche, fetch_fiche
from ..impact import QuestionChangee, compute_impact, kept_answers, proposed, questions_changees

UNCHANGED = "Vous n'avez changé aucune réponse : il n'y a rien à enregistrer."
ARCHIVED = "Ce produit a été archivé : rien n'est enregistré. Vos réponses sont ci-dessous ; une fois le produit restauré, envoyez-les de nouveau."
CONFLICT = (
    "La qualification a été modifiée entre-temps, par une autre personne ou dans un autre onglet. "
    "Vos changements sont repris ci-dessous, et le reste est tel qu'il vient d'être enregistré : relisez, puis continuez."
)


@dataclass(frozen=True)
class Page:
    """A qualification at hand: the sujet, what is recorded, what was posted."""

    fiche: Fiche
    posted: Posted

    @property
    def sujet(self) -> Sujet:
        return self.fiche.sujet

    @property
    def definition(self) -> Definition:
        return self.fiche.referentiel.qualification(self.sujet.genre)

    @property
    def recorded(self) -> Reponse | None:
        return self.fiche.qualification

    @property
    def intitule(self) -> str:
        """How titles name the sujet (R-46)."""
        return self.sujet.produit.intitule if self.sujet.is_produit else f"{self.sujet.nom} - {self.sujet.reference}"

    @property
    def depuis(self) -> int:
        """The profile revision the page shows; 0 before any."""
        return self.recorded.pk if self.recorded else 0

    @property
    def url_retour(self) -> str:
        """The page the qualification is opened from."""
        return reverse("parcours:fiche_produit", args=[self.sujet.reference]) if self.sujet.is_produit else reverse("parcours:strategie")


@require_http_methods(["GET", "HEAD", "POST"])
def qualification(request: HttpRequest, reference: int) -> HttpResponse:
    """Show the form, then the consequences, then record; a stale page records nothing and loses nothing (QST-4)."""
    sujet = get_object_or_404(Sujet.objects.visible_to(request.user).select_related("produit"), pk=reference)
    was_archived = request.method == "POST" and sujet.is_archive  # since the page was opened
    policy.check(request.user, "lire" if was_archived else "saisir", sujet)
    fiche = fetch_fiche(sujet)
    request.referentiel = fiche.referentiel
    if request.method != "POST":
        return _form(request, Page(fiche, Posted(answers=dict(fiche.qualification.reponses) if fiche.qualification else {})))
    page = Page(fiche, read_questions(fiche.referentiel.qualification(sujet.genre), request.POST))
    return _form(request, page, notice=ARCHIVED, status=403) if was_archived else _act(request, page)


def _act(request: HttpRequest, page: Page) -> HttpResponse:
    """Follow the button: « voir », « revoir » or « confirmer »; a first qualification has nothing to compare with."""
    action = request.POST.get("action", "voir")
    if action == "revoir":
        return _form(request, page)
    since = _read_since(request)
    if since != page.depuis:
        return _conflict(request, page, since)
    questions = demanded_form(page.definition, page.posted, request.POST.get("affichees", ""))
    if questions.erreurs:
        return _form(request, page, questions, status=422)
    if page.recorded is not None and kept_answers(page.definition, page.posted.answers) == page.recorded.reponses:
        return _form(request, page, notice=UNCHANGED)
    if action == "confirmer" or page.recorded is None:
        return _record(request, page, since)
    return _consequences(request, page)


def _read_since(request: HttpRequest) -> int | None:
    """Return the profile revision the page was made from; None when it is not a number of ours."""
    raw = request.POST.get("depuis", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= 18 else None


def _record(request: HttpRequest, page: Page, since: int) -> HttpResponse:
    try:
        requalifier(sujet=page.sujet, referentiel=page.fiche.referentiel, answers=page.posted.answers, par=request.user, since=since)
    except ActionRefused:
        return _conflict(request, Page(fetch_fiche(page.sujet), page.posted), since)
    messages.success(request, _recorded_words(page))
    return redirect(page.url_retour)


def _recorded_words(page: Page) -> str:
    """Say what is recorded, and what there is to do now."""
    impact = compute_impact(page.fiche.suivis, page.recorded, proposed(page.sujet, page.fiche.referentiel, page.posted.answers))
    titres = list(dict.fromkeys(etape.info.titre for etape in impact.reprises))
    if not titres:
        return "La qualification est enregistrée."
    return f"La qualification est enregistrée. À reprendre, vos réponses étant conservées : {', '.join(titres)}."


def _consequences(request: HttpRequest, page: Page) -> HttpResponse:
    after = proposed(page.sujet, page.fiche.referentiel, page.posted.answers)
    context = {
        "page": page,
        "impact": compute_impact(page.fiche.suivis, page.recorded, after),
        "carried": [("depuis", str(page.depuis)), *as_fields(page.posted.answers, page.definition.criteres)],
    }
    return render(request, "parcours/qualification_consequences.html", context)


def _conflict(request: HttpRequest, page: Page, since: int | None) -> HttpResponse:
    """Show what was changed on the page over the recorded revision, with where the two differ (QST-4)."""
    page = replace(page, posted=_merged(page, since))
    after = proposed(page.sujet, page.fiche.referentiel, page.posted.answers)
    return _form(request, page, conflict=CONFLICT, differences=questions_changees(page.recorded, after), status=409)


def _merged(page: Page, since: int | None) -> Posted:
    """Give the questions left as the page had shown them the answers recorded meanwhile; 1 query."""
    rows = Reponse.objects.of_sujet(page.sujet).validees().filter(questionnaire_id=page.fiche.referentiel.qualification_id(page.sujet.genre))
    base = rows.filter(pk=since).first() if since else None
    shown, recorded = base.reponses if base else {}, page.recorded.reponses if page.recorded else {}
    answers = {code: recorded.get(code, {}) if typed == shown.get(code, {}) else typed for code, typed in page.posted.answers.items()}
    return replace(page.posted, answers=answers)


def _form(
    request: HttpRequest,
    page: Page,
    questions: QuestionForm | None = None,
    *,
    conflict: str = "",
    differences: tuple[QuestionChangee, ...] = (),
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    posted = page.posted
    context: Mapping[str, Any] = {
        "page": page,
        "questions": questions or question_form(page.definition, posted.answers, refused=posted.refused, raw=posted.raw),
        "conflict": conflict,
        "differences": differences,
        "notice": notice,
    }
    return render(request, "parcours/qualification.html", context, status=status)
