"""The pièces of a request: deposited through the link, handed over, read by the support, deleted on schedule (ACC-3, DP-1)."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from .. import journal, liens, policy
from ..courriels import demandes as courriels
from ..enums import EtatAnalyse, EtatDemande, NaturePiece
from ..errors import ActionRefused
from ..fichiers import analyses
from ..fichiers.inspection import MAX_FILES, MAX_TOTAL, inspect
from ..fichiers.orphelins import supprimer_orphelins
from ..models import DemandeDeCompte, DemandeWorkflow, LienDepot, PieceJustificative, User
from ..models.analyse import etat_initial
from ..models.demande import DECIDEES
from .demandes import lock, notify_support

NOT_OPEN = {
    EtatAnalyse.EN_ATTENTE: "L'antivirus n'a pas encore analysé ce fichier\u00a0: attendez quelques instants, puis recommencez.",
    EtatAnalyse.INFECTE: "L'antivirus a trouvé un logiciel malveillant dans ce fichier\u00a0: personne ne peut l'ouvrir.",
    EtatAnalyse.NON_ANALYSABLE: "L'antivirus n'a pas pu analyser ce fichier\u00a0: personne ne peut l'ouvrir. Demandez-en un autre.",
}
OVER = "Ce lien ne peut plus servir\u00a0: il a expiré, il a déjà été utilisé, ou un lien plus récent le remplace."


@transaction.atomic
def deposer_piece(*, jeton: str, nature: NaturePiece, upload: UploadedFile) -> PieceJustificative:
    """Keep a file sent through a link; those taken back count in its quota (FI-2).

    :raises PieceRefusee: the file cannot be received.
    :raises ActionRefused: the link is over, or its quota is reached.
    """
    found = inspect(upload)
    lien, demande = _open(jeton)
    _check_quota(lien, found.taille)
    sha256 = _digest(upload)
    piece = PieceJustificative(demande=demande, lien=lien, nature=nature, nom=found.nom, type_mime=found.type_mime, taille=found.taille, sha256=sha256)
    piece.analyse = etat_initial()
    piece.fichier.save(found.nom, upload, save=False)
    try:
        _flush(piece)
        piece.save()
        analyses.bientot()
        journal.record("demande.piece_deposee", par=None, target=demande, details={"nature": nature, "sha256": sha256, "taille": found.taille})
    except BaseException:
        piece.fichier.delete(save=False)  # no row, no file
        raise
    return piece


@transaction.atomic
def retirer_piece(*, jeton: str, pk: int) -> PieceJustificative:
    """Take back a file before handing the pièces over; it is deleted at once.

    :raises ActionRefused: the link is over, or it did not bring this file.
    """
    lien, demande = _open(jeton)
    piece = PieceJustificative.objects.select_for_update(of=("self",)).filter(lien=lien, pk=pk, supprimee_le__isnull=True).first()
    if piece is None:
        raise ActionRefused("Ce fichier n'est plus là.")
    piece.retiree_le = timezone.now()
    supprimer_fichier(piece)
    journal.record("demande.piece_retiree", par=None, target=demande, details={"sha256": piece.sha256})
    return piece


@transaction.atomic
def transmettre_pieces(*, jeton: str) -> DemandeDeCompte:
    """Hand the pièces over to the support; the link has served.

    :raises ActionRefused: the link is over, or a pièce is missing.
    """
    lien, demande = _open(jeton)
    if natures := missing(demande):
        raise ActionRefused(f"Il manque encore : {', '.join(nature.label for nature in natures)}.")
    if not available(demande).filter(lien=lien).exists():
        raise ActionRefused("Déposez d'abord les pièces que le support vous a demandées.")
    DemandeWorkflow.apply(demande, "transmettre_pieces")
    demande.save(update_fields=["etat"])
    liens.fermer_tous(demande)
    journal.record("demande.pieces_transmises", par=None, target=demande)
    courriels.pieces_recues(demande)
    notify_support(demande, "Pièces reçues", f"Les pièces de la demande n° {demande.pk} sont arrivées.")
    return demande


@transaction.atomic
def ouvrir_piece(*, piece: PieceJustificative, par: User) -> PieceJustificative:
    """Write down that somebody opens a pièce (FI-7).

    :raises ActionRefused: its file is deleted, or the antivirus does not allow it (FI-6).
    """
    policy.check(par, "ouvrir_piece", piece.demande)
    if not piece.is_disponible:
        raise ActionRefused("Ce fichier a été supprimé.")
    if not piece.is_ouvrable:
        raise ActionRefused(NOT_OPEN[piece.analyse])
    journal.record("demande.piece_ouverte", par=par, target=piece.demande, details={"sha256": piece.sha256})
    return piece


def _flush(piece: PieceJustificative) -> None:
    """Make sure that a file of a local folder outlives a power cut before its row says that it is there (FI-5)."""
    try:
        path = piece.fichier.path
    except NotImplementedError:  # an object storage answers once it has the file
        return
    with open(path, "rb") as stored:
        os.fsync(stored.fileno())


def _digest(upload: UploadedFile) -> str:
    """Give the SHA-256 of what is about to be kept."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def available(demande: DemandeDeCompte) -> QuerySet[PieceJustificative]:
    """Keep the pièces whose file is there."""
    return PieceJustificative.objects.filter(demande=demande, supprimee_le__isnull=True)


def infected(demande: DemandeDeCompte) -> QuerySet[PieceJustificative]:
    """Keep the pièces that the antivirus refused."""
    return PieceJustificative.objects.filter(demande=demande, analyse=EtatAnalyse.INFECTE)


def missing(demande: DemandeDeCompte) -> list[NaturePiece]:
    """List the natures of which nothing is there; a file that the antivirus cannot read counts for nothing, one it has not read yet counts."""
    present = set(available(demande).exclude(analyse=EtatAnalyse.NON_ANALYSABLE).values_list("nature", flat=True))
    return [nature for nature in NaturePiece if nature not in present]


# --- Retention (DP-1) -----------------------------------------------------------------------------------------------------
def expired() -> QuerySet[PieceJustificative]:
    """Find the pièces to delete: of a request decided long enough ago, never handed over, or that wait since their Kbis is out of date."""
    now = timezone.now()
    limit, outdated = (now - settings.CONSERVATION[code] for code in ("justificatifs", "justificatifs_sans_decision"))
    decided = Q(demande__etat__in=DECIDEES, demande__decidee_le__lte=limit)
    forgotten = Q(demande__etat=EtatDemande.PIECES_DEMANDEES, deposee_le__lte=limit)
    waiting = Q(demande__etat=EtatDemande.PIECES_RECUES, deposee_le__lte=outdated)
    return PieceJustificative.objects.filter(decided | forgotten | waiting, supprimee_le__isnull=True).order_by("pk")


def purger_justificatifs() -> int:
    """Delete the files whose time has come, one transaction each; name, digest and dates stay. Gives how many."""
    return sum(_purge(pk) for pk in list(expired().values_list("pk", flat=True)))


def purger_orphelins() -> int:
    """Delete the files of a deposit that was cut before its row was there: nobody would find them again."""
    return supprimer_orphelins(PieceJustificative, "justificatifs", before=timezone.now() - timedelta(days=1))


@transaction.atomic
def _purge(pk: int) -> bool:
    piece = expired().select_for_update(of=("self",)).filter(pk=pk).first()
    if piece is None:
        return False
    supprimer_fichier(piece)
    journal.record("demande.piece_supprimee", par=None, target=piece.demande, details={"sha256": piece.sha256})
    return True


def supprimer_fichier(piece: PieceJustificative) -> None:
    """Delete the file, then note it: interrupted in between, it is done again."""
    piece.fichier.storage.delete(piece.fichier.name)
    piece.fichier, piece.supprimee_le = "", timezone.now()
    piece.save(update_fields=["fichier", "supprimee_le", "retiree_le"])


# --- The link -------------------------------------------------------------------------------------------------------------
def _open(jeton: str) -> tuple[LienDepot, DemandeDeCompte]:
    """Lock the request, then read the link again: in this order, as the actions of the support do.

    :raises ActionRefused: the link is over.
    """
    lien = liens.lire(jeton)
    demande = lock(lien.demande) if lien else None
    lien = liens.lire(jeton, lock=True)
    if lien is None or demande is None or demande.etat != EtatDemande.PIECES_DEMANDEES:
        raise ActionRefused(OVER)
    return lien, demande


def remaining(lien: LienDepot) -> int:
    """Count the files a link can still bring; those taken back are spent."""
    return max(0, MAX_FILES - PieceJustificative.objects.filter(lien=lien).count())


def _check_quota(lien: LienDepot, size: int) -> None:
    sent = PieceJustificative.objects.filter(lien=lien)
    total = sent.aggregate(total=Sum("taille"))["total"] or 0
    if sent.count() >= MAX_FILES or total + size > MAX_TOTAL:
        raise ActionRefused(f"Ce lien permet {MAX_FILES} fichiers et 25 Mo en tout, fichiers retirés compris\u00a0: demandez un nouveau lien au support.")
