"""In which order one is asked, against which levels, and who is enrolled."""

from .demarche import Demarche, DemarcheQuestionnaire, Exigences, Parcours
from .inscription import Inscription

__all__ = ["Demarche", "DemarcheQuestionnaire", "Exigences", "Inscription", "Parcours"]
