"""The published content as the public list « Questionnaires et échelles » asks for it (QST-0)."""

from __future__ import annotations

from questionnaires.echelles import Catalogue, DemarcheEchelle, ParcoursEchelle, QuestionnaireEchelle, provide
from questionnaires.engine.definition import Critere

from .enums import Volet
from .referentiel import DemarcheInfo, QuestionnaireInfo, Referentiel, current, definition_of

_kept: list[tuple[Referentiel, Catalogue]] = []


def catalogue() -> Catalogue:
    """Return the content by parcours then démarche; one small query, the rest is kept until the content changes."""
    referentiel = current()
    for known, kept in _kept:
        if known is referentiel:
            return kept
    _kept[:] = [(referentiel, _catalogue(referentiel))]
    return _kept[0][1]


def _catalogue(referentiel: Referentiel) -> Catalogue:
    questions = _questions(referentiel)
    parcours_list = tuple(
        ParcoursEchelle(parcours.code, parcours.titre, tuple(_demarche(demarche, questions) for demarche in parcours.demarches))
        for parcours in referentiel.parcours_list
    )
    return Catalogue(parcours_list)


def _questions(referentiel: Referentiel) -> dict[str, Critere]:
    """Return the questions that conditions name."""
    versions = [pk for code, pk in referentiel.versions.items() if code.startswith("qualification-") or code == "orientation"]
    return {code: critere for pk in versions for code, critere in definition_of(pk).criteres.items()}


def _demarche(demarche: DemarcheInfo, questions: dict[str, Critere]) -> DemarcheEchelle:
    infos = [info for info in demarche.questionnaires if info.volet == Volet.EVALUATION]
    return DemarcheEchelle(demarche.code, demarche.titre, tuple(_questionnaire(info, questions) for info in infos))


def _questionnaire(info: QuestionnaireInfo, questions: dict[str, Critere]) -> QuestionnaireEchelle:
    if info.version_id is None:  # published scales are public, even before a démarche opens them to answers
        return QuestionnaireEchelle(info.code, info.titre, annonce=info.annonce)
    return QuestionnaireEchelle(info.code, info.titre, definition=info.definition(), jeu=info.jeu(), questions=questions)


provide(catalogue)
