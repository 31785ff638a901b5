"""Documents that name one another are checked together, and against what is already known (QST-0, QST-1, R-9)."""

import pytest

from questionnaires.content import ContentError, Lot, read_exigences, read_folder, read_parcours, read_questionnaire

PROFIL = """\
code: profil
titre: Profil
theme: Profil
millesime: "2024"
version: 1
genre: qualification
sections:
  - code: S1
    titre: Section
    criteres:
      - code: Q.1
        titre: Une
        genre: choix_unique
        choix: [{code: oui, libelle: Oui}, {code: non, libelle: Non}]
      - {code: Q.2, titre: Deux, genre: texte}
"""
ORIENTATION = """\
code: orientation
titre: Orientation
theme: Orientation
millesime: "2024"
version: 1
genre: orientation
portee: inscription
sections:
  - code: S1
    titre: Section
    criteres:
      - {code: O.1, titre: Une, genre: texte}
"""
ESSAI = """\
code: essai
titre: Essai
theme: Essai
millesime: "2024"
version: 1
genre: maturite
sections:
  - code: S1
    titre: Section
    criteres:
      - code: C.1
        titre: Premier
        affichage_selon: {qualification: {question: Q.1, egal: oui}}
        na: Sans objet
        niveaux: {0: Rien, 1: Peu, 2: Assez, 3: Tout}
      - code: C.2
        titre: Second
        niveaux: {0: Rien, 1: Peu, 2: Assez, 3: Tout}
"""
CONFORMITE = """\
code: conforme
titre: Conforme
theme: Conforme
millesime: "2024"
version: 1
genre: conformite
sections:
  - {code: S1, titre: Section, criteres: [{code: F.1, titre: Un, exigence: Faire}]}
"""
PARCOURS = """\
code: doctrine
titre: Doctrine
ordre: 1
etat: ouvert
demarches:
  - code: socles
    titre: Socles
    accepte: [produit]
    profil: qualification
    verdict: doctrine
    questionnaires:
      - {code: essai, volet: evaluation, titre: Essai, porteur: produit}
      - {code: conforme, volet: evaluation, titre: Conforme, porteur: produit}
      - {code: demain, volet: depot, titre: Demain, porteur: produit, a_venir: true, annonce: Demain}
  - code: guide
    titre: Guidé
    accepte: [produit]
    profil: orientation
    verdict: mes
    questionnaires:
      - {code: essai, volet: evaluation, titre: Essai, porteur: produit}
"""
SOCLES = """\
demarche: socles
questionnaires:
  essai:
    C.1: {nature: obligation, recommande: 2}
  conforme:
    F.1: {nature: obligation}
"""
GUIDE = """\
demarche: guide
questionnaires:
  essai:
    C.1:
      - {si: {question: O.1, renseignee: true}, nature: obligation, acceptes: [2, 3]}
      - {nature: obligation, acceptes: [NA, 2, 3]}
    C.2: {nature: option}
"""
FILES = {
    "questionnaires/profil.yaml": PROFIL,
    "questionnaires/orientation.yaml": ORIENTATION,
    "questionnaires/essai.yaml": ESSAI,
    "questionnaires/conforme.yaml": CONFORMITE,
    "parcours/doctrine.yaml": PARCOURS,
    "exigences/socles.yaml": SOCLES,
    "exigences/guide.yaml": GUIDE,
}


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def refusal_of(read, *args):
    with pytest.raises(ContentError) as caught:
        read(*args)
    return [str(defect) for defect in caught.value.defects]


def test_sound_folder_is_read_in_file_order(tmp_path):
    """QST-0"""
    lot = read_folder(write(tmp_path, FILES))
    assert [document["code"] for document in lot.questionnaires] == ["conforme", "essai", "orientation", "profil"]
    assert [document["code"] for document in lot.parcours] == ["doctrine"]
    assert [document["demarche"] for document in lot.exigences] == ["guide", "socles"]


CASES = {
    "an unknown question (QST-1)": (
        "questionnaires/essai.yaml",
        ("question: Q.1", "question: Q.9"),
        "questionnaires/essai.yaml, ligne 13, sections[0].criteres[0].affichage_selon.qualification.question : question inconnue « Q.9 » (vouliez-vous",
    ),
    "an unknown choice elsewhere (QST-1)": (
        "questionnaires/essai.yaml",
        ("egal: oui", "egal: ouii"),
        "affichage_selon.qualification.egal : « ouii » n'est pas un choix de la question Q.1",
    ),
    "an operator that does not suit (QST-1)": (
        "questionnaires/essai.yaml",
        ("egal: oui", "contient: [oui]"),
        "« contient » ne s'applique pas à la question Q.1",
    ),
    "a criterion compared as a question (QST-1)": ("questionnaires/essai.yaml", ("question: Q.1", "question: F.1"), "« F.1 » n'est pas une question"),
    "a question of the other profile (QST-1)": (
        "questionnaires/essai.yaml",
        ("{question: Q.1, egal: oui}", "{question: O.1, renseignee: true}"),
        "« O.1 » n'est pas une question de la qualification",
    ),
    "a criterion code of another file (QST-0)": ("questionnaires/conforme.yaml", ("code: F.1", "code: C.2"), "le code de critère « C.2 » est déjà pris par"),
    "an unknown questionnaire in a démarche (QST-0)": (
        "parcours/doctrine.yaml",
        ("code: essai,", "code: esai,"),
        "parcours/doctrine.yaml, ligne 12, demarches[0].questionnaires[0].code : questionnaire inconnu « esai » (vouliez-vous dire « essai » ?)",
    ),
    "an unknown démarche (QST-0)": (
        "exigences/socles.yaml",
        ("demarche: socles", "demarche: socle"),
        "exigences/socles.yaml, ligne 1, demarche : démarche inconnue « socle » (vouliez-vous dire « socles » ?)",
    ),
    "an unknown questionnaire in exigences (QST-0)": (
        "exigences/socles.yaml",
        ("  essai:", "  esai:"),
        "questionnaires.esai : questionnaire inconnu « esai » (vouliez-vous dire « essai » ?)",
    ),
    "a questionnaire foreign to the démarche (QST-0)": (
        "exigences/guide.yaml",
        ("  essai:\n", "  conforme: {F.1: {nature: option}}\n  essai:\n"),
        "questionnaires.conforme : le questionnaire « conforme » n'est pas dans la démarche « guide »",
    ),
    "an unknown criterion (QST-0)": (
        "exigences/socles.yaml",
        ("C.1:", "C.7:"),
        'questionnaires.essai["C.7"] : critère inconnu « C.7 » (vouliez-vous dire « C.',
    ),
    "NA accepted where it is not offered (R-10)": (
        "exigences/guide.yaml",
        ("C.2: {nature: option}", "C.2: {nature: obligation, acceptes: [NA, 3]}"),
        "« NA » n'est pas proposé par le critère « C.2 »",
    ),
    "a level for a conformity criterion": (
        "exigences/socles.yaml",
        ("F.1: {nature: obligation}", "F.1: {nature: obligation, recommande: 2}"),
        "un critère de genre conformite n'a pas de niveau recommandé",
    ),
    "an answer of another kind": (
        "exigences/guide.yaml",
        ("acceptes: [2, 3]", "acceptes: [conforme]"),
        "« conforme » n'est pas une réponse d'un critère de genre maturite",
    ),
    "an obligation without a threshold (R-10)": ("exigences/socles.yaml", (", recommande: 2", ""), "une obligation dit son niveau recommandé"),
    "accepted answers for the Doctrine (R-10)": (
        "exigences/socles.yaml",
        ("recommande: 2", "acceptes: [2, 3]"),
        "une démarche de la Doctrine fixe « recommande »",
    ),
    "a recommended level for a référencement (R-10)": (
        "exigences/guide.yaml",
        ("C.2: {nature: option}", "C.2: {nature: option, recommande: 1}"),
        "une démarche de référencement fixe « acceptes »",
    ),
    "a condition on the wrong profile (R-9)": (
        "exigences/guide.yaml",
        ("question: O.1, renseignee: true", "question: Q.1, egal: oui"),
        "« Q.1 » n'est pas une question de l'orientation",
    ),
    "a condition on an unknown question (R-9)": (
        "exigences/guide.yaml",
        ("question: O.1", "question: O.9"),
        'questionnaires.essai["C.1"][0].si.question : question inconnue « O.9 »',
    ),
    "a condition where no profile is read (R-9)": ("parcours/doctrine.yaml", ("profil: orientation", "profil: aucun"), "la démarche ne lit aucun profil"),
    "a profile that is none, which exigences read (R-9)": (
        "parcours/doctrine.yaml",
        ("profil: orientation", "profil: orient"),
        "demarches[1].profil : « orient » n'est pas une valeur permise (vouliez-vous dire « orientation » ?)",
    ),
    "an exigence for a question": (
        "exigences/socles.yaml",
        ("  conforme:\n    F.1: {nature: obligation}", "  profil:\n    Q.1: {nature: option}"),
        "« Q.1 » est une question : elle n'a ni nature ni niveau",
    ),
}


@pytest.mark.parametrize(("file", "change", "message"), CASES.values(), ids=CASES)
def test_folder_is_refused_with_its_cause(tmp_path, file, change, message):
    """QST-0, QST-1, R-9, R-10"""
    assert change[0] in FILES[file]
    defects = refusal_of(read_folder, write(tmp_path, {**FILES, file: FILES[file].replace(*change, 1)}))
    assert any(message in defect for defect in defects), defects


def test_question_of_a_questionnaire_that_makes_no_profile_is_refused(tmp_path):
    """QST-1, R-6: nobody would ever read its answer, and what depends on it would never show."""
    conforme = CONFORMITE.replace("criteres: [", "criteres: [{code: F.0, titre: Zéro, genre: texte}, ")
    essai = ESSAI.replace("question: Q.1, egal: oui", "question: F.0, renseignee: true")
    folder = write(tmp_path, {**FILES, "questionnaires/conforme.yaml": conforme, "questionnaires/essai.yaml": essai})
    (defect,) = refusal_of(read_folder, folder)
    assert "« F.0 » est une question du questionnaire « conforme », qui ne fait pas de profil" in defect


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('millesime: "2024"', 'millesime: "2023"'), "essai-2.yaml, ligne 4, millesime : le millésime recule : la version 1 porte « 2024 »"),
        (("genre: maturite", "genre: maturite\nportee: inscription"), "portee : la version 1 dit « sujet » : d'une version à l'autre, cela ne change pas"),
    ],
)
def test_version_that_breaks_with_the_one_before_is_refused(tmp_path, change, message):
    """QST-0, R-7: the answers to a questionnaire are found again under its next version."""
    second = ESSAI.replace("version: 1", "version: 2").replace(*change)
    folder = write(tmp_path, {**FILES, "questionnaires/essai-2.yaml": second})
    (defect,) = refusal_of(read_folder, folder)
    assert message in defect
    known = read_folder(write(tmp_path / "known", FILES))
    assert message in refusal_of(read_questionnaire, folder / "questionnaires" / "essai-2.yaml", known)[0]


def test_cycle_between_questions_is_told_once(tmp_path):
    """QST-1"""
    text = PROFIL.replace("genre: texte}", "genre: texte, affichage: {question: Q.1, egal: oui}}")
    text = text.replace("titre: Une\n", "titre: Une\n        affichage: {question: Q.2, renseignee: true}\n")
    defects = refusal_of(read_folder, write(tmp_path, {**FILES, "questionnaires/profil.yaml": text}))
    assert defects == [
        "questionnaires/profil.yaml, ligne 13, sections[0].criteres[0].affichage : ces questions dépendent les unes des autres : Q.1 → Q.2 → Q.1"
    ]


def test_cycle_through_the_condition_of_a_section_is_told(tmp_path):
    """QST-1"""
    path = tmp_path / "profil.yaml"
    section = "  - code: S2\n    titre: Suite\n    affichage: {question: Q.3, renseignee: true}\n    criteres:\n"
    question = "      - {code: Q.3, titre: Trois, genre: texte}\n"
    path.write_text(PROFIL + section + question, encoding="utf-8")
    assert "Q.3 → Q.3" in refusal_of(read_questionnaire, path)[0]


def test_cycle_across_two_files_is_told_once(tmp_path):
    """QST-1"""
    profil = PROFIL.replace("genre: texte}", "genre: texte, affichage: {question: O.1, renseignee: true}}")
    orientation = ORIENTATION.replace("genre: texte}", "genre: texte, affichage: {question: Q.2, renseignee: true}}")
    files = {**FILES, "questionnaires/profil.yaml": profil, "questionnaires/orientation.yaml": orientation}
    assert [defect.split(" : ")[-1] for defect in refusal_of(read_folder, write(tmp_path, files))] == ["O.1 → Q.2 → O.1"]


def test_questions_that_depend_on_one_another_without_a_cycle_are_read(tmp_path):
    """QST-1"""
    text = PROFIL + "      - {code: Q.3, titre: T, genre: texte, affichage: {toutes: [{question: Q.1, egal: oui}, {question: Q.2, egal: x}]}}\n"
    text = text.replace("titre: Deux, genre: texte}", "titre: Deux, genre: texte, affichage: {question: Q.1, egal: non}}")
    assert read_folder(write(tmp_path, {"questionnaires/profil.yaml": text})).questionnaires


@pytest.mark.parametrize(
    ("copy", "message"),
    [
        ("questionnaires/essai.yaml", "le questionnaire « essai version 1 » est décrit par deux fichiers"),
        ("parcours/doctrine.yaml", "le parcours « doctrine » est décrit par deux fichiers"),
        ("exigences/socles.yaml", "les exigences de la démarche « socles » sont décrites par deux fichiers"),
    ],
)
def test_two_files_for_one_document_are_refused(tmp_path, copy, message):
    """QST-0"""
    files = {**FILES, copy.replace(".yaml", "-bis.yaml"): FILES[copy]}
    assert any(message in defect for defect in refusal_of(read_folder, write(tmp_path, files)))


def test_two_versions_of_a_questionnaire_live_side_by_side(tmp_path):
    """QST-0"""
    files = {**FILES, "questionnaires/essai-v2.yaml": ESSAI.replace("version: 1", "version: 2")}
    lot = read_folder(write(tmp_path, files))
    assert [d["version"] for d in lot.questionnaires if d["code"] == "essai"] == [2, 1]
    assert lot.latest_questionnaires()["essai"]["version"] == 2


def test_a_version_once_published_compares_the_questions_of_its_day(tmp_path):
    """QST-0: it cannot be mended; what is exported with it loads, here or on an empty base."""
    profil = PROFIL.replace("version: 1", "version: 2").replace("genre: choix_unique", "genre: choix_multiple").replace("{code: non, libelle: Non}", "")
    essai = ESSAI.replace("version: 1", "version: 2").replace("egal: oui", "contient: [oui]")
    second = {"questionnaires/profil-2.yaml": profil, "questionnaires/essai-2.yaml": essai}
    known = read_folder(write(tmp_path / "known", FILES))
    assert read_folder(write(tmp_path / "lot", second), known).questionnaires
    assert len(read_folder(write(tmp_path / "lot", {**FILES, **second})).questionnaires) == 6
    wrong = {**FILES, **second, "questionnaires/essai.yaml": ESSAI.replace("egal: oui", "egal: peut-etre")}
    defects = refusal_of(read_folder, write(tmp_path / "lot", wrong))
    assert [defect.split(" : ")[0] for defect in defects] == ["questionnaires/essai.yaml, ligne 13, sections[0].criteres[0].affichage_selon.qualification.egal"]


def test_file_read_alone_takes_other_documents_on_trust(tmp_path):
    """QST-0"""
    write(tmp_path, FILES)
    assert read_questionnaire(tmp_path / "questionnaires/essai.yaml")["code"] == "essai"
    assert read_parcours(tmp_path / "parcours/doctrine.yaml")["code"] == "doctrine"
    assert read_exigences(tmp_path / "exigences/guide.yaml")["demarche"] == "guide"


def test_file_read_alone_is_checked_against_what_is_known(tmp_path):
    """QST-0"""
    write(tmp_path, FILES)
    known = read_folder(tmp_path)
    assert read_questionnaire(tmp_path / "questionnaires/essai.yaml", known)
    assert read_exigences(tmp_path / "exigences/guide.yaml", known)
    assert "question inconnue « Q.1 »" in refusal_of(read_questionnaire, tmp_path / "questionnaires/essai.yaml", Lot())[0]
    assert "questionnaire inconnu « essai »" in refusal_of(read_parcours, tmp_path / "parcours/doctrine.yaml", Lot())[0]
    assert "démarche inconnue « guide »" in refusal_of(read_exigences, tmp_path / "exigences/guide.yaml", Lot())[0]


def test_code_taken_by_a_known_document_is_refused(tmp_path):
    """QST-0"""
    known = read_folder(write(tmp_path / "known", FILES))
    path = write(tmp_path, {"neuf.yaml": CONFORMITE.replace("code: conforme", "code: neuf")}) / "neuf.yaml"
    assert "le code de critère « F.1 » est déjà pris par « conforme »" in refusal_of(read_questionnaire, path, known)[0]


def test_cycle_closed_with_a_known_document_is_told(tmp_path):
    """QST-1"""
    orientation = ORIENTATION.replace("genre: texte}", "genre: texte, affichage: {question: Q.2, renseignee: true}}")
    known = read_folder(write(tmp_path / "known", {**FILES, "questionnaires/orientation.yaml": orientation}))
    profil = PROFIL.replace("version: 1", "version: 2").replace("genre: texte}", "genre: texte, affichage: {question: O.1, renseignee: true}}")
    path = write(tmp_path, {"profil.yaml": profil}) / "profil.yaml"
    assert "Q.2 → O.1 → Q.2" in refusal_of(read_questionnaire, path, known)[0]


def test_known_documents_complete_a_folder(tmp_path):
    """QST-0"""
    known = read_folder(write(tmp_path / "known", FILES))
    assert read_folder(write(tmp_path / "lot", {"exigences/socles.yaml": SOCLES}), known).exigences


CONTRADICTIONS = {
    "a criterion its exigences still name": (
        "questionnaires/essai.yaml",
        ESSAI.replace("version: 1", "version: 2").replace("code: C.2", "code: C.3"),
        ['exigences/guide.yaml, questionnaires.essai["C.2"] : critère inconnu « C.2 » (vouliez-vous dire'],
    ),
    "a questionnaire its exigences still name": (
        "parcours/doctrine.yaml",
        PARCOURS.replace("      - {code: conforme, volet: evaluation, titre: Conforme, porteur: produit}\n", ""),
        ["exigences/socles.yaml, questionnaires.conforme : le questionnaire « conforme » n'est pas dans la démarche « socles »"],
    ),
    "the profile its exigences read": (
        "parcours/doctrine.yaml",
        PARCOURS.replace("profil: orientation", "profil: aucun"),
        ['exigences/guide.yaml, questionnaires.essai["C.1"][0].si : la démarche ne lit aucun profil'],
    ),
    "a question that a questionnaire compares": (
        "questionnaires/profil.yaml",
        PROFIL.replace("version: 1", "version: 2").replace("genre: choix_unique", "genre: choix_multiple"),
        ["questionnaires/essai.yaml, sections[0].criteres[0].affichage_selon.qualification.egal : « egal » ne s'applique pas à la question Q.1"],
    ),
}


@pytest.mark.parametrize(("file", "text", "messages"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_lot_that_contradicts_what_is_there_is_refused(tmp_path, file, text, messages):
    """QST-0: what is exported afterwards would be refused."""
    known = read_folder(write(tmp_path / "known", FILES))
    defects = refusal_of(read_folder, write(tmp_path / "lot", {file: text}), known)
    assert [defect[: len(message)] for defect, message in zip(defects, messages, strict=True)] == messages
    assert all(defect.endswith(" ; ce document est déjà chargé : joignez au lot le fichier qui le remplace") for defect in defects)


def test_what_was_contradicted_already_holds_up_no_other_lot(tmp_path):
    """QST-0"""
    known = read_folder(write(tmp_path / "known", FILES))
    known.exigences[0]["questionnaires"]["essai"]["C.9"] = known.exigences[0]["questionnaires"]["essai"]["C.2"]
    assert read_folder(write(tmp_path / "lot", {"exigences/socles.yaml": SOCLES}), known).exigences


def test_the_exigences_of_a_demarche_taken_out_of_its_file_stay_sound(tmp_path):
    """QST-0: nothing is deleted; they may still be written, or be left as they are."""
    known = read_folder(write(tmp_path / "known", FILES))
    without = PARCOURS[: PARCOURS.index("  - code: guide")]
    assert read_folder(write(tmp_path / "lot", {"parcours/doctrine.yaml": without}), known).parcours
    assert read_folder(write(tmp_path / "lot", {"exigences/guide.yaml": GUIDE}), known).exigences
    other = PARCOURS.replace("code: doctrine", "code: autre").replace("code: socles", "code: neuve")
    defects = refusal_of(read_folder, write(tmp_path / "autre", {"parcours/autre.yaml": other}), known)
    assert "le code de démarche « guide » est déjà pris par « doctrine »" in defects[0]


def test_defects_of_all_files_are_told_at_once(tmp_path):
    """QST-0"""
    files = {
        **FILES,
        "questionnaires/essai.yaml": ESSAI.replace("Q.1", "Q.8").replace(", 3: Tout", "", 1),
        "parcours/doctrine.yaml": PARCOURS.replace("ordre: 1\n", ""),
        "exigences/socles.yaml": SOCLES.replace("C.1", "C.9"),
    }
    defects = refusal_of(read_folder, write(tmp_path, files))
    assert [defect.split(",")[0] for defect in defects] == [
        "exigences/socles.yaml",
        "parcours/doctrine.yaml",
        "questionnaires/essai.yaml",
        "questionnaires/essai.yaml",
    ]


def test_unreadable_file_does_not_make_the_others_look_wrong(tmp_path):
    """QST-0"""
    defects = refusal_of(read_folder, write(tmp_path, {**FILES, "questionnaires/profil.yaml": "code: [\n"}))
    assert [defect.split(",")[0] for defect in defects] == ["questionnaires/profil.yaml"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "aucun fichier .yaml"),
        ({**FILES, "questionnaires/essai.yml": ESSAI}, "questionnaires/essai.yml : seuls des fichiers .yaml sont attendus ici"),
    ],
)
def test_folder_without_its_files_is_refused(tmp_path, files, message):
    """QST-0"""
    assert any(message in defect for defect in refusal_of(read_folder, write(tmp_path, files)))
