"""What another qualification would change, computed without writing anything (CAT-2, UX « Impact preview »).

Every figure comes from the very objects the pages read (``contexte``), once with the recorded answers and once with the
proposed ones: what is announced is what will be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from questionnaires.actions.qualification import shown_in
from questionnaires.engine.definition import Critere, Definition
from questionnaires.engine.scoring import Verdict
from questionnaires.engine.statut import Statut
from questionnaires.engine.visibility import impact
from questionnaires.enums import EtatReponse
from questionnaires.models import Reponse, Sujet
from questionnaires.questions import Question, question_form

from .contexte import Etape, Suivi
from .enums import SourceProfil, Volet
from .profils import shown_for
from .referentiel import DemarcheInfo, QuestionnaireInfo, Referentiel, definition_of


@dataclass(frozen=True)
class EtapeImpact:
    """What becomes of one questionnaire in one démarche; ``retirees`` are the answers given to criteria that disappear.

    ``is_demande_retiree``: its validation was asked for, and is no longer (R-21).
    """

    info: QuestionnaireInfo
    apparaissent: tuple[Critere, ...]
    disparaissent: tuple[Critere, ...]
    inchanges: int
    retirees: int
    total_avant: int
    total_apres: int
    statut_avant: Statut
    statut_apres: Statut
    verdict_avant: Verdict | None
    verdict_apres: Verdict | None
    is_demande_retiree: bool

    @property
    def is_touched(self) -> bool:
        return bool(self.apparaissent or self.disparaissent) or self.is_statut_changed or self.is_verdict_changed

    @property
    def is_statut_changed(self) -> bool:
        return self.statut_avant != self.statut_apres

    @property
    def is_verdict_changed(self) -> bool:
        return self.verdict_avant != self.verdict_apres

    @property
    def goes_back(self) -> bool:
        """True when a finished questionnaire has to be taken up again."""
        return self.total_apres > 0 and self.statut_avant == Statut.TERMINE and self.statut_apres != Statut.TERMINE


@dataclass(frozen=True)
class DemarcheImpact:
    """What becomes of one démarche the sujet follows."""

    demarche: DemarcheInfo
    etapes: tuple[EtapeImpact, ...]
    statut_avant: Statut
    statut_apres: Statut

    @property
    def touched(self) -> tuple[EtapeImpact, ...]:
        return tuple(etape for etape in self.etapes if etape.is_touched)

    @property
    def untouched(self) -> tuple[EtapeImpact, ...]:
        """The questionnaires that stay as they are, those shown neither before nor after left out."""
        return tuple(etape for etape in self.etapes if not etape.is_touched and etape.total_apres)


@dataclass(frozen=True)
class QuestionChangee:
    """A question of the qualification whose answer changes, in words; empty when it has none."""

    numero: int
    titre: str
    avant: str
    apres: str


@dataclass(frozen=True)
class Impact:
    """All the consequences of another qualification."""

    demarches: tuple[DemarcheImpact, ...]
    questions: tuple[QuestionChangee, ...]

    @property
    def is_touching(self) -> bool:
        """True when at least one questionnaire of a followed démarche is touched."""
        return any(demarche.touched for demarche in self.demarches)

    @property
    def reprises(self) -> tuple[EtapeImpact, ...]:
        """The finished questionnaires to be taken up again."""
        return tuple(etape for demarche in self.demarches for etape in demarche.etapes if etape.goes_back)


def compute_impact(suivis: Sequence[Suivi], before: Reponse | None, after: Reponse) -> Impact:
    """Compare every followed démarche under the recorded qualification and under a proposed one (CAT-2)."""
    touched = touched_questionnaires(suivis, after)
    return Impact(tuple(_demarche_impact(suivi, after, touched) for suivi in suivis), questions_changees(before, after))


def touched_questionnaires(suivis: Sequence[Suivi], qualification: Reponse) -> frozenset[int]:
    """Return the keys of the questionnaires of which a criterion appears or disappears, in one démarche at least (CAT-2)."""
    pairs = ((suivi, requalified(suivi, qualification), info) for suivi in suivis for info in evaluations_of(suivi.demarche, suivi.sujet.genre))
    return frozenset(info.questionnaire_id for before, after, info in pairs if Etape(before, info).shown.codes != Etape(after, info).shown.codes)


def proposed(sujet: Sujet, referentiel: Referentiel, answers: Mapping[str, Any]) -> Reponse:
    """Return, unsaved, the row that recording these answers would give."""
    definition = referentiel.qualification(sujet.genre)
    return Reponse(
        entreprise_id=sujet.entreprise_id,
        sujet_id=sujet.pk,
        questionnaire_id=referentiel.qualification_id(sujet.genre),
        version_id=referentiel.qualification_version(sujet.genre),
        etat=EtatReponse.VALIDEE,
        reponses=kept_answers(definition, answers),
    )


def kept_answers(definition: Definition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what recording keeps: the answers to the questions these very answers show (R-6)."""
    return {code: dict(answers[code]) for code in shown_in(definition, answers).codes if answers.get(code)}


def requalified(suivi: Suivi, qualification: Reponse, touched: Collection[int] = ()) -> Suivi:
    """Return the same sujet in the same démarche, as it would be under another qualification.

    The validation of the ``touched`` questionnaires is no longer asked for (R-21).
    """
    others = (row for row in suivi.reponses if row is not suivi.qualification)
    return replace(suivi, reponses=[qualification, *(_unasked(row) if row.questionnaire_id in touched else row for row in others)])


def _unasked(row: Reponse) -> Reponse:
    if row.demandee_le is None:
        return row
    row = copy(row)
    row.demandee_le = None
    return row


def retained(referentiel: Referentiel, genre: str, profil: Mapping[str, Any], versions: Mapping[str, int]) -> list[tuple[str, int]]:
    """Say how many criteria a profile retains in each questionnaire whose démarche reads the qualification.

    ``versions`` are those being answered, by questionnaire; the others count in the one published last.
    """
    counts: dict[str, tuple[str, int]] = {}
    for demarche in referentiel.demarches.values():
        if demarche.profil != SourceProfil.QUALIFICATION:
            continue
        for info in evaluations_of(demarche, genre):
            counts.setdefault(info.code, (info.titre, len(shown_for(info.definition(versions.get(info.code)), demarche, profil).codes)))
    return list(counts.values())


def evaluations_of(demarche: DemarcheInfo, genre: str) -> Iterable[QuestionnaireInfo]:
    """Yield the questionnaires of a démarche whose answers a profile shows or hides."""
    return (info for info in demarche.evaluations(genre) if info.volet != Volet.PROJECTION)


def _demarche_impact(suivi: Suivi, qualification: Reponse, touched: Collection[int]) -> DemarcheImpact:
    after = requalified(suivi, qualification, touched)
    infos = evaluations_of(suivi.demarche, suivi.sujet.genre)
    etapes = tuple(_etape_impact(Etape(suivi, info), Etape(after, info)) for info in infos)
    return DemarcheImpact(suivi.demarche, etapes, suivi.statut, after.statut)


def _etape_impact(before: Etape, after: Etape) -> EtapeImpact:
    row = before.latest
    change = impact(before.definition, before.shown, after.shown, row.reponses if row else {})
    criteres = before.definition.criteres
    return EtapeImpact(
        info=before.info,
        apparaissent=tuple(criteres[code] for code in change.apparaissent),
        disparaissent=tuple(criteres[code] for code in change.disparaissent),
        inchanges=len(change.inchanges),
        retirees=len(change.reponses_retirees),
        total_avant=len(before.shown.codes),
        total_apres=len(after.shown.codes),
        statut_avant=before.statut,
        statut_apres=after.statut,
        verdict_avant=before.verdict if before.is_applicable else None,
        verdict_apres=after.verdict if after.is_applicable else None,
        is_demande_retiree=_is_asked(before) and not _is_asked(after),
    )


def _is_asked(etape: Etape) -> bool:
    return etape.brouillon is not None and etape.brouillon.demandee_le is not None


def questions_changees(before: Reponse | None, after: Reponse) -> tuple[QuestionChangee, ...]:
    """List, in the order of the form, the questions whose answer is not the same, each in the words of the version it answers."""
    was = _by_code(before) if before else {}
    found = []
    for code, question in _by_code(after).items():
        former = was.get(code)
        if question.valeur != (former.valeur if former else None):
            found.append(QuestionChangee(question.numero, question.critere.titre, former.reponse_en_mots if former else "", question.reponse_en_mots))
    return tuple(found)


def _by_code(row: Reponse) -> dict[str, Question]:
    return {question.code: question for question in question_form(definition_of(row.version_id), row.reponses)}
