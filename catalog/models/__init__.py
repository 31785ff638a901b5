"""What is evaluated: the produits of a company and its stratégie globale."""

from .produit import Produit
from .strategie import StrategieGlobale

__all__ = ["Produit", "StrategieGlobale"]
