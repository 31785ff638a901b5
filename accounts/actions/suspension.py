"""The support shuts the way in, of one account or of a whole company, and opens it again (BO-3, AZ-8).

Nothing else changes: rights, answers and attached accounts wait as they are. Sessions end at once; sign-in, links, resets and
queued jobs are refused meanwhile by ``policy.is_admitted``, which all of them ask.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from .. import journal, policy
from ..courriels import support as courriels
from ..enums import EtatFusion
from ..errors import ActionRefused
from ..models import Entreprise, Fusion, User
from ..rules.elision import de
from ..selectors.comptes import presents
from .comptes import effacer_suspension, end_sessions, lock_comptes, take


@transaction.atomic
def suspendre_entreprise(*, entreprise: Entreprise, par: User, motif: str) -> Entreprise:
    """Shut a company: nobody of it enters any more.

    :raises ActionRefused: it is suspended already, it was absorbed by another, or there is no reason.
    """
    entreprise = lock_comptes(entreprise.pk)
    policy.check(par, "suspendre", entreprise)
    check_not_absorbed(entreprise)
    if entreprise.is_suspendue:
        raise ActionRefused("L'accès de cette entreprise est déjà suspendu.")
    entreprise.suspendue_le, entreprise.suspendue_par, entreprise.motif_suspension = timezone.now(), par, checked_motif(motif)
    entreprise.save(update_fields=["suspendue_le", "suspendue_par", "motif_suspension"])
    end_sessions(presents(entreprise.pk))
    journal.record("entreprise.suspendue", par=par, target=entreprise)
    courriels.entreprise_suspendue(entreprise)
    return entreprise


@transaction.atomic
def lever_suspension_entreprise(*, entreprise: Entreprise, par: User) -> Entreprise:
    """Open a suspended company again: each account finds back what it had.

    :raises ActionRefused: it is not suspended, or would be open without an open responsable (AZ-9).
    """
    entreprise = lock_comptes(entreprise.pk)
    policy.check(par, "lever_suspension", entreprise)
    if not entreprise.is_suspendue:
        raise ActionRefused("L'accès de cette entreprise n'est pas suspendu.")
    if not has_responsable(entreprise):
        raise ActionRefused("Cette entreprise n'a plus de responsable qui puisse se connecter : nommez-en un avant de lever la suspension.")
    entreprise.suspendue_le, entreprise.suspendue_par, entreprise.motif_suspension = None, None, ""
    entreprise.save(update_fields=["suspendue_le", "suspendue_par", "motif_suspension"])
    journal.record("entreprise.suspension_levee", par=par, target=entreprise)
    courriels.entreprise_retablie(entreprise)
    return entreprise


@transaction.atomic
def suspendre_acces(*, compte: User, par: User, motif: str) -> User:
    """Shut one account, whether its manager had left it open or not; he cannot open it again.

    :raises ActionRefused: it is suspended by the support already, there is no reason, or no responsable would be left (AZ-9).
    """
    compte = take(compte)
    policy.check(par, "suspendre_acces", compte)
    if compte.is_suspendu:
        raise ActionRefused("Le support a déjà suspendu ce compte.")
    compte.suspendu_le, compte.suspendu_par, compte.motif_suspension = timezone.now(), par, checked_motif(motif)
    if not compte.entreprise.is_suspendue and compte.is_active and compte.is_responsable and not has_responsable(compte.entreprise, besides=compte):
        raise ActionRefused(
            "C'est le seul responsable qui puisse se connecter : nommez d'abord un autre responsable, ou suspendez toute l'entreprise.", seul=True
        )
    compte.ouvert_avant_suspension, compte.is_active = compte.is_active, False
    compte.save(update_fields=["suspendu_le", "suspendu_par", "motif_suspension", "ouvert_avant_suspension", "is_active"])
    end_sessions([compte])
    journal.record("compte.suspendu_par_le_support", par=par, target=compte, details={"etait_ouvert": compte.ouvert_avant_suspension})
    courriels.compte_suspendu(compte)
    return compte


@transaction.atomic
def lever_suspension(*, compte: User, par: User) -> User:
    """Give an account back the state it had: open, or shut by its manager.

    :raises ActionRefused: the support did not suspend it.
    """
    compte = take(compte)
    policy.check(par, "lever_suspension", compte)
    if not compte.is_suspendu:
        raise ActionRefused("Le support n'a pas suspendu ce compte.")
    compte.is_active = bool(compte.ouvert_avant_suspension)
    effacer_suspension(compte)
    compte.save(update_fields=["suspendu_le", "suspendu_par", "motif_suspension", "ouvert_avant_suspension", "is_active"])
    journal.record("compte.suspension_levee", par=par, target=compte, details={"ouvert": compte.is_active})
    courriels.compte_retabli(compte)
    return compte


def check_not_absorbed(entreprise: Entreprise) -> None:
    """:raises ActionRefused: nothing of this company is in it any more."""
    if entreprise.fusionnee_dans is not None:
        raise ActionRefused(f"{entreprise} est réunie à {entreprise.fusionnee_dans} : c'est là que sont ses comptes et ses produits.")


def check_no_fusion(entreprise: Entreprise) -> None:
    """:raises ActionRefused: a merge was done and can still be undone: its two companies must stay tellable apart."""
    if Fusion.objects.touching(entreprise).filter(etat=EtatFusion.APPROUVEE).exists():
        raise ActionRefused(f"Une fusion {de(entreprise)} est à confirmer : confirmez-la ou annulez-la d'abord.")


def has_responsable(entreprise: Entreprise, *, besides: User | None = None) -> bool:
    """Tell whether a responsable of the company can sign in, once its own suspension is left aside (AZ-9)."""
    rows = User.objects.of_entreprise(entreprise).actifs().responsables()
    return (rows.exclude(pk=besides.pk) if besides else rows).exists()


def checked_motif(motif: str) -> str:
    """:raises ActionRefused: no reason."""
    if not motif.strip():
        raise ActionRefused("Indiquez pourquoi.", champ="motif")
    return motif.strip()
