"""The breadcrumb of the pages inside an enrolled sujet."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ..contexte import Suivi
from ..referentiel import DemarcheInfo

register = template.Library()


@register.simple_tag
def fil_sujet(suivi: Suivi, courant: str) -> SafeString:
    """Draw it; ``courant`` names the page itself."""
    return _fil(suivi.demarche, suivi.sujet.nom, suivi.url, courant)


@lru_cache(maxsize=1024)
def _fil(demarche: DemarcheInfo, nom: str, url: str, courant: str) -> SafeString:
    return render_to_string("parcours/_fil_sujet.html", {"demarche": demarche, "nom": nom, "url": url, "courant": courant})
