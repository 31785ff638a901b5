"""What the enrolments follow when two companies merge."""

from accounts.rattachement import Suit, declare

from .models import Inscription

declare(Inscription, Suit.SUJET, "sujet")
