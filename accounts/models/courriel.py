"""The mail outbox: a mail is a row of the business transaction, sent after commit (JB-5)."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..enums import EtatCourriel

# What a mail is about, by the beginning of its key: all that somebody who looks after the sending needs to know of it.
NATURES = {
    "adresse": "Changement d'adresse",
    "compte": "Sécurité d'un compte",
    "demande": "Demande de compte",
    "invitation": "Ouverture d'un compte",
    "notification": "Notification",
    "support": "Acte du support",
}


CAUSES = {
    "SMTPRecipientsRefused": "Adresse refusée par le serveur de messagerie",
    "SMTPSenderRefused": "Expéditeur refusé par le serveur de messagerie",
    "SMTPDataError": "Message refusé par le serveur de messagerie",
    "SMTPServerDisconnected": "Liaison coupée par le serveur de messagerie",
    "SMTPAuthenticationError": "Compte de messagerie refusé",
    "ConnectionRefusedError": "Serveur de messagerie injoignable",
    "TimeoutError": "Serveur de messagerie sans réponse",
    "gaierror": "Serveur de messagerie introuvable",
    "interrompu": "Envoi interrompu à plusieurs reprises",
}


class CourrielQuerySet(models.QuerySet):
    def en_echec(self) -> Self:
        """Keep those that are no longer tried."""
        return self.filter(etat=EtatCourriel.ECHEC)

    def en_peine(self) -> Self:
        """Keep those that failed already and will be tried again."""
        return self.filter(etat=EtatCourriel.A_ENVOYER, essais__gt=0).exclude(erreur="")


class Courriel(models.Model):
    """A mail to send. A confidential one (it carries a link that opens an account) is kept encrypted, and blanked once sent."""

    destinataire = models.EmailField("destinataire")
    sujet = models.CharField("objet", max_length=250)
    texte = models.TextField("texte")
    html = models.TextField("texte mis en forme", blank=True)
    confidentiel = models.BooleanField("confidentiel", default=False)
    dedupe_key = models.CharField("clé d'unicité", max_length=200, unique=True)
    etat = models.CharField("état", max_length=20, choices=EtatCourriel, default=EtatCourriel.A_ENVOYER)
    essais = models.PositiveSmallIntegerField("essais", default=0)
    prochain_essai = models.DateTimeField("prochain essai", default=timezone.now)
    erreur = models.CharField("dernière erreur", max_length=200, blank=True)
    envoye_le = models.DateTimeField("envoyé le", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CourrielQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(etat=EtatCourriel.ENVOYE, envoye_le__isnull=False) | (~Q(etat=EtatCourriel.ENVOYE) & Q(envoye_le__isnull=True)),
                name="courriel_envoye_a_une_date",
                violation_error_message="Un courriel envoyé a une date d'envoi.",
            )
        ]
        indexes = [models.Index(fields=["prochain_essai"], condition=Q(etat=EtatCourriel.A_ENVOYER), name="courriel_a_envoyer")]

    def __str__(self) -> str:
        return f"{self.sujet} → {self.destinataire}"

    @property
    def nature(self) -> str:
        """Say what it is about, without its subject: that may name a produit of a company."""
        return NATURES.get(self.dedupe_key.partition(":")[0], "Autre")

    @property
    def cause(self) -> str:
        """Say why it did not leave, with the code of the mail server when there is one."""
        name, _, code = self.erreur.partition(" ")
        return f"{CAUSES.get(name, name)} ({code})" if code else CAUSES.get(name, name)

    @property
    def is_en_echec(self) -> bool:
        return self.etat == EtatCourriel.ECHEC
