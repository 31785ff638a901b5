"""Saving a draft: answers merge criterion by criterion, and none is ever silently overwritten (QST-3, QST-4, WF-2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import journal, policy
from accounts.errors import ActionRefused
from accounts.models import User
from accounts.prepared import PreparedUpdate, Update, prepared_update

from ..engine.answers import Conflict, InvalidAnswer, MissingRevision, merge, normalise_commentaire
from ..enums import EtatReponse
from ..models import Reponse
from ..models.reponse import ReponseQuerySet
from .avis import tell
from .cible import Cible

ATTEMPTS = 8


@dataclass(frozen=True)
class Saved:
    """Outcome of a save: the draft as it now stands (none when nothing was ever answered), and what could not be merged."""

    reponse: Reponse | None
    applied: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True)
class _Change:
    reponses: dict[str, Any]
    sections_na: dict[str, Any]
    applied: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def enregistrer_brouillon(
    *, cible: Cible, par: User, posted: Mapping[str, Mapping[str, Any]], tokens: Mapping[str, str], known: Reponse | None = None
) -> Saved:
    """Merge what was typed into the draft, creating it if needed; nothing is lost, nothing overwritten (QST-4).

    ``known`` is the draft the caller has just read, to spare a query. :raises ActionRefused: an answer comes without the
    revision token of what the page showed (WF-2). :raises PermissionDenied: no right of saisie.
    """
    policy.check(par, "saisir", cible.sujet)

    def change(reponses: dict[str, Any], sections_na: dict[str, Any]) -> _Change:
        try:
            result = merge(reponses, tokens, posted)
        except MissingRevision as missing:
            raise ActionRefused(
                f"La page d'où vient la réponse au critère {missing.code} n'est plus à jour : rechargez-la, puis répondez à nouveau.",
                code=missing.code,
            ) from missing
        merged = {code: answer for code, answer in {**reponses, **result.applied}.items() if answer}
        gone = () if cible.base.is_settled else _gone(result.applied, cible.kept(merged))
        return _Change(merged, sections_na, tuple(result.applied), (*result.conflicts, *gone))

    return _write(cible, par, change, known)


def _gone(applied: Mapping[str, Mapping[str, Any]], kept: Mapping[str, Any]) -> tuple[Conflict, ...]:
    """Name the answers to questions that another answer, given meanwhile, no longer asks for: they are not kept, and it is said."""
    return tuple(Conflict(code, {}, answer, gone=True) for code, answer in applied.items() if answer and code not in kept)


def declarer_section_na(*, cible: Cible, par: User, section: str, active: bool = True) -> Saved:
    """Declare a whole section non applicable; its answers are kept beneath, and the reason it may have already (R-20).

    :raises ActionRefused: the content does not allow it for this section, or nothing of it is shown.
    """
    policy.check(par, "saisir", cible.sujet)
    if section not in cible.definition.sections_na_possible:
        raise ActionRefused("Cette section ne peut pas être déclarée non applicable.", section=section)

    def change(reponses: dict[str, Any], sections_na: dict[str, Any]) -> _Change:
        if active and not cible.base.answered(reponses, sections_na).by_section[section]:
            raise ActionRefused("Cette section n'est plus affichée pour votre produit : elle n'a pas été déclarée non applicable.", section=section)
        remaining = {code: value for code, value in sections_na.items() if code != section}
        return _Change(reponses, {**remaining, section: sections_na.get(section, {"motif": ""})} if active else remaining)

    return _write(cible, par, change)


def motiver_sections_na(*, cible: Cible, par: User, motifs: Mapping[str, str], tokens: Mapping[str, str]) -> Saved:
    """Keep the reasons given for sections declared non applicable, merged as answers are (R-20, QST-4).

    ``tokens`` holds under ``m-SECTION`` that of the reason the page showed. A section taken back meanwhile is a conflict.
    :raises ActionRefused: a reason does not hold.
    """
    policy.check(par, "saisir", cible.sujet)
    posted = {section: {"commentaire": readable(motif, section=section)} for section, motif in motifs.items()}
    bases = {section: tokens[f"m-{section}"] for section in posted}

    def change(reponses: dict[str, Any], sections_na: dict[str, Any]) -> _Change:
        stored = {section: {"commentaire": declared.get("motif", "")} for section, declared in sections_na.items()}
        result = merge(stored, bases, posted)
        gone = (Conflict(section, {}, answer) for section, answer in result.applied.items() if section not in sections_na)
        given = {section: {"motif": answer["commentaire"]} for section, answer in result.applied.items() if section in sections_na}
        return _Change(reponses, {**sections_na, **given}, conflicts=(*result.conflicts, *gone))

    return _write(cible, par, change)


def readable(text: str, **where: str) -> str:
    """Return a text as it is kept; :raises ActionRefused: it is too long, or holds what is not text (``where`` goes along)."""
    try:
        return normalise_commentaire("", text)
    except InvalidAnswer as refusal:
        raise ActionRefused(refusal.message, **where) from refusal


def reactiver_section(*, cible: Cible, par: User, section: str) -> Saved:
    """Take back « non applicable » for a section: what it held comes back as it was (R-20)."""
    return declarer_section_na(cible=cible, par=par, section=section, active=False)


@transaction.atomic
def abandonner_brouillon(*, cible: Cible, par: User) -> None:
    """Set the draft aside; it stays in the history, the last validated answers count again (R-3). Who had asked is told (R-21).

    :raises ActionRefused: there is no draft.
    """
    policy.check(par, "saisir", cible.sujet)
    brouillon = _brouillons(cible).select_for_update(of=("self",)).first()
    if brouillon is None:
        raise ActionRefused("Il n'y a pas de brouillon à abandonner.")
    brouillon.etat = EtatReponse.ABANDONNEE
    brouillon.modifiee_par, brouillon.modifiee_le = par, timezone.now()
    brouillon.save(update_fields=["etat", "modifiee_par", "modifiee_le"])
    journal.record("reponse.brouillon_abandonne", par=par, target=brouillon, entreprise=cible.sujet.entreprise)
    if brouillon.demandee_le is not None:  # the request ends with it
        _tell_end_of_request(cible, brouillon.demandee_par, par, "le brouillon a été abandonné")


@transaction.atomic
def retirer_demande(*, cible: Cible, par: User, cause: str) -> None:
    """End the request of validation on a draft of which it is no longer the same that is asked, and tell its author why (R-21)."""
    policy.check(par, "saisir", cible.sujet)
    brouillon = _brouillons(cible).select_for_update(of=("self",)).filter(demandee_le__isnull=False).first()
    if brouillon is None:
        return
    brouillon.demandee_le = None  # whoever had asked is kept: he is told when it is validated
    brouillon.save(update_fields=["demandee_le"])
    journal.record("reponse.demande_retiree", par=par, target=brouillon, entreprise=cible.sujet.entreprise)
    _tell_end_of_request(cible, brouillon.demandee_par, par, cause)


def _brouillons(cible: Cible) -> ReponseQuerySet:
    rows = Reponse.objects.of_sujet(cible.sujet).brouillons()
    return rows.filter(questionnaire_id=cible.questionnaire_id, inscription=cible.inscription)


def _tell_end_of_request(cible: Cible, author: User, par: User, cause: str) -> None:
    contenu = f"Votre demande de validation du questionnaire « {cible.titre} » est retirée : {cause}."
    tell([author], cible, type="Validation demandée", contenu=contenu, par=par)


def _write(cible: Cible, par: User, change: Callable[[dict, dict], _Change], known: Reponse | None = None) -> Saved:
    """Read, change, write if nobody wrote meanwhile; else read again. No lock is held while the change is computed."""
    brouillon = known if known is not None and known.is_brouillon else cible.brouillon()
    for _ in range(ATTEMPTS):
        outcome = _start(cible, par, change) if brouillon is None else _update(cible, brouillon, par, change)
        if outcome is not None:
            return outcome
        brouillon = cible.brouillon()
    raise ActionRefused("Plusieurs personnes enregistrent ce questionnaire en même temps. Réessayez dans un instant.")


def _start(cible: Cible, par: User, change: Callable[[dict, dict], _Change]) -> Saved | None:
    """Create the draft from the last validated answers; None when somebody else has just created it."""
    derniere = cible.derniere_validee()
    base = derniere.reponses if derniere else {}
    result = change(dict(base), dict(derniere.sections_na) if derniere else {})
    reponses = cible.kept(result.reponses)
    if derniere is None and not reponses and not result.sections_na:
        return Saved(None, (), result.conflicts)
    if derniere is not None and reponses == base and result.sections_na == derniere.sections_na:
        return Saved(derniere, (), result.conflicts)
    now = timezone.now()
    row = Reponse(
        entreprise_id=cible.sujet.entreprise_id,
        sujet_id=cible.sujet.pk,
        questionnaire_id=cible.questionnaire_id,
        version_id=cible.version_id,
        inscription=cible.inscription,
        reponses=reponses,
        sections_na=result.sections_na,
        revision=1,
        created_by=par,
        modifiee_le=now,
        modifiee_par=par,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return None
    return Saved(row, result.applied, result.conflicts)


def _update(cible: Cible, brouillon: Reponse, par: User, change: Callable[[dict, dict], _Change]) -> Saved | None:
    """Write over the revision that was read; None when it has moved meanwhile."""
    result = change(dict(brouillon.reponses), dict(brouillon.sections_na))
    reponses = cible.kept(result.reponses)
    if reponses == brouillon.reponses and result.sections_na == brouillon.sections_na:
        return Saved(brouillon, (), result.conflicts)
    if brouillon.demandee_le is not None:
        return _update_ending_request(cible, brouillon, par, reponses, result)
    return _guarded_update(brouillon, par, reponses, result)


def _guarded_update(brouillon: Reponse, par: User, reponses: dict, result: _Change, *, ends_request: bool = False) -> Saved | None:
    now = timezone.now()
    written = _write_over(ends_request)(cle=brouillon.pk, revision=brouillon.revision, reponses=reponses, sections_na=result.sections_na, now=now, par=par.pk)
    if not written:
        return None
    brouillon.reponses, brouillon.sections_na = reponses, result.sections_na
    brouillon.revision, brouillon.modifiee_le, brouillon.modifiee_par = brouillon.revision + 1, now, par
    if ends_request:
        brouillon.demandee_le = None
    return Saved(brouillon, result.applied, result.conflicts)


@lru_cache(maxsize=2)
def _write_over(ends_request: bool) -> PreparedUpdate:
    @prepared_update
    def write(cle: int, revision: int, reponses: dict, sections_na: dict, now: datetime, par: int) -> Update:
        ending = {"demandee_le": None} if ends_request else {}  # who had asked is told when it is validated
        changes = {"reponses": reponses, "sections_na": sections_na, "revision": F("revision") + 1, "modifiee_le": now, "modifiee_par": par}
        return Reponse.tous.filter(pk=cle, etat=EtatReponse.BROUILLON, revision=revision), changes | ending

    return write


def _update_ending_request(cible: Cible, brouillon: Reponse, par: User, reponses: dict, result: _Change) -> Saved | None:
    """R-21: any later change ends the request of validation, and its author is told."""
    author = brouillon.demandee_par
    with transaction.atomic():
        saved = _guarded_update(brouillon, par, reponses, result, ends_request=True)
        if saved is not None and author is not None:
            journal.record("reponse.demande_retiree", par=par, target=brouillon, entreprise=cible.sujet.entreprise)
            _tell_end_of_request(cible, author, par, "le brouillon a été modifié")
    return saved
