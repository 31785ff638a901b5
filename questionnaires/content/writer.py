"""Write a normalised document back as the text of a content file: what is read from it is the document again (QST-0)."""

from __future__ import annotations

from typing import Any

from questionnaires.content import schema
from questionnaires.content.schema import Kind, Table
from questionnaires.content.yaml_text import Inline, Spaced, emit

Data = dict[str, Any]


def dump_questionnaire(document: Data) -> str:
    """Return the text of ``fixtures/questionnaires/<code>.yaml``; what holds by default is not written."""
    return emit(_layout(schema.QUESTIONNAIRE, _without_inherited(document)))


def dump_parcours(document: Data) -> str:
    """Return the text of ``fixtures/parcours/<code>.yaml``."""
    demarches = [_drop(demarche, "libelle_court", demarche["titre"]) for demarche in document["demarches"]]
    return emit(_layout(schema.PARCOURS, {**document, "demarches": demarches}))


def dump_exigences(document: Data) -> str:
    """Return the text of ``fixtures/exigences/<demarche>.yaml``."""
    questionnaires = {
        code: {critere: _exigences(exigences) for critere, exigences in criteres.items()} for code, criteres in document["questionnaires"].items()
    }
    return emit({"demarche": document["demarche"], "questionnaires": questionnaires})


def _exigences(exigences: list[Data]) -> Any:
    layouts = [Inline(_layout(schema.EXIGENCE, exigence)) for exigence in exigences]
    alone = len(exigences) == 1 and exigences[0]["si"] is None
    return layouts[0] if alone else layouts


def _without_inherited(document: Data) -> Data:
    sections = [_section(section, document["genre"], axe=section["code"]) for section in document["sections"]]
    return {**document, "sections": sections}


def _section(section: Data, genre: str, *, axe: str) -> Data:
    """Blank what the section and its criteria take from above: the axe and the genre."""
    return {
        **_drop(section, "axe", axe),
        "criteres": [_drop(critere, "genre", genre) for critere in section["criteres"]],
        "sections": [_section(inner, genre, axe=section["axe"]) for inner in section["sections"]],
    }


def _drop(data: Data, key: str, inherited: str) -> Data:
    return {**data, key: ""} if data[key] == inherited else data


def _layout(table: Table, data: Data) -> Data:
    """Return the keys to write, in the order of the table, without those that hold their default."""
    layout: Data = {}
    for field in table.fields:
        value = data.get(field.name, field.default) if field.sparse else data[field.name]
        if field.required or value != field.default:
            layout[field.name] = _value_layout(field, value)
    return layout


def _value_layout(field: schema.Field, value: Any) -> Any:
    match field.kind:
        case Kind.OBJECT | Kind.IMAGE:
            return _object_layout(field.of, value)
        case Kind.OBJECTS:
            items = [_object_layout(field.of, item) for item in value]
            return Spaced(items) if field.of.spaced and items else items
        case Kind.CONDITION:
            return _condition_layout(value)
        case Kind.CONDITIONS_BY_SOURCE:
            return {source: _condition_layout(value[source]) for source in schema.PROFILE_SOURCES if source in value}
        case Kind.LEVELS:
            return _texts_by_level(value)
        case Kind.RECOMMENDATIONS:
            return _recommendations_layout(value)
        case Kind.VALUES:
            return Inline(value)
        case Kind.ANSWERS:
            return Inline([int(answer) if answer in schema.LEVELS else answer for answer in value])
    return value


def _object_layout(table: Table, data: Data) -> Any:
    layout = _layout(table, data)
    return Inline(layout) if table.inline else layout


def _recommendations_layout(texts: dict[str, str]) -> Any:
    """Return one text when it is the same for every level below the cible, else a text per level."""
    if set(texts) == set(schema.LEVELS_BELOW_CIBLE) and len(set(texts.values())) == 1:
        return texts["0"]
    return _texts_by_level(texts)


def _texts_by_level(texts: dict[str, str]) -> dict[int, str]:
    return {int(level): texts[level] for level in sorted(texts)}


def _condition_layout(condition: Data) -> Any:
    for connector in schema.CONNECTORS:
        if connector in condition:
            return {connector: [_condition_layout(branch) for branch in condition[connector]]}
    # The question first: a database may hand the keys back in another order.
    return Inline({key: condition[key] for key in sorted(condition, key=lambda key: key != "question")})
