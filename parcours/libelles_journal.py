"""What the journal says of the enrolments."""

from accounts.journal_words import declare

declare(
    {"inscription.creee": "Inscription à une démarche", "inscription.retiree": "Inscription retirée"},
    objets={"parcours.inscription": "Inscription"},
)
