"""The merge of two companies: proposed by one member of the support, approved by another, undone exactly until confirmed (BO-3, WF-1)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import journal, notifications, policy
from accounts.actions.suspension import checked_motif, has_responsable
from accounts.courriels import fusion as courriels
from accounts.enums import CampFusion, Role
from accounts.errors import ActionRefused
from accounts.models import Entreprise, Fusion, FusionWorkflow, User
from accounts.rules.elision import de
from accounts.selectors.comptes import presents

from .deplacement import has_two_strategies, reunir, verrouiller
from .retour import separer

OPENED = "L'une de ces entreprises a déjà une fusion en cours : terminez-la d'abord."


@transaction.atomic
def proposer_fusion(
    *,
    absorbee: Entreprise,
    absorbante: Entreprise,
    par: User,
    motif: str,
    strategie_gardee: CampFusion | str = CampFusion.ABSORBANTE,
    deviennent_contributeurs: Iterable[int] = (),
) -> Fusion:
    """Propose that a company be absorbed by another; nothing of either changes before a colleague approves.

    ``deviennent_contributeurs`` are the responsables of the absorbed company who do not stay so.
    :raises ActionRefused: one of them cannot be merged, or has an open merge.
    """
    pair = {row.pk: row for row in Entreprise.objects.select_for_update(of=("self",)).filter(pk__in=[absorbee.pk, absorbante.pk]).order_by("pk")}
    policy.check(par, "fusionner", absorbee)
    if len(pair) < 2:
        raise ActionRefused("Choisissez deux entreprises différentes.", champ="absorbante")
    if Fusion.objects.touching(*pair).ouvertes().exists():
        raise ActionRefused(OPENED, champ="absorbante")
    fusion = Fusion(
        absorbee=pair[absorbee.pk],
        absorbante=pair[absorbante.pk],
        strategie_gardee=CampFusion(strategie_gardee),
        deviennent_contributeurs=sorted(presents(absorbee.pk).responsables().filter(pk__in=deviennent_contributeurs).values_list("pk", flat=True)),
        motif=checked_motif(motif),
        proposee_par=par,
    )
    _check_mergeable(fusion)
    _save_new(fusion)
    journal.record("fusion.proposee", par=par, target=fusion, entreprise=fusion.absorbante, details=_parties(fusion))
    _tell_colleagues(fusion)
    return fusion


@transaction.atomic
def approuver_fusion(*, fusion: Fusion, par: User) -> Fusion:
    """Do the merge that a colleague proposed: accounts, sujets and all that hangs on them go to the company that stays.

    Sessions go on: at its next page each person is in the company that stays.
    :raises PermissionDenied: one proposed it oneself.
    :raises ActionRefused: it no longer waits, one of the companies cannot be merged any more, or somebody is writing there.
    """
    fusion = _lock(fusion)
    policy.check(par, "approuver", fusion)
    FusionWorkflow.apply(fusion, "approuver")
    verrouiller(fusion)
    fusion = _with_companies(fusion)
    _check_mergeable(fusion)
    fusion.approuvee_le, fusion.approuvee_par = timezone.now(), par
    fusion.save(update_fields=["etat", "approuvee_le", "approuvee_par"])
    moved = reunir(fusion, par)
    fusion.save(update_fields=["releve"])
    for entreprise in (fusion.absorbee, fusion.absorbante):
        journal.record("entreprise.reunie", par=par, target=entreprise, details={**_parties(fusion), "deplaces": dict(moved)})
    courriels.fusion_faite(fusion)
    return fusion


@transaction.atomic
def confirmer_fusion(*, fusion: Fusion, par: User) -> Fusion:
    """Make a merge final: it cannot be undone any more.

    :raises ActionRefused: it is not waiting for this.
    """
    fusion = _end(fusion, par, "confirmer")
    for entreprise in (fusion.absorbee, fusion.absorbante):
        journal.record("entreprise.reunion_confirmee", par=par, target=entreprise, details=_parties(fusion))
    courriels.fusion_confirmee(fusion)
    return fusion


@transaction.atomic
def ecarter_fusion(*, fusion: Fusion, par: User, motif: str) -> Fusion:
    """Set a proposal aside, one's own or a colleague's.

    :raises ActionRefused: it is not waiting for this, or there is no reason.
    """
    fusion = _end(fusion, par, "ecarter", motif=checked_motif(motif))
    journal.record("fusion.ecartee", par=par, target=fusion, entreprise=fusion.absorbante, details=_parties(fusion))
    return fusion


@transaction.atomic
def annuler_fusion(*, fusion: Fusion, par: User, motif: str) -> Fusion:
    """Undo a merge: each company finds back what it had; what was made since goes with whoever made it.

    :raises ActionRefused: it is not waiting for this, there is no reason, the company is suspended, somebody is writing there, or
        one of the companies would be without a responsable (AZ-9).
    """
    fusion = _lock(fusion)
    policy.check(par, "annuler", fusion)
    FusionWorkflow.apply(fusion, "annuler")
    verrouiller(fusion)
    fusion = _with_companies(fusion)
    if fusion.absorbante.is_suspendue:
        raise ActionRefused(f"L'accès {de(fusion.absorbante)} est suspendu : levez d'abord cette suspension.")
    fusion.finie_le, fusion.finie_par, fusion.motif_fin = timezone.now(), par, checked_motif(motif)
    coupes = separer(fusion, par)
    fusion.save(update_fields=["etat", "finie_le", "finie_par", "motif_fin"])
    for entreprise in (fusion.absorbee, fusion.absorbante):
        journal.record("entreprise.reunion_annulee", par=par, target=entreprise, details={**_parties(fusion), "coupes": coupes})
    courriels.fusion_annulee(fusion)
    return fusion


# --- What they share ------------------------------------------------------------------------------------------------------
def _lock(fusion: Fusion) -> Fusion:
    return Fusion.objects.select_for_update(of=("self",)).get(pk=fusion.pk)


def _with_companies(fusion: Fusion) -> Fusion:
    """Read both companies as they are once locked."""
    rows = Entreprise.objects.in_bulk([fusion.absorbee_id, fusion.absorbante_id])
    fusion.absorbee, fusion.absorbante = rows[fusion.absorbee_id], rows[fusion.absorbante_id]
    return fusion


def _save_new(fusion: Fusion) -> None:
    try:
        with transaction.atomic():
            fusion.save()
    except IntegrityError as error:  # a colleague proposed another just now
        raise ActionRefused(OPENED, champ="absorbante") from error


def _check_mergeable(fusion: Fusion) -> None:
    """:raises ActionRefused: suspended, absorbed already, or nobody would be responsable of the company that stays (AZ-9)."""
    for entreprise in (fusion.absorbee, fusion.absorbante):
        if entreprise.is_suspendue:
            raise ActionRefused(f"L'accès {de(entreprise)} est suspendu : levez d'abord cette suspension.")
        if entreprise.fusionnee_dans_id is not None:
            raise ActionRefused(f"{entreprise} a déjà été absorbée par une autre entreprise.")
    staying = User.objects.of_entreprise(fusion.absorbee).actifs().responsables().exclude(pk__in=fusion.deviennent_contributeurs)
    if not staying.exists() and not has_responsable(fusion.absorbante):
        raise ActionRefused("L'entreprise réunie n'aurait pas de responsable qui puisse se connecter : gardez-en un.", champ="restent")


def _end(fusion: Fusion, par: User, verb: str, motif: str = "") -> Fusion:
    fusion = _lock(fusion)
    policy.check(par, verb, fusion)
    FusionWorkflow.apply(fusion, verb)
    fusion.finie_le, fusion.finie_par, fusion.motif_fin = timezone.now(), par, motif
    fusion.save(update_fields=["etat", "finie_le", "finie_par", "motif_fin"])
    return fusion


def _parties(fusion: Fusion) -> dict[str, object]:
    return {
        "fusion": fusion.pk,
        "entreprises": f"{fusion.absorbee} à {fusion.absorbante}",
        "absorbee": fusion.absorbee_id,
        "absorbante": fusion.absorbante_id,
        "strategie": fusion.strategie_gardee if has_two_strategies(fusion) or fusion.releve.get("strategie_archivee") else "",
        "contributeurs": fusion.deviennent_contributeurs,
    }


def _tell_colleagues(fusion: Fusion) -> None:
    colleagues = User.objects.actifs().filter(groups__name=Role.SUPPORT).exclude(pk=fusion.proposee_par_id)
    contenu = f"{fusion.proposee_par.nom_complet} propose que {fusion.absorbante} absorbe {fusion.absorbee} : cette fusion attend votre approbation."
    notifications.notify(colleagues, type="Fusion à approuver", contenu=contenu, url=reverse("gestion:accounts_fusion_change", args=[fusion.pk]), mail=False)
