"""The history of a sujet: its identification, its rights, its démarches, the questionnaires validated for it (TR-5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from accounts.models import EntreeJournal
from catalog.historique import SUJETS
from questionnaires.models import Reponse, Sujet

from .models import Inscription

REPONSE, INSCRIPTION = Reponse._meta.label_lower, Inscription._meta.label_lower


def of_sujet(sujet: Sujet) -> Q:
    """Keep what was done to a sujet, whose visibility the caller has checked, in whatever company it was then (BO-3)."""
    own = Q(target_type__in=SUJETS, target_id=str(sujet.pk))
    answers = Q(target_type=REPONSE, target_id__in=_keys(Reponse.objects.of_sujet(sujet)))
    enrolments = Q(target_type=INSCRIPTION, target_id__in=_keys(Inscription.objects.of_sujet(sujet)))
    return own | answers | enrolments


def _keys(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Give the keys as the journal writes them."""
    return rows.order_by().annotate(cle=Cast("pk", CharField())).values("cle")


def name_objets(sujet: Sujet, rows: Iterable[EntreeJournal]) -> dict[tuple[str, str], str]:
    """Name the questionnaires and the démarches that lines are about; two queries at most."""
    keys: dict[str, set[str]] = {REPONSE: set(), INSCRIPTION: set()}
    for row in rows:
        keys.get(row.target_type, set()).add(row.target_id)
    reponses = Reponse.objects.of_sujet(sujet).filter(pk__in=keys[REPONSE]).values_list("pk", "questionnaire__titre") if keys[REPONSE] else ()
    inscriptions = Inscription.objects.of_sujet(sujet).filter(pk__in=keys[INSCRIPTION]).values_list("pk", "demarche__titre") if keys[INSCRIPTION] else ()
    return {(kind, str(pk)): titre for kind, found in ((REPONSE, reponses), (INSCRIPTION, inscriptions)) for pk, titre in found}
