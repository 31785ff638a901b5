"""What is exported is the file that was loaded, and reads as the same document (QST-0)."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.content import (
    dump_exigences,
    dump_parcours,
    dump_questionnaire,
    read_exigences,
    read_folder,
    read_parcours,
    read_questionnaire,
)
from questionnaires.content.yaml_text import WIDTH, Inline, emit
from questionnaires.content.yaml_tree import load_tree

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
READERS = {
    "questionnaires": (read_questionnaire, dump_questionnaire),
    "parcours": (read_parcours, dump_parcours),
    "exigences": (read_exigences, dump_exigences),
}
FILES = [path for kind in READERS for path in sorted((FIXTURES / kind).glob("*.yaml"))]


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.name}" for path in FILES])
def test_shipped_file_comes_back_byte_for_byte(path):
    """QST-0"""
    read, dump = READERS[path.parent.name]
    assert dump(read(path)).encode() == path.read_bytes()


def test_shipped_folder_is_sound():
    """QST-0"""
    lot = read_folder(FIXTURES)
    assert len(lot.questionnaires) + len(lot.parcours) + len(lot.exigences) == len(FILES)


def test_documents_are_plain_data():
    """QST-0"""
    lot = read_folder(FIXTURES)
    for document in (*lot.questionnaires, *lot.parcours, *lot.exigences):
        assert json.loads(json.dumps(document)) == document


def test_shipped_files_are_easy_to_read():
    """QST-0"""
    too_long = [line for path in FILES for line in path.read_text(encoding="utf-8").splitlines() if len(line) > WIDTH + 20]
    assert too_long == []


def test_everything_the_schema_offers_comes_back(tmp_path):
    """QST-0"""
    text = """\
code: complet
titre: "Tout : le schéma"
theme: Complet
millesime: 2024-bis
version: 3
genre: maturite
portee: inscription
introduction: |-
  Un paragraphe.

  Un autre, avec « : » et # au milieu.
informations_utiles:
  - Un conseil.
affichage: {question: X.1, egal: 3}

sections:
  - code: S1
    titre: Section
    axe: autre-axe
    cible: Une cible.
    liens:
      - {titre: Un lien, url: "https://exemple.fr/a?b=c"}
    na_possible: true
    affichage:
      aucune:
        - {question: X.2, superieur: 2.5}
        - toutes:
            - {question: X.3, contient: [a, b]}
            - {jamais: true}
    criteres:
      - code: C.1
        titre: Maturité
        na: Sans objet.
        niveaux:
          0: Rien.
          1: Peu.
          2: Assez.
          3: Tout.
        recommandation:
          0: Commencer.
          2: Finir.
        marque_blanche: true

      - code: C.2
        titre: Conformité
        genre: conformite
        exigence: Faire.
        scenarios:
          - code: SC.001
            texte: Montrer.
            preuves:
              - Une capture
        provenance: {origine: public}

      - code: C.3
        titre: Question
        genre: choix_multiple
        facultative: true
        aide: Une aide.
        choix:
          - {code: "1", libelle: "Un, deux"}
          - {code: aucun, libelle: Aucun, exclusif: true}
        affichage_selon:
          qualification: {question: X.4, inferieur: "2024-01-01"}
          orientation: {question: X.5, renseignee: true}
    sections:
      - code: S1.1
        titre: Sous-section
        criteres:
          - code: C.4
            titre: Quatre
            genre: texte_long

          - code: "05.10"
            titre: Cinq
            genre: fichier
"""
    path = tmp_path / "complet.yaml"
    path.write_text(text, encoding="utf-8")
    document = read_questionnaire(path)
    assert dump_questionnaire(document) == text
    assert document["sections"][0]["sections"][0]["axe"] == "autre-axe"
    assert document["sections"][0]["criteres"][0]["recommandation"] == {"0": "Commencer.", "2": "Finir."}


BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TEXTS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Co"), blacklist_characters=BIDI) | st.sampled_from(" \n#:-'\"\\[]{},&*!|>%@`?~«»"),
    min_size=1,
    max_size=300,
)


@settings(max_examples=400, deadline=None)
@given(texts=st.lists(TEXTS.map(str.strip).filter(bool), min_size=1, max_size=4))
def test_any_text_comes_back_whole(tmp_path_factory, texts):
    """QST-0"""
    path = tmp_path_factory.mktemp("textes") / "texte.yaml"
    path.write_bytes(emit({"bloc": texts, "ligne": Inline({"a": texts[0], "b": [texts[-1]]})}).encode())
    root, defects = load_tree(path, path.name)
    assert defects == []
    assert [node.text for node in root.values["bloc"].items] == texts
    line = root.values["ligne"].values
    assert (line["a"].text, line["b"].items[0].text) == (texts[0], texts[-1])
    assert all(node.is_safe_text for node in root.values["bloc"].items)


WORDS = st.sampled_from(["mot", "- tiret", "a:b", "# dièse", "#collé", "« oui »", "l'un", '"deux"', "?", ":", "-", "...", "---", "fin:", "x" * 120, "1", "é"])


@settings(max_examples=400, deadline=None)
@given(words=st.lists(WORDS, min_size=1, max_size=60))
def test_any_long_text_is_folded_without_loss(tmp_path_factory, words):
    """QST-0"""
    path = tmp_path_factory.mktemp("textes") / "texte.yaml"
    text = " ".join(words)
    path.write_text(emit({"section": {"texte": text}}), encoding="utf-8")
    root, defects = load_tree(path, path.name)
    assert defects == []
    assert root.values["section"].values["texte"].text == text


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.name}" for path in FILES])
def test_order_of_the_keys_of_small_objects_does_not_matter(path):
    """QST-0: a jsonb column forgets the order of keys; only that of the exigences is kept by rows."""
    read, dump = READERS[path.parent.name]
    document = read(path)
    scrambled = {key: shuffled(value) for key, value in document.items()} if path.parent.name != "exigences" else document
    assert dump(scrambled) == path.read_text(encoding="utf-8")


def shuffled(value):
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in sorted(value, reverse=True)}
    return [shuffled(item) for item in value] if isinstance(value, list) else value
