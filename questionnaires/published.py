"""The published versions, by questionnaire; what is read once is kept in the process (it cannot change)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.http import Http404

from .engine.definition import Definition, compile_definition
from .enums import EtatVersion, GenreSujet
from .models import Version

QUALIFICATIONS = {GenreSujet.PRODUIT: "qualification-produit", GenreSujet.STRATEGIE: "qualification-strategie"}


@lru_cache(maxsize=256)
def definition_of(version_id: int) -> Definition:
    """Return the compiled definition of a version; read once per process, for ever: it cannot change."""
    return compile_definition(Version.objects.get(pk=version_id).document)


@dataclass(frozen=True)
class Published:
    """A published version, ready to be asked."""

    pk: int
    questionnaire_id: int

    @property
    def definition(self) -> Definition:
        return definition_of(self.pk)


def published_version(code: str) -> Published:
    """Return the published version of the highest number; :raises Http404: there is none."""
    row = Version.objects.filter(questionnaire__code=code, etat=EtatVersion.PUBLIEE).order_by("-numero").values_list("pk", "questionnaire_id").first()
    if row is None:
        raise Http404(f"Le questionnaire {code} n'est pas publié.")
    return Published(*row)


def published_qualification(genre: GenreSujet) -> Published:
    """Return the qualification questionnaire of produits, or of stratégies."""
    return published_version(QUALIFICATIONS[genre])
