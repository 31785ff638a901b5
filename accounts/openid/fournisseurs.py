"""The identity providers that the site accepts: those of ``OPENID_FOURNISSEURS``, none by default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse


@dataclass(frozen=True)
class Fournisseur:
    """One provider. ``url`` is its issuer; ``acr`` and ``amr`` are what it must have checked to stand for our second factor.

    ``par_courriel`` lets it recognise an account by its address, when the provider has verified it.
    """

    code: str
    nom: str
    url: str
    client_id: str
    secret: str = field(repr=False)
    acr: Sequence[str] = ()
    amr: Sequence[str] = ()
    par_courriel: bool = False

    @property
    def retour(self) -> str:
        """Where the provider sends people back: on the public address of the site, never on the Host of a request (WB-5)."""
        return settings.BASE_URL + reverse("accounts:openid_retour", args=[self.code])


def fournisseurs() -> Sequence[Fournisseur]:
    """List the providers that are on."""
    return [Fournisseur(**one) for one in settings.OPENID_FOURNISSEURS]


def find(code: str) -> Fournisseur | None:
    return next((one for one in fournisseurs() if one.code == code), None)
