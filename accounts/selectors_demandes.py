"""What the support reads about requests, in a fixed number of queries (BO-6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min

from .identity import identity_key
from .models import DemandeDeCompte, EntreeJournal, Entreprise, PersonneJournal, PieceJustificative, User
from .models.demande import OUVERTES
from .rubriques import FileAttente

# What a line of the journal says on the page of a request.
ACTIONS = {
    "demande.deposee": "Demande déposée",
    "demande.prise": "Demande prise en charge",
    "demande.liberee": "Demande remise dans la file",
    "demande.notee": "Note interne ajoutée",
    "demande.pieces_demandees": "Pièces demandées",
    "demande.piece_deposee": "Pièce déposée",
    "demande.piece_retiree": "Pièce retirée par le demandeur",
    "demande.pieces_transmises": "Pièces transmises",
    "demande.piece_ouverte": "Pièce ouverte",
    "demande.piece_supprimee": "Fichier d'une pièce supprimé",
    "demande.acceptee": "Demande acceptée",
    "demande.refusee": "Demande refusée",
}


@dataclass(frozen=True)
class Ligne:
    """A line of the history of a request."""

    at: datetime
    quoi: str
    par: str


@dataclass(frozen=True)
class Rapprochement:
    """What the platform already knows about the company and the person of a request."""

    entreprise: Entreprise | None
    responsables: tuple[User, ...]
    login_pris: bool
    email_pris: bool
    autres: tuple[DemandeDeCompte, ...]


def fetch_demande(pk: int) -> DemandeDeCompte | None:
    return DemandeDeCompte.objects.select_related("prise_par", "decidee_par", "entreprise", "compte").filter(pk=pk).first()


def count_by_etat() -> dict[str, int]:
    """Count the requests of each open state; every state is there."""
    found = dict(DemandeDeCompte.objects.ouvertes().order_by().values_list("etat").annotate(Count("pk")))
    return {etat.label: found.get(etat, 0) for etat in OUVERTES}


def file_des_demandes() -> FileAttente:
    """Say what waits in the queue, for the home of the agency (BO-1)."""
    oldest = DemandeDeCompte.objects.ouvertes().aggregate(oldest=Min("deposee_le"))["oldest"]
    return FileAttente(count_by_etat(), oldest)


def compare(demande: DemandeDeCompte) -> Rapprochement:
    """Look for the company, the login and the address among those known (R-54)."""
    entreprise = Entreprise.objects.filter(siren=demande.siren).first()
    others = DemandeDeCompte.objects.filter(siren=demande.siren).exclude(pk=demande.pk).order_by("-pk")[:10]
    return Rapprochement(
        entreprise=entreprise,
        responsables=tuple(User.objects.of_entreprise(entreprise).responsables().actifs()) if entreprise else (),
        login_pris=User.objects.filter(username_cle=identity_key(demande.login)).exists(),
        email_pris=User.objects.filter(email_cle=identity_key(demande.email)).exists(),
        autres=tuple(others),
    )


def fetch_history(demande: DemandeDeCompte) -> list[Ligne]:
    """Give what happened to a request, the last first; names as they were, « le demandeur » for what has no account."""
    rows = list(EntreeJournal.objects.filter(target_type=demande._meta.label_lower, target_id=str(demande.pk)).order_by("-sequence")[:100])
    names = dict(PersonneJournal.objects.filter(entree__in=[row.pk for row in rows]).values_list("entree", "nom"))
    return [Ligne(row.at, ACTIONS.get(row.action, row.action), _author(row, names)) for row in rows]


def _author(row: EntreeJournal, names: dict[int, Any]) -> str:
    if row.acteur:
        return names.get(row.pk) or "Agence"
    return "Convergence" if row.action == "demande.piece_supprimee" else "Demandeur"


def fetch_pieces(demande: DemandeDeCompte) -> list[PieceJustificative]:
    return list(demande.pieces.all())
