"""Check one document against itself: repeated codes, keys that do not suit the genre, impossible combinations.

Each check yields the path and the cause; the reader knows the file and finds the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from questionnaires.content import schema, walk
from questionnaires.content.walk import Located
from questionnaires.content.yaml_tree import child

Data = dict[str, Any]
Finding = tuple[str, str]


def questionnaire_findings(questionnaire: Data) -> Iterator[Finding]:
    if not questionnaire["sections"]:
        yield "sections", "le questionnaire n'a aucune section"
    sections, criteres = list(walk.sections(questionnaire)), list(walk.criteres(questionnaire))
    yield from _repeated(sections, "section")
    yield from _repeated(criteres, "critère")
    for section in sections:
        if not section.data["criteres"] and not section.data["sections"]:
            yield section.path, "la section ne contient ni critère ni sous-section"
    for critere in criteres:
        yield from _critere_findings(critere)


def _critere_findings(located: Located) -> Iterator[Finding]:
    critere, path = located.data, located.path
    genre = critere["genre"]
    if not genre:
        yield path, f"il manque la clé « genre » : {', '.join(schema.CRITERE_GENRES)}"
        return
    defaults = {field.name: field.default for field in schema.CRITERE.fields}
    for key, genres in schema.CRITERE_KEYS_BY_GENRE.items():
        if genre in schema.CRITERE_GENRES and genre not in genres and critere[key] != defaults[key]:
            yield child(path, key), f"la clé ne convient pas à un critère de genre {genre}"
    for key, genres in schema.CRITERE_KEYS_REQUIRED_BY_GENRE.items():
        if genre in genres and not critere[key]:
            yield path, f"il manque la clé « {key} », attendue pour un critère de genre {genre}"
    yield from _choix_findings(critere, path)
    yield from _repeated([Located(s, child(child(path, "scenarios"), i)) for i, s in enumerate(critere["scenarios"])], "scénario")


def _choix_findings(critere: Data, path: str) -> Iterator[Finding]:
    choix = [Located(choice, child(child(path, "choix"), i)) for i, choice in enumerate(critere["choix"])]
    yield from _repeated(choix, "choix")
    for choice in choix:
        if choice.data["code"] == schema.NA:
            yield child(choice.path, "code"), f"« {schema.NA} » est réservé à la réponse « Non applicable »"
        if choice.data["exclusif"] and critere["genre"] == "choix_unique":
            yield child(choice.path, "exclusif"), "seul un choix de choix_multiple peut exclure les autres"


def parcours_findings(parcours: Data) -> Iterator[Finding]:
    demarches = [Located(d, child("demarches", i)) for i, d in enumerate(parcours["demarches"])]
    yield from _repeated(demarches, "démarche")
    if parcours["etat"] == "ouvert" and not demarches:
        yield "demarches", "un parcours ouvert a au moins une démarche"
    for demarche in demarches:
        yield from _demarche_findings(demarche)


def _demarche_findings(demarche: Located) -> Iterator[Finding]:
    seen: set[tuple[str, ...]] = set()
    questionnaires = demarche.data["questionnaires"]
    present = {(item["code"], item["porteur"], item["volet"]) for item in questionnaires}
    for index, item in enumerate(questionnaires):
        path = child(child(demarche.path, "questionnaires"), index)
        key = (item["code"], item["porteur"], item["volet"])
        if key in seen:
            yield path, f"le questionnaire « {item['code']} » est répété pour le même volet et le même porteur"
        seen.add(key)
        if item["porteur"] and item["porteur"] not in demarche.data["accepte"]:
            yield child(path, "porteur"), f"la démarche n'accepte pas « {item['porteur']} »"
        if item["prerequis"] and (item["code"], item["porteur"], item["prerequis"]) not in present:
            yield child(path, "prerequis"), f"le volet « {item['prerequis']} » de ce questionnaire n'est pas dans la démarche"
        if item["prerequis"] and item["prerequis"] == item["volet"]:
            yield child(path, "prerequis"), "un volet ne peut pas être son propre prérequis"
        if item["a_venir"] and not item["annonce"]:
            yield path, "il manque la clé « annonce », attendue pour un questionnaire à venir"


def exigences_findings(exigences: Data) -> Iterator[Finding]:
    for code, criteres in exigences["questionnaires"].items():
        for critere, entries in criteres.items():
            path = child(child("questionnaires", code), critere)
            for index, entry in enumerate(entries):
                at = path if len(entries) == 1 else child(path, index)
                yield from _exigence_findings(entry, at)
                if entry["si"] is None and index < len(entries) - 1:
                    yield child(path, index + 1), "cette exigence ne s'appliquera jamais : la précédente est sans condition"


def _exigence_findings(entry: Data, path: str) -> Iterator[Finding]:
    if entry["recommande"] is not None and str(entry["recommande"]) not in schema.LEVELS:
        yield child(path, "recommande"), "le niveau recommandé va de 0 à 3"
    if entry["recommande"] is not None and entry["acceptes"] is not None:
        yield path, "« recommande » et « acceptes » ne vont pas ensemble"


def _repeated(items: list[Located], noun: str) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for item in items:
        code = item.data["code"]
        if code and code in seen:
            yield child(item.path, "code"), f"le code de {noun} « {code} » est déjà pris par {seen[code]}"
        else:
            seen[code] = item.path
