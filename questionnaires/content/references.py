"""Check what documents say of one another: the questions they compare, the questionnaires and criteria they name.

Each check yields the document, the path and the cause, like those of ``checks``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from questionnaires.content import cycles, schema, walk
from questionnaires.content.checks import Finding
from questionnaires.content.errors import suggestion
from questionnaires.content.lot import Lot, Question, index_criteres
from questionnaires.content.yaml_tree import child
from questionnaires.engine.answers import DATE, DECIMALS, WHOLE_DIGITS

Data = dict[str, Any]

_PROFILING = ("qualification", "orientation", "formulaire")  # genres of questionnaires that make a profile
_OF_SOURCE = {"qualification": "de la qualification", "orientation": "de l'orientation"}


def condition_findings(questionnaire: Data, everything: Lot | None) -> Iterator[Finding]:
    """Check the comparisons of a questionnaire; without ``everything`` foreign questions are taken on trust."""
    indexes = _indexes(questionnaire, everything)
    for carrier, path in _carriers(questionnaire):
        for condition, at, source in walk.conditions(carrier, path):
            for leaf, leaf_path in walk.leaves(condition, at):
                if everything is None and leaf["question"] not in indexes[0]:
                    continue
                told = [list(_leaf_findings(leaf, leaf_path, index, source, questionnaire["code"])) for index in indexes]
                yield from min(told, key=len)


def _indexes(questionnaire: Data, everything: Lot | None) -> list[dict[str, Question]]:
    """Return the questions a version may compare: those of today, and for one that another follows, those of each day."""
    own = index_criteres([questionnaire])
    if everything is None:
        return [own]
    today = everything.index
    latest = everything.latest_questionnaires()
    former = [other for other in everything.questionnaires if latest[other["code"]] is not other] if latest[questionnaire["code"]] is not questionnaire else []
    return [{**today, **day, **own} for day in ({}, *(index_criteres([other]) for other in former))]


def _carriers(questionnaire: Data) -> Iterator[tuple[Data, str]]:
    yield questionnaire, ""
    for located in (*walk.sections(questionnaire), *walk.criteres(questionnaire)):
        yield located.data, located.path


def _leaf_findings(leaf: Data, path: str, index: dict[str, Question], source: str | None, own_code: str) -> Iterator[Finding]:
    code = leaf["question"]
    question = index.get(code)
    if not code:
        return
    if question is None:
        questions = (known.code for known in index.values() if known.is_question)
        yield child(path, "question"), f"question inconnue « {code} »{suggestion(code, questions)}"
    elif not question.is_question:
        yield child(path, "question"), f"« {code} » n'est pas une question : il ne se compare pas"
    else:
        if question.questionnaire != own_code and question.questionnaire_genre not in _PROFILING:
            yield child(path, "question"), f"« {code} » est une question du questionnaire « {question.questionnaire} », qui ne fait pas de profil"
        elif source and question.questionnaire != own_code and question.questionnaire_genre != source:
            yield child(path, "question"), f"« {code} » n'est pas une question {_OF_SOURCE[source]}"
        yield from _operand_findings(leaf, path, question)


def _operand_findings(leaf: Data, path: str, question: Question) -> Iterator[Finding]:
    operator = walk.operator_of(leaf)
    at = child(path, operator)
    if question.genre not in schema.COMPARISONS[operator]:
        yield at, f"« {operator} » ne s'applique pas à la question {question.code}, de genre {question.genre}"
        return
    if operator == "renseignee":
        return
    operands = leaf[operator] if isinstance(leaf[operator], list) else [leaf[operator]]
    for operand in operands:
        if cause := _operand_cause(operand, question):
            yield at, cause


def _operand_cause(operand: Any, question: Question) -> str:
    """Say why a value can be no answer to the question it is compared with; empty when it can."""
    match question.genre:
        case "nombre" if isinstance(operand, str):
            return f"la question {question.code} attend un nombre"
        case "nombre":
            return "" if _is_answerable(operand) else f"un nombre a au plus {WHOLE_DIGITS} chiffres avant la virgule et {DECIMALS} après"
        case "date":
            return "" if _is_date(operand) else f"la question {question.code} attend une date, AAAA-MM-JJ"
    if not isinstance(operand, str):
        return f"un texte est attendu : mettez « {operand} » entre guillemets"
    if question.genre in ("choix_unique", "choix_multiple") and operand not in question.choix:
        return f"« {operand} » n'est pas un choix de la question {question.code}{suggestion(operand, question.choix)}"
    return ""


def _is_answerable(number: int | float) -> bool:
    """True when an answer may be this number: no more digits than one may type."""
    written = Decimal(repr(number))
    return abs(written) < 10**WHOLE_DIGITS and written == round(written, DECIMALS)


def _is_date(operand: Any) -> bool:
    if not (isinstance(operand, str) and DATE.fullmatch(operand)):
        return False
    try:
        return bool(date.fromisoformat(operand))
    except ValueError:
        return False


def cycle_findings(documents: list[Data], everything: Lot) -> Iterator[tuple[Data, str, str]]:
    """Yield, once each, the cycles that go through these questionnaires, with the document where one is to be mended."""
    latest = {**everything.latest_questionnaires(), **Lot(questionnaires=documents).latest_questionnaires()}
    current = [document for document in documents if latest[document["code"]] is document]
    former = [document for document in documents if latest[document["code"]] is not document]
    yield from _cycle_findings(current, list(latest.values()))
    for document in former:
        yield from _cycle_findings([document], [document])


def _cycle_findings(documents: list[Data], together: list[Data]) -> Iterator[tuple[Data, str, str]]:
    graph = cycles.dependencies(together)
    owners = {located.data["code"]: document for document in documents for located in walk.criteres(document)}
    for cycle in cycles.find_cycles(graph):
        ways = [code for code in cycle if code in owners]
        if not ways:
            continue
        turn = cycle.index(ways[0])
        cycle = [*cycle[turn:-1], *cycle[:turn], ways[0]]
        yield owners[ways[0]], graph[cycle[0]][cycle[1]], f"ces questions dépendent les unes des autres : {' → '.join(cycle)}"


def published_findings(questionnaire: Data, known: Lot) -> Iterator[Finding]:
    """Check that a version published already is written as it was; the first difference says where it is not (QST-0)."""
    for former in known.questionnaires:
        if (former["code"], former["version"]) == (questionnaire["code"], questionnaire["version"]):
            path = _first_difference(former, questionnaire)
            if path is not None:
                cause = f"la version {former['version']} est publiée et ne change plus : donnez un nouveau numéro de version au fichier"
                yield path or "version", cause


def _first_difference(former: Any, present: Any, path: str = "") -> str | None:
    """Return the path of the first thing that differs, in the order of the file; None when nothing does."""
    if isinstance(former, dict) and isinstance(present, dict):
        names = [name for name in (*present, *(name for name in former if name not in present)) if name not in schema.IMAGE_FACTS]
        pairs = [(former.get(name), present.get(name), child(path, name)) for name in names]
    elif isinstance(former, list) and isinstance(present, list) and len(former) == len(present):
        pairs = [(one, other, child(path, rank)) for rank, (one, other) in enumerate(zip(former, present, strict=True))]
    else:
        return None if former == present else path
    return next((found for one, other, at in pairs if (found := _first_difference(one, other, at)) is not None), None)


def image_findings(questionnaire: Data, known: Lot) -> Iterator[Finding]:
    """Check that the name of a picture shown by a published version still names that picture: the version shows it for ever."""
    shown = {
        image.data["fichier"]: (image.data["empreinte"], f"la version {former['version']} de « {former['code']} »")
        for former in known.questionnaires
        for image in walk.images(former)
    }
    for image in walk.images(questionnaire):
        name, digest = image.data["fichier"], image.data["empreinte"]
        if digest and name in shown and shown[name][0] != digest:
            cause = f"{shown[name][1]}, publiée, montre une autre image sous ce nom : donnez un autre nom à la nouvelle image"
            yield child(image.path, "fichier"), cause


_YEAR = re.compile(r"\d{4}")


def version_findings(questionnaire: Data, everything: Lot) -> Iterator[Finding]:
    """Check a version against the one before it: what identifies the answers stays, and time goes on."""
    mine = [other for other in everything.questionnaires if other["code"] == questionnaire["code"] and other["version"] < questionnaire["version"]]
    former = max(mine, key=lambda other: other["version"], default=None)
    if former is None:
        return
    for key in ("genre", "portee"):
        if former[key] != questionnaire[key]:
            yield key, f"la version {former['version']} dit « {former[key]} » : d'une version à l'autre, cela ne change pas"
    before, after = (_YEAR.match(document["millesime"]) for document in (former, questionnaire))
    if before and after and after[0] < before[0]:
        yield "millesime", f"le millésime recule : la version {former['version']} porte « {former['millesime']} »"


def parcours_findings(parcours: Data, everything: Lot) -> Iterator[Finding]:
    codes = everything.latest_questionnaires()
    for index, demarche in enumerate(parcours["demarches"]):
        for rank, item in enumerate(demarche["questionnaires"]):
            if item["code"] and item["code"] not in codes and not item["a_venir"]:
                path = child(child(child("demarches", index), "questionnaires"), rank)
                yield child(path, "code"), f"questionnaire inconnu « {item['code']} »{suggestion(item['code'], codes)}"


def exigences_findings(exigences: Data, everything: Lot) -> Iterator[Finding]:
    demarches, questionnaires = everything.demarches(), everything.latest_questionnaires()
    demarche = demarches.get(exigences["demarche"])
    if demarche is None and exigences["demarche"]:
        yield "demarche", f"démarche inconnue « {exigences['demarche']} »{suggestion(exigences['demarche'], demarches)}"
    named = {item["code"] for item in demarche["questionnaires"]} if demarche else set(questionnaires)
    index = everything.index
    for code, entries_by_critere in exigences["questionnaires"].items():
        path = child("questionnaires", code)
        if code not in questionnaires:
            yield path, f"questionnaire inconnu « {code} »{suggestion(code, questionnaires)}"
            continue
        if code not in named:
            yield path, f"le questionnaire « {code} » n'est pas dans la démarche « {exigences['demarche']} »"
        criteres = {located.data["code"]: located.data for located in walk.criteres(questionnaires[code])}
        for critere_code, entries in entries_by_critere.items():
            at = child(path, critere_code)
            if critere_code not in criteres:
                yield at, f"critère inconnu « {critere_code} »{suggestion(critere_code, criteres)}"
                continue
            for rank, entry in enumerate(entries):
                where = at if len(entries) == 1 else child(at, rank)
                yield from _exigence_findings(entry, where, criteres[critere_code], demarche)
                yield from _si_findings(entry, where, index, demarche)


def _exigence_findings(entry: Data, path: str, critere: Data, demarche: Data | None) -> Iterator[Finding]:
    genre, accepted = critere["genre"], entry["acceptes"]
    if genre in schema.QUESTION_GENRES:
        yield path, f"« {critere['code']} » est une question : elle n'a ni nature ni niveau"
        return
    if entry["recommande"] is not None and genre != "maturite":
        yield child(path, "recommande"), f"un critère de genre {genre} n'a pas de niveau recommandé"
    answers = {"maturite": schema.MATURITE_ANSWERS, "conformite": schema.CONFORMITE_ANSWERS}.get(genre, ())
    for answer in accepted or ():
        if answer not in answers:
            yield child(path, "acceptes"), f"« {answer} » n'est pas une réponse d'un critère de genre {genre}"
        elif answer == schema.NA and genre == "maturite" and not critere["na"]:
            yield child(path, "acceptes"), f"« NA » n'est pas proposé par le critère « {critere['code']} »"
    if genre == "maturite" and entry["nature"] == "obligation" and entry["recommande"] is None and accepted is None:
        yield path, "une obligation dit son niveau recommandé (« recommande ») ou les réponses qu'elle accepte (« acceptes »)"
    verdict = demarche["verdict"] if demarche else None
    if verdict == "doctrine" and accepted is not None:
        yield child(path, "acceptes"), "une démarche de la Doctrine fixe « recommande » et non « acceptes »"
    if verdict == "mes" and entry["recommande"] is not None:
        yield child(path, "recommande"), "une démarche de référencement fixe « acceptes » et non « recommande »"


def _si_findings(entry: Data, path: str, index: dict[str, Question], demarche: Data | None) -> Iterator[Finding]:
    if entry["si"] is None:
        return
    source = demarche["profil"] if demarche else None
    if source == "aucun":
        yield child(path, "si"), "la démarche ne lit aucun profil : ses exigences n'ont pas de condition"
    for leaf, leaf_path in walk.leaves(entry["si"], child(path, "si")):
        yield from _leaf_findings(leaf, leaf_path, index, source if source in schema.PROFILE_SOURCES else None, own_code="")


def repeated_codes(lot: Lot, known: Lot) -> Iterator[tuple[Data, str, str]]:
    """Yield the documents that take a code another one holds: questionnaires, criteria, parcours, démarches."""
    everything = lot.with_known(known)
    yield from _taken_twice(lot.questionnaires, lambda q: (f"{q['code']} version {q['version']}", "code"), "le questionnaire « {} » est décrit")
    yield from _taken_twice(lot.parcours, lambda p: (p["code"], "code"), "le parcours « {} » est décrit")
    yield from _taken_twice(lot.exigences, lambda e: (e["demarche"], "demarche"), "les exigences de la démarche « {} » sont décrites")
    yield from _taken_by_another(
        lot.questionnaires,
        everything.questionnaires,
        "critère",
        lambda q: ((critere.data["code"], child(critere.path, "code")) for critere in walk.criteres(q)),
    )
    yield from _taken_by_another(
        lot.parcours,
        everything.parcours,
        "démarche",
        lambda p: ((d["code"], child(child("demarches", i), "code")) for i, d in enumerate(p["demarches"])),
    )


def _taken_twice(documents: list[Data], key: Any, words: str) -> Iterator[tuple[Data, str, str]]:
    seen: set[str] = set()
    for document in documents:
        name, path = key(document)
        if name and name in seen:
            yield document, path, f"{words.format(name)} par deux fichiers"
        seen.add(name)


def _taken_by_another(documents: list[Data], everything: Iterable[Data], noun: str, codes: Any) -> Iterator[tuple[Data, str, str]]:
    mine = {id(document) for document in documents}
    owners: dict[str, str] = {code: other["code"] for other in everything if id(other) not in mine for code, _path in codes(other)}
    for document in documents:
        for code, path in codes(document):
            owner = owners.setdefault(code, document["code"])
            if code and owner != document["code"]:
                yield document, path, f"le code de {noun} « {code} » est déjà pris par « {owner} »"
