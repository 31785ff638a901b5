"""An account: one person of one company, or of the agency."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from guardian.mixins import GuardianUserMixin

from ..enums import Droit, Profil
from ..rules.identity import clean_address, clean_login, identity_key, validate_login


class UserQuerySet(models.QuerySet):
    def of_entreprise(self, entreprise: Any) -> Self:
        """Keep the accounts of one company; none for the agency's ``None``."""
        return self.filter(entreprise=entreprise) if entreprise is not None else self.none()

    def visible_to(self, user: User) -> Self:
        """Keep the accounts of the person's company."""
        return self.of_entreprise(user.entreprise_id)

    def actifs(self) -> Self:
        return self.filter(is_active=True)

    def presents(self) -> Self:
        """Keep those that were not deleted: the row of a deleted account stays for what it signed (ACC-7)."""
        return self.filter(supprime_le__isnull=True)

    def admis(self) -> Self:
        """Keep the accounts that may enter: active, and of no suspended company (AZ-8)."""
        return self.actifs().filter(Q(entreprise__isnull=True) | Q(entreprise__suspendue_le__isnull=True))

    def responsables(self) -> Self:
        """Keep the responsables, who hold everything on every sujet (R-51)."""
        return self.filter(profil=Profil.RESPONSABLE)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Accounts, found by their login whatever its casing (AU-10)."""

    use_in_migrations = False

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username_cle=identity_key(username or ""))

    def create_user(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> User:
        """Create an account; without password it can only be opened by a link.

        :raises ValidationError: a login that cannot be accepted (AU-10).
        """
        user = self.model(username=username, email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> User:
        """Create an administrator of the agency."""
        return self.create_user(username, email, password, **{"profil": Profil.AGENCE, "is_staff": True, "is_superuser": True, **fields})


class User(GuardianUserMixin, AbstractUser):
    """An account. Login and e-mail address are two things, each unique whatever its casing or its Unicode form (AU-10)."""

    username = models.CharField(
        "nom d'utilisateur",
        max_length=150,
        validators=[validate_login],
        help_text="De 3 à 150 caractères : lettres latines, chiffres et « . - _ @ + ».",
    )
    username_cle = models.CharField(max_length=300, unique=True, editable=False, error_messages={"unique": "Ce nom d'utilisateur est déjà pris."})
    email = models.EmailField("adresse électronique")
    email_cle = models.CharField(max_length=600, unique=True, editable=False, error_messages={"unique": "Cette adresse électronique est déjà utilisée."})
    first_name = models.CharField("prénom", max_length=150)
    last_name = models.CharField("nom", max_length=150)
    fonction = models.CharField("fonction", max_length=150, blank=True)
    telephone = models.CharField("téléphone", max_length=30, blank=True)
    entreprise = models.ForeignKey("accounts.Entreprise", models.PROTECT, null=True, blank=True, related_name="comptes", verbose_name="entreprise")
    profil = models.CharField("profil", max_length=20, choices=Profil, default=Profil.CONTRIBUTEUR)
    gestionnaire = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="comptes_rattaches", verbose_name="gestionnaire")
    peut_creer_comptes = models.BooleanField("peut créer des comptes", default=False)
    peut_creer_produits = models.BooleanField("peut créer des produits", default=False)
    peut_valider = models.BooleanField("peut valider", default=False)
    acces_strategie = models.BooleanField("a accès à la stratégie globale", default=False)
    preferences = models.JSONField("préférences", default=dict, blank=True)
    supprime_le = models.DateTimeField("supprimé le", null=True, blank=True)
    # Laid by the support, lifted by it alone; ``is_active``, which everything else reads, stays False meanwhile (BO-3, AZ-8).
    suspendu_le = models.DateTimeField("suspendu par le support le", null=True, blank=True)
    suspendu_par = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="suspendu par")
    motif_suspension = models.TextField("motif de la suspension", max_length=1000, blank=True, default="", db_default="")
    ouvert_avant_suspension = models.BooleanField("était ouvert avant la suspension", null=True, blank=True)

    REQUIRED_FIELDS = ["email", "first_name", "last_name"]
    DROITS = {
        Droit.CREER_COMPTES: "peut_creer_comptes",
        Droit.CREER_PRODUITS: "peut_creer_produits",
        Droit.VALIDER: "peut_valider",
        Droit.ACCES_STRATEGIE: "acces_strategie",
    }

    objects = UserManager()

    class Meta:
        verbose_name = "compte"
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(profil=Profil.AGENCE, entreprise__isnull=True) | (Q(entreprise__isnull=False) & ~Q(profil=Profil.AGENCE)),
                name="compte_agence_ou_entreprise",
                violation_error_message="Un compte est celui d'une entreprise, ou celui de l'agence.",
            ),
            models.CheckConstraint(
                condition=Q(is_staff=False, is_superuser=False) | Q(profil=Profil.AGENCE),
                name="compte_gestion_reservee_a_l_agence",
                violation_error_message="Le site de gestion est réservé à l'agence.",
            ),
            models.CheckConstraint(
                condition=Q(gestionnaire__isnull=True) | ~Q(gestionnaire=F("id")),
                name="compte_n_est_pas_son_gestionnaire",
                violation_error_message="Un compte n'est pas son propre gestionnaire.",
            ),
            models.CheckConstraint(
                condition=Q(supprime_le__isnull=True) | Q(is_active=False, gestionnaire__isnull=True),
                name="compte_supprime_est_ferme",
                violation_error_message="Un compte supprimé est fermé, et n'a plus de gestionnaire.",
            ),
            models.CheckConstraint(
                condition=Q(suspendu_le__isnull=True, suspendu_par__isnull=True, motif_suspension="", ouvert_avant_suspension__isnull=True)
                | (Q(suspendu_le__isnull=False, suspendu_par__isnull=False, ouvert_avant_suspension__isnull=False, is_active=False) & ~Q(motif_suspension="")),
                name="compte_suspendu_a_un_motif",
                violation_error_message="Un compte suspendu par le support est fermé ; la suspension a une date, un auteur et un motif.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom_complet

    def save(self, **kwargs: Any) -> None:
        """Keep the two keys in step with the login and the address.

        :raises ValidationError: a login that cannot be accepted (AU-10).
        """
        self.set_keys()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, *(f"{name}_cle" for name in ("username", "email") if name in fields)}
        super().save(**kwargs)

    def clean(self) -> None:
        super().clean()
        self.set_keys()

    def set_keys(self) -> None:
        self.username = clean_login(self.username)
        self.username_cle = identity_key(self.username)
        self.email = clean_address(self.email)
        self.email_cle = identity_key(self.email)

    def natural_key(self) -> tuple[str]:
        return (self.username,)

    @property
    def nom_complet(self) -> str:
        """First name and name, as the screens show a person."""
        return self.get_full_name() or self.username

    @property
    def is_supprime(self) -> bool:
        """Deleted: the row stays, the person is gone (ACC-7)."""
        return self.supprime_le is not None

    @property
    def nom_public(self) -> str:
        """Name as the companies read it: whoever acts for the agency is « Le support »."""
        return "Le support" if self.is_agence else self.nom_complet

    @property
    def is_responsable(self) -> bool:
        return self.profil == Profil.RESPONSABLE

    @property
    def is_agence(self) -> bool:
        return self.profil == Profil.AGENCE

    @property
    def is_never_opened(self) -> bool:
        """Nobody has entered by it yet: its link waits."""
        return self.last_login is None and not self.has_usable_password()

    @property
    def must_have_second_factor(self) -> bool:
        """The agency always; the responsables where the operator asks it of them (ACC-4, AZ-11)."""
        return self.is_agence or (self.is_responsable and settings.DOUBLE_FACTEUR_RESPONSABLES)

    @property
    def is_suspendu(self) -> bool:
        """Shut by the support: whoever manages the account cannot open it again."""
        return self.suspendu_le is not None

    def holds(self, droit: Droit) -> bool:
        """Tell whether the account holds a right of its company: a responsable holds all, the agency none (R-51)."""
        if self.is_agence:
            return False
        return self.is_responsable or bool(getattr(self, self.DROITS[Droit(droit)]))

    @property
    def holds_creer_comptes(self) -> bool:
        return self.holds(Droit.CREER_COMPTES)

    @property
    def holds_creer_produits(self) -> bool:
        return self.holds(Droit.CREER_PRODUITS)

    @property
    def holds_valider(self) -> bool:
        return self.holds(Droit.VALIDER)

    @property
    def holds_acces_strategie(self) -> bool:
        return self.holds(Droit.ACCES_STRATEGIE)
