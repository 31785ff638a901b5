"""Which conditions are in force, and who accepted them (ACC-4)."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db.models import OuterRef, QuerySet
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from .models import AcceptationCgu, Cgu, User

CACHE_KEY = "cgu_en_vigueur"
CACHE_SECONDS = 60  # a version whose date comes is asked for within the minute
NONE = 0


def current_id(known: int | None = None) -> int:
    """Give the id of the version in force, 0 when none is published; ``known`` is what the cache already said."""
    if known is None:
        cgu = Cgu.objects.en_vigueur()
        known = cgu.pk if cgu else NONE
        cache.set(CACHE_KEY, known, CACHE_SECONDS)
    return known


def accepted_by(user: User | OuterRef) -> QuerySet[AcceptationCgu, int]:
    """Give the ids of the versions somebody accepted, the last published first."""
    return AcceptationCgu.objects.filter(user=user).order_by("-cgu__publiee_le", "-cgu").values_list("cgu", flat=True)


def has_accepted(user: User, cgu_id: int) -> bool:
    return AcceptationCgu.objects.filter(user=user, cgu=cgu_id).exists()


@receiver([post_save, post_delete], sender=Cgu)
def forget(**_: Any) -> None:
    """Ask the database again after a publication."""
    cache.delete(CACHE_KEY)
