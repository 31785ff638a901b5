"""What the support reads about requests, in a fixed number of queries (BO-6)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Min
from django.utils import timezone

from ..enums import EtatDemande
from ..historique import Ligne, lignes, of_objets, raconter
from ..models import DemandeDeCompte, Entreprise, LienDepot, PieceJustificative, User
from ..models.demande import OUVERTES
from ..recherche import reads
from ..rubriques import FileAttente
from ..rules.identity import identity_key


@dataclass(frozen=True)
class Rapprochement:
    """What the platform already knows about the company and the person of a request; ``homonymes`` have its name and another SIREN."""

    entreprise: Entreprise | None
    homonymes: tuple[Entreprise, ...]
    responsables: tuple[User, ...]
    login_pris: bool
    email_pris: bool
    autres: tuple[DemandeDeCompte, ...]


def fetch_demande(pk: int) -> DemandeDeCompte | None:
    return DemandeDeCompte.objects.select_related("prise_par", "decidee_par", "entreprise", "compte").filter(pk=pk).first()


def count_by_etat() -> dict[EtatDemande, int]:
    """Count the requests of each open state; every state is there."""
    found = dict(DemandeDeCompte.objects.ouvertes().order_by().values_list("etat").annotate(Count("pk")))
    return {etat: found.get(etat, 0) for etat in OUVERTES}


def file_des_demandes() -> FileAttente:
    """Say what waits in the queue, for the home of the agency (BO-1)."""
    oldest = DemandeDeCompte.objects.ouvertes().aggregate(oldest=Min("deposee_le"))["oldest"]
    return FileAttente({etat.label: count for etat, count in count_by_etat().items()}, oldest)


def compare(demande: DemandeDeCompte) -> Rapprochement:
    """Look for the company, the login and the address among those known (R-54)."""
    entreprise = Entreprise.objects.select_related("fusionnee_dans").filter(siren=demande.siren).first()
    while entreprise is not None and entreprise.fusionnee_dans is not None:
        entreprise = entreprise.fusionnee_dans
    others = DemandeDeCompte.objects.filter(siren=demande.siren).exclude(pk=demande.pk).order_by("-pk")[:10]
    return Rapprochement(
        entreprise=entreprise,
        homonymes=() if entreprise else tuple(Entreprise.objects.filter(reads(demande.raison_sociale, "raison_sociale"))[:5]),
        responsables=tuple(User.objects.of_entreprise(entreprise).responsables().actifs()) if entreprise else (),
        login_pris=User.objects.filter(username_cle=identity_key(demande.login)).exists(),
        email_pris=User.objects.filter(email_cle=identity_key(demande.email)).exists(),
        autres=tuple(others),
    )


def fetch_history(demande: DemandeDeCompte, lecteur: User) -> list[Ligne]:
    """Give what happened to a request, the last first."""
    return raconter(list(lignes(of_objets(demande._meta.label_lower, [demande.pk]))[:100]), lecteur=lecteur)


def fetch_lien(demande: DemandeDeCompte) -> LienDepot | None:
    """Give the link by which the pièces can still be deposited."""
    return LienDepot.objects.filter(demande=demande, ferme_le__isnull=True, expire_le__gt=timezone.now()).first()


def fetch_pieces(demande: DemandeDeCompte) -> list[PieceJustificative]:
    return list(demande.pieces.all())
