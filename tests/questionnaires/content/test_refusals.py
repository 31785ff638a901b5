"""Every way a content file can be wrong is told, in French, with its line and its path (QST-0)."""

import pytest

from questionnaires.content import ContentError, dump_questionnaire, read_exigences, read_parcours, read_questionnaire

MATURITE = """\
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
        titre: Critère
        niveaux: {0: Rien, 1: Peu, 2: Assez, 3: Tout}
"""
QUESTIONS = """\
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
        titre: Unique
        genre: choix_unique
        choix: [{code: oui, libelle: Oui}, {code: non, libelle: Non}]
      - code: Q.2
        titre: Multiple
        genre: choix_multiple
        choix: [{code: web, libelle: Web}, {code: aucun, libelle: Aucun, exclusif: true}]
      - {code: Q.3, titre: Nombre, genre: nombre}
      - {code: Q.4, titre: Date, genre: date}
      - {code: Q.5, titre: Texte, genre: texte}
      - {code: Q.6, titre: Fichier, genre: fichier}
      - {code: Q.8, titre: Chiffrée, genre: choix_unique, choix: [{code: "1", libelle: Un}]}
      - code: Q.7
        titre: Conditionnelle
        genre: texte
        affichage: CONDITION
"""
PARCOURS = """\
code: essai
titre: Essai
ordre: 1
etat: ouvert
demarches:
  - code: essai-un
    titre: Un
    accepte: [produit]
    profil: qualification
    verdict: doctrine
    questionnaires:
      - {code: essai, volet: evaluation, titre: Essai, porteur: produit}
      - {code: essai, volet: projection, titre: Essai, porteur: produit, prerequis: evaluation}
"""
EXIGENCES = """\
demarche: essai-un
questionnaires:
  essai:
    C.1: {nature: obligation, recommande: 2}
    "01.01":
      - {si: {question: Q.1, egal: oui}, nature: obligation, acceptes: [NA, 2, 3]}
      - {nature: option}
"""


def refusal_of(read, path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read(path)
    return str(caught.value)


QUESTIONNAIRE_CASES = {
    "a missing key": (("theme: Essai\n", ""), "essai.yaml, ligne 1 : il manque la clé « theme »"),
    "an unknown key, close to a known one": (("theme:", "themes:"), "ligne 3, themes : clé inconnue (vouliez-vous dire « theme » ?)"),
    "an unknown key, far from all": (("theme:", "zzz: 1\ntheme:"), "ligne 3, zzz : clé inconnue"),
    "a missing level": ((", 2: Assez", ""), "ligne 13, sections[0].criteres[0].niveaux : il manque le niveau 2"),
    "a level too many": (("3: Tout", "3: Tout, 4: Trop"), "niveaux : « 4 » n'est pas un niveau : 0, 1, 2, 3"),
    "no level at all": (("        niveaux: {0: Rien, 1: Peu, 2: Assez, 3: Tout}\n", ""), "il manque la clé « niveaux »"),
    "an empty level": (("1: Peu", '1: ""'), 'niveaux["1"] : le texte est vide'),
    "levels that are a list": (("{0: Rien, 1: Peu, 2: Assez, 3: Tout}", "[a, b]"), "des clés suivies de leurs valeurs sont attendues"),
    "a code YAML takes for a number": (("code: C.1", "code: 01.01"), "mettez « 01.01 » entre guillemets"),
    "a text YAML takes for a number": (("titre: Essai", "titre: 2024"), "ligne 2, titre : un texte est attendu : mettez « 2024 » entre guillemets"),
    "a text YAML takes for a boolean": (("titre: Essai", "titre: no"), "mettez « no » entre guillemets"),
    "a text left empty": (("titre: Essai", "titre:"), "ligne 2, titre : le texte est vide"),
    "a text that is a list": (("titre: Essai", "titre: [a]"), "ligne 2, titre : un texte est attendu ici"),
    "a title too long": (("titre: Essai", f"titre: {'a' * 201}"), "titre : le texte dépasse 200 caractères"),
    "a criterion title too long": (("titre: Critère", f"titre: {'a' * 301}"), "titre : le texte dépasse 300 caractères"),
    "a theme too long": (("theme: Essai", f"theme: {'a' * 201}"), "theme : le texte dépasse 200 caractères"),
    "a millésime too long": (('millesime: "2024"', f"millesime: {'a' * 21}"), "millesime : le texte dépasse 20 caractères"),
    "a version above all count": (("version: 1", "version: 99999999999"), "version : le nombre doit être au plus 10000"),
    "a title in two paragraphs": (("titre: Essai", 'titre: "a\\nb"'), "le texte doit tenir en un seul paragraphe"),
    "a title with a tabulation": (("titre: Essai", 'titre: "a\\tb"'), "le texte doit tenir en un seul paragraphe"),
    "a title with a carriage return": (("titre: Essai", 'titre: "a\\rb"'), "le texte doit tenir en un seul paragraphe"),
    "a title with a separator of lines": (("titre: Essai", 'titre: "a\\u2028b"'), "le texte doit tenir en un seul paragraphe"),
    "a title nobody sees": (("titre: Essai", 'titre: "\\u200b\\ufeff"'), "ligne 2, titre : le texte est vide"),
    "a title that turns the reading round": (("titre: Essai", 'titre: "a\\u202eb"'), "ligne 2, titre : le texte contient un caractère qui ne s'écrit pas"),
    "a questionnaire code with capitals": (("code: essai", "code: Essai"), "« Essai » n'est pas un code (minuscules"),
    "a criterion code with an accent": (("code: C.1", "code: é1"), "« é1 » n'est pas un code (lettres sans accent"),
    "a criterion code with a space": (("code: C.1", "code: C 1"), "« C 1 » n'est pas un code (lettres sans accent"),
    "a code too long": (("code: C.1", f"code: {'C' * 61}"), "le code dépasse 60 caractères"),
    "a version that is a text": (("version: 1", "version: un"), "ligne 5, version : un nombre entier est attendu ici"),
    "a version that is a boolean": (("version: 1", "version: true"), "version : un nombre entier est attendu ici"),
    "a version out of all size": (("version: 1", f"version: {'9' * 5000}"), "version : un nombre entier est attendu ici"),
    "a version below one": (("version: 1", "version: 0"), "version : le nombre doit être au moins 1"),
    "an unknown genre": (("genre: maturite", "genre: maturité"), "« maturité » n'est pas une valeur permise (vouliez-vous dire « maturite » ?)"),
    "an unknown scope": (("genre: maturite", "genre: maturite\nportee: produit"), "portee : « produit » n'est pas une valeur permise : sujet, inscription"),
    "tips that are one text": (("sections:", "informations_utiles: Un texte\nsections:"), "informations_utiles : une liste est attendue ici"),
    "sections that are a mapping": (("sections:\n  - code: S1", "sections:\n    code: S1"), "sections : une liste est attendue ici"),
    "no section": ((MATURITE[MATURITE.index("sections:") :], "sections: []\n"), "sections : le questionnaire n'a aucune section"),
    "an empty section": ((MATURITE[MATURITE.index("    criteres:") :], ""), "sections[0] : la section ne contient ni critère ni sous-section"),
    "a boolean in words": (("    criteres:", "    na_possible: oui\n    criteres:"), "na_possible : true ou false est attendu ici"),
    "an address that is not one": (
        ("    criteres:", "    liens: [{titre: X, url: 'javascript:alert(1)'}]\n    criteres:"),
        "liens[0].url : une adresse commence par https://",
    ),
    "an unknown origin": (
        ("        niveaux", "        provenance: {origine: ailleurs}\n        niveaux"),
        "provenance.origine : « ailleurs » n'est pas une valeur permise",
    ),
    "a recommendation for the cible": (
        ("        niveaux", "        recommandation: {3: Rien}\n        niveaux"),
        "recommandation : « 3 » n'est pas un niveau : 0, 1, 2",
    ),
    "choices on a maturity criterion": (
        ("        niveaux", "        choix: [{code: a, libelle: A}]\n        niveaux"),
        "choix : la clé ne convient pas à un critère de genre maturite",
    ),
    "an optional maturity criterion": (
        ("        niveaux", "        facultative: true\n        niveaux"),
        "facultative : la clé ne convient pas à un critère de genre maturite",
    ),
    "a conformity criterion without exigence": (
        ("        niveaux: {0: Rien, 1: Peu, 2: Assez, 3: Tout}", "        genre: conformite"),
        "il manque la clé « exigence »",
    ),
    "a criterion code used twice": (
        ("        niveaux", "        niveaux: {0: a, 1: b, 2: c, 3: d}\n      - code: C.1\n        titre: Bis\n        niveaux"),
        "sections[0].criteres[1].code : le code de critère « C.1 » est déjà pris par sections[0].criteres[0]",
    ),
    "a section code used twice": (
        ("    criteres:", "    sections:\n      - {code: S1, titre: X, criteres: []}\n    criteres:"),
        "sections[0].sections[0].code : le code de section « S1 » est déjà pris par sections[0]",
    ),
    "a scenario code used twice": (
        (
            "        niveaux: {0: Rien, 1: Peu, 2: Assez, 3: Tout}",
            "        genre: conformite\n        exigence: X\n        scenarios: [{code: SC.1, texte: A}, {code: SC.1, texte: B}]",
        ),
        "le code de scénario « SC.1 » est déjà pris",
    ),
    "conditions for an unknown profile": (
        ("        niveaux", "        affichage_selon: {qualif: {jamais: true}}\n        niveaux"),
        "affichage_selon.qualif : clé inconnue (vouliez-vous dire « qualification » ?)",
    ),
}


@pytest.mark.parametrize(("change", "message"), QUESTIONNAIRE_CASES.values(), ids=QUESTIONNAIRE_CASES)
def test_questionnaire_is_refused_with_its_cause(tmp_path, change, message):
    """QST-0"""
    assert change[0] in MATURITE
    assert message in refusal_of(read_questionnaire, tmp_path / "essai.yaml", MATURITE.replace(*change, 1))


CONDITION_CASES = {
    "an unknown operator": ("{question: Q.1, egale: oui}", "affichage.egale : clé inconnue (vouliez-vous dire « egal » ?)"),
    "no comparison": ("{question: Q.1}", "une seule comparaison est attendue : egal, parmi, contient"),
    "two comparisons": ("{question: Q.1, egal: oui, renseignee: true}", "une seule comparaison est attendue"),
    "two heads": ("{question: Q.1, egal: oui, toutes: []}", "une condition commence par un seul de ces mots"),
    "no head": ("{}", "une condition commence par un seul de ces mots : question, toutes, au_moins_une, aucune, jamais"),
    "an empty connector": ("{toutes: []}", "affichage.toutes : la liste de conditions est vide"),
    "a connector without a list": ("{aucune: {question: Q.1, egal: oui}}", "affichage.aucune : une liste est attendue ici"),
    "jamais: false": ("{jamais: false}", "« jamais » ne s'écrit qu'avec true"),
    "a condition that is a text": ("Q.1 = oui", "affichage : des clés suivies de leurs valeurs sont attendues ici"),
    "an unknown choice": ("{question: Q.1, egal: ouii}", "affichage.egal : « ouii » n'est pas un choix de la question Q.1 (vouliez-vous dire « oui » ?)"),
    "an unknown choice among several": ("{question: Q.2, contient: [web, fax]}", "« fax » n'est pas un choix de la question Q.2"),
    "an unknown choice deep in the tree": (
        "{toutes: [{aucune: [{question: Q.1, parmi: [x]}]}]}",
        "affichage.toutes[0].aucune[0].parmi : « x » n'est pas un choix",
    ),
    "a value given twice": ("{question: Q.1, parmi: [oui, oui]}", "affichage.parmi[1] : « oui » est répété"),
    "an empty list of values": ("{question: Q.1, parmi: []}", "affichage.parmi : la liste est vide"),
    "one value where a list is due": ("{question: Q.1, parmi: oui}", "affichage.parmi : une liste est attendue ici"),
    "contient on a single choice": ("{question: Q.1, contient: [oui]}", "« contient » ne s'applique pas à la question Q.1, de genre choix_unique"),
    "egal on a multiple choice": ("{question: Q.2, egal: web}", "« egal » ne s'applique pas à la question Q.2, de genre choix_multiple"),
    "parmi on a multiple choice": ("{question: Q.2, parmi: [web]}", "« parmi » ne s'applique pas à la question Q.2"),
    "superieur on a choice": ("{question: Q.1, superieur: 3}", "« superieur » ne s'applique pas à la question Q.1"),
    "egal on a file": ("{question: Q.6, egal: x}", "« egal » ne s'applique pas à la question Q.6, de genre fichier"),
    "a text compared with a number": ("{question: Q.3, superieur: trois}", "la question Q.3 attend un nombre"),
    "a date that is not one": ("{question: Q.4, inferieur: 2024-13-01}", "la question Q.4 attend une date, AAAA-MM-JJ"),
    "a date no calendar holds": ("{question: Q.4, inferieur: 2024-02-31}", "affichage.inferieur : la question Q.4 attend une date, AAAA-MM-JJ"),
    "a number no answer reaches": ("{question: Q.3, superieur: 1000000000000000.5}", "un nombre a au plus 15 chiffres avant la virgule et 6 après"),
    "a number finer than any answer": ("{question: Q.3, superieur: 0.0000001}", "un nombre a au plus 15 chiffres avant la virgule et 6 après"),
    "a choice YAML takes for a number": ("{question: Q.8, egal: 1}", "affichage.egal : un texte est attendu : mettez « 1 » entre guillemets"),
    "a number compared with a text": ("{question: Q.5, egal: 3}", "affichage.egal : un texte est attendu : mettez « 3 » entre guillemets"),
    "renseignee in words": ("{question: Q.5, renseignee: oui}", "affichage.renseignee : true ou false est attendu ici"),
    "renseignee: false, which never holds (R-6)": (
        "{question: Q.5, renseignee: false}",
        "affichage.renseignee : « renseignee » ne s'écrit qu'avec true ; une question sans réponse se dit par « aucune »",
    ),
    "a question that depends on itself": ("{question: Q.7, renseignee: true}", "ces questions dépendent les unes des autres : Q.7 → Q.7"),
}


@pytest.mark.parametrize(("condition", "message"), CONDITION_CASES.values(), ids=CONDITION_CASES)
def test_condition_is_refused_with_its_cause(tmp_path, condition, message):
    """QST-1"""
    assert message in refusal_of(read_questionnaire, tmp_path / "profil.yaml", QUESTIONS.replace("CONDITION", condition))


GOOD_CONDITIONS = [
    "{question: Q.1, egal: oui}",
    "{question: Q.1, parmi: [oui, non]}",
    "{question: Q.2, contient: [web]}",
    "{question: Q.3, superieur: 3}",
    "{question: Q.3, inferieur: -2.5}",
    "{question: Q.3, superieur: 0.000001}",
    "{question: Q.3, superieur: 999999999999999.0}",
    "{question: Q.4, inferieur: 2024-12-01}",
    '{question: Q.4, egal: "2024-12-01"}',
    "{question: Q.5, egal: bonjour}",
    "{question: Q.6, renseignee: true}",
    "{jamais: true}",
    "{toutes: [{au_moins_une: [{question: Q.1, egal: oui}]}, {aucune: [{question: Q.2, renseignee: true}]}]}",
]


@pytest.mark.parametrize("condition", GOOD_CONDITIONS)
def test_condition_of_each_form_is_read_and_comes_back(tmp_path, condition):
    """QST-0, QST-1: what is exported can be loaded."""
    path = tmp_path / "profil.yaml"
    path.write_text(QUESTIONS.replace("CONDITION", condition), encoding="utf-8")
    document = read_questionnaire(path)
    assert document["sections"][0]["criteres"][-1]["affichage"]
    path.write_text(dump_questionnaire(document), encoding="utf-8")
    assert read_questionnaire(path) == document


QUESTION_CASES = {
    "no genre": (("genre: choix_unique\n", "facultative: false\n"), "criteres[0] : il manque la clé « genre »"),
    "no choices": (("        choix: [{code: oui, libelle: Oui}, {code: non, libelle: Non}]\n", ""), "il manque la clé « choix »"),
    "choices for a text": (
        ("{code: Q.5, titre: Texte, genre: texte}", "{code: Q.5, titre: Texte, genre: texte, choix: [{code: a, libelle: A}]}"),
        "criteres[4].choix : la clé ne convient pas à un critère de genre texte",
    ),
    "levels for a question": (("genre: nombre}", "genre: nombre, na: Rien}"), "criteres[2].na : la clé ne convient pas à un critère de genre nombre"),
    "a choice given twice": (("{code: non, libelle: Non}", "{code: oui, libelle: Non}"), "choix[1].code : le code de choix « oui » est déjà pris"),
    "a choice that means « non applicable »": (
        ("{code: non, libelle: Non}", "{code: NA, libelle: Non}"),
        "choix[1].code : « NA » est réservé à la réponse « Non applicable »",
    ),
    "an exclusive single choice": (
        ("{code: non, libelle: Non}", "{code: non, libelle: Non, exclusif: true}"),
        "seul un choix de choix_multiple peut exclure les autres",
    ),
}


@pytest.mark.parametrize(("change", "message"), QUESTION_CASES.values(), ids=QUESTION_CASES)
def test_question_is_refused_with_its_cause(tmp_path, change, message):
    """QST-0"""
    text = QUESTIONS.replace("CONDITION", "{jamais: true}")
    assert change[0] in text
    assert message in refusal_of(read_questionnaire, tmp_path / "profil.yaml", text.replace(*change, 1))


PARCOURS_CASES = {
    "no order": (("ordre: 1\n", ""), "il manque la clé « ordre »"),
    "an order above all count": (("ordre: 1", "ordre: 99999999999"), "ordre : le nombre doit être au plus 10000"),
    "a title of a démarche too long": (("titre: Un", f"titre: {'a' * 201}"), "demarches[0].titre : le texte dépasse 200 caractères"),
    "a short title too long": (("titre: Un", f"titre: Un\n    libelle_court: {'a' * 201}"), "libelle_court : le texte dépasse 200 caractères"),
    "an unknown state": (("etat: ouvert", "etat: fermé"), "etat : « fermé » n'est pas une valeur permise"),
    "open without any démarche": ((PARCOURS[PARCOURS.index("demarches:") :], ""), "un parcours ouvert a au moins une démarche"),
    "no verdict (R-10)": (("    verdict: doctrine\n", ""), "demarches[0] : il manque la clé « verdict »"),
    "an unknown profile": (("profil: qualification", "profil: qualif"), "demarches[0].profil : « qualif » n'est pas une valeur permise"),
    "a bearer the démarche does not accept": (
        ("porteur: produit}", "porteur: strategie}"),
        "questionnaires[0].porteur : la démarche n'accepte pas « strategie »",
    ),
    "accepts nothing": (("accepte: [produit]", "accepte: []"), "accepte : la liste est vide"),
    "accepts the same twice": (("accepte: [produit]", "accepte: [produit, produit]"), "accepte[1] : « produit » est répété"),
    "the same questionnaire twice": (("volet: projection", "volet: evaluation"), "questionnaires[1] : le questionnaire « essai » est répété"),
    "a prerequisite that is absent": (
        ("volet: evaluation", "volet: formulaire"),
        "questionnaires[1].prerequis : le volet « evaluation » de ce questionnaire n'est pas dans la démarche",
    ),
    "to come without a word": (("prerequis: evaluation}", "a_venir: true}"), "il manque la clé « annonce »"),
    "the same démarche twice": (
        ("demarches:\n", "demarches:\n  - {code: essai-un, titre: X, accepte: [produit], profil: aucun, verdict: mes}\n"),
        "demarches[1].code : le code de démarche « essai-un » est déjà pris",
    ),
}


@pytest.mark.parametrize(("change", "message"), PARCOURS_CASES.values(), ids=PARCOURS_CASES)
def test_parcours_is_refused_with_its_cause(tmp_path, change, message):
    """QST-0"""
    assert change[0] in PARCOURS
    assert message in refusal_of(read_parcours, tmp_path / "essai.yaml", PARCOURS.replace(*change, 1))


EXIGENCES_CASES = {
    "no démarche": (("demarche: essai-un\n", ""), "il manque la clé « demarche »"),
    "no nature": (("nature: obligation, recommande: 2", "recommande: 2"), 'questionnaires.essai["C.1"] : il manque la clé « nature »'),
    "a recommended level above 3": (("recommande: 2", "recommande: 4"), "le niveau recommandé va de 0 à 3"),
    "a recommended level below 0": (("recommande: 2", "recommande: -1"), "recommande : le nombre doit être au moins 0"),
    "both kinds of threshold (R-10)": (("recommande: 2", "recommande: 2, acceptes: [2]"), "« recommande » et « acceptes » ne vont pas ensemble"),
    "an answer that is not one": (("[NA, 2, 3]", "[NA, 2, 5]"), "« 5 » n'est pas une réponse"),
    "an answer given twice": (("[NA, 2, 3]", "[2, 2]"), "« 2 » est répété"),
    "no accepted answer": (("[NA, 2, 3]", "[]"), "acceptes : la liste est vide"),
    "an exigence never reached (R-9)": (("si: {question: Q.1, egal: oui}, ", ""), 'questionnaires.essai["01.01"][1] : cette exigence ne s\'appliquera jamais'),
    "a code YAML takes for a number": (('"01.01"', "01.01"), 'questionnaires.essai["01.01"] : mettez ce code entre guillemets'),
    "an empty list": (("C.1: {nature: obligation, recommande: 2}", "C.1: []"), "la liste est vide"),
    "a broken condition (R-9)": (("egal: oui", "egl: oui"), "[0].si.egl : clé inconnue (vouliez-vous dire « egal » ?)"),
}


@pytest.mark.parametrize(("change", "message"), EXIGENCES_CASES.values(), ids=EXIGENCES_CASES)
def test_exigences_are_refused_with_their_cause(tmp_path, change, message):
    """QST-0, R-9"""
    assert change[0] in EXIGENCES
    assert message in refusal_of(read_exigences, tmp_path / "essai-un.yaml", EXIGENCES.replace(*change, 1))


def test_all_defects_of_a_file_are_told_at_once(tmp_path):
    """QST-0"""
    text = MATURITE.replace("theme:", "thème:").replace("version: 1", "version: x").replace(", 3: Tout", "")
    path = tmp_path / "essai.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_questionnaire(path)
    assert [str(defect) for defect in caught.value.defects] == [
        "essai.yaml, ligne 1 : il manque la clé « theme »",
        "essai.yaml, ligne 3, thème : clé inconnue (vouliez-vous dire « theme » ?)",
        "essai.yaml, ligne 5, version : un nombre entier est attendu ici",
        "essai.yaml, ligne 13, sections[0].criteres[0].niveaux : il manque le niveau 3",
    ]
