"""What the fiche of a produit and the page of the stratégie globale show, read in a fixed number of queries (CAT-6, CAT-7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from questionnaires.engine.statut import Statut
from questionnaires.models import Reponse, Sujet
from questionnaires.questions import QuestionForm, question_form

from .contexte import Suivi, fetch_suivis, suivi_of_strategie
from .impact import retained
from .models import Inscription
from .profils import profil_of
from .referentiel import DemarcheInfo, ParcoursInfo, Referentiel, current, definition_of


@dataclass(frozen=True)
class CarteParcours:
    """A parcours on the fiche of a produit: the démarches it is enrolled in, and those it may begin."""

    parcours: ParcoursInfo
    suivis: Sequence[Suivi]
    possibles: Sequence[DemarcheInfo]

    @property
    def bouton(self) -> str:
        """« Commencer » when no démarche of the parcours is begun, else « Nouvelle démarche » (R-46); empty when none is left."""
        if not self.possibles:
            return ""
        return "Nouvelle démarche" if self.suivis else "Commencer"


@dataclass(frozen=True)
class Fiche:
    """A sujet with its qualification and all the démarches it follows."""

    sujet: Sujet
    referentiel: Referentiel
    suivis: Sequence[Suivi]
    qualification: Reponse | None

    @cached_property
    def formulaire(self) -> QuestionForm | None:
        """The recorded qualification, in words under the version it answers; None before any."""
        if self.qualification is None:
            return None
        return question_form(definition_of(self.qualification.version_id), self.qualification.reponses)

    @cached_property
    def retenus(self) -> list[tuple[str, int]]:
        """How many criteria the profile retains in each questionnaire, in the version being answered if there is one."""
        if self.qualification is None:
            return []
        versions = {etape.info.code: etape.version_id for suivi in self.suivis for etape in suivi.answerable}
        return retained(self.referentiel, self.sujet.genre, profil_of(self.qualification), versions)

    @cached_property
    def cartes(self) -> list[CarteParcours]:
        return [
            CarteParcours(
                parcours,
                [suivi for suivi in self.suivis if suivi.demarche.parcours_code == parcours.code],
                [demarche for demarche in self.possibles if demarche.parcours_code == parcours.code],
            )
            for parcours in self.referentiel.parcours_list
        ]

    @cached_property
    def possibles(self) -> list[DemarcheInfo]:
        """The démarches this sujet may be enrolled in now (R-44, R-45)."""
        begun = {suivi.demarche.id for suivi in self.suivis}
        return [
            demarche
            for demarche in self.referentiel.demarches.values()
            if demarche.ouverte and demarche.answerable and self.sujet.genre in demarche.accepte and demarche.id not in begun
        ]

    @cached_property
    def prochain(self) -> Suivi | None:
        """The first démarche not finished: the next useful thing, once the qualification is answered."""
        if self.qualification is None:
            return None
        return next((suivi for suivi in self.suivis if suivi.answerable and suivi.statut != Statut.TERMINE), None)

    @property
    def is_first_start(self) -> bool:
        """True when beginning a démarche is the next useful thing."""
        return self.qualification is not None and self.prochain is None


def fetch_fiche(sujet: Sujet) -> Fiche:
    """Read the démarches and the qualification of a sujet whose visibility the caller has checked; 4 queries for a produit."""
    referentiel = current()
    suivis = _suivis_of_produit(sujet, referentiel) if sujet.is_produit else _suivis_of_strategie(sujet, referentiel)
    return Fiche(sujet, referentiel, suivis[1:] if sujet.is_produit else suivis, suivis[0].qualification if suivis else None)


def _suivis_of_produit(sujet: Sujet, referentiel: Referentiel) -> list[Suivi]:
    """Return a first Suivi for its qualification alone, which needs no enrolment, then one per open enrolment."""
    rows = list(Inscription.objects.of_sujet(sujet).ouvertes())
    rows = [row for row in rows if row.demarche_id in referentiel.demarches_by_id]
    anchor = [Inscription(demarche_id=demarche_id) for demarche_id in list(referentiel.demarches_by_id)[:1]]
    for row in [*anchor, *rows]:
        row.sujet = sujet
    suivis = fetch_suivis([*anchor, *rows], referentiel)
    return [*suivis[:1], *sorted(suivis[1:], key=_order)]


def _suivis_of_strategie(sujet: Sujet, referentiel: Referentiel) -> list[Suivi]:
    """Return one Suivi per démarche that accepts stratégies: none needs an enrolment (R-44)."""
    return [suivi_of_strategie(sujet, demarche, referentiel) for demarche in referentiel.demarches.values() if sujet.genre in demarche.accepte]


def _order(suivi: Suivi) -> Any:
    return list(suivi.referentiel.demarches_by_id).index(suivi.demarche.id)
