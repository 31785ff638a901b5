"""What the answers follow when two companies merge."""

from accounts.rattachement import Suit, declare

from .models import Reponse, Sujet

declare(Sujet, Suit.SOI)
declare(Reponse, Suit.SUJET, "sujet")
