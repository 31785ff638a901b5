"""What the requests for access follow when two companies merge."""

from accounts.rattachement import Suit, declare

from .models import DemandeAcces

declare(DemandeAcces, Suit.SUJET, "produit")
