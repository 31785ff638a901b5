"""Links to deposit pièces: 128 random bits of which only the digest is kept, one purpose, an end (AU-5)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from .models import DemandeDeCompte, LienDepot

DUREE = timedelta(hours=24)
BYTES = 16


def emettre(demande: DemandeDeCompte) -> tuple[LienDepot, str]:
    """Give a new link and its token, known from now on to its addressee alone; those sent before are closed."""
    fermer_tous(demande)
    jeton = secrets.token_urlsafe(BYTES)
    return LienDepot.objects.create(empreinte=digest(jeton), demande=demande, expire_le=timezone.now() + DUREE), jeton


def renouveler(lien: LienDepot) -> str:
    """Give a link that is over another token and another day; the former token is forgotten, the files and the quota stay."""
    jeton = secrets.token_urlsafe(BYTES)
    lien.empreinte, lien.created_at, lien.expire_le = digest(jeton), timezone.now(), timezone.now() + DUREE
    lien.save(update_fields=["empreinte", "created_at", "expire_le"])
    return jeton


def fermer_tous(demande: DemandeDeCompte) -> None:
    """Close the links of a request that are still open."""
    LienDepot.objects.filter(demande=demande, ferme_le__isnull=True).update(ferme_le=timezone.now())


def lire(jeton: str, *, lock: bool = False) -> LienDepot | None:
    """Find the open link of a token; None alike for one that is unknown, over or used (AU-4).

    ``lock`` holds the link until the transaction ends: two uses at once are one after the other.
    """
    return _of(jeton, lock).filter(expire_le__gt=timezone.now()).first()


def lire_perime(jeton: str, *, lock: bool = False) -> LienDepot | None:
    """Find the link of a token that is over without having served nor been replaced."""
    return _of(jeton, lock).filter(expire_le__lte=timezone.now()).first()


def _of(jeton: str, lock: bool) -> QuerySet[LienDepot]:
    rows = LienDepot.objects.select_for_update(of=("self",)) if lock else LienDepot.objects.select_related("demande")
    return rows.filter(empreinte=digest(jeton), ferme_le__isnull=True)


def digest(jeton: str) -> str:
    return hashlib.sha256(jeton.encode("ascii", "replace")).hexdigest()
