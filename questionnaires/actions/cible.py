"""What an action on answers is about: which sujet, which questionnaire, in which version, seen from which démarche."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..engine.definition import Definition
from ..engine.visibility import Shown, kept_codes
from ..models import Reponse, Sujet


@dataclass(frozen=True)
class Cible:
    """The set of answers an action works on, with the facts the upper rooms know (ARCHITECTURE §1).

    ``inscription`` is 0, or the enrolment the answers belong to (R-7). ``base`` is what the démarche at hand shows before any
    answer, ``views`` the same for each démarche the sujet is enrolled in: an answer outside of them is obsolete (R-1, R-2).
    """

    sujet: Sujet
    questionnaire_id: int
    version_id: int
    definition: Definition
    base: Shown
    views: tuple[Shown, ...]
    demarche: str
    titre: str
    inscription: int = 0
    profil_id: int | None = None
    url: str = ""
    options: Collection[int] = field(default=())

    def kept(self, reponses: Mapping[str, Any]) -> dict[str, Any]:
        """Return a set of answers without the obsolete ones, which leave the draft at the next save (R-2)."""
        codes = kept_codes(self.views, reponses)
        return {code: answer for code, answer in reponses.items() if code in codes}

    def brouillon(self) -> Reponse | None:
        """Read the draft, if there is one."""
        return self._rows().brouillons().first()

    def derniere_validee(self) -> Reponse | None:
        """Read the last validated answers, if there are any."""
        return self._rows().validees().order_by("-pk").first()

    def _rows(self):
        return Reponse.objects.of_sujet(self.sujet).filter(questionnaire_id=self.questionnaire_id, inscription=self.inscription)
