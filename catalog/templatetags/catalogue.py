"""The pieces of the catalogue that are drawn once per case."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ..forms.produits import CatalogueFilterForm
from ..lignes import ligne_html

register = template.Library()
register.simple_tag(ligne_html, name="ligne_produit")


@register.simple_tag
def filtres(form: CatalogueFilterForm) -> SafeString:
    """Draw the search and the filters."""
    return _draw(form) if form.errors else _filtres(tuple(form.chosen.items()))


@lru_cache(maxsize=256)
def _filtres(chosen: tuple[tuple[str, str], ...]) -> SafeString:
    return _draw(CatalogueFilterForm(dict(chosen)))


def _draw(form: CatalogueFilterForm) -> SafeString:
    return render_to_string("catalog/_filtres.html", {"form": form})
