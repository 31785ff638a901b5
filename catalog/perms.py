"""Who may add produits, open the stratégie globale (R-51), ask for access and answer (R-53): short predicates, then one table."""

from __future__ import annotations

from accounts import policy
from accounts.enums import Droit
from accounts.models import Entreprise, User
from accounts.perms import manages
from questionnaires import perms as sujets
from questionnaires.enums import DroitSujet

from .models import DemandeAcces, Produit


def may_create_produit(user: User, entreprise: Entreprise) -> bool:
    return user.entreprise_id == entreprise.pk and user.holds(Droit.CREER_PRODUITS)


def may_open_strategie(user: User, entreprise: Entreprise) -> bool:
    return user.entreprise_id == entreprise.pk and user.holds(Droit.ACCES_STRATEGIE)


def missing(user: User, produit: Produit) -> list[DroitSujet]:
    """List the rights a person may wish for: those it lacks; validation only with « valider », without which it is void (R-51)."""
    wishes = [droit for droit in DroitSujet if droit != DroitSujet.VALIDATION or user.holds(Droit.VALIDER)]
    held = sujets.granted(user, produit)
    return [droit for droit in wishes if droit not in held]


def may_ask(user: User, produit: Produit) -> bool:
    return user.entreprise_id == produit.entreprise_id and not produit.is_archive and bool(missing(user, produit))


def may_decide(user: User, demande: DemandeAcces) -> bool:
    """Whoever manages the account and holds himself what it asks for (R-53)."""
    return manages(user, demande.demandeur) and demande.droits <= sujets.granted(user, demande.produit)


def has_asked(user: User, demande: DemandeAcces) -> bool:
    return demande.demandeur_id == user.pk


def may_read_demande(user: User, demande: DemandeAcces) -> bool:
    return has_asked(user, demande) or may_decide(user, demande)


policy.register(Entreprise, {"creer_produit": may_create_produit, "ouvrir_strategie": may_open_strategie})
policy.register(Produit, {"demander_acces": may_ask})
policy.register(DemandeAcces, {"lire": may_read_demande, "accepter": may_decide, "refuser": may_decide, "retirer": has_asked})
