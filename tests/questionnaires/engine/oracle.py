"""The rules once more, as naively as they read, on raw documents: nothing here comes from the engine it judges.

Slow on purpose: no index, no order, no cache. Each function cites the rule it says again.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

Data = dict[str, Any]
LEVELS = [0, 1, 2, 3]
QUESTIONS = ["choix_unique", "choix_multiple", "texte", "texte_long", "date", "nombre", "fichier"]


def holds(tree: Data, values: Data) -> bool:
    """QST-1, R-6: a comparison with what is hidden or unanswered is false."""
    if "jamais" in tree:
        return False
    if "toutes" in tree:
        return all(holds(branch, values) for branch in tree["toutes"])
    if "au_moins_une" in tree:
        return any(holds(branch, values) for branch in tree["au_moins_une"])
    if "aucune" in tree:
        return [holds(branch, values) for branch in tree["aucune"]].count(True) == 0
    if tree["question"] not in values:
        return False
    value = values[tree["question"]]
    if "egal" in tree:
        return value == tree["egal"]
    if "parmi" in tree:
        return value in tree["parmi"]
    if "contient" in tree:
        return len(set(value) & set(tree["contient"])) > 0
    if "superieur" in tree:
        return value > tree["superieur"]
    if "inferieur" in tree:
        return value < tree["inferieur"]
    return tree["renseignee"]


def items(document: Data) -> list[tuple[Data, list[Data]]]:
    """Every criterion in display order, with all that holds it: questionnaire first, then sections, outermost first."""
    found = []

    def walk(section: Data, above: list[Data]) -> None:
        found.extend((critere, [*above, section]) for critere in section.get("criteres", []))
        for inner in section.get("sections", []):
            walk(inner, [*above, section])

    for section in document["sections"]:
        walk(section, [document])
    return found


def genre(document: Data, critere: Data) -> str:
    return critere.get("genre") or document["genre"]


def trees(element: Data, source: str) -> list[Data]:
    """The conditions an element carries: everywhere, and for this source of profile."""
    both = [element.get("affichage"), (element.get("affichage_selon") or {}).get(source)]
    return [tree for tree in both if tree]


def shown(document: Data, values: Data, source: str) -> list[str]:
    """A criterion shows when its conditions and those of all that holds it hold (QST-1)."""
    return [
        critere["code"] for critere, above in items(document) if all(holds(tree, values) for element in [*above, critere] for tree in trees(element, source))
    ]


def given(answers: Data, code: str) -> Any:
    value = answers.get(code, {}).get("valeur")
    return None if value == "" or value == [] else value


def shown_in_form(document: Data, values: Data, source: str, answers: Data) -> list[str]:
    """Inside its own form, what is answered to the questions that show decides of the others (R-6): repeat until it settles."""
    own = [critere["code"] for critere, _ in items(document)]
    foreign = {code: value for code, value in values.items() if code not in own}
    visible: list[str] = []
    for _ in range(len(own) + 1):
        visible = shown(document, foreign | {c: given(answers, c) for c in visible if given(answers, c) is not None}, source)
    return visible


def profile(document: Data, answers: Data) -> Data:
    """The answers without those of hidden questions (R-6)."""
    visible = shown_in_form(document, {}, "aucun", answers)
    return {code: given(answers, code) for code in visible if given(answers, code) is not None}


def na_by_section(document: Data, sections_na: Data) -> set[str]:
    """R-20: the criteria of the sections declared non applicable, where the content allows it."""
    return {
        critere["code"] for critere, above in items(document) if any(section.get("na_possible") and section["code"] in sections_na for section in above[1:])
    }


def counted(document: Data, answers: Data, sections_na: Data) -> Data:
    """What each criterion counts for: NA under a section declared so, else what was answered."""
    covered = na_by_section(document, sections_na)
    return {critere["code"]: "NA" if critere["code"] in covered else given(answers, critere["code"]) for critere, _ in items(document)}


def missing(document: Data, visible: list[str], values: Data) -> list[str]:
    """R-4: what shows and has no answer; optional questions are never missing."""
    return [c["code"] for c, _ in items(document) if c["code"] in visible and not c.get("facultative") and values[c["code"]] is None]


def exigence(rules: Any, document: Data, critere: Data, profil: Data) -> Data:
    """R-9, R-10: the first rule that applies, as nature, accepted answers (None: any), threshold."""
    for rule in rules if isinstance(rules, list) else [rules]:
        if not rule.get("si") or holds(rule["si"], profil):
            break
    else:
        rule = {}
    nature = rule.get("nature", "option")
    if rule.get("recommande") is not None:
        na = ["NA"] if critere.get("na") else []
        accepted = [level for level in LEVELS if not level < rule["recommande"]] + na
        return {"nature": nature, "acceptes": accepted, "seuil": rule["recommande"]}
    if rule.get("acceptes"):
        accepted = [LEVELS["0123".index(str(a))] if str(a) in "0123" else a for a in rule["acceptes"]]
        levels = sorted(a for a in accepted if a in LEVELS)
        return {"nature": nature, "acceptes": accepted, "seuil": levels[0] if levels else None}
    if genre(document, critere) == "conformite":
        return {"nature": nature, "acceptes": ["conforme", "NA"], "seuil": None}
    return {"nature": nature, "acceptes": None, "seuil": None}


def axe(critere: Data, above: list[Data]) -> str:
    """The axis of the nearest section that names one, else the outermost section."""
    named = [section["axe"] for section in above[1:] if section.get("axe")]
    return named[-1] if named else above[1]["code"]


def judge(document: Data, visible: list[str], answers: Data, sections_na: Data, exigences: Data, profil: Data) -> Data:
    """Radar, expected series, verdict and gap of a set of answers (QST-6, R-10, R-12, R-13)."""
    values = counted(document, answers, sections_na)
    radar: dict[str, list[int]] = {}
    expected: dict[str, list[int]] = {}
    gaps, refused = [], []
    for critere, above in items(document):
        code = critere["code"]
        if code not in visible:
            continue
        value, wanted = values[code], exigence(exigences.get(code, {}), document, critere, profil)
        is_obligation, is_level = wanted["nature"] == "obligation", genre(document, critere) == "maturite"
        accepted = wanted["acceptes"] is None or value in wanted["acceptes"]
        if is_obligation and is_level and value is not None and value != "NA":
            radar.setdefault(axe(critere, above), []).append(value)
        if is_obligation and is_level and value != "NA" and wanted["seuil"] is not None:
            expected.setdefault(axe(critere, above), []).append(wanted["seuil"])
        if is_obligation and not accepted:
            refused.append(code)
        if value is None or genre(document, critere) in QUESTIONS:
            continue
        if value in LEVELS:
            below, to_cible = [n for n in LEVELS if value <= n < (wanted["seuil"] or 0)], [n for n in LEVELS if n > value]
        else:
            below = [] if accepted or wanted["seuil"] is None else [n for n in LEVELS if n < wanted["seuil"]]
            to_cible = [] if accepted or wanted["seuil"] is None else [1, 2, 3]
        blocks = is_obligation and not accepted
        if below or to_cible or blocks:
            gaps.append(
                {"code": code, "option": not is_obligation, "fine": not (below or blocks), "seuil": len(below), "cible": len(to_cible), "bloque": blocks}
            )
    gaps.sort(key=lambda gap: (gap["option"], gap["fine"], gap["seuil"], gap["cible"]))
    lacking = missing(document, visible, values)
    has_level = document["genre"] in ["maturite", "conformite"]
    return {
        "radar": {name: Fraction(sum(found), len(found)) for name, found in radar.items()},
        "effectifs": {name: len(found) for name, found in radar.items()},
        "attendus": {name: Fraction(sum(found), len(found)) for name, found in expected.items()},
        "verdict": None if lacking or not has_level else "non_atteint" if refused else "atteint",
        "ecarts": [(gap["code"], gap["seuil"], gap["cible"], gap["bloque"]) for gap in gaps],
        "manquants": lacking,
    }


def progress(document: Data, visible: list[str], answers: Data, sections_na: Data) -> dict[str, tuple[int, int, int]]:
    """R-4: done, total and percentage rounded down, for the whole (``""``) and for each section with all it holds."""
    values = counted(document, answers, sections_na)
    found: dict[str, list[bool]] = {"": []}
    for critere, above in items(document):
        for section in above[1:]:
            found.setdefault(section["code"], [])
        if critere["code"] in visible and not critere.get("facultative"):
            for name in ["", *[section["code"] for section in above[1:]]]:
                found[name].append(values[critere["code"]] is not None)
    return {name: (done.count(True), len(done), 100 * done.count(True) // len(done) if done else 100) for name, done in found.items()}


def shares(document: Data, visible: list[str], answers: Data, sections_na: Data) -> dict[str, int]:
    """QST-6: how many conforme, non conforme, NA among the conformities."""
    values = counted(document, answers, sections_na)
    asked = [critere["code"] for critere, _ in items(document) if critere["code"] in visible and genre(document, critere) == "conformite"]
    return {name: len([code for code in asked if values[code] == name]) for name in ["conforme", "non_conforme", "NA"]}


def merged(stored: Data, base: Data, posted: Data) -> tuple[Data, list[str]]:
    """QST-4: the answers after a save, and the criteria two people changed differently. ``base`` is what the page showed."""
    result, conflicts = dict(stored), []
    for code in posted:
        changed_here, changed_there = posted[code] != base.get(code, {}), stored.get(code, {}) != base.get(code, {})
        if changed_here and not changed_there:
            result[code] = posted[code]
        elif changed_here and changed_there and stored.get(code, {}) != posted[code]:
            conflicts.append(code)
    return result, conflicts
