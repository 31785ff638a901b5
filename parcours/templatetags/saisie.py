"""What never changes around the form of a questionnaire: drawn once per case and kept (P1)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from questionnaires.engine.definition import Definition
from questionnaires.models import Reponse

from ..saisie import Restante, restantes_html

register = template.Library()


@register.simple_tag
def liens_restants(restantes: Iterable[Restante]) -> SafeString:
    """Draw what is left to answer, and what is done, as links."""
    return restantes_html(restantes)


@register.simple_tag
def informations_utiles(definition: Definition, reponses: Reponse | None) -> SafeString | str:
    """Draw the advice a questionnaire opens with (R-15), folded once somebody has answered."""
    return _informations(definition, reponses is None) if definition.informations_utiles else ""


@lru_cache(maxsize=256)
def _informations(definition: Definition, ouvert: bool) -> SafeString:
    return render_to_string("parcours/_informations_utiles.html", {"conseils": definition.informations_utiles, "ouvert": ouvert})
