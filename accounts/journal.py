"""Writing the journal and checking it (TR-1 to TR-6): no trace, no action.

Each line is chained to the one before by SHA-256 over its canonical JSON; names, logins and addresses stand in a side table, by
salted digest only in the chain, so that a person can be erased without breaking it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC
from enum import Enum
from typing import Any, TypedDict

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from .enums import Issue
from .models import EntreeJournal, Entreprise, JournalTete, PersonneJournal, User
from .prepared import Update, prepared, prepared_update


class RequestContext(TypedDict, total=False):
    """What a line keeps of the request it was written in."""

    request_id: str
    adresse: str


request_context: ContextVar[RequestContext] = ContextVar("journal_request_context")

PAGE = 1000  # lines read at once when the chain is checked

# What the chain covers: everything but the digest itself.
CHAINED = (
    "sequence",
    "at",
    "acteur",
    "acteur_profil",
    "acteur_entreprise",
    "action",
    "target_type",
    "target_id",
    "version",
    "entreprise",
    "issue",
    "details",
    "request_id",
    "empreinte_personne",
    "precedente",
)
PERSONAL = ("compte", "nom", "login", "adresse", "sel")


@dataclass(frozen=True)
class Divergence:
    """The first line of the journal that is not what was written."""

    sequence: int
    raison: str


@transaction.atomic(savepoint=False)
def record(
    action: str,
    *,
    par: User | None,
    target: Model | None = None,
    entreprise: Entreprise | None = None,
    issue: str = Issue.ACCEPTE,
    details: dict[str, Any] | None = None,
    version: str = "",
) -> EntreeJournal:
    """Add a line, in the transaction of the action; ``details`` holds codes and digests, never answers, passwords or tokens.

    The company is that of the object when the object has one, else ``entreprise``, else that of the author. Lock the objects
    of the action first: the end of the journal is locked here until the transaction ends.
    """
    personne = _personne(par)
    (tete,) = _tete_locked()
    entree = EntreeJournal(
        sequence=tete.sequence + 1,
        at=timezone.now(),
        action=action,
        version=str(version),
        issue=Issue(issue),
        details=_plain(details or {}),
        request_id=_context().get("request_id", "")[:64],
        empreinte_personne=digest_personne(personne) if personne else "",
        precedente=tete.empreinte,
        **_author(par),
        **_target(target, entreprise, par),
    )
    entree.empreinte = digest_entree(entree)
    entree.save(force_insert=True)
    if personne:
        personne.entree = entree
        personne.save(force_insert=True)
    _advance(sequence=entree.sequence, empreinte=entree.empreinte)
    return entree


@prepared
def _tete_locked() -> QuerySet[JournalTete]:
    return JournalTete.objects.select_for_update().filter(pk=1).order_by()


@prepared_update
def _advance(sequence: int, empreinte: str) -> Update:
    return JournalTete.objects.filter(pk=1), {"sequence": sequence, "empreinte": empreinte}


def refused(
    action: str, *, par: User | None, target: Model | None = None, entreprise: Entreprise | None = None, details: dict[str, Any] | None = None
) -> EntreeJournal:
    """Write a refusal down in its own transaction: call it once that of the action is undone (AZ-4).

    :raises RuntimeError: called inside a transaction, with which the line would be lost.
    """
    with transaction.atomic(durable=True):
        return record(action, par=par, target=target, entreprise=entreprise, issue=Issue.REFUSE, details=details)


def verify_chain() -> Divergence | None:
    """Read the whole journal and name the first line altered, removed or added; None when all is as written."""
    sequence, empreinte = 0, ""
    for entree in _lines():
        if raison := _flaw(entree, sequence, empreinte):
            return Divergence(entree.sequence, raison)
        sequence, empreinte = entree.sequence, entree.empreinte
    return _tail_flaw(sequence, empreinte)


def _lines() -> Iterator[EntreeJournal]:
    """Give the lines in their order, a page at a time: the journal outgrows the memory."""
    rows = EntreeJournal.objects.select_related("personne").order_by("sequence")
    page = list(rows[:PAGE])
    while page:
        yield from page
        page = list(rows.filter(sequence__gt=page[-1].sequence)[:PAGE])


def _flaw(entree: EntreeJournal, previous: int, previous_digest: str) -> str:
    if entree.sequence != previous + 1:
        return f"il manque la ligne {previous + 1}"
    if entree.precedente != previous_digest:
        return "elle ne suit pas la ligne précédente"
    if entree.empreinte != digest_entree(entree):
        return "son contenu ne correspond pas à son empreinte"
    personne = getattr(entree, "personne", None)
    if personne and digest_personne(personne) != entree.empreinte_personne:
        return "les données personnelles de son auteur ont été modifiées"
    return ""


def _tail_flaw(sequence: int, empreinte: str) -> Divergence | None:
    """Compare the last line read with the head: a journal cut off at its end shows here only."""
    tete = JournalTete.objects.filter(pk=1).first()
    if tete is None:
        return Divergence(sequence, "la tête du journal a disparu")
    if tete.sequence > sequence:
        return Divergence(sequence + 1, "la fin du journal a été coupée")
    if (tete.sequence, tete.empreinte) != (sequence, empreinte):
        return Divergence(sequence, "la tête du journal ne correspond pas à sa dernière ligne")
    return None


def digest_entree(entree: EntreeJournal) -> str:
    """Compute the digest of a line over its canonical JSON."""
    content = {name: getattr(entree, name) for name in CHAINED}
    content["at"] = entree.at.astimezone(UTC).isoformat(timespec="microseconds")
    content["issue"], content["acteur_profil"] = str(entree.issue), str(entree.acteur_profil)
    return _digest(content)


def digest_personne(personne: PersonneJournal) -> str:
    """Compute the salted digest of what names a person."""
    return _digest({name: getattr(personne, name) for name in PERSONAL})


def _digest(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _context() -> RequestContext:
    return request_context.get({})


def _author(par: User | None) -> dict[str, Any]:
    if par is None:
        return {}
    return {"acteur": par.pk, "acteur_profil": par.profil, "acteur_entreprise": par.entreprise_id}


def _target(target: Model | None, entreprise: Entreprise | None, par: User | None) -> dict[str, Any]:
    company = target.pk if isinstance(target, Entreprise) else getattr(target, "entreprise_id", None)
    company = company or (entreprise.pk if entreprise else None) or (par.entreprise_id if par else None)
    if target is None:
        return {"entreprise": company}
    return {"entreprise": company, "target_type": target._meta.concrete_model._meta.label_lower, "target_id": str(target.pk)}


def _personne(par: User | None) -> PersonneJournal | None:
    adresse = _context().get("adresse", "")[:64]
    if par is None and not adresse:
        return None
    nom, login, compte = (par.nom_complet, par.username, par.pk) if par else ("", "", None)
    return PersonneJournal(compte=compte, nom=nom, login=login, adresse=adresse, sel=secrets.token_hex(16))


def _plain(value: Any) -> Any:
    """Reduce details to what both databases give back unchanged: texts, whole numbers, booleans, lists and tables."""
    match value:
        case None | bool():
            return value
        case Enum():
            return _plain(value.value)
        case int():
            return int(value)
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
        case _:
            return str(value).replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
