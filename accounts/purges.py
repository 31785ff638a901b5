"""What this room deletes on schedule, and how (DP-1)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet

from . import journal
from .actions.demandes import lock
from .conservation import Purge, declare, delete_rows, limit
from .courriels import demandes as courriels_demandes
from .courriels.outbox import HeaderRefused
from .enums import EtatCourriel, EtatDemande
from .models import ChangementAdresse, Courriel, DemandeDeCompte, LienDepot, Notification, PersonneJournal, PieceJustificative, Travail
from .models.demande import DECIDEES
from .models.travail import OUVERTS


def demandes_sans_suite() -> QuerySet[DemandeDeCompte]:
    """Find the requests whose pièces were asked and never came; a new link gives the whole time again."""
    since = limit("demandes_sans_suite")
    reminded = LienDepot.objects.filter(created_at__gt=since).values("demande")
    return DemandeDeCompte.objects.filter(etat=EtatDemande.PIECES_DEMANDEES, deposee_le__lte=since).exclude(pk__in=reminded)


def close_demandes(demandes: Sequence[DemandeDeCompte]) -> int:
    """Delete requests without an answer, and say so to who made them: another one may be made at any time."""
    locked = [lock(demande) for demande in demandes]
    waiting = set(demandes_sans_suite().filter(pk__in=[demande.pk for demande in locked]).values_list("pk", flat=True))
    closed = [demande for demande in locked if demande.pk in waiting]
    for demande in closed:
        with suppress(HeaderRefused):  # an address that can receive no mail explains the silence
            courriels_demandes.demande_sans_suite(demande)
        journal.record("demande.sans_suite", par=None, target=demande)
    return drop_demandes(closed)


def drop_demandes(demandes: Sequence[DemandeDeCompte]) -> int:
    """Delete requests with their files, their links and their notes; their lines of the journal stay."""
    for demande in demandes:
        pieces = PieceJustificative.objects.filter(demande=demande)
        for piece in pieces.exclude(fichier=""):
            piece.fichier.storage.delete(piece.fichier.name)
        pieces.delete()
        demande.delete()
    return len(demandes)


def end_sessions(sessions: Sequence[UserSession]) -> int:
    for session in sessions:
        session.end()
    return len(sessions)


def _links() -> QuerySet[LienDepot]:
    return LienDepot.objects.filter(Q(ferme_le__lte=limit("liens")) | Q(expire_le__lte=limit("liens")), pieces__isnull=True)


def _changes() -> QuerySet[ChangementAdresse]:
    return ChangementAdresse.objects.filter(Q(ferme_le__lte=limit("liens")) | Q(expire_le__lte=limit("liens")))


declare(
    Purge("sessions", lambda: UserSession.objects.filter(created_at__lte=limit("sessions")), end_sessions),
    Purge("liens", _changes, delete_rows),
    Purge("liens", _links, delete_rows),
    Purge("courriels", lambda: Courriel.objects.exclude(etat=EtatCourriel.A_ENVOYER).filter(created_at__lte=limit("courriels")), delete_rows),
    Purge("notifications", lambda: Notification.tous.filter(recue_le__lte=limit("notifications")), delete_rows),
    Purge("travaux", lambda: Travail.tous.exclude(etat__in=OUVERTS).filter(fichier="", termine_le__lte=limit("travaux")), delete_rows),
    Purge("demandes_sans_suite", demandes_sans_suite, close_demandes, un_par_un=True),
    Purge("demandes_decidees", lambda: DemandeDeCompte.objects.filter(etat__in=DECIDEES, decidee_le__lte=limit("demandes_decidees")), drop_demandes),
    Purge("journal_personnes", lambda: PersonneJournal.objects.filter(entree__at__lte=limit("journal_personnes")), delete_rows),
)
