"""A set of answers judged by a démarche, and the verdict in words (R-10, R-11)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from questionnaires.engine.answers import NA
from questionnaires.engine.definition import Definition
from questionnaires.engine.exigences import Exigence, JeuExigences
from questionnaires.engine.scoring import Evaluation, Verdict, evaluate
from questionnaires.engine.visibility import Shown
from questionnaires.memo import content_key
from questionnaires.models import Reponse

from .contexte import Etape
from .enums import RegimeVerdict
from .profils import shown_for

GRADUES = ("maturite", "conformite")  # kinds of questionnaires that reach a level
CITES = 8  # codes named in a sentence
NIVEAUX = {RegimeVerdict.DOCTRINE: "niveau recommandé", RegimeVerdict.MES: "niveau minimum", RegimeVerdict.CONFORMITE: "attendu"}


@dataclass(frozen=True)
class Jugement:
    """Answers, with all they are judged by: their own content version, a profile, what the démarche at hand requires.

    ``le`` takes what it required at that moment: past answers are judged as they were when they were signed (R-12).
    """

    etape: Etape
    row: Reponse
    profil: Mapping[str, Any]
    le: datetime | None = None

    @cached_property
    def definition(self) -> Definition:
        return self.etape.info.definition(self.row.version_id)

    @cached_property
    def jeu(self) -> JeuExigences:
        return self.etape.info.jeu(self.row.version_id, self.le)

    @cached_property
    def base(self) -> Shown:
        """What the profile shows, before any answer."""
        return shown_for(self.definition, self.etape.suivi.demarche, self.profil)

    @cached_property
    def shown(self) -> Shown:
        return self.base.answered(self.row.reponses, self.row.sections_na)

    @cached_property
    def evaluation(self) -> Evaluation:
        return evaluate(self.definition, self.shown, self.row.reponses, self.row.sections_na, self.jeu, self.profil)

    @property
    def key(self) -> tuple[Hashable, ...]:
        """Tell this judgement from another: the answers, what shows of the questionnaire, and what is required of it, where."""
        row, demarche = self.row, self.etape.suivi.demarche
        return (content_key([row.reponses, row.sections_na]), row.is_validee, self.base, self.jeu, demarche, self.le is not None)

    @property
    def is_gradue(self) -> bool:
        """True when a level is reached; deposits and forms have none (R-10)."""
        return self.definition.genre in GRADUES

    @property
    def regime(self) -> RegimeVerdict:
        return RegimeVerdict(self.etape.suivi.demarche.verdict)

    def exigence(self, code: str) -> Exigence:
        """Return what the démarche requires of a criterion under this profile (R-9)."""
        return self.jeu.pour(code, self.profil)

    @cached_property
    def obligations(self) -> int:
        """Number of shown obligations; a question reaches no level."""
        criteres = self.definition.criteres
        return sum(self.exigence(code).is_obligation and criteres[code].is_graded for code in self.shown.codes)


@dataclass(frozen=True)
class Conclusion:
    """The first line of the results: the verdict, its sentence and its reason."""

    verdict: Verdict | None
    titre: str
    raison: str


def conclure(jugement: Jugement, *, is_termine: bool) -> Conclusion:
    """Say what level is reached; shown only when the questionnaire is Terminé, else why it is not (R-10)."""
    if not jugement.is_gradue:
        return Conclusion(None, "Réponses validées", "Ce questionnaire ne donne pas lieu à un niveau.")
    if not is_termine or jugement.evaluation.verdict is None:
        etat = "n'était pas" if jugement.le else "n'est pas"
        return Conclusion(None, f"Le niveau n'est pas affiché : le questionnaire {etat} terminé", _raison_inacheve(jugement))
    if jugement.evaluation.verdict == Verdict.ATTEINT:
        return Conclusion(Verdict.ATTEINT, _titre(jugement, "Atteint"), _raison_atteint(jugement))
    courte, codes = _manques(jugement)
    return Conclusion(Verdict.NON_ATTEINT, f"{_titre(jugement, 'Non atteint')} : {courte}", f"À reprendre : {_cite(codes)}.")


def conclure_brouillon(jugement: Jugement) -> Conclusion:
    """Say that nothing is validated yet, and how far the draft is."""
    lacking = len(jugement.evaluation.manquants)
    rest = f"Il manque encore {_nombre(lacking, 'réponse')}." if lacking else "Toutes les réponses sont données : il reste à valider."
    level = " Le niveau atteint s'affichera après la validation." if jugement.is_gradue else ""
    return Conclusion(None, "Brouillon : ce questionnaire n'a pas encore été validé", rest + level)


def _titre(jugement: Jugement, mot: str) -> str:
    demarche = jugement.etape.suivi.demarche
    prefix = "Niveau d'auto-évaluation : " if demarche.is_mes else ""
    return f"{prefix}{mot} pour {demarche.atteint_pour}"


def _raison_inacheve(jugement: Jugement) -> str:
    lacking = [manque.code for manque in jugement.evaluation.manquants]
    if lacking:
        verb = "manque" if len(lacking) == 1 else "manquent"
        return f"{_nombre(len(lacking), 'réponse')} {verb} pour ce qui est affiché aujourd'hui : {_cite(lacking)}."
    return "Des réponses portent sur des critères qui ne sont plus affichés : ouvrez le questionnaire, enregistrez et validez de nouveau."


def _raison_atteint(jugement: Jugement) -> str:
    count = jugement.obligations
    if not count:
        return "Aucun critère obligatoire n'est affiché dans cette démarche."
    words = {
        RegimeVerdict.DOCTRINE: ("est au niveau recommandé, ou non applicable", "sont au niveau recommandé, ou non applicables"),
        RegimeVerdict.MES: ("a une réponse acceptée", "ont une réponse acceptée"),
        RegimeVerdict.CONFORMITE: ("est conforme, ou non applicable", "sont conformes, ou non applicables"),
    }[jugement.regime]
    return f"Le critère obligatoire {words[0]}." if count == 1 else f"Les {count} critères obligatoires {words[1]}."


def _manques(jugement: Jugement) -> tuple[str, list[str]]:
    """Return how many obligations are not met, in words, and their codes."""
    blocking = jugement.evaluation.bloquants
    refused = [one for one in blocking if one.valeur == NA]
    below = len(blocking) - len(refused)
    parts = []
    if below:
        parts.append(_sous_niveau(jugement.regime, below))
    if refused:
        parts.append(f"{_nombre(len(refused), 'critère')} « non applicable » alors que la démarche ne l'accepte pas")
    return ", ".join(parts), [one.code for one in blocking]


def _sous_niveau(regime: RegimeVerdict, count: int) -> str:
    if regime == RegimeVerdict.CONFORMITE:
        return f"{_nombre(count, 'exigence')} non conforme{'s' if count > 1 else ''}"
    return f"{_nombre(count, 'critère')} sous le {NIVEAUX[regime]}"


def _nombre(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' if count > 1 else ''}"


def _cite(codes: Collection[str]) -> str:
    named = list(codes)[:CITES]
    more = len(codes) - len(named)
    return ", ".join(named) + (f" et {more} autre{'s' if more > 1 else ''}" if more else "")
