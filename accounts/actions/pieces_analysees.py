"""What follows from the verdict of the antivirus on a pièce (FI-6): an infected one goes, and its depositor is told."""

from __future__ import annotations

from django.db import transaction

from .. import journal, liens
from ..courriels import demandes as courriels
from ..enums import EtatAnalyse, EtatDemande
from ..fichiers import analyses
from ..fichiers.antivirus import Verdict
from ..models import DemandeDeCompte, DemandeWorkflow, PieceJustificative
from .demandes import lock, notify_support
from .depots import supprimer_fichier


@transaction.atomic
def regler_analyse(pk: int, verdict: Verdict) -> None:
    """Write a verdict down.

    :raises ActionRefused: the state of the pièce forbids it.
    """
    piece = PieceJustificative.objects.select_related("demande").get(pk=pk)
    demande = lock(piece.demande)
    piece = PieceJustificative.objects.select_for_update(of=("self",)).get(pk=pk)
    if not piece.is_disponible:  # taken back or deleted while it was scanned
        return
    changed = piece.constater(verdict)
    piece.save(update_fields=PieceJustificative.ANALYSE_FIELDS)
    if not changed:
        return
    journal.record("demande.piece_analysee", par=None, target=demande, details={"sha256": piece.sha256, "etat": piece.analyse, "menace": piece.menace})
    if piece.analyse == EtatAnalyse.INFECTE:
        _reject(demande, piece)


def _reject(demande: DemandeDeCompte, piece: PieceJustificative) -> None:
    """Delete what nobody may open; until the decision, its depositor is asked for another one."""
    supprimer_fichier(piece)
    if demande.etat == EtatDemande.PIECES_RECUES:
        DemandeWorkflow.apply(demande, "demander_pieces")
        demande.save(update_fields=["etat"])
        lien, jeton = liens.emettre(demande)
        courriels.piece_infectee(demande, piece, lien, jeton)
    elif demande.etat == EtatDemande.PIECES_DEMANDEES:
        courriels.piece_infectee(demande, piece)
    notify_support(demande, "Pièce infectée", f"Un fichier de la demande n° {demande.pk} contenait un logiciel malveillant : il est supprimé.")


analyses.surveiller(PieceJustificative, regler_analyse)
