"""Whatever stands where something else was due, the answer is a list of defects, never a crash (QST-0)."""

import copy
import json
import time

import pytest

from questionnaires.content import ContentError, Lot, read_exigences, read_parcours, read_questionnaire
from questionnaires.content.cycles import find_cycles

# JSON is YAML: the documents below are written as JSON, one node replaced at a time.
QUESTIONNAIRE = {
    "code": "essai",
    "titre": "Essai",
    "theme": "Essai",
    "millesime": "2024",
    "version": 1,
    "genre": "maturite",
    "informations_utiles": ["Un conseil"],
    "sections": [
        {
            "code": "S1",
            "titre": "Section",
            "liens": [{"titre": "Lien", "url": "https://exemple.fr"}],
            "image": {"fichier": "absente.svg", "titre": "Schéma", "alternative": "Un trait"},
            "affichage": {"toutes": [{"question": "Q.1", "egal": "oui"}]},
            "criteres": [
                {
                    "code": "C.1",
                    "titre": "Critère",
                    "affichage_selon": {"orientation": {"question": "Q.2", "contient": ["a"]}},
                    "na": "Sans objet",
                    "niveaux": {"0": "a", "1": "b", "2": "c", "3": "d"},
                    "recommandation": {"0": "a"},
                    "provenance": {"origine": "public"},
                },
                {"code": "Q.1", "titre": "Q", "genre": "choix_unique", "choix": [{"code": "oui", "libelle": "Oui"}]},
                {"code": "F.1", "titre": "F", "genre": "conformite", "exigence": "X", "scenarios": [{"code": "SC", "texte": "T", "preuves": ["P"]}]},
            ],
            "sections": [{"code": "S2", "titre": "S", "criteres": [{"code": "Q.3", "titre": "Q", "genre": "nombre"}]}],
        }
    ],
}
PARCOURS = {
    "code": "essai",
    "titre": "Essai",
    "ordre": 1,
    "etat": "ouvert",
    "presentation": ["Un"],
    "demarches": [
        {
            "code": "un",
            "titre": "Un",
            "accepte": ["produit"],
            "profil": "aucun",
            "verdict": "mes",
            "questionnaires": [{"code": "essai", "volet": "evaluation", "titre": "E", "porteur": "produit"}],
        }
    ],
}
EXIGENCES = {
    "demarche": "un",
    "questionnaires": {
        "essai": {
            "C.1": {"nature": "obligation", "acceptes": ["NA", 2]},
            "F.1": [{"si": {"question": "Q.1", "egal": "oui"}, "nature": "option"}, {"nature": "option"}],
        }
    },
}
INTRUDERS = [None, True, 3, -1.5, "", "zzz", [], [None], [[]], {}, {"zzz": 1}, {"zzz": {"zzz": []}}, "\u0000", "NA", {"question": "Q.3", "egal": 1}]
CASES = {
    "questionnaire": (read_questionnaire, QUESTIONNAIRE),
    "parcours": (read_parcours, PARCOURS),
    "exigences": (read_exigences, EXIGENCES),
}


def places(node, way=()):
    """Yield the way to every node of a document."""
    yield way
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in children:
        yield from places(value, (*way, key))


def replaced(document, way, intruder):
    if not way:
        return intruder
    document = copy.deepcopy(document)
    parent = document
    for key in way[:-1]:
        parent = parent[key]
    parent[way[-1]] = intruder
    return document


@pytest.mark.parametrize("known", [None, Lot()], ids=["alone", "against what is known"])
@pytest.mark.parametrize(("read", "document"), CASES.values(), ids=CASES)
def test_anything_anywhere_is_read_or_refused(tmp_path, read, document, known):
    """QST-0"""
    path = tmp_path / "essai.yaml"
    refused = 0
    for way in places(document):
        for intruder in INTRUDERS:
            path.write_text(json.dumps(replaced(document, way, intruder)), encoding="utf-8")
            try:
                read(path, known)
            except ContentError as error:
                assert all(str(defect).startswith("essai.yaml") for defect in error.defects)
                refused += 1
    assert refused > 100


def test_a_long_chain_of_questions_is_read_in_one_pass(tmp_path):
    """QST-0: 9,000 questions that each call for the next are no cycle, and no wait either."""
    length = 9000
    criteres = [{"code": f"Q.{i}", "titre": "T", "genre": "texte", "affichage": {"question": f"Q.{i + 1}", "renseignee": True}} for i in range(length)]
    criteres.append({"code": f"Q.{length}", "titre": "T", "genre": "texte"})
    path = tmp_path / "essai.yaml"
    path.write_text(json.dumps({**QUESTIONNAIRE, "sections": [{"code": "S", "titre": "S", "criteres": criteres}]}), encoding="utf-8")
    start = time.process_time()
    assert len(read_questionnaire(path)["sections"][0]["criteres"]) == length + 1
    assert time.process_time() - start < 10


def test_a_file_that_is_something_else_altogether_is_refused_in_two_hundred_lines(tmp_path):
    """QST-0: a table of figures saved under the wrong name."""
    path = tmp_path / "essai.yaml"
    path.write_text("\n".join(f"ligne{i}: {i}" for i in range(1000)), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_questionnaire(path)
    lines = str(caught.value).splitlines()
    assert len(lines) == 201
    assert lines[-1] == f"… et {len(caught.value.defects) - 200} autres"


class Counted(dict):
    """A graph that counts how often it is asked for the questions another depends on."""

    asked = 0

    def __getitem__(self, code):
        self.asked += 1
        return super().__getitem__(code)

    def get(self, code, default=None):
        self.asked += 1
        return super().get(code, default)


def test_what_leads_to_a_cycle_is_not_searched_again_for_each_question(tmp_path):
    """QST-1: 3,000 questions that lead to two knots; each is looked at a handful of times."""
    edges = {f"Q.{i}": {f"Q.{i + 1}": ""} for i in range(3000)}
    graph = Counted({"A.1": {"A.2": ""}, "A.2": {"A.1": "", "Q.0": ""}, **edges, "Q.3000": {"Q.2999": ""}, "Q.3001": {"Q.3001": ""}})
    assert find_cycles(graph) == [["A.1", "A.2", "A.1"], ["Q.2999", "Q.3000", "Q.2999"], ["Q.3001", "Q.3001"]]
    assert graph.asked < 10 * len(graph)
