"""What a person does with the catalogue: one function per button, the only code that writes it."""

from .archivage import archiver_produit, restaurer_produit
from .produit import ajouter_produit, dupliquer_produit, modifier_produit, publier_produit
from .strategie import initialiser_strategie, modifier_strategie

__all__ = [
    "ajouter_produit",
    "archiver_produit",
    "dupliquer_produit",
    "initialiser_strategie",
    "modifier_produit",
    "modifier_strategie",
    "publier_produit",
    "restaurer_produit",
]
