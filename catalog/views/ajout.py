"""« Ajouter un produit » and the opening of the stratégie globale, in three steps (CAT-1, CAT-7, R-40)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import policy
from accounts.errors import ActionRefused
from questionnaires.enums import GenreSujet
from questionnaires.formulaire import read_questions
from questionnaires.perms import entreprise_of
from questionnaires.published import published_qualification
from questionnaires.questions import question_form

from .. import actions
from ..actions.produit import Qualification
from ..forms.produits import ProduitForm, StrategieForm
from ..models import StrategieGlobale
from ..wizard import Wizard, advance


@require_http_methods(["GET", "HEAD", "POST"])
def produit_ajouter(request: HttpRequest) -> HttpResponse:
    """Walk the three steps; create at « Valider », then offer the démarches."""
    policy.check(request.user, "creer_produit", entreprise_of(request.user))
    version = published_qualification(GenreSujet.PRODUIT)
    data = request.POST if request.method == "POST" else None
    form = ProduitForm(data, par=request.user, initial={"responsable": request.user, "type": "socle"})
    wizard = advance(data, form, version.definition, may_defer=True) if data is not None else _first(form, version)
    if wizard.is_confirmed:
        qualification = None if wizard.reportee else _qualification(version, wizard)
        try:
            produit = actions.ajouter_produit(
                entreprise=request.user.entreprise, par=request.user, fiche=form.cleaned_data, qualification=qualification, jeton=wizard.jeton
            )
        except ActionRefused as refusal:
            messages.error(request, refusal.message)
            if "deja" in refusal.details:  # said again, it is another produit
                wizard.jeton = uuid.uuid4()
            return _show(request, wizard, "catalog/produit_ajouter.html", status=409)
        return redirect("parcours:produit_ajoute", reference=produit.reference)
    return _show(request, wizard, "catalog/produit_ajouter.html")


@require_http_methods(["GET", "HEAD", "POST"])
def strategie_initialiser(request: HttpRequest) -> HttpResponse:
    """Walk the three steps once; afterwards go to what is already there (CAT-7)."""
    entreprise = entreprise_of(request.user)
    policy.check(request.user, "ouvrir_strategie", entreprise)
    if known := StrategieGlobale.objects.of_entreprise(entreprise).actifs().first():
        _refuse_another(request, known)
        return redirect("parcours:strategie")
    version = published_qualification(GenreSujet.STRATEGIE)
    data = request.POST if request.method == "POST" else None
    form = StrategieForm(data, entreprise=entreprise, initial={"nom": entreprise.raison_sociale, "responsable": request.user})
    wizard = advance(data, form, version.definition) if data is not None else _first(form, version)
    if wizard.is_confirmed:
        qualification = _qualification(version, wizard)
        strategie = actions.initialiser_strategie(entreprise=entreprise, par=request.user, fiche=form.cleaned_data, qualification=qualification)
        _refuse_another(request, strategie)
        messages.success(request, "Votre stratégie globale est initialisée. Vous pouvez l'évaluer.")
        return redirect("parcours:strategie")
    return _show(request, wizard, "catalog/strategie_initialiser.html")


def _refuse_another(request: HttpRequest, strategie: StrategieGlobale) -> None:
    """Let the same person ask twice.

    :raises ActionRefused: somebody else typed another one meanwhile, which is recorded (QST-4).
    """
    if request.method == "POST" and strategie.created_by_id != request.user.pk:
        who = strategie.created_by.nom_complet
        raise ActionRefused(f"{who} a initialisé la stratégie globale entre-temps : votre saisie n'est pas enregistrée. Modifiez la sienne s'il le faut.")


@require_POST
def questions_affichees(request: HttpRequest, genre: str) -> HttpResponse:
    """Tell a form which questions its answers call for, as one answers (QST-1)."""
    entreprise_of(request.user)
    if genre not in GenreSujet.values:
        raise Http404("Il n'y a pas de qualification de ce genre.")
    version = published_qualification(GenreSujet(genre))
    posted = read_questions(version.definition, request.POST)
    formulaire = question_form(version.definition, posted.answers)
    return JsonResponse({"affichees": [question.code for question in formulaire.affichees], "restantes": len(formulaire.manquantes)})


def _first(form, version) -> Wizard:
    nothing = read_questions(version.definition, QueryDict())
    return Wizard("identification", form, nothing, question_form(version.definition, {}), uuid.uuid4())


def _qualification(version, wizard: Wizard) -> Qualification:
    return Qualification(version.questionnaire_id, version.pk, version.definition, wizard.posted.answers)


def _show(request: HttpRequest, wizard: Wizard, template: str, *, status: int = 200) -> HttpResponse:
    has_errors = bool(wizard.form.is_bound and wizard.form.errors and wizard.step == "identification") or bool(
        wizard.step == "qualification" and wizard.questions.erreurs
    )
    return render(request, template, {"wizard": wizard, "has_errors": has_errors}, status=422 if has_errors else status)
