"""What of the content and of the answers ``manage.py verifier_integrite`` compares with how it was written (WF-7, AZ-12)."""

from __future__ import annotations

from django.db.models import F

from accounts import integrity

from .enums import EtatReponse, EtatVersion
from .models import Reponse, Version
from .models.questionnaire import empreinte


def check_versions() -> list[str]:
    """Name the published versions whose document no longer has its digest."""
    rows = Version.objects.exclude(etat=EtatVersion.BROUILLON).select_related("questionnaire")
    return [f"{row} : le document ne correspond plus à son empreinte" for row in rows if empreinte(row.document) != row.empreinte]


def check_reponses() -> list[str]:
    """Name the answers that hang on a sujet of another company, and the validated ones without a signature."""
    strangers = Reponse.tous.exclude(entreprise=F("sujet__entreprise")).values_list("pk", flat=True)
    unsigned = Reponse.tous.filter(etat=EtatReponse.VALIDEE, validee_par__isnull=True).values_list("pk", flat=True)
    return [f"réponse {pk} : d'une autre entreprise que son sujet" for pk in strangers] + [f"réponse {pk} : validée sans auteur" for pk in unsigned]


integrity.register("questionnaires", check_versions)
integrity.register("réponses", check_reponses)
