"""What the pages need to know of the identity providers."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from ..openid import fournisseurs as providers

register = template.Library()


@register.simple_tag
def fournisseurs_openid() -> Sequence[providers.Fournisseur]:
    """List the providers that are on."""
    return providers.fournisseurs()
