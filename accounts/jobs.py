"""Jobs: an intent is a row, claimed by one worker at a time, tried five times, run once (JB-1 to JB-4).

A handler is declared in the ``jobs.py`` of its app::

    @job("reponse.excel")
    def reponse_excel(travail: Travail, progress: Progress) -> JobResult:
        reponse = ...  # by the keys in travail.params, visible_to(travail.demandeur)
        policy.check(travail.demandeur, "lire", reponse.sujet)  # rights are asked again when the job runs (AZ-8)
        ...
        return JobResult(content, "reponses.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")

It may run again after a crash: it writes nothing but its result. ``PermissionDenied``, ``Http404`` and ``ActionRefused`` end the
job at once, any other exception makes it try again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.files.base import ContentFile, File
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.dispatch import Signal
from django.http import Http404
from django.utils import timezone

from . import alongside, broker, journal, policy
from .enums import EtatTravail
from .errors import ActionRefused
from .fichiers.orphelins import supprimer_orphelins
from .models import Entreprise, Travail, User
from .prepared import Prepared, Update, prepared, prepared_update

logger = logging.getLogger(__name__)

TASK = "accounts.tasks.executer_travail"
LEASE = timedelta(seconds=60)
HEARTBEAT_SECONDS = 15.0
PROGRESS_SECONDS = 0.3  # at most one write of progress in this time
MAX_TRIES = 5
KEPT = timedelta(days=7)
WAKE_GRACE = timedelta(seconds=15)  # time left to the broker before the reconciler does its work

DENIED = "Vos droits ne permettent plus cette opération. Demandez l'accès au responsable de votre compte."
BROKEN = "La préparation a échoué malgré plusieurs essais. Vous pouvez la relancer ; si l'échec se répète, écrivez au support."
INTERRUPTED = "La préparation s'est interrompue à plusieurs reprises. Vous pouvez la relancer ; si l'échec se répète, écrivez au support."

Progress = Callable[[int, int], None]
commence, fini = Signal(), Signal()  # around each job, as Django's are around each request


@dataclass(frozen=True)
class JobResult:
    """The file a job gives: its bytes, or a file that holds them when they are many, the name shown to the person, its media type."""

    content: bytes | BinaryIO
    filename: str
    content_type: str


class LeaseLost(Exception):
    """Another worker took the job over: this one writes nothing more."""


Handler = Callable[[Travail, Progress], JobResult]
Readable = Callable[[User, Travail], bool]
_handlers: dict[str, Handler] = {}
_readable: dict[str, Readable] = {}


def job(kind: str, *, readable: Readable | None = None) -> Callable[[Handler], Handler]:
    """Declare the handler of a kind of job; ``readable`` tells whether whoever asked may still read what it made (XP-5).

    :raises ValueError: the kind already has another handler.
    """

    def declare(handler: Handler) -> Handler:
        if _handlers.setdefault(kind, handler) is not handler:
            raise ValueError(f"Deux traitements pour « {kind} ».")
        if readable is not None:
            _readable[kind] = readable
        return handler

    return declare


def is_readable(user: User, travail: Travail) -> bool:
    """Tell whether what a job made is still the person's to read: a right may have been withdrawn since (AZ-8)."""
    return travail.kind not in _readable or _readable[travail.kind](user, travail)


# --- Asking -------------------------------------------------------------------------------------------------------------
@transaction.atomic(savepoint=False)
def submit(kind: str, *, par: User, entreprise: Entreprise | None, cle: str, params: dict[str, Any] | None = None) -> Travail:
    """Ask for a job in the transaction of the action; asked again while open, the same key gives the same row (JB-3).

    A job of the agency, of no company, is of a kind named « agence.… ».

    :raises LookupError: no handler for this kind.
    :raises PermissionDenied: the account is closed, or of another company.
    """
    if kind not in _handlers:
        raise LookupError(f"Aucun traitement ne s'appelle « {kind} ».")
    _check_admitted(par, entreprise.pk if entreprise else None)
    if known := Travail.objects.visible_to(par).ouverts().filter(cle=cle).first():
        return known
    try:
        with transaction.atomic():
            travail = Travail.tous.create(
                kind=kind, cle=cle, params=params or {}, demandeur=par, entreprise=entreprise, prochain_essai=timezone.now() + WAKE_GRACE
            )
    except IntegrityError:  # asked twice at once: the other one won
        return Travail.objects.visible_to(par).ouverts().get(cle=cle)
    journal.record("travail.demande", par=par, target=travail, details={"kind": kind})
    transaction.on_commit(partial(broker.send_soon, TASK, travail.pk), robust=True)
    return travail


@transaction.atomic
def relancer(travail: Travail, par: User) -> Travail:
    """Try a failed job again from the start (JB-4).

    :raises PermissionDenied: not the person who asked for it.
    :raises ActionRefused: it has not failed, or the same one is already running.
    """
    travail = Travail.tous.select_for_update(of=("self",)).get(pk=travail.pk)
    policy.check(par, "relancer", travail)
    if travail.etat != EtatTravail.ECHEC:
        raise ActionRefused("Cette préparation n'a pas échoué : il n'y a rien à relancer.")
    try:
        with transaction.atomic():
            _reset(travail)
    except IntegrityError as error:
        raise ActionRefused("Ce fichier est déjà en préparation : attendez qu'il soit prêt.") from error
    journal.record("travail.relance", par=par, target=travail, details={"kind": travail.kind})
    transaction.on_commit(partial(broker.send_soon, TASK, travail.pk), robust=True)
    return travail


def _reset(travail: Travail) -> None:
    travail.etat, travail.essais, travail.progres, travail.total = EtatTravail.EN_ATTENTE, 0, 0, 0
    travail.erreur, travail.termine_le, travail.prochain_essai = "", None, timezone.now() + WAKE_GRACE
    travail.save(update_fields=["etat", "essais", "progres", "total", "erreur", "termine_le", "prochain_essai"])


# --- Running ------------------------------------------------------------------------------------------------------------
def run(pk: int) -> bool:
    """Run a job if it waits or if its worker died; False when there is nothing to do: done, failed or held by another worker."""
    jeton = _claim(pk)
    if jeton is None:
        return False
    commence.send(None)
    (travail,) = _travail()(cle=pk)
    alongside.tell(travail)
    try:
        with _heartbeat(pk, jeton):
            result = _execute(travail, jeton)
        _finish(travail, jeton, result)
    except LeaseLost:
        logger.warning("Travail %s : bail perdu, un autre processus l'a repris", pk)
    except (PermissionDenied, Http404, ObjectDoesNotExist) as error:
        _deny(travail, jeton, error)
    except ActionRefused as refusal:
        _fail(pk, jeton, refusal.message)
    except Exception as error:
        _retry(travail, jeton, error)
    finally:
        fini.send(None)
    return True


@lru_cache(maxsize=1)
def _travail() -> Prepared[Travail]:
    @prepared
    def travail(cle: int) -> QuerySet[Travail]:
        rows = Travail.tous.filter(pk=cle).order_by().select_related("demandeur__entreprise", "entreprise")
        return rows.annotate(**alongside.expressions())

    return travail


alongside.on_change(_travail.cache_clear)


def _claim(pk: int) -> UUID | None:
    """Take the job by one guarded UPDATE: of two hundred deliveries, one changes the row."""
    now, jeton = timezone.now(), uuid4()
    return jeton if _take(cle=pk, jeton=jeton, now=now, bail=now + LEASE) else None


@prepared_update
def _take(cle: int, jeton: UUID, now: datetime, bail: datetime) -> Update:
    free = Travail.tous.filter(Q(etat=EtatTravail.EN_ATTENTE) | Q(etat=EtatTravail.EN_COURS, bail_jusqu_a__lt=now), pk=cle, essais__lt=MAX_TRIES)
    return free, {"etat": EtatTravail.EN_COURS, "jeton": jeton, "essais": F("essais") + 1, "bail_jusqu_a": bail, "battement": now, "progres": 0}


def _execute(travail: Travail, jeton: UUID) -> JobResult:
    _check_admitted(travail.demandeur, travail.entreprise_id)
    handler = _handlers.get(travail.kind)
    if handler is None:
        raise LookupError(f"Aucun traitement ne s'appelle « {travail.kind} ».")
    return handler(travail, _Progression(travail.pk, jeton))


def _check_admitted(user: User, entreprise_id: int | None) -> None:
    """:raises PermissionDenied: the account is closed, its company suspended, or it belongs to another company (AZ-8, AZ-12)."""
    if not policy.is_admitted(user) or user.entreprise_id not in (None, entreprise_id):
        raise PermissionDenied("travail : compte fermé ou d'une autre entreprise")


class _Progression:
    """The ``progress(done, total)`` given to a handler: writes now and then, and stops a worker that lost its lease."""

    def __init__(self, pk: int, jeton: UUID) -> None:
        self.pk, self.jeton, self.written_at = pk, jeton, datetime.min.replace(tzinfo=timezone.get_current_timezone())

    def __call__(self, done: int, total: int) -> None:
        now = timezone.now()
        if done < total and self.written_at > now - timedelta(seconds=PROGRESS_SECONDS):
            return
        self.written_at = now
        if not _held(self.pk, self.jeton).update(progres=done, total=total):
            raise LeaseLost


@contextmanager
def _heartbeat(pk: int, jeton: UUID) -> Iterator[None]:
    """Keep the lease alive from a thread while the handler works."""
    stop = threading.Event()
    thread = threading.Thread(target=_beat, args=(pk, jeton, stop), name=f"battement-{pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=HEARTBEAT_SECONDS)


def _beat(pk: int, jeton: UUID, stop: threading.Event) -> None:
    if stop.wait(HEARTBEAT_SECONDS):
        return  # most jobs are done before: no connection to open, nor to close
    try:
        while _prolong(pk, jeton) and not stop.wait(HEARTBEAT_SECONDS):
            pass
    except Exception:
        logger.exception("Travail %s : battement interrompu", pk)
    finally:
        connection.close()  # the connection of this thread


def _prolong(pk: int, jeton: UUID) -> bool:
    now = timezone.now()
    return bool(_held(pk, jeton).update(bail_jusqu_a=now + LEASE, battement=now))


def _held(pk: int, jeton: UUID) -> Any:
    return Travail.tous.filter(pk=pk, jeton=jeton, etat=EtatTravail.EN_COURS)


def _finish(travail: Travail, jeton: UUID, result: JobResult) -> None:
    """Store the file, then say so by one guarded UPDATE; without the lease the file goes away again."""
    field = Travail._meta.get_field("fichier")
    content = ContentFile(result.content) if isinstance(result.content, bytes) else File(result.content)
    name = field.storage.save(field.generate_filename(travail, result.filename), content)
    now = timezone.now()
    told = {"fichier": name, "nom": result.filename[:200], "type_mime": result.content_type}
    if not _close(cle=travail.pk, jeton=jeton, now=now, expire=now + KEPT, **told):
        field.storage.delete(name)
        raise LeaseLost


_CLOSED: dict[str, Any] = {"jeton": None, "bail_jusqu_a": None}


@prepared_update
def _close(cle: int, jeton: UUID, fichier: str, nom: str, type_mime: str, now: datetime, expire: datetime) -> Update:
    told = {"fichier": fichier, "nom_fichier": nom, "type_mime": type_mime, "termine_le": now, "expire_le": expire}
    return _held(cle, jeton), {**_CLOSED, "etat": EtatTravail.TERMINE, "erreur": "", **told}


def _deny(travail: Travail, jeton: UUID, error: Exception) -> None:
    """Close a job whose author lost the right since he asked (AZ-8)."""
    if _fail(travail.pk, jeton, DENIED):
        journal.refused("travail.refuse", par=travail.demandeur, target=travail, details={"kind": travail.kind, "cause": type(error).__name__})


def _retry(travail: Travail, jeton: UUID, error: Exception) -> None:
    """Put a job back, later and later; the last try closes it (JB-4). The trace goes to the logs, never its data."""
    logger.error("Travail %s (%s), essai %s : %s", travail.pk, travail.kind, travail.essais, type(error).__name__, exc_info=error)
    if travail.essais >= MAX_TRIES:
        _fail(travail.pk, jeton, BROKEN)
        return
    delay = 2.0**travail.essais
    again = timezone.now() + timedelta(seconds=delay) + WAKE_GRACE
    if _held(travail.pk, jeton).update(**_CLOSED, etat=EtatTravail.EN_ATTENTE, prochain_essai=again):
        broker.send(TASK, travail.pk, countdown=delay)


def _fail(pk: int, jeton: UUID, message: str) -> bool:
    return bool(_held(pk, jeton).update(**_CLOSED, etat=EtatTravail.ECHEC, erreur=message[:500], termine_le=timezone.now()))


# --- Picking up what was left ---------------------------------------------------------------------------------------------
def reconcilier(limit: int = 200) -> int:
    """Send again the jobs nobody holds: never published, lost by the broker, or of a killed worker (JB-2); give their number."""
    now = timezone.now()
    lost = Q(etat=EtatTravail.EN_COURS, bail_jusqu_a__lt=now)
    exhausted = Travail.tous.filter(lost, essais__gte=MAX_TRIES)
    exhausted.update(**_CLOSED, etat=EtatTravail.ECHEC, erreur=INTERRUPTED, termine_le=now)
    waiting = Travail.tous.filter(lost | Q(etat=EtatTravail.EN_ATTENTE), prochain_essai__lte=now).order_by("pk")
    sent = []
    for pk in waiting.values_list("pk", flat=True)[:limit]:
        if not broker.send(TASK, pk):
            break
        sent.append(pk)
    Travail.tous.filter(pk__in=sent).update(prochain_essai=now + LEASE)
    return len(sent)


def purger() -> int:
    """Delete the files whose seven days are over, and those no row refers to; give their number (XP-5)."""
    field, now, purged = Travail._meta.get_field("fichier"), timezone.now(), 0
    for travail in Travail.tous.filter(expire_le__lte=now).exclude(fichier=""):
        field.storage.delete(travail.fichier.name)
        Travail.tous.filter(pk=travail.pk).update(fichier="")
        purged += 1
    return purged + supprimer_orphelins(Travail, "travaux", before=now - KEPT)
