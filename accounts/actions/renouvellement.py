"""A deposit link lasts a day: whoever holds one that is over asks for another, sent to the address of the request alone (ACC-3, AU-5)."""

from __future__ import annotations

from django.db import transaction

from .. import journal, liens
from ..courriels import demandes as courriels
from ..enums import EtatDemande
from ..sign_in import throttle
from .demandes import LIENS_PAR_HEURE, lock


@transaction.atomic
def renouveler_lien(*, jeton: str) -> bool:
    """Send a new link instead of one that is over; its quota and its files go on.

    False, about which nothing is said (AU-4): unknown, used or replaced, not over yet, a request that waits for no pièce, too many.
    """
    found = liens.lire_perime(jeton)
    if found is None:
        return False
    demande = lock(found.demande)
    lien = liens.lire_perime(jeton, lock=True)
    if lien is None or demande.etat != EtatDemande.PIECES_DEMANDEES:
        return False
    if not throttle.allow("lien-de-depot", str(demande.pk), limit=LIENS_PAR_HEURE, window=3600):
        return False
    nouveau = liens.renouveler(lien)
    journal.record("demande.lien_renouvele", par=None, target=demande, details={"expire_le": lien.expire_le.isoformat()})
    courriels.lien_renouvele(demande, lien, nouveau)
    return True
