"""What is asked (Questionnaire, Version), about what (Sujet), and what was answered (Reponse)."""

from .image import Image
from .questionnaire import Questionnaire, RevisionContenu, Version
from .reponse import Reponse
from .sujet import DroitSurSujet, Sujet

__all__ = ["DroitSurSujet", "Image", "Questionnaire", "Reponse", "RevisionContenu", "Sujet", "Version"]
