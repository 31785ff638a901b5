"""What an action on answers is about: which sujet, which questionnaire, in which version, seen from which démarche."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from ..engine.definition import Definition
from ..engine.visibility import Shown
from ..models import Reponse, Sujet


@dataclass(frozen=True)
class Cible:
    """The set of answers an action works on, with the facts the upper rooms know (ARCHITECTURE §1).

    ``inscription`` is 0, or the enrolment the answers belong to (R-7). ``shown`` are the criteria of the démarche at hand,
    ``kept`` those of any démarche the sujet is enrolled in: an answer outside of them is obsolete (R-1, R-2).
    """

    sujet: Sujet
    questionnaire_id: int
    version_id: int
    definition: Definition
    shown: Shown
    kept: frozenset[str]
    demarche: str
    titre: str
    inscription: int = 0
    profil_id: int | None = None
    url: str = ""
    options: Collection[int] = field(default=())

    def brouillon(self) -> Reponse | None:
        """Read the draft, if there is one."""
        return self._rows().brouillons().first()

    def derniere_validee(self) -> Reponse | None:
        """Read the last validated answers, if there are any."""
        return self._rows().validees().order_by("-pk").first()

    def _rows(self):
        return Reponse.objects.of_sujet(self.sujet).filter(questionnaire_id=self.questionnaire_id, inscription=self.inscription)
