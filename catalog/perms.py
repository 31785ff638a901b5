"""Who may add produits and open the stratégie globale (R-51): short predicates, then one table."""

from __future__ import annotations

from accounts import policy
from accounts.enums import Droit
from accounts.models import Entreprise, User


def may_create_produit(user: User, entreprise: Entreprise) -> bool:
    return user.entreprise_id == entreprise.pk and user.holds(Droit.CREER_PRODUITS)


def may_open_strategie(user: User, entreprise: Entreprise) -> bool:
    return user.entreprise_id == entreprise.pk and user.holds(Droit.ACCES_STRATEGIE)


policy.register(Entreprise, {"creer_produit": may_create_produit, "ouvrir_strategie": may_open_strategie})
