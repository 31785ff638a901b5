"""Company data is only read for somebody (AZ-3).

A model of company data declares two managers, in this order of use::

    class Produit(models.Model):
        tous = models.Manager.from_queryset(ProduitQuerySet)()
        objects = ScopedManager.from_queryset(ProduitQuerySet)()

        class Meta:
            base_manager_name = "tous"
            default_manager_name = "tous"

``Produit.objects.all()`` raises ``UnscopedQuery``; ``Produit.objects.visible_to(user)`` and
``Produit.objects.of_entreprise(entreprise)`` give a queryset to go on with. ``tous`` is for Django itself, for actions that
already hold a checked key, and for jobs; each use of it has its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models

from .errors import UnscopedQuery

if TYPE_CHECKING:
    from .models import Entreprise, User


class ScopedManager(models.Manager):
    """A manager that raises until a scope is given; its queryset class defines ``visible_to`` and ``of_entreprise``."""

    use_in_migrations = False

    def get_queryset(self) -> NoReturn:
        """:raises UnscopedQuery: always; say for whom by ``visible_to`` or ``of_entreprise``."""
        raise UnscopedQuery(f"{self.model.__name__}.objects : dites pour qui, par visible_to(user) ou of_entreprise(entreprise).")

    def visible_to(self, user: User) -> Any:
        """Start from what one person may see."""
        return super().get_queryset().visible_to(user)

    def of_entreprise(self, entreprise: Entreprise | int | None) -> Any:
        """Start from the rows of one company."""
        return super().get_queryset().of_entreprise(entreprise)
