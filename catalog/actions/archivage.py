"""Archiving and restoring a produit: never a deletion (CAT-4, R-43)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import journal, policy
from accounts.errors import ActionRefused
from accounts.models import User

from ..models import Produit
from ..models.produit import ProduitQuerySet


@transaction.atomic
def archiver_produit(*, produit: Produit, par: User, with_options: bool = False) -> Produit:
    """Take a produit out of every list; its answers and enrolments stay, read-only.

    :raises ActionRefused: it is archived already, or a socle has active options and ``with_options`` does not accept it.
    """
    produit = Produit.objects.of_entreprise(produit.entreprise_id).select_for_update(of=("self",)).get(pk=produit.pk)
    policy.check(par, "archiver", produit)
    if produit.is_archive:
        raise ActionRefused("Ce produit est déjà archivé.")
    if not with_options and _active_options(produit).exists():
        raise ActionRefused("Des options actives complètent ce socle : confirmez que vous voulez l'archiver malgré tout.", champ="options")
    produit.archive_le, produit.archive_par = timezone.now(), par
    produit.save(update_fields=["archive_le", "archive_par"])
    journal.record("produit.archive", par=par, target=produit, entreprise=produit.entreprise)
    return produit


@transaction.atomic
def restaurer_produit(*, produit: Produit, par: User) -> Produit:
    """Bring an archived produit back, everything as it was.

    :raises ActionRefused: it is not archived.
    """
    produit = Produit.objects.of_entreprise(produit.entreprise_id).select_for_update(of=("self",)).get(pk=produit.pk)
    policy.check(par, "archiver", produit)
    if not produit.is_archive:
        raise ActionRefused("Ce produit n'est pas archivé.")
    produit.archive_le = produit.archive_par = None
    produit.save(update_fields=["archive_le", "archive_par"])
    journal.record("produit.restaure", par=par, target=produit, entreprise=produit.entreprise)
    return produit


def active_options(produit: Produit, *, lecteur: User) -> list[Produit]:
    """Return the options not archived that extend a socle, as a person may read them."""
    return list(_active_options(produit).with_lisible(lecteur).order_by("nom", "pk"))


def _active_options(produit: Produit) -> ProduitQuerySet:
    return produit.options.filter(archive_le__isnull=True)
