"""What a person does with enrolments and profiles: one function per button, the only code that writes them."""

from .inscription import inscrire, retirer_inscription
from .requalification import requalifier

__all__ = ["inscrire", "requalifier", "retirer_inscription"]
