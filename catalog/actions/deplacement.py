"""Rows that change company in a merge, and the way back (BO-3, AZ-12).

Nothing is deleted nor rewritten: of each row only the company changes, and the database refuses it outside a recorded merge. The
callers hold the locks (``verrouiller``), have asked the policy and checked.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, transaction
from django.utils import timezone

from accounts.actions.responsables import retrograder
from accounts.enums import CampFusion, Deplacement
from accounts.errors import ActionRefused
from accounts.models import Entreprise, Fusion, User
from accounts.rattachement import Suit, Table, tables
from questionnaires.models import Sujet

from ..models import StrategieGlobale

BUSY = "Des personnes travaillent en ce moment dans l'une de ces entreprises : réessayez dans un instant."
PAUSES = (0, 0.1, 0.2, 0.4, 0.8)


def verrouiller(fusion: Fusion) -> None:
    """Hold both companies and all they have, never waiting while holding: whoever works there could be waiting for us in turn (WF-6).

    :raises ActionRefused: somebody is writing there.
    """
    for pause in PAUSES:
        time.sleep(pause)
        try:
            with transaction.atomic():
                return _hold(sorted({fusion.absorbee_id, fusion.absorbante_id}))
        except OperationalError:
            continue
    raise ActionRefused(BUSY)


def _hold(keys: list[int]) -> None:
    list(Entreprise.objects.select_for_update(nowait=True).filter(pk__in=keys).order_by("pk").values_list("pk"))
    for table in _moving():
        rows = table.model._base_manager.select_for_update(nowait=True, no_key=table.suit != Suit.SOI)
        list(rows.filter(entreprise__in=keys).order_by("pk").values_list("pk"))


# --- There ------------------------------------------------------------------------------------------------------------------
def reunir(fusion: Fusion, par: User) -> Counter[str]:
    """Bring all that the absorbed company has into the other one, after writing down how both were; give how many rows of each kind."""
    fusion.releve = _releve(fusion)
    _archive_other_strategie(fusion, par)
    for compte in User.objects.filter(pk__in=fusion.releve["profils"]):
        retrograder(compte)
    comptes, sujets = fusion.comptes_releves(), fusion.sujets_releves()
    with moves(fusion, Deplacement.ALLER):
        moved = deplacer(fusion.absorbee_id, fusion.absorbante_id, comptes, sujets)
    Entreprise.objects.filter(pk=fusion.absorbee_id).update(fusionnee_dans=fusion.absorbante_id)
    return moved


def _releve(fusion: Fusion) -> dict[str, object]:
    comptes = User.objects.of_entreprise(fusion.absorbee_id).order_by("pk")
    demoted = comptes.responsables().presents().filter(pk__in=fusion.deviennent_contributeurs)
    return {
        "comptes": list(comptes.values_list("pk", flat=True)),
        "profils": {str(compte.pk): {name: getattr(compte, name) for name in User.DROITS.values()} for compte in demoted},
        "sujets": {camp.value: _responsables(key) for camp, key in ((CampFusion.ABSORBEE, fusion.absorbee_id), (CampFusion.ABSORBANTE, fusion.absorbante_id))},
        "strategie_archivee": None,
    }


def _responsables(entreprise_id: int) -> dict[str, int]:
    return {str(pk): responsable for pk, responsable in Sujet.objects.of_entreprise(entreprise_id).order_by("pk").values_list("pk", "responsable")}


def _archive_other_strategie(fusion: Fusion, par: User) -> None:
    """Archive the stratégie globale that is not kept, when each company has one: its answers stay readable (CAT-7)."""
    kept = {CampFusion.ABSORBEE: fusion.absorbante_id, CampFusion.ABSORBANTE: fusion.absorbee_id}[CampFusion(fusion.strategie_gardee)]
    if not has_two_strategies(fusion):
        return
    other = StrategieGlobale.objects.of_entreprise(kept).actifs().get()
    Sujet.tous.filter(pk=other.pk).update(archive_le=timezone.now(), archive_par=par)
    fusion.releve["strategie_archivee"] = other.pk


def has_two_strategies(fusion: Fusion) -> bool:
    """Tell whether each company has a stratégie globale that is not archived."""
    return all(StrategieGlobale.objects.of_entreprise(key).actifs().exists() for key in (fusion.absorbee_id, fusion.absorbante_id))


# --- Both ways ----------------------------------------------------------------------------------------------------------------
@contextmanager
def moves(fusion: Fusion, sens: Deplacement) -> Iterator[None]:
    """Open the one door the triggers leave: nobody else sees it open, the transaction closes it."""
    Fusion.objects.filter(pk=fusion.pk).update(deplacement=sens)
    yield
    Fusion.objects.filter(pk=fusion.pk).update(deplacement="")


def deplacer(depart: int, arrivee: int, comptes: Iterable[int], sujets: Iterable[int], **travaux: object) -> Counter[str]:
    """Move accounts and sujets, then what follows each; ``travaux`` narrows what follows the accounts."""
    moved: Counter[str] = Counter()
    keys = {User: list(comptes), Sujet: list(sujets)}
    for table in _moving():
        rows = table.model._base_manager.filter(entreprise=depart)
        match table.suit:
            case Suit.SOI:
                rows = rows.filter(pk__in=keys[table.model])
            case Suit.COMPTE:
                rows = rows.filter(**{f"{table.champ}__in": keys[User]}, **travaux)
            case Suit.SUJET:
                rows = rows.filter(**{f"{table.champ}__in": keys[Sujet]})
        moved[table.model._meta.model_name] = rows.update(entreprise=arrivee)
    return moved


def _moving() -> list[Table]:
    """List the tables that move, parents first: the triggers compare each child with its parent."""
    order = (Suit.SOI, Suit.COMPTE, Suit.SUJET)
    return sorted((table for table in tables() if table.bouge), key=lambda table: order.index(table.suit))
