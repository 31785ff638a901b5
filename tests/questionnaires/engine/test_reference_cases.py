"""The engine on the shipped content: the counts and the worked example the guides attest (REFERENTIEL 1.5, R-9, R-12)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from questionnaires.engine.conditions import references
from questionnaires.engine.definition import SOURCES, Definition, compile_definition
from questionnaires.engine.exigences import JeuExigences
from questionnaires.engine.profile import effective_profil, shown_questions
from questionnaires.engine.scoring import evaluate
from questionnaires.engine.visibility import shown

from . import oracle

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
EVALUATIONS = ("interoperabilite", "urbanisation", "securite")

R1: dict[str, Any] = {
    "QP.01": "probable", "QP.02": "aucune", "QP.03": "non_probable", "QP.04": "aucune", "QP.05": "saas",
    "QP.06": ["professionnels", "usagers"], "QP.07": "oui", "QP.08": "tiers", "QP.09": "consommateur", "QP.10": "cree_affiche",
    "QP.11": "interagit", "QP.12": "aucun", "QP.13": "non", "QP.14": "non", "QP.15": "non", "QP.16": "non", "QP.17": ["aucune"],
    "QP.18": "oui", "QP.19": ["synchrone"], "QP.20": ["aucun"], "QP.21": ["aucun"], "QP.22": ["aucune"], "QP.23": ["aucun"],
    "QP.24": "non", "QP.25": "non", "QP.26": "non", "QP.27": "non", "QP.28": "non",
}  # fmt: skip
R2: dict[str, Any] = {
    "QO.01": "oui", "QO.02": "non", "QO.03": ["documents"], "QO.04": ["web"], "QO.05": "texte", "QO.06": "texte", "QO.07": "oui",
    "QO.08": ["prevention", "suivi_social"], "QO.09": "non", "QO.10": "oui", "QO.11": ["autre"], "QO.12": "oui",
    "QO.13": ["mdp_2fa"], "QO.14": "oui", "QO.15": ["psc"], "QO.16": "oui", "QO.17": "consommateur", "QO.18": "oui",
    "QO.19": ["documents"], "QO.20": ["prevention"], "QO.21": "oui", "QO.22": "interne", "QO.23": "oui", "QO.24": "oui",
    "QO.25": "oui", "QO.26": "assistance", "QO.27": "non", "QO.28": "gratuit", "QO.29": ["tout_public", "mineurs"], "QO.30": "oui",
    "QO.31": "oui", "QO.32": "oui", "QO.33": "non", "QO.34": "oui", "QO.35": "oui",
}  # fmt: skip
R1_A = {"A08.1.1": 1, "A08.2.1": 0, "A08.3.1": 2, "A08.4.1": 2, "A08.5.01": 2, "A08.5.23": 2, "A10.1": 0}


def read(path: str) -> Any:
    return yaml.safe_load((FIXTURES / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def definitions() -> dict[str, Definition]:
    return {path.stem: compile_definition(read(f"questionnaires/{path.name}")) for path in (FIXTURES / "questionnaires").glob("*.yaml")}


def as_answers(valeurs: dict[str, Any]) -> dict[str, Any]:
    return {code: {"valeur": valeur} for code, valeur in valeurs.items()}


def profil_of(definition: Definition, valeurs: dict[str, Any]) -> dict[str, Any]:
    return effective_profil(definition, as_answers(valeurs))


@pytest.mark.parametrize(
    "code, count", [("qualification-produit", 28), ("politique-globale", 4), ("interoperabilite", 60), ("urbanisation", 17), ("securite", 55)]
)
def test_size_of_the_catalogue(definitions, code, count):
    assert len(definitions[code].criteres) == count


def test_the_orientation_opens_with_22_questions_and_grows_to_35(definitions):
    orientation = definitions["orientation"]
    assert len(shown_questions(orientation, {})) == 22
    assert len(shown_questions(orientation, as_answers(R2))) == 35


def test_the_profiles_hold_no_hidden_question(definitions):
    assert profil_of(definitions["qualification-produit"], R1) == R1
    assert profil_of(definitions["orientation"], R2) == R2


@pytest.mark.parametrize("valeurs, source, counts", [(R1, "qualification", (7, 6, 36)), (R2, "orientation", (3, 3, 21))], ids=["R1", "R2"])
def test_criteria_shown_under_the_reference_profiles(definitions, valeurs, source, counts):
    profil = profil_of(definitions["qualification-produit" if source == "qualification" else "orientation"], valeurs)
    assert tuple(len(shown(definitions[code], profil, source).codes) for code in EVALUATIONS) == counts
    for code in EVALUATIONS:
        visible = shown(definitions[code], profil, source)
        assert list(visible.codes) == oracle.shown(read(f"questionnaires/{code}.yaml"), profil, source)
        assert all(visible.why(one).startswith("Ce critère s'affiche ") for one in visible.codes)


@pytest.mark.parametrize(
    "demarche, verdict, bloquants, radar",
    [
        ("socles", "non_atteint", {"A08.2.1", "A10.1"}, {"A08.1": 1, "A08.2": 0, "A08.3": 2, "A08.4": 2, "A08.5": 2, "A10": 0}),
        ("mes-sans-echange", "atteint", set(), {"A08.4": 2, "A08.5": 2}),
    ],
)
def test_the_same_answers_judged_by_two_demarches(definitions, demarche, verdict, bloquants, radar):
    """Case R1-A (PAR-4, QST-6, QST-7)."""
    definition, profil = definitions["interoperabilite"], profil_of(definitions["qualification-produit"], R1)
    jeu = JeuExigences.compile(read(f"exigences/{demarche}.yaml")["questionnaires"]["interoperabilite"], definition)
    found = evaluate(definition, shown(definition, profil, "qualification"), as_answers(R1_A), {}, jeu, profil)
    assert (found.manquants, found.verdict.value) == ((), verdict)
    assert {point.axe: point.valeur for point in found.radar} == radar
    assert {ecart.code for ecart in found.bloquants} == bloquants


@pytest.mark.parametrize(
    "code, with_exchange, without", [("04.03", {2, 3}, {"NA", 2, 3}), ("02.02", {2, 3}, {1, 2, 3}), ("07.02", {"NA", 2, 3}, {"NA", 1, 2, 3})]
)
def test_minima_rise_with_the_exchange_of_data(definitions, code, with_exchange, without):
    """R-9, REFERENTIEL 1.6."""
    jeu = JeuExigences.compile(read("exigences/mes-guide.yaml")["questionnaires"]["securite"], definitions["securite"])
    assert jeu.pour(code, {"QO.18": "oui"}).acceptes == with_exchange
    assert jeu.pour(code, {"QO.18": "non"}).acceptes == jeu.pour(code, {}).acceptes == without


def test_every_condition_reads_questions_of_the_content(definitions):
    """Each shipped rule can be told: its questions and choices exist."""
    questions = {code: critere for definition in definitions.values() for code, critere in definition.criteres.items()}
    read_codes = {
        code
        for definition in definitions.values()
        for source in SOURCES
        for conditions in definition.plans[source].conditions.values()
        for condition in conditions
        for code in references(condition)
    }
    assert read_codes and read_codes <= questions.keys()
