"""The way back of a merge: both companies as they were, and what was made meanwhile with whoever made it (BO-3).

What existed before goes back where it was. An account or a sujet created since follows the person who created it. Whatever would
tie the two companies together is cut: rights, managers, requests that wait, options. Files prepared since are withdrawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from accounts import journal
from accounts.actions.responsables import promouvoir
from accounts.enums import CampFusion, Deplacement
from accounts.errors import ActionRefused
from accounts.models import Entreprise, Fusion, Travail, User
from questionnaires.models import DroitSurSujet, Sujet

from ..models import DemandeAcces, Produit
from .acces import retirer_demandes
from .deplacement import deplacer, moves


@dataclass(frozen=True)
class Partage:
    """Which accounts and which sujets go back to the absorbed company."""

    comptes: frozenset[int]
    sujets: frozenset[int]


def partager(fusion: Fusion) -> Partage:
    """Say what goes back; 3 queries."""
    since = fusion.approuvee_le
    managers = dict(User.objects.of_entreprise(fusion.absorbante_id).values_list("pk", "gestionnaire"))
    created = set(User.objects.of_entreprise(fusion.absorbante_id).filter(date_joined__gt=since).values_list("pk", flat=True)) - fusion.comptes_releves()
    comptes = fusion.comptes_releves() | {pk for pk in created if _origin(pk, managers, created) in fusion.comptes_releves()}
    known = fusion.sujets_releves()
    made = Sujet.objects.of_entreprise(fusion.absorbante_id).filter(created_at__gt=since, created_by__in=comptes)
    made = made.exclude(pk__in=fusion.sujets_releves(CampFusion.ABSORBANTE))
    return Partage(frozenset(comptes), frozenset(known) | frozenset(made.values_list("pk", flat=True)))


def made_since(fusion: Fusion) -> tuple[int, int]:
    """Count the accounts and the sujets made since the merge that would go with the absorbed company."""
    partage = partager(fusion)
    return len(partage.comptes - fusion.comptes_releves()), len(partage.sujets - fusion.sujets_releves().keys())


def _origin(pk: int | None, managers: Mapping[int, int | None], created: set[int]) -> int | None:
    """Climb from an account created since to the first one that was there before."""
    seen: set[int] = set()
    while pk in created and pk not in seen:
        seen.add(pk)
        pk = managers[pk]
    return pk


def separer(fusion: Fusion, par: User) -> dict[str, int]:
    """Give each company back what it had; tell what had to be cut, by kind.

    :raises ActionRefused: one of them would have no responsable who can sign in (AZ-9).
    """
    partage = partager(fusion)
    with moves(fusion, Deplacement.RETOUR):
        deplacer(fusion.absorbante_id, fusion.absorbee_id, partage.comptes, partage.sujets, created_at__lte=fusion.approuvee_le)
    Entreprise.objects.filter(pk=fusion.absorbee_id).update(fusionnee_dans=None)
    _give_profils_back(fusion)
    _give_strategie_back(fusion)
    heirs = {key: _first_responsable(key) for key in (fusion.absorbee_id, fusion.absorbante_id)}
    return {
        "gestionnaires": _cut_managers(fusion),
        "droits": _cut_rights(fusion),
        "responsables": _cut_responsables(fusion, heirs, par),
        "options": _cut_options(fusion),
        "demandes": _cut_demandes(fusion, par),
        "fichiers": _withdraw_files(fusion),
    }


def _first_responsable(entreprise_id: int) -> User:
    found = User.objects.of_entreprise(entreprise_id).actifs().responsables().order_by("pk").first()
    if found is None:
        nom = Entreprise.objects.get(pk=entreprise_id).raison_sociale
        raise ActionRefused(f"{nom} n'aurait plus de responsable qui puisse se connecter : levez d'abord une suspension, ou confirmez la fusion.")
    return found


def _give_profils_back(fusion: Fusion) -> None:
    for compte in User.objects.presents().filter(pk__in=fusion.releve["profils"]):
        promouvoir(compte)
        User.objects.filter(pk=compte.pk).update(**fusion.releve["profils"][str(compte.pk)])


def _give_strategie_back(fusion: Fusion) -> None:
    Sujet.tous.filter(pk=fusion.releve["strategie_archivee"]).update(archive_le=None, archive_par=None)


# --- What tied them -----------------------------------------------------------------------------------------------------------
def _both(fusion: Fusion) -> list[int]:
    return [fusion.absorbee_id, fusion.absorbante_id]


def _across(fusion: Fusion, one: str, other: str) -> Q:
    """Keep the rows one end of which is in one company, and the other end in the other."""
    a, b = _both(fusion)
    return Q(**{one: a, other: b}) | Q(**{one: b, other: a})


def _cut_managers(fusion: Fusion) -> int:
    """An account managed from the other company becomes a root: its responsables manage it."""
    return User.objects.filter(_across(fusion, "entreprise", "gestionnaire__entreprise")).update(gestionnaire=None)


def _cut_rights(fusion: Fusion) -> int:
    rows = DroitSurSujet.objects.filter(_across(fusion, "user__entreprise", "content_object__entreprise"))
    return rows.delete()[0]


def _cut_responsables(fusion: Fusion, heirs: Mapping[int, User], par: User) -> int:
    """A sujet whose responsable is of the other company goes back to the one it had, else to a responsable of its company."""
    known = {**fusion.sujets_releves(CampFusion.ABSORBANTE), **fusion.sujets_releves()}
    rows = list(Sujet.tous.filter(_across(fusion, "entreprise", "responsable__entreprise")).order_by("pk"))
    for sujet in rows:
        former = User.objects.of_entreprise(sujet.entreprise_id).actifs().filter(pk=known.get(sujet.pk)).first()
        nouveau = former or heirs[sujet.entreprise_id]
        journal.record("sujet.repris", par=par, target=sujet, details={"ancien": sujet.responsable_id, "nouveau": nouveau.pk})
        Sujet.tous.filter(pk=sujet.pk).update(responsable=nouveau)
    return len(rows)


def _cut_options(fusion: Fusion) -> int:
    links = Produit.socles.through.objects
    return links.filter(_across(fusion, "from_produit__entreprise", "to_produit__entreprise")).delete()[0]


def _cut_demandes(fusion: Fusion, par: User) -> int:
    rows = DemandeAcces.tous.en_attente().filter(_across(fusion, "entreprise", "demandeur__entreprise"))
    return retirer_demandes(rows, par=par)


def _withdraw_files(fusion: Fusion) -> int:
    """A file prepared since may hold what is now the other company's."""
    rows = Travail.tous.filter(entreprise__in=_both(fusion), created_at__gt=fusion.approuvee_le, expire_le__gt=timezone.now())
    return rows.update(expire_le=timezone.now())
