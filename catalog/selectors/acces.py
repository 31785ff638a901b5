"""The requests for access that wait for a person's answer, whoever they were first sent to (R-53)."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import User
from accounts.selectors.comptes import fetch_arbre
from questionnaires import perms

from ..models import DemandeAcces
from .catalogue import know_rights

READ = 200


def fetch_a_decider(user: User) -> Sequence[DemandeAcces]:
    """List the requests one may answer, the oldest first: what ``may_decide`` says of each, in 3 queries at most.

    The one who was asked may have left, or no longer be able to give it: those above find the request here.
    """
    rows = list(DemandeAcces.objects.visible_to(user).en_attente().select_related("produit", "demandeur").order_by("created_at", "pk")[:READ])
    if rows and not user.is_responsable:
        below = set(fetch_arbre(user.entreprise_id).descendants(user.pk))
        rows = [row for row in rows if row.demandeur_id in below]
    rows = [row for row in rows if row.demandeur_id != user.pk and not row.demandeur.is_responsable and not row.demandeur.is_supprime]
    if rows:
        know_rights(user, [row.produit for row in rows])
    return [row for row in rows if row.droits <= perms.granted(user, row.produit)]
