"""Linking an identity of a provider to one's account, and unlinking it; never opening an account (ACC-4)."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.db import IntegrityError, transaction
from django.utils import timezone

from .. import crypto, journal
from ..errors import ActionRefused
from ..models import IdentiteExterne, User
from ..openid.fournisseurs import Fournisseur
from ..openid.protocole import Identite
from ..rules.identity import identity_key
from .profil import lock_oneself

ELSEWHERE = "Cette identité est déjà rattachée à un autre compte Convergence. Détachez-la d'abord de cet autre compte."


def rattacher_identite(*, par: User, identite: Identite, fournisseur: Fournisseur, origine: str = "profil") -> IdentiteExterne:
    """Link an identity to one's own account; the person is told by mail.

    :raises PermissionDenied: the account was shut meanwhile.
    :raises ActionRefused: the identity opens another account, or the account has another identity of this provider.
    """
    try:
        with transaction.atomic():
            return _rattacher(lock_oneself(par), identite, fournisseur, origine)
    except IntegrityError as error:
        raise ActionRefused(ELSEWHERE) from error


def _rattacher(par: User, identite: Identite, fournisseur: Fournisseur, origine: str) -> IdentiteExterne:
    present = IdentiteExterne.objects.filter(compte=par, fournisseur=identite.fournisseur).first()
    if present is not None and present.sujet == identite.sujet:
        return present
    if present is not None:
        raise ActionRefused(f"Une autre identité {fournisseur.nom} est déjà rattachée à votre compte\u00a0: détachez-la d'abord.")
    row = IdentiteExterne.objects.create(compte=par, fournisseur=identite.fournisseur, sujet=identite.sujet, adresse=identite.adresse)
    _tell("identite/rattachee", par, fournisseur.nom)
    journal.record("identite.rattachee", par=par, target=par, details={**_coded(row), "origine": origine})
    return row


@transaction.atomic
def detacher_identite(*, par: User, identite: IdentiteExterne, nom: str) -> None:
    """Unlink an identity: it opens nothing any more; the person is told by mail.

    :raises ActionRefused: without a password, nothing else would open the account.
    """
    par = lock_oneself(par)
    if not par.has_usable_password():
        raise ActionRefused("Choisissez d'abord un mot de passe\u00a0: sans lui, vous ne pourriez plus vous connecter.")
    if IdentiteExterne.objects.filter(pk=identite.pk, compte=par).delete()[0]:
        _tell("identite/detachee", par, nom)
        journal.record("identite.detachee", par=par, target=par, details=_coded(identite))


def noter_usage(*, par: User, identite: Identite) -> None:
    """Remember when an identity last opened its account, and the address it bears by then, by which its person tells it."""
    now = {"utilisee_le": timezone.now(), **({"adresse": identite.adresse} if identite.adresse else {})}
    IdentiteExterne.objects.filter(compte=par, fournisseur=identite.fournisseur, sujet=identite.sujet).update(**now)


def compte_of(identite: Identite) -> User | None:
    """Find the account an identity is linked to."""
    found = IdentiteExterne.objects.filter(fournisseur=identite.fournisseur, sujet=identite.sujet).values_list("compte", flat=True)
    return User.objects.select_related("entreprise").filter(pk__in=found).first()


def compte_by_adresse(identite: Identite, fournisseur: Fournisseur) -> User | None:
    """Find the account whose address is the one the provider has verified, where the operator trusts this provider with it.

    Never an account of the agency, nor one that is linked to another identity of the provider: an address may pass to somebody else.
    """
    if not (fournisseur.par_courriel and identite.adresse_verifiee and identite.adresse):
        return None
    linked = IdentiteExterne.objects.filter(fournisseur=fournisseur.code).values("compte")
    accounts = User.objects.presents().filter(entreprise__isnull=False, email_cle=identity_key(identite.adresse)).exclude(pk__in=linked)
    return accounts.select_related("entreprise").first()


def _coded(identite: IdentiteExterne) -> dict[str, str]:
    return {"fournisseur": identite.fournisseur, "sujet": crypto.digest(identite.sujet, purpose="identite")}


def _tell(mail: str, compte: User, nom: str) -> None:
    get_adapter().send_notification_mail(mail, compte, {"fournisseur": nom})
