"""Two states of the answers to a questionnaire, side by side (QST-8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format

from questionnaires.cartes import whole_answer_in_words
from questionnaires.engine.answers import Answer
from questionnaires.engine.comparison import Difference, compare
from questionnaires.engine.definition import Definition
from questionnaires.exports.rapport import Evenement
from questionnaires.models import Reponse

from .contexte import Etape
from .jugement import Jugement
from .profils import profil_of
from .resultats import fetch_versions, motifs_of

BROUILLON = "brouillon"
CHANGEMENTS = {"ajoute": "Réponse ajoutée", "retire": "Réponse retirée", "modifie": "Réponse modifiée", "commentaire": "Commentaire modifié"}


@dataclass(frozen=True)
class LigneComparee:
    """What changed for one criterion."""

    code: str
    titre: str
    changement: str
    avant: str
    apres: str
    commentaire_avant: str = ""
    commentaire_apres: str = ""


@dataclass(frozen=True)
class Comparaison:
    """The differences between two states, each with its title."""

    titre_a: str
    titre_b: str
    lignes: tuple[LigneComparee, ...]


def choix_of(etape: Etape, historique: Sequence[Evenement]) -> list[tuple[str, str]]:
    """List the states that can be compared, the latest first."""
    brouillon = etape.brouillon
    choix = [(BROUILLON, f"{_titre_court(brouillon)} par {brouillon.modifiee_par.nom_complet}")] if brouillon else []
    return choix + [(str(item.pk), f"Validée le {_moment(item.quand)} par {item.qui}") for item in historique]


def fetch_etats(etape: Etape, *asked: str) -> list[Reponse]:
    """Return the states asked for, in order; 1 query whatever their number.

    :raises Http404: one is neither the draft nor a validated version of this questionnaire.
    """
    known: dict[str, Reponse] = {str(row.pk): row for row in fetch_versions(etape, [key for key in asked if key != BROUILLON])}
    if etape.brouillon:
        known[BROUILLON] = etape.brouillon
    try:
        return [known[key] for key in asked]
    except KeyError:
        raise Http404("Version inconnue.") from None


def _titre_court(row: Reponse) -> str:
    """Name a state at the head of a column: what it is and when."""
    return f"Brouillon du {_moment(row.modifiee_le)}" if row.is_brouillon else f"Validée le {_moment(row.validee_le)}"


def _moment(when: datetime) -> str:
    return date_format(timezone.localtime(when), "d/m/Y à G\u00a0\\h\u00a0i")


def comparer_versions(etape: Etape, a: Reponse, b: Reponse) -> Comparaison:
    """Compare two states as they count, in the content version of the second; a criterion it lacks keeps its code alone."""
    before, after = _judged(etape, a), _judged(etape, b)
    differences = compare(after.definition, _counting(before), _counting(after))
    lignes = tuple(_ligne(one, after.definition, before.definition) for one in differences)
    return Comparaison(_titre_court(a), _titre_court(b), lignes)


def _judged(etape: Etape, row: Reponse) -> Jugement:
    return Jugement(etape, row, profil_of(row.profil) if row.is_validee else etape.suivi.profil)


def _counting(jugement: Jugement) -> dict[str, Answer]:
    """Return the answers as they count, those of a section declared non applicable with its reason (R-20).

    Of such a section, only the criteria that were shown or answered (R-1).
    """
    motifs, row = dict(motifs_of(jugement.definition, jugement.row.sections_na)), jugement.row
    kept = {code: answer for code, answer in jugement.evaluation.effective.items() if code in row.reponses or code in jugement.shown.as_set}
    return {code: {**answer, "commentaire": motifs[code]} if code in motifs else answer for code, answer in kept.items()}


def _ligne(one: Difference, definition: Definition, former: Definition) -> LigneComparee:
    critere = definition.criteres.get(one.code) or former.criteres.get(one.code)
    return LigneComparee(
        code=one.code,
        titre=critere.titre if critere else "",
        changement=CHANGEMENTS[one.nature],
        avant=whole_answer_in_words(critere, one.avant) if critere else "",
        apres=whole_answer_in_words(critere, one.apres) if critere else "",
        commentaire_avant=one.avant.get("commentaire", ""),
        commentaire_apres=one.apres.get("commentaire", ""),
    )
