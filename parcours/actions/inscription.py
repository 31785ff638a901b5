"""Enrolling a produit in a démarche, and withdrawing it (PAR-2, R-44, R-45)."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import journal, policy
from accounts.errors import ActionRefused
from accounts.models import User
from questionnaires.models import Reponse, Sujet

from ..models import Inscription
from ..referentiel import DemarcheInfo, Referentiel


def inscrire(*, sujet: Sujet, demarche: DemarcheInfo, referentiel: Referentiel, par: User) -> Inscription:
    """Enrol a produit; asked twice, or by two people at once, it is enrolled once (WF-3, WF-4).

    :raises ActionRefused: the démarche is closed, does not accept it, is not open to answers yet, or needs its qualification.
    """
    policy.check(par, "saisir", sujet)
    _refuse_impossible(sujet, demarche, referentiel)
    try:
        with transaction.atomic():
            inscription = Inscription.tous.create(entreprise_id=sujet.entreprise_id, sujet_id=sujet.pk, demarche_id=demarche.id, inscrite_par=par)
            journal.record("inscription.creee", par=par, target=inscription, entreprise=sujet.entreprise, details={"demarche": demarche.code})
            return inscription
    except IntegrityError as error:
        if known := Inscription.objects.of_sujet(sujet).ouvertes().filter(demarche_id=demarche.id).first():
            return known
        raise ActionRefused("Ce produit vient d'être inscrit à cette démarche, puis retiré : recommencez s'il doit y être.") from error


def _refuse_impossible(sujet: Sujet, demarche: DemarcheInfo, referentiel: Referentiel) -> None:
    if sujet.genre not in demarche.accepte:
        raise ActionRefused("Cette démarche n'accepte pas ce produit.")
    if Inscription.objects.of_sujet(sujet).ouvertes().filter(demarche_id=demarche.id).exists():
        return
    if not demarche.ouverte:
        raise ActionRefused("Cette démarche n'accepte plus de nouvelle inscription.")
    if not demarche.answerable:
        raise ActionRefused("Cette démarche n'est pas encore ouverte aux réponses.")
    if demarche.reads_qualification and not is_qualified(sujet, referentiel):
        raise ActionRefused("Répondez d'abord à la qualification du produit : cette démarche s'en sert.", champ="qualification")


def is_qualified(sujet: Sujet, referentiel: Referentiel) -> bool:
    """True when the qualification of a sujet has been recorded (R-40)."""
    return Reponse.objects.of_sujet(sujet).validees().filter(questionnaire_id=referentiel.qualification_id(sujet.genre)).exists()


@transaction.atomic
def retirer_inscription(*, inscription: Inscription, demarche: DemarcheInfo, par: User) -> Inscription:
    """Withdraw an enrolment in which nothing was validated from this démarche yet; the answers stay (R-44).

    :raises ActionRefused: something was validated in it, or it is withdrawn already.
    """
    inscription = Inscription.objects.of_entreprise(inscription.entreprise_id).select_for_update(of=("self",)).get(pk=inscription.pk)
    policy.check(par, "retirer", inscription)
    if inscription.retiree_le is not None:
        raise ActionRefused("Cette inscription est déjà retirée.")
    if has_validated(inscription, demarche):
        raise ActionRefused("Un questionnaire a déjà été validé dans cette démarche : l'inscription ne peut plus être retirée.")
    inscription.retiree_le, inscription.retiree_par = timezone.now(), par
    inscription.save(update_fields=["retiree_le", "retiree_par"])
    journal.record("inscription.retiree", par=par, target=inscription, entreprise=inscription.sujet.entreprise, details={"demarche": demarche.code})
    return inscription


def has_validated(inscription: Inscription, demarche: DemarcheInfo) -> bool:
    """True when answers were validated from this démarche since the enrolment."""
    return Reponse.objects.of_sujet(inscription.sujet).validees().filter(demarche=demarche.code, validee_le__gte=inscription.inscrite_le).exists()
