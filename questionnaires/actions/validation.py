"""Asking for validation, sending back, validating (QST-3, QST-5, R-21)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts import journal, policy
from accounts.errors import ActionRefused
from accounts.models import User

from ..engine.answers import digest, motif_token, na_codes
from ..engine.completeness import missing
from ..engine.visibility import Shown
from ..enums import DroitSujet, EtatReponse
from ..models import Reponse
from ..models.questionnaire import empreinte
from ..rights import holders
from .avis import concerned, tell
from .brouillon import readable
from .cible import Cible

__all__ = ["Cible", "demander_validation", "renvoyer", "valider"]


def _locked_brouillon(cible: Cible) -> Reponse:
    brouillon = (
        Reponse.objects.of_sujet(cible.sujet)
        .select_for_update(of=("self",))
        .filter(questionnaire_id=cible.questionnaire_id, inscription=cible.inscription, etat=EtatReponse.BROUILLON)
        .first()
    )
    if brouillon is None:
        raise ActionRefused("Il n'y a pas de brouillon : aucune réponse n'a changé depuis la dernière validation.")
    return brouillon


@transaction.atomic
def demander_validation(*, cible: Cible, par: User) -> Reponse:
    """Tell those who can validate that the draft awaits them; the draft may be incomplete and is not locked (R-21).

    :raises ActionRefused: there is no draft.
    """
    brouillon = _locked_brouillon(cible)
    policy.check(par, "saisir", cible.sujet)
    if brouillon.demandee_le is not None:
        return brouillon  # asked twice: once is enough (WF-3)
    brouillon.demandee_le, brouillon.demandee_par = timezone.now(), par
    brouillon.renvoyee_le = brouillon.renvoyee_par = None
    brouillon.renvoi_commentaire = ""
    brouillon.save(update_fields=["demandee_le", "demandee_par", "renvoyee_le", "renvoyee_par", "renvoi_commentaire"])
    journal.record("reponse.validation_demandee", par=par, target=brouillon, entreprise=cible.sujet.entreprise)
    contenu = f"{par.nom_complet} demande la validation du questionnaire « {cible.titre} »."
    tell(holders(cible.sujet, DroitSujet.VALIDATION), cible, type="Validation demandée", contenu=contenu, par=par)
    return brouillon


@transaction.atomic
def renvoyer(*, cible: Cible, par: User, commentaire: str) -> Reponse:
    """Send a draft back to whoever asked for its validation, with a comment (R-21).

    :raises ActionRefused: no validation is asked for, the comment is missing or does not hold.
    """
    brouillon = _locked_brouillon(cible)
    policy.check(par, "valider", cible.sujet)
    if brouillon.demandee_le is None:
        raise ActionRefused("Aucune validation n'est demandée sur ce brouillon.")
    if not commentaire.strip():
        raise ActionRefused("Dites ce qui est à reprendre : le commentaire est nécessaire.", champ="commentaire")
    brouillon.renvoi_commentaire = readable(commentaire, champ="commentaire")
    brouillon.demandee_le = None  # whoever had asked is kept: the draft is sent back to him
    brouillon.renvoyee_le, brouillon.renvoyee_par = timezone.now(), par
    brouillon.save(update_fields=["demandee_le", "renvoyee_le", "renvoyee_par", "renvoi_commentaire"])
    journal.record("reponse.renvoyee", par=par, target=brouillon, entreprise=cible.sujet.entreprise)
    contenu = f"{par.nom_complet} a renvoyé le questionnaire « {cible.titre} » : {brouillon.renvoi_commentaire[:300]}"
    tell(concerned(cible, brouillon.demandee_par), cible, type="Brouillon renvoyé", contenu=contenu, par=par)
    return brouillon


@transaction.atomic
def valider(*, cible: Cible, par: User, seen: Mapping[str, str] | None = None) -> Reponse:
    """Freeze the draft: from now on it is history, signed and dated (QST-5). Records démarche, profile and version (R-1).

    ``seen`` holds the tokens of what the author has read or typed, reasons of sections under ``m-SECTION``: nobody signs what he has
    not read. :raises ActionRefused: answers are missing (``missing`` in its details) or have changed (``changed``), or there is no draft.
    """
    policy.check(par, "valider", cible.sujet)
    if cible.brouillon() is None and cible.derniere_validee() is None:
        if lacking := missing(cible.definition, cible.base, {}, {}):
            raise ActionRefused("Il manque des réponses pour valider.", missing=lacking)
        raise ActionRefused("Rien n'est encore répondu : il n'y a rien à valider.")
    brouillon = _locked_brouillon(cible)
    if brouillon.version_id != cible.version_id:
        raise ActionRefused("Le questionnaire a changé de version : rechargez la page.")
    shown = cible.base.answered(brouillon.reponses, brouillon.sections_na)
    if changed := _unread(shown, brouillon, seen or {}):
        raise ActionRefused("Le brouillon a changé depuis que vous avez ouvert cette page : relisez-le, puis validez de nouveau.", changed=changed)
    lacking = missing(cible.definition, shown, brouillon.reponses, brouillon.sections_na)
    if lacking:
        raise ActionRefused("Il manque des réponses pour valider.", missing=lacking)
    author = brouillon.demandee_par
    brouillon.reponses = cible.kept(brouillon.reponses)
    brouillon.etat = EtatReponse.VALIDEE
    brouillon.validee_le, brouillon.validee_par = timezone.now(), par
    brouillon.demarche, brouillon.profil_id = cible.demarche, cible.profil_id
    brouillon.save()
    journal.record(
        "reponse.validee",
        par=par,
        target=brouillon,
        entreprise=cible.sujet.entreprise,
        details={"demarche": cible.demarche, "empreinte": empreinte([brouillon.reponses, brouillon.sections_na])},
    )
    contenu = f"{par.nom_complet} a validé le questionnaire « {cible.titre} »."
    tell(concerned(cible, author), cible, type="Questionnaire validé", contenu=contenu, par=par)
    return brouillon


def _unread(shown: Shown, brouillon: Reponse, seen: Mapping[str, str]) -> tuple[str, ...]:
    """Return the criteria shown that are not as they were seen, in their answer or in their section (R-20, R-21)."""
    if not seen:
        return ()
    definition = shown.definition
    stored = {section: motif_token(declared.get("motif", "")) for section, declared in brouillon.sections_na.items()}
    moved = {section: {} for section in definition.sections_na_possible if seen.get(f"m-{section}") != stored.get(section)}
    covered = na_codes(definition, moved)
    return tuple(code for code in shown.codes if code in covered or seen.get(code) != digest(brouillon.reponses.get(code)))
