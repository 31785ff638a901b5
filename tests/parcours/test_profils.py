"""What a sujet keeps of its answers, against the rule said again naively (R-1, R-2, R-6)."""

from __future__ import annotations

from random import Random
from types import MappingProxyType

from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.profils import shown_for, views_of
from parcours.referentiel import DemarcheInfo, QuestionnaireInfo
from questionnaires.engine.definition import compile_definition
from questionnaires.engine.visibility import kept_codes
from tests.questionnaires.engine import oracle
from tests.questionnaires.engine.documents import SOURCES, draw_case


def questionnaire_info(code: str) -> QuestionnaireInfo:
    return QuestionnaireInfo(code, code, "evaluation", "produit", "", False, "", 1, 1, (), False, "sujet")


def demarche_info(number: int, profil: str, codes: list[str]) -> DemarcheInfo:
    infos = tuple(questionnaire_info(code) for code in codes)
    return DemarcheInfo(number, f"d{number}", "D", "d", "p", "P", ("produit",), True, profil, "doctrine", MappingProxyType({}), infos)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**48))
def test_an_answer_is_kept_when_one_demarche_at_least_shows_its_criterion(seed: int) -> None:
    """R-2: whatever the profile each démarche reads; a démarche without the questionnaire shows none of it."""
    rnd = Random(seed)
    case = draw_case(rnd)
    definition = compile_definition(case.document)
    profil = oracle.profile(case.profil, case.profil_answers)
    profils = {source: profil for source in SOURCES[:2] if rnd.random() < 0.8}
    demarches = [demarche_info(n, rnd.choice(SOURCES), rnd.choice([["q"], ["q", "autre"], ["autre"]])) for n in range(rnd.randint(0, 3))]
    expected = {
        code
        for demarche in demarches
        if any(info.code == "q" for info in demarche.questionnaires)
        for code in oracle.shown(case.document, profils.get(demarche.profil, {}), demarche.profil)
    }
    assert kept_codes(views_of(questionnaire_info("q"), definition, demarches, profils), {}) == expected
    for demarche in demarches:
        visible = shown_for(definition, demarche, profils.get(demarche.profil, {}))
        assert list(visible.codes) == oracle.shown(case.document, profils.get(demarche.profil, {}), demarche.profil)
