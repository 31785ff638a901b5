"""Random content and answers, in the shape of ``docs/CONTENU.md``: what the property tests feed to engine and oracle."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

Data = dict[str, Any]
SOURCES = ("qualification", "orientation", "aucun")
CHOICES = ("a", "b", "c")
DATES = ("2024-01-31", "2024-12-01", "2025-06-15")
NIVEAUX = {level: f"Niveau {level}" for level in range(4)}


@dataclass(frozen=True)
class Case:
    """A profile questionnaire, a questionnaire it shows or hides, what a démarche requires, and answers to both."""

    profil: Data
    document: Data
    exigences: Data
    profil_answers: Data
    answers: Data
    sections_na: Data
    source: str


def draw_case(rnd: Random) -> Case:
    profil = draw_questions(rnd)
    questions = [critere for section in profil["sections"] for critere in section["criteres"]]
    document = draw_questionnaire(rnd, questions)
    criteres = _criteres(document["sections"])
    return Case(
        profil=profil,
        document=document,
        exigences={c["code"]: _exigence(rnd, c, document, questions) for c in criteres if rnd.random() < 0.85},
        profil_answers=draw_answers(rnd, questions, "qualification", 0.8),
        answers=draw_answers(rnd, criteres, document["genre"], rnd.choice([0.3, 0.9, 1, 1])),
        sections_na={code: {"motif": ""} for code in _sections(document["sections"]) if rnd.random() < 0.15},
        source=rnd.choice(SOURCES),
    )


FOREIGN = {"code": "Z", "titre": "Ailleurs", "genre": "choix_unique"}


def draw_questions(rnd: Random, foreign: tuple[Data, ...] = ()) -> Data:
    """Draw a questionnaire of questions that show one another, shuffled: what decides may come after what it decides of.

    ``foreign`` are questions of another questionnaire its conditions may read too.
    """
    questions: list[Data] = []
    for rank in range(rnd.randint(1, 7)):
        question = _question(rnd, f"Q{rank}")
        if questions and rnd.random() < 0.6:
            question["affichage"] = draw_condition(rnd, [*questions, *foreign])
        questions.append(question)
    order = list(questions)
    rnd.shuffle(order)
    cut = rnd.randint(0, len(order))
    sections = [{"code": "P1", "titre": "Un", "criteres": order[:cut]}, {"code": "P2", "titre": "Deux", "criteres": order[cut:]}]
    return {"code": "profil", "titre": "Profil", "genre": "qualification", "version": 1, "sections": sections}


def _question(rnd: Random, code: str) -> Data:
    genre = rnd.choice(["choix_unique", "choix_unique", "choix_multiple", "choix_multiple", "nombre", "date", "texte"])
    question: Data = {"code": code, "titre": f"Question {code}", "genre": genre, "facultative": rnd.random() < 0.2}
    if genre.startswith("choix"):
        question["choix"] = [{"code": code, "libelle": code.upper()} for code in CHOICES]
    return question


def draw_condition(rnd: Random, questions: list[Data], depth: int = 0) -> Data:
    if depth < 2 and rnd.random() < 0.35:
        name = rnd.choice(["toutes", "au_moins_une", "aucune"])
        return {name: [draw_condition(rnd, questions, depth + 1) for _ in range(rnd.randint(1, 3))]}
    if rnd.random() < 0.04:
        return {"jamais": True}
    return _comparison(rnd, rnd.choice(questions))


def _comparison(rnd: Random, question: Data) -> Data:
    genre, code = question["genre"], question["code"]
    if rnd.random() < 0.1:
        return {"question": code, "renseignee": True}
    if genre == "choix_unique":
        if rnd.random() < 0.5:
            return {"question": code, "egal": rnd.choice(CHOICES)}
        return {"question": code, "parmi": rnd.sample(CHOICES, 2)}
    if genre == "choix_multiple":
        return {"question": code, "contient": rnd.sample(CHOICES, rnd.randint(1, 2))}
    if genre == "texte":
        return {"question": code, "egal": rnd.choice(["x", "y"])}
    operator = rnd.choice(["egal", "superieur", "inferieur"])
    return {"question": code, operator: rnd.choice(DATES) if genre == "date" else rnd.randint(0, 4)}


def draw_questionnaire(rnd: Random, questions: list[Data]) -> Data:
    genre = rnd.choice(["maturite", "maturite", "maturite", "conformite", "depot"])
    counter = iter(range(1000))
    sections = [_section(rnd, questions, genre, counter, 0) for _ in range(rnd.randint(1, 3))]
    return {"code": "q", "titre": "Questionnaire", "genre": genre, "version": 1, "sections": sections} | _display(rnd, questions, 0.05)


def _section(rnd: Random, questions: list[Data], genre: str, counter: Any, depth: int) -> Data:
    section: Data = {"code": f"S{next(counter)}", "titre": "Section", "na_possible": rnd.random() < 0.6}
    if rnd.random() < 0.3:
        section["axe"] = rnd.choice(["X", "Y"])
    section["criteres"] = [_critere(rnd, questions, genre, counter) for _ in range(rnd.randint(0, 4))]
    if depth < 2:
        section["sections"] = [_section(rnd, questions, genre, counter, depth + 1) for _ in range(rnd.choice([0, 0, 1, 2]))]
    return section | _display(rnd, questions, 0.15)


def _critere(rnd: Random, questions: list[Data], genre: str, counter: Any) -> Data:
    code = f"C{next(counter)}"
    kind = rnd.random()
    if kind < 0.12:
        critere = _question(rnd, code)
    elif kind < 0.2 or genre == "conformite":
        critere = {"code": code, "titre": code, "genre": "conformite"}
    else:
        critere = {"code": code, "titre": code, "niveaux": NIVEAUX, "genre": "maturite"}
        if genre == "maturite" and rnd.random() < 0.5:
            del critere["genre"]
        if rnd.random() < 0.5:
            critere["na"] = "Sans objet."
    return critere | _display(rnd, questions, 0.4)


def _display(rnd: Random, questions: list[Data], chance: float) -> Data:
    if rnd.random() > chance:
        return {}
    if rnd.random() < 0.5:
        return {"affichage": draw_condition(rnd, questions)}
    found: Data = {"affichage_selon": {source: draw_condition(rnd, questions) for source in SOURCES[:2] if rnd.random() < 0.8}}
    if rnd.random() < 0.2:
        found["affichage"] = draw_condition(rnd, questions)
    return found


def _exigence(rnd: Random, critere: Data, document: Data, questions: list[Data]) -> Any:
    if rnd.random() < 0.7:
        return _rule(rnd, critere, document)
    rules = [{"si": draw_condition(rnd, questions)} | _rule(rnd, critere, document) for _ in range(rnd.randint(1, 2))]
    return rules + ([_rule(rnd, critere, document)] if rnd.random() < 0.8 else [])


def _rule(rnd: Random, critere: Data, document: Data) -> Data:
    genre = critere.get("genre") or document["genre"]
    rule: Data = {"nature": rnd.choice(["obligation", "obligation", "option"])}
    if genre == "maturite":
        kind = rnd.random()
        if kind < 0.45:
            rule["recommande"] = rnd.randint(0, 3)
        elif kind < 0.9:
            accepted = rnd.sample([0, 1, 2, 3], rnd.randint(1, 3)) + (["NA"] if rnd.random() < 0.5 else [])
            rule["acceptes"] = accepted if rnd.random() < 0.5 else [str(answer) for answer in accepted]
    elif genre == "conformite":
        if rnd.random() < 0.2:
            rule["acceptes"] = ["conforme"]
    else:
        rule["nature"] = "option"
    return rule


def draw_answers(rnd: Random, criteres: list[Data], genre: str, chance: float) -> Data:
    answers: Data = {}
    for critere in criteres:
        if rnd.random() < chance:
            answers[critere["code"]] = {"valeur": _value(rnd, critere, critere.get("genre") or genre)}
            if rnd.random() < 0.2:
                answers[critere["code"]]["commentaire"] = "Un mot."
        elif rnd.random() < 0.2:
            answers[critere["code"]] = {"commentaire": "Pas encore."}
    return answers


def _value(rnd: Random, critere: Data, genre: str) -> Any:
    match genre:
        case "maturite":
            return rnd.choice([0, 1, 2, 3, 3, *(["NA"] if critere.get("na") else [])])
        case "conformite":
            return rnd.choice(["conforme", "conforme", "non_conforme", "NA"])
        case "choix_unique":
            return rnd.choice(CHOICES)
        case "choix_multiple":
            return sorted(rnd.sample(CHOICES, rnd.randint(1, 3)))
        case "nombre":
            return rnd.randint(0, 4)
        case "date":
            return rnd.choice(DATES)
    return rnd.choice(["x", "y", "z"])


def _criteres(sections: list[Data]) -> list[Data]:
    return [c for section in sections for c in [*section.get("criteres", []), *_criteres(section.get("sections", []))]]


def _sections(sections: list[Data]) -> list[str]:
    return [code for section in sections for code in [section["code"], *_sections(section.get("sections", []))]]
