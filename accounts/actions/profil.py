"""What a person changes in his own account: the e-mail address, the preferences (ACC-4, ACC-8, AU-3)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from .. import crypto, journal, policy, preferences
from ..courriels import outbox
from ..courriels.lettres import compose
from ..errors import ActionRefused, TooSoon
from ..liens import BYTES, digest
from ..models import ChangementAdresse, Courriel, User
from ..rules.identity import clean_address, identity_key
from ..sign_in import throttle

VALIDITE = timedelta(hours=24)
DEMANDES_PAR_HEURE = 5
PERIME = "Ce lien ne peut plus servir : il a déjà été utilisé, il a plus de 24 heures, ou une autre demande l'a remplacé."


# --- The e-mail address -------------------------------------------------------------------------------------------------
def demander_adresse(*, par: User, nouvelle: str) -> ChangementAdresse:
    """Send a link to the new address and a warning to the old one; the address changes once the link is confirmed.

    When the address is that of another account its owner is told instead, and the author sees no difference (AU-4): a change waits
    all the same, whose link nobody has.

    :raises ActionRefused: it is the present address, it can receive no mail, or there were too many requests.
    """
    if not throttle.allow("adresse", str(par.pk), limit=DEMANDES_PAR_HEURE, window=3600):
        raise TooSoon("Vous avez demandé plusieurs changements d'adresse en peu de temps : réessayez dans une heure.")
    with transaction.atomic():
        par = lock_oneself(par)
        return _demander(par, clean_address(nouvelle))


def _demander(par: User, nouvelle: str) -> ChangementAdresse:
    if identity_key(nouvelle) == par.email_cle:
        raise ActionRefused("C'est déjà l'adresse de votre compte : rien n'a été modifié.")
    _close(par)
    changement, jeton = _open(par, nouvelle)
    owner = User.objects.filter(email_cle=identity_key(nouvelle)).first()
    courriel = _tell_owner(owner) if owner else _link_mail(changement, jeton)
    outbox.queue([courriel, _mail(par.email, "Un changement d'adresse est demandé", "adresse_demandee", compte=par)])
    journal.record("adresse.changement_demande", par=par, target=par, details={"nouvelle": _coded(nouvelle)})
    return changement


def annuler_adresse(*, par: User) -> None:
    """Give up a change that waits: its link opens nothing any more."""
    with transaction.atomic():
        par = lock_oneself(par)
        if _close(par):
            journal.record("adresse.changement_annule", par=par, target=par)


def changement_en_attente(user: User) -> ChangementAdresse | None:
    """Find the change that waits for its confirmation."""
    return _waiting(user).first()


def lire_changement(jeton: str, *, par: User) -> ChangementAdresse | None:
    """Find the change a link stands for; None alike when it is unknown, over, used or another person's (AU-4)."""
    return _waiting(par).filter(empreinte=digest(jeton)).first()


def confirmer_adresse(*, par: User, jeton: str) -> User:
    """Take the new address; both addresses are told, and the links sent to the old one stop working.

    :raises ActionRefused: the link can no longer be used, or the address was taken by another account meanwhile.
    """
    try:
        with transaction.atomic():
            par = lock_oneself(par)
            return _confirmer(par, lire_changement(jeton, par=par))
    except IntegrityError as error:
        raise ActionRefused(PERIME) from error


def _confirmer(par: User, changement: ChangementAdresse | None) -> User:
    if changement is None:
        raise ActionRefused(PERIME)
    ancienne, par.email = par.email, changement.nouvelle
    par.save(update_fields=["email"])
    _close(par)
    EmailAddress.objects.filter(user=par).delete()
    outbox.queue([_mail(adresse, "L'adresse de votre compte a changé", "adresse_changee", compte=par) for adresse in (ancienne, par.email)])
    journal.record("adresse.changee", par=par, target=par, details={"ancienne": _coded(ancienne), "nouvelle": _coded(par.email)})
    return par


def _waiting(user: User) -> Any:
    return ChangementAdresse.objects.filter(compte=user, ferme_le__isnull=True, expire_le__gt=timezone.now())


def _open(par: User, nouvelle: str) -> tuple[ChangementAdresse, str]:
    jeton = secrets.token_urlsafe(BYTES)
    expire_le = timezone.now() + VALIDITE
    return ChangementAdresse.objects.create(compte=par, nouvelle=nouvelle, empreinte=digest(jeton), expire_le=expire_le), jeton


def _link_mail(changement: ChangementAdresse, jeton: str) -> Courriel:
    lien = settings.BASE_URL + reverse("accounts:adresse_confirmer", args=[jeton])
    sujet = "Confirmez votre adresse électronique"
    return _mail(changement.nouvelle, sujet, "adresse_confirmer", confidentiel=True, compte=changement.compte, lien=lien)


def _tell_owner(owner: User) -> Courriel:
    """Write to the address of the account, never to the one typed: they may differ by their Unicode form."""
    return _mail(owner.email, "Une demande concernant votre adresse électronique", "adresse_deja_prise")


def _close(par: User) -> int:
    return ChangementAdresse.objects.filter(compte=par, ferme_le__isnull=True).update(ferme_le=timezone.now())


def lock_oneself(par: User) -> User:
    """Lock the account until the transaction ends: of two confirmations at once, the second finds the link used.

    :raises PermissionDenied: the account was shut meanwhile (AZ-8).
    """
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=par.pk)
    par = User.objects.select_related("entreprise").get(pk=par.pk)
    if not policy.is_admitted(par):
        raise PermissionDenied("compte fermé")
    return par


def _mail(adresse: str, sujet: str, modele: str, *, confidentiel: bool = False, **context: Any) -> Courriel:
    """:raises ActionRefused: the address can receive no mail."""
    lettre = compose(modele, sujet=sujet, **context)
    try:
        return outbox.build(adresse, **lettre, dedupe_key=f"adresse:{uuid4().hex}", confidentiel=confidentiel)
    except outbox.HeaderRefused as error:
        raise ActionRefused("Cette adresse électronique ne peut pas recevoir de courriel : vérifiez-la.") from error


def _coded(adresse: str) -> str:
    """Let two lines of the journal be compared without keeping the address in the chain (TR-3)."""
    return crypto.digest(identity_key(adresse), purpose="adresse")


# --- Preferences --------------------------------------------------------------------------------------------------------
@transaction.atomic
def enregistrer_preferences(*, par: User, courriels: Iterable[str]) -> User:
    """Keep which notices also come by mail (ACC-8)."""
    par = lock_oneself(par)
    before = preferences.mailed(par)
    preferences.without_mail(par, courriels)
    par.save(update_fields=["preferences"])
    if preferences.mailed(par) != before:
        journal.record("preferences.modifiees", par=par, target=par, details={"courriels": preferences.mailed(par)})
    return par


@transaction.atomic
def noter_double_facteur_propose(*, par: User) -> User:
    """Remember that the second factor was proposed, so that it is proposed once (ACC-4)."""
    par = lock_oneself(par)
    par.preferences = {**par.preferences, preferences.DOUBLE_FACTEUR_PROPOSE: True}
    par.save(update_fields=["preferences"])
    return par
