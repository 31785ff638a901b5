"""Deleting an account, and handing over in the same step what it is responsable of (ACC-7, R-53)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from accounts import journal, policy
from accounts.actions.comptes import check_not_suspendu, effacer_compte, reread, take_comptes
from accounts.errors import ActionRefused
from accounts.models import User
from accounts.selectors.comptes import fetch_arbre
from questionnaires.models import Sujet
from questionnaires.rights import withdraw

from .acces import demander_de_nouveau, explicit, retirer_demandes_de
from .responsables import may_take_over, tell_responsable


@transaction.atomic
def supprimer_compte(*, compte: User, par: User, reprises: Mapping[int, int]) -> User:
    """Delete an account; ``reprises`` names, for the référence of each sujet it is responsable of, the key of who takes it over.

    Accounts attached to it go to its manager. What it signed stays signed: its name and its login are kept.
    :raises PermissionDenied: not an account one manages.
    :raises ActionRefused: the support suspended it; a sujet has no new responsable, or one who cannot be.
    """
    par, compte = take_comptes(par), reread(compte)
    policy.check(par, "supprimer", compte)
    check_not_suspendu(compte)
    fermer_compte(compte, par=par, heritiers={sujet.pk: _heir(sujet, compte, par, reprises.get(sujet.pk)) for sujet in _owned(compte)})
    return compte


def fermer_compte(compte: User, *, par: User | None, heritiers: Mapping[int, User], repreneur: User | None = None) -> None:
    """Hand over what an account is responsable of, then delete it; ``repreneur`` manages its attached accounts if nobody was above it.

    ``par`` is None for the schedule of retention. The caller holds the lock and has asked the policy.
    """
    for sujet in _owned(compte):
        _hand_over(sujet, par, heritiers[sujet.pk])
    retirer_demandes_de(compte, par=par or compte)
    _drop_rights(compte)
    below = fetch_arbre(compte.entreprise_id).descendants(compte.pk) if compte.entreprise_id else []
    moved = effacer_compte(compte, par=par, repreneur=repreneur)
    demander_de_nouveau(below, compte.entreprise_id)
    reprises = {reference: heir.pk for reference, heir in heritiers.items()}
    journal.record("compte.supprime", par=par, target=compte, details={"rattaches": moved, "reprises": reprises})


def _owned(compte: User) -> list[Sujet]:
    return list(responsable_of(compte).select_for_update(of=("self",)))


def responsable_of(compte: User):
    """Keep the sujets an account is responsable of, archived ones included: they may be restored."""
    return Sujet.objects.of_entreprise(compte.entreprise_id).filter(responsable=compte).order_by("nom", "pk")


def _heir(sujet: Sujet, compte: User, par: User, pk: int | None) -> User:
    """:raises ActionRefused: nobody named, or not an open account of the company, or the author himself for rights he lacks."""
    heir = User.objects.of_entreprise(compte.entreprise_id).actifs().exclude(pk=compte.pk).filter(pk=pk).first()
    if heir is None:
        raise ActionRefused(f"Choisissez qui reprend « {sujet.nom} » (réf. {sujet.reference}).", sujet=sujet.pk)
    if heir.pk == par.pk and not may_take_over(par, sujet):
        raise ActionRefused(f"Vous n'avez pas tous les droits sur « {sujet.nom} » : confiez-le à une autre personne.", sujet=sujet.pk)
    return heir


def _hand_over(sujet: Sujet, par: User | None, heir: User) -> None:
    former, sujet.responsable = sujet.responsable_id, heir
    sujet.save(update_fields=["responsable"])
    journal.record("sujet.repris", par=par, target=sujet, details={"ancien": former, "nouveau": heir.pk})
    tell_responsable(sujet, par)


def _drop_rights(compte: User) -> None:
    held = explicit(compte)
    sujets = Sujet.objects.of_entreprise(compte.entreprise_id).in_bulk({droit.reference for droit in held})
    for droit in held:
        withdraw(compte, sujets[droit.reference], [droit.droit])
