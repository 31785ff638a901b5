"""Who may do what with what this room holds."""

from __future__ import annotations

from . import jobs, policy
from .enums import Droit
from .models import Entreprise, Notification, Travail, User
from .perms_agence import is_administrateur, serves_compte
from .selectors.comptes import fetch_arbre, has_attached


def asked_for_it(user: User, travail: Travail) -> bool:
    """A job and its file belong to the person who asked, while he stays in the company (XP-5)."""
    return travail.demandeur_id == user.pk and user.entreprise_id in (None, travail.entreprise_id)


def may_download(user: User, travail: Travail) -> bool:
    """The file is asked about again each time: what it tells of may no longer be the person's to read (AZ-8, XP-5)."""
    return asked_for_it(user, travail) and jobs.is_readable(user, travail)


def may_try_again(user: User, travail: Travail) -> bool:
    """A failed job may also be tried again by an administrateur, who sees nothing of what it makes (JB-4)."""
    return asked_for_it(user, travail) or is_administrateur(user, travail)


def is_addressee(user: User, notification: Notification) -> bool:
    return notification.destinataire_id == user.pk


def is_oneself(user: User, account: User) -> bool:
    return account.pk == user.pk


def manages(user: User, account: User) -> bool:
    """An account attached to oneself, directly or not; for a responsable, any of the company but the responsables; never oneself (R-53)."""
    if user.entreprise_id is None or user.entreprise_id != account.entreprise_id or user.pk == account.pk:
        return False
    if account.is_responsable or account.is_supprime:
        return False
    return user.is_responsable or fetch_arbre(account.entreprise_id).is_above(user.pk, account.pk)


def looks_after(user: User, account: User) -> bool:
    return manages(user, account) or serves_compte(user, account)


def may_create_compte(user: User, entreprise: Entreprise) -> bool:
    return user.entreprise_id == entreprise.pk and user.holds(Droit.CREER_COMPTES)


def may_open_comptes(user: User, entreprise: Entreprise) -> bool:
    """« Gestion des comptes » is for whoever creates accounts, or has some attached."""
    return may_create_compte(user, entreprise) or (user.entreprise_id == entreprise.pk and has_attached(user))


def is_responsable_of(user: User, entreprise: Entreprise) -> bool:
    return user.is_responsable and user.entreprise_id == entreprise.pk


policy.register(Travail, {"lire": asked_for_it, "relancer": may_try_again, "telecharger": may_download})
policy.register(Notification, {"lire": is_addressee, "marquer_lue": is_addressee})
policy.register(Entreprise, {"creer_compte": may_create_compte, "gerer_comptes": may_open_comptes, "lire_historique": is_responsable_of})
policy.register(
    User,
    {
        "lire_ses_informations": is_oneself,
        "voir_fiche": manages,
        "lire_historique": manages,
        "modifier_droits": manages,
        "renvoyer_lien": looks_after,
        "corriger": looks_after,
        "suspendre": manages,
        "reactiver": manages,
        "supprimer": manages,
    },
)
