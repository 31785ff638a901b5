"""The shipped questionnaires have the size, and show the numbers of criteria, that the guides attest (QST-0, R-9)."""

from collections import Counter
from pathlib import Path

import pytest

from questionnaires.content import read_folder, walk

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"

# A software as a service for professionals and patients, which reads and feeds the DMP.
R1 = {
    "QP.01": "probable", "QP.02": "aucune", "QP.03": "non_probable", "QP.04": "aucune", "QP.05": "saas",
    "QP.06": {"professionnels", "usagers"}, "QP.07": "oui", "QP.08": "tiers", "QP.09": "consommateur",
    "QP.10": "cree_affiche", "QP.11": "interagit", "QP.12": "aucun", "QP.13": "non", "QP.14": "non", "QP.15": "non",
    "QP.16": "non", "QP.17": {"aucune"}, "QP.18": "oui", "QP.19": {"synchrone"}, "QP.20": {"aucun"},
    "QP.21": {"aucun"}, "QP.22": {"aucune"}, "QP.23": {"aucun"}, "QP.24": "non", "QP.25": "non", "QP.26": "non",
    "QP.27": "non", "QP.28": "non",
}  # fmt: skip
# A web application which is a medical device and exchanges data with Mon espace santé.
R2 = {
    "QO.01": "oui", "QO.02": "non", "QO.03": {"documents"}, "QO.04": {"web"}, "QO.05": "texte", "QO.06": "texte",
    "QO.07": "oui", "QO.08": {"prevention", "suivi_social"}, "QO.09": "non", "QO.10": "oui", "QO.11": {"autre"},
    "QO.12": "oui", "QO.13": {"mdp_2fa"}, "QO.14": "oui", "QO.15": {"psc"}, "QO.16": "oui", "QO.17": "consommateur",
    "QO.18": "oui", "QO.19": {"documents"}, "QO.20": {"prevention"}, "QO.21": "oui", "QO.22": "interne",
    "QO.23": "oui", "QO.24": "oui", "QO.25": "oui", "QO.26": "assistance", "QO.27": "non", "QO.28": "gratuit",
    "QO.29": {"tout_public", "mineurs"}, "QO.30": "oui", "QO.31": "oui", "QO.32": "oui", "QO.33": "non",
    "QO.34": "oui", "QO.35": "oui",
}  # fmt: skip


@pytest.fixture(scope="module")
def lot():
    return read_folder(FIXTURES)


def criteres_of(lot, code):
    return [located.data for located in walk.criteres(lot.latest_questionnaires()[code])]


def holds(condition, answers, questions):
    """Evaluate a condition as R-6 says; only the forms the shipped content uses."""
    if condition is None:
        return True
    if "jamais" in condition:
        return False
    if "toutes" in condition:
        return all(holds(branch, answers, questions) for branch in condition["toutes"])
    if "au_moins_une" in condition:
        return any(holds(branch, answers, questions) for branch in condition["au_moins_une"])
    code = condition["question"]
    if code not in answers or not holds(questions[code]["affichage"], answers, questions):
        return False
    if "egal" in condition:
        return answers[code] == condition["egal"]
    if "parmi" in condition:
        return answers[code] in condition["parmi"]
    return bool(answers[code] & set(condition["contient"]))


def shown(lot, code, answers, source):
    questions = {c["code"]: c for q in lot.questionnaires if q["genre"] == source for c in (x.data for x in walk.criteres(q))}
    return [c for c in criteres_of(lot, code) if holds(c["affichage_selon"].get(source), answers, questions)]


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("qualification-produit", 28), ("qualification-strategie", 2), ("orientation", 35), ("politique-globale", 4),
        ("urbanisation", 17), ("interoperabilite", 60), ("securite", 55), ("ethique", 34), ("teleconsultation", 26),
        ("teleexpertise", 24), ("telesoin", 24),
    ],
)  # fmt: skip
def test_questionnaire_has_its_number_of_criteria(lot, code, number):
    """QST-0"""
    assert len(criteres_of(lot, code)) == number


@pytest.mark.parametrize(("code", "number"), [("interoperabilite", 7), ("urbanisation", 6), ("securite", 36), ("ethique", 34)])
def test_criteria_shown_by_a_qualification(lot, code, number):
    """QST-1"""
    assert len(shown(lot, code, R1, "qualification")) == number


@pytest.mark.parametrize(("code", "number"), [("interoperabilite", 3), ("urbanisation", 3), ("securite", 21), ("ethique", 11)])
def test_criteria_shown_by_an_orientation(lot, code, number):
    """QST-1"""
    assert len(shown(lot, code, R2, "orientation")) == number


@pytest.mark.parametrize(("answers", "number"), [({}, 22), (R2, 35)])
def test_questions_the_orientation_opens(lot, answers, number):
    """QST-1"""
    questions = {critere["code"]: critere for critere in criteres_of(lot, "orientation")}
    assert sum(holds(question["affichage"], answers, questions) for question in questions.values()) == number


def test_profile_r1_answers_existing_choices(lot):
    """QST-0"""
    questions = {c["code"]: {choice["code"] for choice in c["choix"]} for c in criteres_of(lot, "qualification-produit")}
    assert set(R1) == set(questions)
    for code, answer in R1.items():
        assert questions[code].issuperset(answer if isinstance(answer, set) else {answer})


@pytest.mark.parametrize(
    ("demarche", "questionnaire", "number"),
    [
        ("mes-sans-echange", "interoperabilite", 4),
        ("mes-sans-echange", "urbanisation", 14),
        ("mes-sans-echange", "securite", 43),
        ("mes-guide", "securite", 43),
    ],
)
def test_obligations_of_the_referencement(lot, demarche, questionnaire, number):
    """QST-0"""
    exigences = next(document for document in lot.exigences if document["demarche"] == demarche)
    natures = [entries[-1]["nature"] for entries in exigences["questionnaires"][questionnaire].values()]
    assert natures.count("obligation") == number


@pytest.mark.parametrize("code", ["02.02", "04.03", "07.02", "08.03", "10.01", "A09.1"])
def test_minima_raised_by_the_exchange_of_data(lot, code):
    """R-9: the guided démarche asks what « avec échange » asks when QO.18 is « oui », else what « sans échange » asks."""
    by_demarche = {
        document["demarche"]: entries[code]
        for document in lot.exigences
        for entries in document["questionnaires"].values()
        if code in entries and document["demarche"].startswith("mes")
    }
    first, second = by_demarche["mes-guide"]
    assert first["si"] == {"question": "QO.18", "egal": "oui"}
    assert {**first, "si": None} == by_demarche["mes-avec-echange"][0]
    assert second == by_demarche["mes-sans-echange"][0]
    assert first["acceptes"] != second["acceptes"]


def test_identification_of_patients_cannot_be_waived_with_an_exchange(lot):
    """R-9: 04.03 loses NA."""
    exigences = next(document for document in lot.exigences if document["demarche"] == "mes-guide")
    assert exigences["questionnaires"]["securite"]["04.03"][0]["acceptes"] == ["2", "3"]


def test_criteria_that_may_differ_in_marque_blanche(lot):
    """R-84"""
    marked = {critere["code"] for code in ("securite", "ethique") for critere in criteres_of(lot, code) if critere["marque_blanche"]}
    assert marked == {
        "04.03", "09.02", "09.04", "QUA.1.5", "ACC.1.1", "ACC.1.5", "ACC.1.6", "ACC.1.7", "ETH.1.1", "ETH.1.4",
        "ETH.1.7", "ETH.1.8", "DEV.1.1", "DEV.1.2", "DEV.1.4", "DEV.1.5",
    }  # fmt: skip


# --- Figures counted on the référentiel, so that a slip in a file shows -----------------------------------------------------
OFFERING_NA = {"politique-globale": 1, "urbanisation": 16, "interoperabilite": 60, "securite": 29}


@pytest.mark.parametrize(("code", "number"), OFFERING_NA.items())
def test_criteria_that_offer_na(lot, code, number):
    """R-10: « Non applicable » is an answer where the référentiel words it, and nowhere else."""
    assert sum(bool(critere["na"]) for critere in criteres_of(lot, code)) == number


# By questionnaire: how many obligations and options, by recommended level.
DOCTRINE = {
    "interoperabilite": {("obligation", 1): 3, ("obligation", 2): 8, ("option", 1): 49},
    "urbanisation": {("obligation", 1): 2, ("obligation", 2): 12, ("obligation", 3): 1, ("option", 1): 2},
    "securite": {("obligation", 2): 41, ("obligation", 3): 2, ("option", 1): 10, ("option", 2): 2},
    "politique-globale": {("obligation", 2): 2, ("obligation", 3): 2},
}


@pytest.mark.parametrize(("code", "figures"), DOCTRINE.items())
def test_natures_and_recommended_levels_of_the_doctrine(lot, code, figures):
    """R-10."""
    exigences = next(document for document in lot.exigences if document["demarche"] == "socles")["questionnaires"][code]
    assert Counter((entry["nature"], entry["recommande"]) for (entry,) in exigences.values()) == figures


# By démarche and questionnaire: how many criteria accept these answers, the last rule of each (without condition).
NA1, NA2, NA3 = "NA 1 2 3", "NA 2 3", "NA 3"
MES = {
    ("mes-sans-echange", "interoperabilite"): {NA2: 4, "": 56},
    ("mes-sans-echange", "urbanisation"): {NA1: 11, NA2: 1, NA3: 1, "1 2 3": 1, "": 3},
    ("mes-sans-echange", "securite"): {"1 2 3": 24, "2 3": 1, NA1: 14, NA2: 3, NA3: 1, "": 12},
    ("mes-avec-echange", "urbanisation"): {NA1: 10, NA2: 2, NA3: 1, "1 2 3": 1, "": 3},
    ("mes-avec-echange", "securite"): {"1 2 3": 21, "2 3": 5, NA1: 13, NA2: 3, NA3: 1, "": 12},
}


@pytest.mark.parametrize(("place", "figures"), MES.items())
def test_answers_a_referencement_accepts(lot, place, figures):
    """R-9, R-10: the minima, and those raised by the exchange of data."""
    demarche, code = place
    exigences = next(document for document in lot.exigences if document["demarche"] == demarche)["questionnaires"][code]
    assert Counter(" ".join(entries[-1]["acceptes"] or ()) for entries in exigences.values()) == figures
    for entries in exigences.values():
        assert (entries[-1]["nature"] == "obligation") is bool(entries[-1]["acceptes"])


def test_the_guided_demarche_accepts_what_the_one_without_exchange_does(lot):
    """R-9: but for the rules that read the orientation."""
    guide, sans = (next(document for document in lot.exigences if document["demarche"] == code)["questionnaires"] for code in ("mes-guide", "mes-sans-echange"))
    for code in ("interoperabilite", "urbanisation", "securite", "ethique"):
        assert {critere: entries[-1] for critere, entries in guide[code].items()} == {critere: entries[-1] for critere, entries in sans[code].items()}


# By questionnaire: how many criteria carry a condition of each source, and how many the guided démarche never shows.
CONDITIONS = {
    "urbanisation": (17, 17, 7),
    "interoperabilite": (60, 60, 7),
    "securite": (31, 42, 30),
    "ethique": (0, 31, 5),
}


@pytest.mark.parametrize(("code", "figures"), CONDITIONS.items())
def test_conditions_of_each_source(lot, code, figures):
    """QST-1."""
    trees = [critere["affichage_selon"] for critere in criteres_of(lot, code)]
    never = sum(tree.get("orientation") == {"jamais": True} for tree in trees)
    assert (sum("qualification" in tree for tree in trees), sum("orientation" in tree for tree in trees), never) == figures


@pytest.mark.parametrize(
    ("code", "figures"), [("qualification-produit", {"QP.17", "QP.19", "QP.20", "QP.21", "QP.22", "QP.23"}), ("orientation", {"QO.03", "QO.04"})]
)
def test_questions_with_an_exclusive_choice(lot, code, figures):
    """R-40: « Aucun » stands alone."""
    assert {critere["code"] for critere in criteres_of(lot, code) if any(choice["exclusif"] for choice in critere["choix"])} == figures


def test_only_the_nature_of_the_services_is_optional(lot):
    """R-4: an optional question does not count."""
    assert [c["code"] for document in lot.questionnaires for c in (x.data for x in walk.criteres(document)) if c["facultative"]] == ["QS.02"]


def test_a_section_may_be_declared_non_applicable_where_all_its_criteria_offer_it(lot):
    """R-20: the gesture answers « Non applicable » for each of them."""
    for code in OFFERING_NA:
        for section in walk.sections(lot.latest_questionnaires()[code]):
            assert section.data["na_possible"] is all(critere["na"] for critere in section.data["criteres"]), section.data["code"]
