"""What is evaluated: the produits of a company and its stratégie globale; who asks to read them."""

from .demande_acces import DemandeAcces, EtatDemande
from .produit import Produit
from .strategie import StrategieGlobale

__all__ = ["DemandeAcces", "EtatDemande", "Produit", "StrategieGlobale"]
