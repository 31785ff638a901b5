"""What the platform tells a person, in the platform (ACC-8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..recherche import holds_all
from ..scoping import ScopedManager

if TYPE_CHECKING:
    from .user import User


class NotificationQuerySet(models.QuerySet):
    """Reads of the notifications; only through ``visible_to`` or ``of_entreprise`` (AZ-3)."""

    def visible_to(self, user: User) -> Self:
        """Keep those addressed to the person."""
        return self.filter(destinataire=user)

    def of_entreprise(self, entreprise: Any) -> Self:
        return self.filter(destinataire__entreprise=entreprise) if entreprise is not None else self.none()

    def non_lues(self) -> Self:
        return self.filter(lue_le__isnull=True)

    def lues(self) -> Self:
        return self.filter(lue_le__isnull=False)

    def a_traiter(self) -> Self:
        """Keep those that somebody waits an answer to."""
        return self.filter(attend_reponse=True)

    def search(self, words: str) -> Self:
        """Keep those whose sender, product, type or content holds each of the words."""
        return self.filter(holds_all(words, "contenu", "type", "produit_label", "emetteur__first_name", "emetteur__last_name"))


class Notification(models.Model):
    """A notice to one account; it does not depend on any mail being sent (JB-5).

    ``attend_reponse`` while « Accepter » and « Refuser » can be pressed in place: the page at ``url`` takes both.
    """

    destinataire = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    emetteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    produit_label = models.CharField("produit", max_length=300, blank=True)
    produit_id = models.BigIntegerField("référence du produit", null=True, blank=True)
    type = models.CharField("type", max_length=100)
    contenu = models.TextField("contenu")
    url = models.CharField("lien", max_length=500, blank=True)
    recue_le = models.DateTimeField("reçue le", default=timezone.now)
    lue_le = models.DateTimeField("lue le", null=True, blank=True)
    attend_reponse = models.BooleanField("attend une réponse", default=False)
    dedupe = models.CharField(max_length=200, null=True, blank=True, unique=True)

    tous = models.Manager.from_queryset(NotificationQuerySet)()
    objects = ScopedManager.from_queryset(NotificationQuerySet)()

    class Meta:
        verbose_name = "notification"
        ordering = ["-recue_le", "-pk"]
        base_manager_name = "tous"
        default_manager_name = "tous"
        indexes = [
            models.Index(fields=["destinataire", "-recue_le"]),
            models.Index(fields=["destinataire"], condition=Q(lue_le__isnull=True), name="notification_non_lue"),
        ]

    def __str__(self) -> str:
        return f"{self.type} ({self.recue_le:%d/%m/%Y})"
