"""Answering a questionnaire: draft, validation asked, given or refused (QST-2 to QST-5, R-20, R-21)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from accounts import policy
from accounts.errors import ActionRefused, RightMissing
from accounts.models import User
from catalog.models import Produit
from questionnaires import actions
from questionnaires.cartes import whole_answer_in_words
from questionnaires.engine.answers import digest, motif_token
from questionnaires.formulaire import Posted, read_saisie
from questionnaires.models import Reponse

from ..adresses import TERMINEE
from ..contexte import Etape, fetch_suivi
from ..saisie import NOTHING, Surprise, page_saisie, restantes

SAVED = "Votre brouillon est enregistré."
ARCHIVED = "Ce produit a été archivé : vos changements ne sont pas enregistrés."
NOT_ALLOWED = "Votre compte ne donne pas le droit de répondre, ou ne le donne plus : vos changements ne sont pas enregistrés."
MAY_NOT_VALIDATE = "Votre brouillon est enregistré, mais votre compte ne donne pas le droit de le valider, ou ne le donne plus."
GONE = "La question {code} n'est plus posée, car une réponse dont elle dépend a changé entre-temps : la vôtre, ci-dessous, n'est pas enregistrée."
TO_MEND = "Une réponse est à revoir avant d'enregistrer."
CHANGED = "Le questionnaire a changé depuis l'affichage de la page : relisez-le, puis enregistrez de nouveau."
INCOMPLETE = "Votre brouillon est enregistré, mais il manque des réponses pour valider."
UNREAD = "Cette réponse n'est plus celle que la page vous avait montrée."
WITHDRAWN = "La demande de validation est retirée, puisque le brouillon a changé."


def _etape(request: HttpRequest, demarche: str, reference: int, questionnaire: str) -> Etape:
    suivi = fetch_suivi(request.user, demarche, reference)
    policy.check(request.user, "lire", suivi.sujet)
    return suivi.etape(questionnaire)


@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire(request: HttpRequest, demarche: str, reference: int, questionnaire: str) -> HttpResponse:
    """Show the form, and act on its buttons; whatever is refused comes back with all that was typed."""
    etape = _etape(request, demarche, reference, questionnaire)
    if request.method != "POST":
        return _show(request, etape)
    posted = _read(request, etape, _option_references(etape, request.user))
    if is_signing := _is_signing(request, etape):
        posted = Posted(page=posted.page)  # what is shown read-only brings no answer
    elif not policy.can(request.user, "saisir", etape.suivi.sujet):
        return _show_to_copy(request, etape, posted)
    if posted.refused:
        return _show(request, etape, _surprise_refused(etape, posted), status=422)
    if etape.verrou:  # nothing of it can be answered, so nothing be signed
        return _show(request, etape, status=409)
    try:
        return _valider(request, etape, posted) if is_signing else _act(request, etape, posted)
    except ActionRefused as refusal:
        if refusal.details.keys() & {"missing", "changed"}:  # the draft was saved before: it is read again, with all that was just typed
            return _show(request, _reread(request, etape), _surprise_of(refusal, posted), status=422 if "missing" in refusal.details else 409)
        return _show(request, etape, _surprise_of(refusal, posted), status=409)


def _is_signing(request: HttpRequest, etape: Etape) -> bool:
    """True for « Valider » on a page shown read-only: validation without saisie signs what is stored (R-21, R-51)."""
    return "lecture" in request.POST and request.POST.get("action") == "valider" and policy.can(request.user, "valider", etape.suivi.sujet)


def _show_to_copy(request: HttpRequest, etape: Etape, posted: Posted) -> HttpResponse:
    """Write nothing: since the page was opened the produit was archived, or the right withdrawn; what was typed can still be copied (R-43, AZ-8)."""
    request.is_denied = not etape.suivi.sujet.is_archive
    why = NOT_ALLOWED if request.is_denied else ARCHIVED
    message = f"{why} Ils sont ci-dessous, pour que vous puissiez les copier."
    return _show(request, etape, Surprise(typed=_typed(posted), motifs=posted.motifs, message=message), status=403)


def _read(request: HttpRequest, etape: Etape, options: Collection[int]) -> Posted:
    row = etape.latest
    return read_saisie(etape.base, request.POST, options, row.reponses if row else {}, row.sections_na if row else {})


def _act(request: HttpRequest, etape: Etape, posted: Posted) -> HttpResponse:
    cible = etape.cible()
    was_asked = etape.brouillon is not None and etape.brouillon.demandee_le is not None
    saved, motives = _save(cible, request.user, posted, etape.brouillon)
    if saved.conflicts or motives:
        return _show(request, _reread(request, etape), _surprise_conflicts(saved.conflicts, motives), status=409)
    action, _, argument = request.POST.get("action", "enregistrer").partition(":")
    match action:
        case "demander":
            actions.demander_validation(cible=cible, par=request.user)
            messages.success(request, "Votre demande est envoyée aux personnes qui peuvent valider.")
        case "valider":
            if not policy.can(request.user, "valider", etape.suivi.sujet):  # withdrawn since the page was opened: the draft is saved all the same
                raise RightMissing("valider", MAY_NOT_VALIDATE)
            return _valider(request, etape, posted)
        case "section_na":
            actions.declarer_section_na(cible=cible, par=request.user, section=argument)
            messages.success(request, "La section est déclarée non applicable. Ses réponses sont gardées.")
        case "section_active":
            actions.reactiver_section(cible=cible, par=request.user, section=argument)
            messages.success(request, "La section est de nouveau à compléter, avec ses réponses.")
        case _:
            withdrawn = was_asked and saved.reponse is not None and saved.reponse.demandee_le is None
            messages.success(request, f"{SAVED} {WITHDRAWN}" if withdrawn else SAVED)
    return redirect(etape.url_saisie)


def _valider(request: HttpRequest, etape: Etape, posted: Posted) -> HttpResponse:
    actions.valider(cible=etape.cible(), par=request.user, seen=posted.seen())
    messages.success(request, f"Le questionnaire « {etape.info.titre} » est validé.")
    return redirect(f"{etape.url_resultats}?{TERMINEE}" if _reread(request, etape).suivi.is_complete else etape.url_resultats)


def _reread(request: HttpRequest, etape: Etape) -> Etape:
    suivi = fetch_suivi(request.user, etape.suivi.demarche.code, etape.suivi.sujet.reference)
    return suivi.etape(etape.info.code)


def _typed(posted: Posted) -> dict[str, Mapping[str, Any]]:
    """Give what was typed, that which does not hold included."""
    return {**posted.answers, **{code: posted.raw.get(code, {}) for code in posted.refused}}


def _surprise_refused(etape: Etape, posted: Posted) -> Surprise:
    message = TO_MEND if posted.refused.keys() & etape.base.possible else CHANGED
    return Surprise(refused=posted.refused, typed=_typed(posted), tokens=posted.tokens, motifs=posted.motifs, message=message)


def _surprise_of(refusal: ActionRefused, posted: Posted) -> Surprise:
    if "changed" in refusal.details:
        return Surprise(missing=dict.fromkeys(refusal.details["changed"], UNREAD), message=refusal.message)
    missing = {manque.code: manque.raison for manque in refusal.details.get("missing", ())}
    if missing:  # the draft is saved: the page shows it as stored
        return Surprise(missing=missing, message=INCOMPLETE if posted.answers else refusal.message)
    return Surprise(typed=posted.answers, tokens=posted.tokens, motifs=posted.motifs, message=refusal.message)


def _surprise_conflicts(every: Sequence[actions.Conflict], motives: Sequence[actions.Conflict]) -> Surprise:
    """The typed answers and reasons come back beside the stored ones; saving again keeps them, knowingly (QST-4)."""
    conflicts, gone = [conflict for conflict in every if not conflict.gone], [conflict for conflict in every if conflict.gone]
    choose = ["Vos autres réponses sont enregistrées. Pour celles-ci, choisissez laquelle garder."] if conflicts else []
    return Surprise(
        conflicts={conflict.code: conflict.stored for conflict in conflicts},
        typed={conflict.code: conflict.posted for conflict in every},
        tokens={c.code: digest(c.stored) for c in conflicts} | {f"m-{c.code}": digest(c.stored) for c in motives},
        motifs={conflict.code: conflict.posted.get("commentaire", "") for conflict in motives},
        message=" ".join([*choose, *(GONE.format(code=conflict.code) for conflict in gone), *(_motif_conflict(conflict) for conflict in motives)]),
    )


def _motif_conflict(conflict: actions.Conflict) -> str:
    """Say what became of the reason of a section while another one was typed."""
    stored, typed = conflict.stored, conflict.posted.get("commentaire", "")
    if "commentaire" not in stored:
        return f"La section {conflict.code} a été réactivée entre-temps : votre motif n'est pas enregistré (« {typed} »)."
    change = f"changé : « {stored['commentaire']} »" if stored["commentaire"] else "effacé"
    return f"Le motif de la section {conflict.code} a été {change}. Le vôtre est repris dans la page : enregistrez de nouveau pour le garder."


def _option_references(etape: Etape, lecteur: User) -> dict[int, str]:
    """Return the options of the produit, offered on socles only (R-23), as a person may read them (R-53)."""
    sujet = etape.suivi.sujet
    if not sujet.has_options:
        return {}
    options = Produit.objects.of_entreprise(sujet.entreprise_id).with_lisible(lecteur).actifs().filter(socles=sujet.pk)
    return {row.pk: row.designation for row in options.order_by("nom", "pk")}


def _show(request: HttpRequest, etape: Etape, surprise: Surprise = NOTHING, status: int = 200) -> HttpResponse:
    sujet = etape.suivi.sujet
    may_write = policy.can(request.user, "saisir", sujet)
    page = page_saisie(etape, readonly=not may_write or bool(etape.verrou), options=tuple(_option_references(etape, request.user).items()), surprise=surprise)
    context = {
        "page": page,
        "etape": etape,
        "suivi": etape.suivi,
        "sujet": sujet,
        "brouillon": etape.brouillon,
        "may_write": may_write,
        "may_validate": policy.can(request.user, "valider", sujet),
    }
    return render(request, "parcours/questionnaire.html", context, status=status)


@require_POST
def enregistrement(request: HttpRequest, demarche: str, reference: int, questionnaire: str) -> HttpResponse:
    """Save the answers just changed, as one answers; tells the new tokens, the progress and the conflicts (QST-3)."""
    etape = _etape(request, demarche, reference, questionnaire)
    if etape.suivi.sujet.is_archive:
        return JsonResponse({"refus": {}, "message": ARCHIVED}, status=403)
    policy.check(request.user, "saisir", etape.suivi.sujet)
    options = _option_references(etape, request.user) if any(name.startswith("o-") for name in request.POST) else {}
    posted = _read(request, etape, options)
    if posted.refused:
        return JsonResponse({"refus": posted.refused}, status=422)
    try:
        saved, motives = _save(etape.cible(), request.user, posted, etape.brouillon)
    except ActionRefused as refusal:
        return JsonResponse({"refus": {}, "message": refusal.message}, status=409)
    return _saved_response(etape, posted, saved, motives)


def _save(cible: actions.Cible, par: User, posted: Posted, known: Reponse | None) -> tuple[actions.Saved, tuple[actions.Conflict, ...]]:
    """Save the answers, then the reasons of sections; return the draft as it now stands, and the reasons that could not be merged."""
    saved = actions.enregistrer_brouillon(cible=cible, par=par, posted=posted.answers, tokens=posted.tokens, known=known)
    if not posted.motifs:
        return saved, ()
    given = actions.motiver_sections_na(cible=cible, par=par, motifs=posted.motifs, tokens=posted.tokens)
    return actions.Saved(given.reponse, saved.applied, saved.conflicts), given.conflicts


def _saved_response(etape: Etape, posted: Posted, saved: actions.Saved, motives: tuple[actions.Conflict, ...]) -> JsonResponse:
    etape = _with_row(etape, saved.reponse)
    stored = saved.reponse.reponses if saved.reponse else {}
    motifs = saved.reponse.sections_na if saved.reponse else {}
    page = page_panel(etape)
    payload = {
        "jetons": {code: _jeton(code, posted, stored) for code in posted.answers if code not in {c.code for c in saved.conflicts}}
        | {f"m-{section}": motif_token(motifs.get(section, {}).get("motif", "")) for section in posted.motifs},
        "motif": " ".join(_motif_conflict(conflict) for conflict in motives),
        "panneau": render_to_string("parcours/_panneau_avancement.html", page, request=None),
        "sections": {code: [count.faits, count.total] for code, count in page["par_section"].items()},
        "conflits": {conflict.code: {"html": _conflict_html(etape, conflict), "jeton": digest(conflict.stored)} for conflict in saved.conflicts},
        "demande": bool(saved.reponse and saved.reponse.demandee_le),
    }
    if not etape.base.is_settled:
        payload |= _changing(etape, stored, payload["jetons"])
    return JsonResponse(payload, status=409 if saved.conflicts or motives else 200)


def _jeton(code: str, posted: Posted, stored: Mapping[str, Any]) -> str:
    """Return the token of what the page shows: that of what is stored, unless the page left its answer as it was and it changed meanwhile."""
    there = digest(stored.get(code))
    return there if there == digest(posted.answers[code]) else posted.tokens[code]


def _changing(etape: Etape, stored: Mapping[str, Any], jetons: Mapping[str, str]) -> dict[str, Any]:
    """Tell which criteria the answers now show and why, with the tokens of those they hide: what was answered there has left (R-2)."""
    changing, shown = etape.base.changing, etape.shown.as_set
    hidden = {code: digest(stored.get(code)) for code in changing - shown}
    return {"affichees": {code: etape.reasons[code] for code in etape.shown.codes if code in changing}, "jetons": {**jetons, **hidden}}


def _conflict_html(etape: Etape, conflict: actions.Conflict) -> str:
    if conflict.gone:
        return render_to_string("questionnaires/_question_retiree.html", {"code": conflict.code})
    critere = etape.definition.criteres[conflict.code]
    words = {"autre": whole_answer_in_words(critere, conflict.stored), "autre_commentaire": conflict.stored.get("commentaire", "")}
    return render_to_string("questionnaires/_conflit.html", {"code": conflict.code, **words})


def _with_row(etape: Etape, row: Reponse | None) -> Etape:
    """Return the same questionnaire with the draft just written, without reading it again."""
    fresh = Etape(etape.suivi, etape.info)
    fresh.__dict__["_rows"] = (row if row is not None and row.is_brouillon else None, etape.validee)
    for name in ("base", "views", "version_id"):
        fresh.__dict__[name] = getattr(etape, name)
    return fresh


def page_panel(etape: Etape) -> dict:
    """Return what the panel of progress shows."""
    return {"etape": etape, "progress": etape.progress, "restantes": restantes(etape), "par_section": etape.progress_by_section}


@require_http_methods(["GET", "HEAD", "POST"])
def brouillon_abandonner(request: HttpRequest, demarche: str, reference: int, questionnaire: str) -> HttpResponse:
    """Confirm, then set the draft aside (R-3)."""
    etape = _etape(request, demarche, reference, questionnaire)
    policy.check(request.user, "saisir", etape.suivi.sujet)
    if request.method == "POST":
        actions.abandonner_brouillon(cible=etape.cible(), par=request.user)
        messages.success(request, "Le brouillon est abandonné. Les dernières réponses validées font foi.")
        return redirect(etape.suivi.url)
    return render(request, "parcours/brouillon_abandonner.html", {"etape": etape, "suivi": etape.suivi, "sujet": etape.suivi.sujet})


@require_http_methods(["GET", "HEAD", "POST"])
def brouillon_renvoyer(request: HttpRequest, demarche: str, reference: int, questionnaire: str) -> HttpResponse:
    """Send a draft back to whoever asked for its validation, with a comment (R-21)."""
    etape = _etape(request, demarche, reference, questionnaire)
    policy.check(request.user, "valider", etape.suivi.sujet)
    commentaire, refusal = request.POST.get("commentaire", ""), ""
    if request.method == "POST":
        try:
            actions.renvoyer(cible=etape.cible(), par=request.user, commentaire=commentaire)
        except ActionRefused as refused:
            refusal = refused.message
        else:
            messages.success(request, "Le brouillon est renvoyé avec votre commentaire.")
            return redirect(etape.url_saisie)
    context = {"etape": etape, "suivi": etape.suivi, "sujet": etape.suivi.sujet, "commentaire": commentaire, "refusal": refusal}
    return render(request, "parcours/brouillon_renvoyer.html", context, status=422 if refusal else 200)
