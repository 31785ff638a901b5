"""What the pages need to know of the identity providers."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from ..models import User
from ..openid import fournisseurs as providers
from ..selectors import identites

register = template.Library()


@register.simple_tag
def fournisseurs_openid() -> Sequence[providers.Fournisseur]:
    """List the providers that are on."""
    return providers.fournisseurs()


@register.simple_tag
def fournisseurs_du_compte(user: User) -> Sequence[providers.Fournisseur]:
    """List those of them that open an account."""
    return [one.fournisseur for one in identites.connexions(user) if one.identite]
