"""What of the content and of the answers ``manage.py verifier_integrite`` compares with how it was written (WF-7, AZ-12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from django.db.models import F

from accounts import integrity

from .enums import EtatReponse, EtatVersion
from .models import Image, Reponse, Version
from .models.questionnaire import empreinte


def check_versions() -> list[str]:
    """Name the published versions whose document no longer has its digest."""
    rows = Version.objects.exclude(etat=EtatVersion.BROUILLON).select_related("questionnaire")
    return [f"{row} : le document ne correspond plus à son empreinte" for row in rows if empreinte(row.document) != row.empreinte]


def check_images() -> list[str]:
    """Name the pictures that changed, and the versions that show one which is not there."""
    rows = list(Image.objects.all())
    changed = [f"{row} : l'image ne correspond plus à son empreinte" for row in rows if sha256(row.contenu).hexdigest() != row.empreinte]
    known = {row.nom: row.empreinte for row in rows}
    versions = Version.objects.exclude(etat=EtatVersion.BROUILLON).select_related("questionnaire")
    shown = ((version, image) for version in versions for image in _images(version.document["sections"]))
    return changed + [f"{version} : l'image {image['fichier']} manque" for version, image in shown if known.get(image["fichier"]) != image["empreinte"]]


def _images(sections: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for section in sections:
        if image := section.get("image"):
            yield image
        yield from _images(section.get("sections", ()))


def check_reponses() -> list[str]:
    """Name the answers that hang on a sujet of another company, and the validated ones without a signature."""
    strangers = Reponse.tous.exclude(entreprise=F("sujet__entreprise")).values_list("pk", flat=True)
    unsigned = Reponse.tous.filter(etat=EtatReponse.VALIDEE, validee_par__isnull=True).values_list("pk", flat=True)
    return [f"réponse {pk} : d'une autre entreprise que son sujet" for pk in strangers] + [f"réponse {pk} : validée sans auteur" for pk in unsigned]


integrity.register("questionnaires", check_versions)
integrity.register("images", check_images)
integrity.register("réponses", check_reponses)
