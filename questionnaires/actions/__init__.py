"""What a person does with answers: one function per button, the only code that writes them."""

from .brouillon import (
    Conflict,
    Saved,
    abandonner_brouillon,
    declarer_section_na,
    enregistrer_brouillon,
    motiver_sections_na,
    reactiver_section,
    retirer_demande,
)
from .qualification import enregistrer_qualification
from .validation import Cible, demander_validation, renvoyer, valider

__all__ = [
    "Cible",
    "Conflict",
    "Saved",
    "abandonner_brouillon",
    "declarer_section_na",
    "demander_validation",
    "enregistrer_brouillon",
    "enregistrer_qualification",
    "motiver_sections_na",
    "reactiver_section",
    "renvoyer",
    "retirer_demande",
    "valider",
]
