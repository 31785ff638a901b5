"""A request for an account, its pièces justificatives, its notes, and the links sent about it (ACC-2, ACC-3)."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..enums import EtatAnalyse, EtatDemande, NaturePiece, Qualite
from ..recherche import holds_all
from ..rules.identity import validate_login, validate_siren, validate_siret
from ..workflows import Workflow
from .analyse import Analysable

OUVERTES = (EtatDemande.DEPOSEE, EtatDemande.PIECES_DEMANDEES, EtatDemande.PIECES_RECUES)
DECIDEES = (EtatDemande.ACCEPTEE, EtatDemande.REFUSEE)


class DemandeWorkflow(Workflow):
    """The life of a request: asking again for the pièces is possible until the decision; acceptance needs them."""

    transitions: ClassVar = {
        # verb: (from, to)
        "demander_pieces": (frozenset(OUVERTES), EtatDemande.PIECES_DEMANDEES),
        "transmettre_pieces": (frozenset({EtatDemande.PIECES_DEMANDEES}), EtatDemande.PIECES_RECUES),
        "accepter": (frozenset({EtatDemande.PIECES_RECUES}), EtatDemande.ACCEPTEE),
        "refuser": (frozenset(OUVERTES), EtatDemande.REFUSEE),
    }


class DemandeQuerySet(models.QuerySet):
    def ouvertes(self) -> Self:
        """Keep those that wait for a decision."""
        return self.filter(etat__in=OUVERTES)

    def search(self, words: str) -> Self:
        """Keep those whose company, SIREN or person holds each of the words."""
        return self.filter(holds_all(words, "raison_sociale", "siren", "nom", "prenom", "email"))


class DemandeDeCompte(models.Model):
    """What a company that is not yet here asks for, as it was typed."""

    jeton = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    etat = models.CharField("état", max_length=20, choices=EtatDemande, default=EtatDemande.DEPOSEE)
    raison_sociale = models.CharField("raison sociale", max_length=200)
    forme_juridique = models.CharField("forme juridique", max_length=100)
    siren = models.CharField("SIREN", max_length=9, validators=[validate_siren])
    siret = models.CharField("SIRET du siège", max_length=14, validators=[validate_siret])
    rcs = models.CharField("RCS", max_length=100, blank=True)
    adresse = models.TextField("adresse du siège", max_length=500)
    site = models.URLField("site internet", max_length=300, blank=True)
    prenom = models.CharField("prénom", max_length=150)
    nom = models.CharField("nom", max_length=150)
    fonction = models.CharField("fonction", max_length=150)
    email = models.EmailField("adresse électronique")
    telephone = models.CharField("téléphone", max_length=30)
    login = models.CharField("nom d'utilisateur souhaité", max_length=150, validators=[validate_login])
    qualite = models.CharField("qualité", max_length=20, choices=Qualite)
    deposee_le = models.DateTimeField("déposée le", default=timezone.now)
    prise_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="suivie par")
    prise_le = models.DateTimeField("prise le", null=True, blank=True)
    decidee_le = models.DateTimeField("décidée le", null=True, blank=True)
    decidee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="décidée par")
    motif = models.TextField("motif du refus", max_length=2000, blank=True)
    kbis_du = models.DateField("date de l'extrait Kbis", null=True, blank=True)
    entreprise = models.ForeignKey("accounts.Entreprise", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="entreprise")
    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="compte créé")

    objects = DemandeQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de compte"
        verbose_name_plural = "demandes de compte"
        ordering = ["deposee_le", "pk"]
        indexes = [models.Index(fields=["etat", "deposee_le"]), models.Index(fields=["siren"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(etat__in=DECIDEES, decidee_le__isnull=False, decidee_par__isnull=False) | (Q(etat__in=OUVERTES) & Q(decidee_le__isnull=True)),
                name="demande_decidee_a_une_date",
                violation_error_message="Une demande décidée a une date et un auteur de décision.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatDemande.REFUSEE) | ~Q(motif=""),
                name="demande_refusee_a_un_motif",
                violation_error_message="Un refus a un motif.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatDemande.ACCEPTEE, entreprise__isnull=False, compte__isnull=False)
                | (~Q(etat=EtatDemande.ACCEPTEE) & Q(entreprise__isnull=True, compte__isnull=True)),
                name="demande_acceptee_a_un_compte",
                violation_error_message="Une demande acceptée a une entreprise et un compte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.raison_sociale} ({self.siren})"

    @property
    def demandeur(self) -> str:
        return f"{self.prenom} {self.nom}"

    @property
    def is_ouverte(self) -> bool:
        return self.etat in OUVERTES

    @property
    def age(self) -> int:
        """Whole days since it was made, up to its decision."""
        return ((self.decidee_le or timezone.now()) - self.deposee_le).days

    def can(self, verb: str) -> bool:
        """Tell whether its state allows a verb."""
        return DemandeWorkflow.can(verb, self.etat)


class NoteInterne(models.Model):
    """What the support tells itself about a request; never shown outside."""

    demande = models.ForeignKey(DemandeDeCompte, models.CASCADE, related_name="notes")
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    texte = models.TextField("note", max_length=2000)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "note interne"
        verbose_name_plural = "notes internes"
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.demande_id} : {self.texte[:40]}"


class LienDepot(models.Model):
    """A link to deposit pièces, sent by mail: of its token, 128 random bits, only the digest is kept; it has an end (AU-5)."""

    empreinte = models.CharField(max_length=64, unique=True)
    demande = models.ForeignKey(DemandeDeCompte, models.CASCADE, related_name="liens")
    created_at = models.DateTimeField(default=timezone.now)
    expire_le = models.DateTimeField("expire le")
    ferme_le = models.DateTimeField("utilisé ou retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "lien de dépôt"
        verbose_name_plural = "liens de dépôt"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"demande {self.demande_id}, jusqu'au {self.expire_le:%d/%m/%Y %H:%M}"


def random_key(piece: Any, filename: str) -> str:
    """Give the storage key of a pièce: random, it says nothing of whose it is (FI-5)."""
    return f"justificatifs/{uuid.uuid4().hex}"


class PieceJustificative(Analysable):
    """A file sent through a deposit link. Deleted on schedule: its name, digest and dates stay (DP-1)."""

    demande = models.ForeignKey(DemandeDeCompte, models.CASCADE, related_name="pieces")
    lien = models.ForeignKey(LienDepot, models.PROTECT, related_name="pieces")
    nature = models.CharField("nature", max_length=20, choices=NaturePiece)
    fichier = models.FileField("fichier", upload_to=random_key, max_length=200, blank=True)
    nom = models.CharField("nom du fichier", max_length=120)
    type_mime = models.CharField("type", max_length=60)
    taille = models.PositiveIntegerField("taille en octets")
    sha256 = models.CharField("empreinte", max_length=64)
    deposee_le = models.DateTimeField("déposée le", default=timezone.now)
    retiree_le = models.DateTimeField("retirée par le demandeur le", null=True, blank=True)
    supprimee_le = models.DateTimeField("fichier supprimé le", null=True, blank=True)

    class Meta:
        verbose_name = "pièce justificative"
        verbose_name_plural = "pièces justificatives"
        ordering = ["deposee_le", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(supprimee_le__isnull=True) | Q(fichier=""),
                name="piece_supprimee_sans_fichier",
                violation_error_message="Une pièce supprimée n'a plus de fichier.",
            ),
            models.CheckConstraint(
                condition=~Q(analyse__in=[EtatAnalyse.SAIN, EtatAnalyse.INFECTE, EtatAnalyse.CHIFFRE]) | Q(analysee_le__isnull=False),
                name="piece_analysee_a_une_date",
                violation_error_message="Une pièce analysée a une date d'analyse.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} : {self.nom}"

    @property
    def is_disponible(self) -> bool:
        return bool(self.fichier)

    @property
    def refus_antivirus(self) -> str:
        """Tell its depositor why it is gone."""
        return f"«\u00a0{self.nom}\u00a0» contenait un logiciel malveillant\u00a0: il est supprimé. Déposez une autre copie, par exemple numérisée à nouveau."
