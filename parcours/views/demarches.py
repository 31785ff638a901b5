"""Pages of a parcours, of a démarche and of an enrolled sujet; enrolling and withdrawing (PAR-2, PAR-3, R-44, R-45)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import policy
from accounts.errors import ActionRefused
from accounts.models import User
from questionnaires.enums import GenreSujet
from questionnaires.models import Sujet
from questionnaires.perms import entreprise_of
from questionnaires.published import definition_of
from questionnaires.questions import QuestionForm, question_form

from .. import actions
from ..actions.inscription import has_validated
from ..contexte import Etape, Suivi, fetch_suivi
from ..enums import Volet
from ..referentiel import DemarcheInfo, Referentiel, current
from ..selectors import demarches_shown, fetch_candidats, fetch_page, inscriptions_actives, themes_of

LIGNES = 10
VALIDER = "Relire et valider"


@require_safe
def parcours(request: HttpRequest, parcours: str) -> HttpResponse:
    """Present a parcours and its démarches (PAR-2)."""
    entreprise_of(request.user)
    referentiel = request.referentiel = current()
    found = referentiel.parcours(parcours)
    context = {"parcours": found, "demarches": demarches_shown(request.user, found)}
    return render(request, "parcours/parcours.html", context)


# --- A démarche -----------------------------------------------------------------------------------------------------------
@require_safe
def demarche(request: HttpRequest, demarche: str) -> HttpResponse:
    """Explain a démarche and show who is enrolled in it."""
    entreprise_of(request.user)
    referentiel = request.referentiel = current()
    return _show_demarche(request, referentiel.demarche(demarche), referentiel)


@require_POST
def inscription_creer(request: HttpRequest, demarche: str) -> HttpResponse:
    """Enrol the produit named by ``produit``; one not qualified yet is taken to its qualification (R-40)."""
    entreprise_of(request.user)
    referentiel = request.referentiel = current()
    info = referentiel.demarche(demarche)
    reference = request.POST.get("produit", "")
    if not reference:
        return _show_demarche(request, info, referentiel, refus="Choisissez le produit à ajouter à cette démarche.", status=422)
    sujet = _produit_or_404(request.user, reference)
    policy.check(request.user, "saisir", sujet)
    try:
        actions.inscrire(sujet=sujet, demarche=info, referentiel=referentiel, par=request.user)
    except ActionRefused as refusal:
        if refusal.details.get("champ") == "qualification":
            messages.warning(request, f"{refusal.message} Vous pourrez ensuite ajouter « {sujet.nom} » à « {info.titre} ».")
            return redirect("parcours:qualification", reference=sujet.reference)
        return _show_demarche(request, info, referentiel, refus=refusal.message, status=409)
    messages.success(request, f"« {sujet.nom} » est inscrit à la démarche « {info.titre} ».")
    return redirect("parcours:sujet_inscrit", demarche=info.code, reference=sujet.reference)


def _produit_or_404(user: User, reference: str) -> Sujet:
    if not (reference.isascii() and reference.isdigit() and len(reference) <= 18):
        raise Http404("Produit inconnu.")
    return get_object_or_404(Sujet.objects.visible_to(user).filter(genre=GenreSujet.PRODUIT), pk=int(reference))


def _show_demarche(request: HttpRequest, demarche: DemarcheInfo, referentiel: Referentiel, *, refus: str = "", status: int = 200) -> HttpResponse:
    """Show a démarche; a closed one only to whom is enrolled in it (R-45)."""
    user = request.user
    numero = request.GET.get("page", "1")
    is_readable = numero.isascii() and numero.isdigit() and len(numero) <= 6 and int(numero) > 0
    rows = inscriptions_actives(user).filter(demarche=demarche.id)
    candidats = fetch_candidats(user, demarche, referentiel)
    strategie = candidats.strategie if candidats.may_read_strategie else None
    inscrits = fetch_page(rows, referentiel, numero=int(numero) if is_readable else 1, lignes=LIGNES, strategie=strategie, demarche=demarche)
    if not demarche.ouverte and not inscrits.total:
        raise Http404("Cette démarche est close.")
    if not is_readable or inscrits.is_beyond:
        refus, status = refus or "Cette page de la liste n'existe pas : voici la première.", max(status, 404)
    context = {
        "demarche": demarche,
        "themes": themes_of(demarche),
        "volets": _volets(demarche),
        "inscrits": inscrits,
        "candidats": candidats,
        "may_open_strategie": policy.can(user, "ouvrir_strategie", user.entreprise),
        "may_create": policy.can(user, "creer_produit", user.entreprise),
        "refus": refus,
    }
    return render(request, "parcours/demarche.html", context, status=status)


def _volets(demarche: DemarcheInfo) -> list[tuple[str, str]]:
    """Return what one does in a démarche, in order, each once: the columns of its table, with their words."""
    return [(volet, Volet(volet).label) for volet in dict.fromkeys(info.volet for info in demarche.questionnaires)]


# --- An enrolled sujet ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Carte:
    """The card of a questionnaire: its étape, and what this reader may do with it."""

    etape: Etape
    may_write: bool
    may_validate: bool
    is_next: bool = False

    @property
    def is_open(self) -> bool:
        return not self.etape.verrou

    @property
    def volet(self) -> str:
        """« Évaluation », « Projection »…"""
        return Volet(self.etape.info.volet).label

    @property
    def url_excel(self) -> str:
        return self.etape.url("exporter", "excel")

    @property
    def url_pdf(self) -> str:
        return self.etape.url("exporter", "pdf")

    @property
    def action(self) -> str:
        """Word of the button to the form; empty when there is nothing there for this reader."""
        if not self.is_open:
            return ""
        brouillon = self.etape.brouillon
        if brouillon is not None and brouillon.demandee_le is not None and self.may_validate:
            return VALIDER
        if not self.may_write:
            return "Consulter" if self.etape.latest is not None else ""
        return "Éditer" if self.etape.latest is not None else "Démarrer"


@require_safe
def sujet_inscrit(request: HttpRequest, demarche: str, reference: int) -> HttpResponse:
    """Show the questionnaires of a sujet in a démarche: where each stands, and the next thing to do (PAR-3, PAR-5)."""
    suivi = fetch_suivi(request.user, demarche, reference)
    policy.check(request.user, "lire", suivi.sujet)
    request.referentiel = suivi.referentiel
    context = {
        "suivi": suivi,
        "titre": titre_of(suivi),
        "cartes": _cartes(request.user, suivi),
        "may_write": policy.can(request.user, "saisir", suivi.sujet),
        "may_withdraw": _may_withdraw(request.user, suivi),
        "questions": _recapitulatif(suivi),
        "parcours": suivi.referentiel.parcours(suivi.demarche.parcours_code),
    }
    return render(request, "parcours/sujet_inscrit.html", context)


def _recapitulatif(suivi: Suivi) -> QuestionForm | None:
    """Return the qualification of a stratégie in words, under the version it answers; None for a produit."""
    recorded = suivi.qualification
    if suivi.sujet.is_produit or recorded is None:
        return None
    return question_form(definition_of(recorded.version_id), recorded.reponses)


def _may_withdraw(user: User, suivi: Suivi) -> bool:
    """True when withdrawing is worth offering: nothing that was validated last was, from this démarche (R-44)."""
    is_enrolled = suivi.inscription is not None and policy.can(user, "saisir", suivi.sujet)
    return is_enrolled and not any(row.is_validee and row.demarche == suivi.demarche.code for row in suivi.reponses)


def titre_of(suivi: Suivi) -> str:
    """« {nom} - {version} - {référence} : {démarche} » (R-46); a stratégie has no version."""
    sujet = suivi.sujet
    nom = sujet.produit.intitule if sujet.is_produit else f"{sujet.nom} - {sujet.reference}"
    return f"{nom} : {suivi.demarche.titre}"


def _cartes(user: User, suivi: Suivi) -> list[Carte]:
    """Return the cards; the first that waits for this reader bears the primary button of the page."""
    may_write = policy.can(user, "saisir", suivi.sujet)
    may_validate = policy.can(user, "valider", suivi.sujet)
    cartes = [Carte(etape, may_write, may_validate) for etape in suivi.etapes]
    waiting = [i for i, carte in enumerate(cartes) if carte.action and may_write and not carte.etape.is_termine]
    first = min(waiting, key=lambda i: (cartes[i].action != VALIDER, i), default=None)
    return [Carte(carte.etape, may_write, may_validate, i == first) for i, carte in enumerate(cartes)]


@require_http_methods(["GET", "HEAD", "POST"])
def inscription_retirer(request: HttpRequest, demarche: str, reference: int) -> HttpResponse:
    """Say what withdrawing does, then withdraw (R-44)."""
    suivi = fetch_suivi(request.user, demarche, reference)
    request.referentiel = suivi.referentiel
    inscription = suivi.inscription
    if inscription is None:
        raise Http404("La stratégie globale ne s'inscrit pas.")
    inscription.sujet = suivi.sujet
    policy.check(request.user, "retirer", inscription)
    refus, status = "", 200
    if request.method == "POST":
        try:
            actions.retirer_inscription(inscription=inscription, demarche=suivi.demarche, par=request.user)
        except ActionRefused as refusal:
            refus, status = refusal.message, 409
        else:
            messages.success(request, f"« {suivi.sujet.nom} » n'est plus inscrit à « {suivi.demarche.titre} ». Ses réponses sont conservées.")
            return redirect("parcours:demarche", demarche=suivi.demarche.code)
    elif has_validated(inscription, suivi.demarche):
        refus = "Un questionnaire a déjà été validé dans cette démarche : l'inscription ne peut plus être retirée."
    context = {"suivi": suivi, "titre": titre_of(suivi), "refus": refus}
    return render(request, "parcours/inscription_retirer.html", context, status=status)
