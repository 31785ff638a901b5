"""The support gives a company another responsable, the former one being gone (BO-3, R-50, AZ-9)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction

from accounts import journal, policy
from accounts.actions.comptes import lock_comptes, reread
from accounts.actions.responsables import creer_responsable, promouvoir, retrograder
from accounts.actions.suspension import check_no_fusion, check_not_absorbed, checked_motif
from accounts.courriels import support as courriels
from accounts.enums import SortResponsable
from accounts.errors import ActionRefused
from accounts.models import Entreprise, Passation, User
from accounts.selectors.comptes import presents

from .comptes import fermer_compte, responsable_of


@transaction.atomic
def nommer_responsable(
    *,
    entreprise: Entreprise,
    par: User,
    motif: str,
    vus: Collection[int],
    sorts: Mapping[int, SortResponsable],
    compte: User | None = None,
    identite: Mapping[str, str] | None = None,
) -> User:
    """Name a responsable, an account of the company or a new person, and settle what becomes of those before, in one go.

    ``vus`` are the keys of the responsables the page showed: of two colleagues at the same instant, the second is told (WF-3).
    The produits of one whose account is deleted go to the new responsable.
    :raises ActionRefused: the responsables have changed, the account is not one that can be named, nothing would change.
    """
    entreprise = lock_comptes(entreprise.pk)
    policy.check(par, "nommer_responsable", entreprise)
    check_not_absorbed(entreprise)
    check_no_fusion(entreprise)
    anciens = {ancien.pk: reread(ancien) for ancien in responsables(entreprise)}
    motif = checked_motif(motif)
    _check_seen(anciens, vus)
    nouveau = creer_responsable(entreprise, identite) if identite is not None else _nameable(entreprise, compte)
    changes = check_choix(nouveau, anciens, sorts)
    if not nouveau.is_responsable:
        promouvoir(nouveau)
    for pk, sort in changes.items():
        _settle(anciens[pk], sort, nouveau, par)
    passation = Passation.objects.create(entreprise=entreprise, nouveau=nouveau, sorts=changes, motif=motif, faite_par=par)
    details = {"compte": nouveau.pk, "nouveau": identite is not None, "sorts": changes, "passation": passation.pk}
    journal.record("entreprise.responsable_nomme", par=par, target=entreprise, details=details)
    courriels.responsable_nomme(nouveau, [anciens[pk] for pk in anciens if pk != nouveau.pk and changes.get(pk) != SortResponsable.SUPPRIME])
    return nouveau


def responsables(entreprise: Entreprise) -> list[User]:
    """List those of a company, suspended ones included."""
    return list(presents(entreprise.pk).responsables().order_by("pk"))


def _check_seen(anciens: Mapping[int, User], vus: Collection[int]) -> None:
    """:raises ActionRefused: the responsables are no longer those the page showed."""
    if anciens.keys() != set(vus):
        raise ActionRefused("Les responsables de cette entreprise viennent de changer\u00a0: vérifiez-les, puis recommencez.")


def _nameable(entreprise: Entreprise, compte: User | None) -> User:
    """:raises ActionRefused: no account, a closed one, or one of another company."""
    found = None if compte is None else User.objects.of_entreprise(entreprise).actifs().filter(pk=compte.pk).first()
    if found is None:
        raise ActionRefused("Choisissez un compte ouvert de l'entreprise.", champ="compte")
    return reread(found)


def check_choix(nouveau: User, anciens: Collection[int], sorts: Mapping[int, SortResponsable]) -> dict[int, SortResponsable]:
    """Give what changes for the present responsables; also asked before the summary, which would announce nothing otherwise.

    :raises ActionRefused: the choice contradicts itself, or changes nothing.
    """
    changes = {pk: sort for pk in anciens if (sort := SortResponsable(sorts.get(pk, SortResponsable.RESTE))) != SortResponsable.RESTE}
    if nouveau.pk in changes:
        raise ActionRefused(f"{nouveau.nom_complet} ne peut pas être à la fois la personne nommée et celle qui cesse d'être responsable.")
    if nouveau.pk in anciens and not changes:
        raise ActionRefused("Cette personne est déjà responsable, et les autres le restent\u00a0: rien ne changerait.", champ="compte")
    return changes


def _settle(ancien: User, sort: SortResponsable, nouveau: User, par: User) -> None:
    if sort == SortResponsable.SUPPRIME:
        heritiers = {sujet.pk: nouveau for sujet in responsable_of(ancien)}
        fermer_compte(ancien, par=par, heritiers=heritiers, repreneur=nouveau)
    else:
        retrograder(ancien)
        journal.record("compte.retrograde", par=par, target=ancien)
