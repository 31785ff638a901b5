"""The engine against the rules said again naively (``oracle.py``), on random content, profiles, answers and exigences (WF-7)."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.engine.answers import digest, effective_answers, merge
from questionnaires.engine.completeness import missing, progress, progress_by_section
from questionnaires.engine.definition import compile_definition
from questionnaires.engine.exigences import JeuExigences
from questionnaires.engine.profile import effective_profil, shown_questions
from questionnaires.engine.scoring import conformity_shares, ecart, evaluate, expected_series, radar, verdict
from questionnaires.engine.simulation import SimulatedDemarche, SimulationContent, simulate
from questionnaires.engine.visibility import impact, shown

from . import oracle
from .documents import FOREIGN, Case, draw_answers, draw_case, draw_condition, draw_questions

seeds = st.integers(0, 2**48)
often = settings(max_examples=300, deadline=None, derandomize=False)


def case_of(seed: int) -> tuple[Case, dict]:
    case = draw_case(Random(seed))
    return case, oracle.profile(case.profil, case.profil_answers)


@often
@given(seed=seeds)
def test_profile_holds_the_answers_of_the_questions_that_show(seed):
    """R-6, whatever the order of the questions."""
    case, profil = case_of(seed)
    definition = compile_definition(case.profil)
    assert effective_profil(definition, case.profil_answers) == profil
    assert list(shown_questions(definition, case.profil_answers)) == oracle.shown_in_form(case.profil, {}, "aucun", case.profil_answers)


@often
@given(seed=seeds)
def test_what_shows(seed):
    """QST-1, for the three sources of profile; the profile of another person's hidden questions changes nothing."""
    case, profil = case_of(seed)
    definition = compile_definition(case.document)
    for source in ("qualification", "orientation", "aucun"):
        visible = shown(definition, profil, source)
        expected = oracle.shown(case.document, profil, source)
        assert list(visible.codes) == expected
        assert {code for code in definition.criteres if visible.why(code)} == set(expected)


@often
@given(seed=seeds)
def test_a_form_that_reads_its_own_answers_and_a_profile(seed):
    """R-6: inside its own form what is typed decides; what the profile says of its questions is ignored."""
    rnd = Random(seed)
    document = draw_questions(rnd, (FOREIGN,))
    questions = [critere for section in document["sections"] for critere in section["criteres"]]
    answers, stale = (draw_answers(rnd, questions, "qualification", 0.8) for _ in range(2))
    profil = {code: answer["valeur"] for code, answer in stale.items() if "valeur" in answer} | {"Z": rnd.choice("abc")}
    visible = shown(compile_definition(document), profil, "aucun", own_answers=answers)
    assert list(visible.codes) == oracle.shown_in_form(document, profil, "aucun", answers)


@often
@given(seed=seeds)
def test_a_form_of_criteria_that_reads_its_own_answers(seed):
    """QST-1, R-6, R-20: its questions, but those of a section declared non applicable, show and hide its criteria."""
    case, profil = case_of(seed)
    rnd = Random(seed)
    questions = [critere for critere, _ in oracle.items(case.document) if critere.get("genre") in oracle.QUESTIONS]
    for critere, _ in oracle.items(case.document):
        if questions[1:] and rnd.random() < 0.4 and critere not in questions[:2]:
            critere["affichage"] = draw_condition(rnd, questions[:2])
    base = shown(compile_definition(case.document), profil, case.source)
    covered = oracle.na_by_section(case.document, case.sections_na)
    answers = {code: answer for code, answer in case.answers.items() if code not in covered}
    visible = base.answered(case.answers, case.sections_na)
    assert list(visible.codes) == oracle.shown_in_form(case.document, profil, case.source, answers)
    assert visible.as_set <= base.possible and visible.possible == base.possible


@often
@given(seed=seeds)
def test_what_is_missing_and_how_far_one_is(seed):
    """R-4, R-20: one function, in whole and by section."""
    case, profil = case_of(seed)
    definition = compile_definition(case.document)
    visible = shown(definition, profil, case.source)
    expected = oracle.progress(case.document, list(visible.codes), case.answers, case.sections_na)
    values = oracle.counted(case.document, case.answers, case.sections_na)
    whole = progress(definition, visible, case.answers, case.sections_na)
    parts = progress_by_section(definition, visible, case.answers, case.sections_na)

    assert [m.code for m in missing(definition, visible, case.answers, case.sections_na)] == oracle.missing(case.document, list(visible.codes), values)
    assert {name: (p.faits, p.total, p.pourcent) for name, p in {"": whole, **parts}.items() if name in expected} == expected


@often
@given(seed=seeds)
def test_radar_expected_verdict_and_gap(seed):
    """QST-6, R-9, R-10, R-12, R-13."""
    case, profil = case_of(seed)
    definition = compile_definition(case.document)
    jeu = JeuExigences.compile(case.exigences, definition)
    visible = shown(definition, profil, case.source)
    found = evaluate(definition, visible, case.answers, case.sections_na, jeu, profil)
    expected = oracle.judge(case.document, list(visible.codes), case.answers, case.sections_na, case.exigences, profil)

    assert {point.axe: point.valeur for point in found.radar} == expected["radar"]
    assert {point.axe: point.effectif for point in found.radar} == expected["effectifs"]
    assert {point.axe: point.valeur for point in found.attendus} == expected["attendus"]
    assert (found.verdict.value if found.verdict else None) == expected["verdict"]
    assert [(e.code, e.manque_seuil, e.manque_cible, e.bloque) for e in found.ecarts] == expected["ecarts"]
    assert [manque.code for manque in found.manquants] == expected["manquants"]


@settings(max_examples=100, deadline=None)
@given(seed=seeds)
def test_each_part_alone_says_what_the_whole_says(seed):
    case, profil = case_of(seed)
    definition = compile_definition(case.document)
    jeu = JeuExigences.compile(case.exigences, definition)
    visible = shown(definition, profil, case.source)
    effective = effective_answers(definition, case.answers, case.sections_na)
    whole = evaluate(definition, visible, case.answers, case.sections_na, jeu, profil)

    assert radar(definition, visible, effective, jeu, profil) == whole.radar
    assert expected_series(definition, visible, effective, jeu, profil) == whole.attendus
    assert ecart(definition, visible, effective, jeu, profil) == whole.ecarts
    assert verdict(definition, visible, case.answers, case.sections_na, jeu, profil) == whole.verdict
    assert progress(definition, visible, case.answers, case.sections_na) == whole.progress
    expected = oracle.shares(case.document, list(visible.codes), case.answers, case.sections_na)
    assert {name: count for name, count in conformity_shares(visible, effective)[""].items() if name in expected} == expected


@settings(max_examples=100, deadline=None)
@given(seed=seeds)
def test_impact_of_another_profile(seed):
    """CAT-2: what appears, disappears, stays, in display order, and nothing else."""
    case, profil = case_of(seed)
    definition = compile_definition(case.document)
    before, after = (oracle.shown(case.document, values, case.source) for values in (profil, {}))
    change = impact(definition, shown(definition, profil, case.source), shown(definition, {}, case.source), case.answers)

    assert list(change.apparaissent) == [code for code in after if code not in before]
    assert list(change.disparaissent) == [code for code in before if code not in after]
    assert list(change.inchanges) == [code for code in before if code in after]
    answered = [code for code in change.disparaissent if oracle.given(case.answers, code) is not None]
    assert list(change.reponses_retirees) == answered
    assert bool(change) is (before != after)


@settings(max_examples=100, deadline=None)
@given(seed=seeds)
def test_simulation(seed):
    """ARCHITECTURE §6: hidden questions of the profile and answers to hidden criteria change nothing."""
    case, profil = case_of(seed)
    definition = compile_definition(case.document)
    demarche = SimulatedDemarche(case.source, (compile_definition(case.profil),), ((definition, JeuExigences.compile(case.exigences, definition)),))
    given_profil = {code: answer["valeur"] for code, answer in case.profil_answers.items() if "valeur" in answer}
    given_answers = {code: answer["valeur"] for code, answer in case.answers.items() if "valeur" in answer}
    result = simulate(SimulationContent({"d": demarche}), "d", given_profil, given_answers)["questionnaires"]["q"]

    visible = oracle.shown(case.document, profil, case.source)
    expected = oracle.judge(case.document, visible, case.answers, {}, case.exigences, profil)
    assert result == {
        "affiches": visible,
        "radar": {name: float(mean) for name, mean in expected["radar"].items()},
        "verdict": expected["verdict"],
        "ecart": [code for code, to_threshold, _, blocks in expected["ecarts"] if to_threshold or blocks],
        "manquants": expected["manquants"],
    }


answer = st.fixed_dictionaries({}, optional={"valeur": st.integers(0, 3), "commentaire": st.sampled_from(["a", "b"]), "option": st.integers(1, 2)})
sheet = st.dictionaries(st.sampled_from("ABCD"), answer)


@settings(max_examples=400, deadline=None)
@given(stored=sheet, base=sheet, posted=sheet)
def test_merge_overwrites_nothing(stored, base, posted):
    """QST-4, WF-2: what somebody else wrote meanwhile is never replaced, what nobody else touched is."""
    result = merge(stored, {code: digest(base.get(code)) for code in posted}, posted)
    expected, conflicts = oracle.merged(stored, base, posted)
    assert {**stored, **result.applied} == expected
    assert [conflict.code for conflict in result.conflicts] == conflicts
    assert sorted([*result.applied, *result.unchanged, *conflicts]) == sorted(posted)


@settings(max_examples=200, deadline=None)
@given(base=sheet, one=sheet, other=sheet)
def test_two_saves_of_one_page_keep_every_change_that_does_not_collide(base, one, other):
    """QST-4: whoever saves first, what one person alone changed is there in the end."""
    tokens = {code: digest(base.get(code)) for code in "ABCD"}
    first = {**base, **merge(base, tokens, one).applied}
    result = merge(first, tokens, other)
    final = {**first, **result.applied}
    for code in other:
        if one.get(code, base.get(code, {})) == base.get(code, {}):
            assert final.get(code, {}) == other[code]
    for code in one:
        if other.get(code, base.get(code, {})) == base.get(code, {}):
            assert final.get(code, {}) == one[code]
