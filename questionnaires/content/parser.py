"""Turn the tree of a file into the normalised document: every key of the schema, with its default where none is written.

It goes on after a defect, with a neutral value, so that one reading tells all of them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from questionnaires.content import schema
from questionnaires.content.errors import Defect, suggestion
from questionnaires.content.images import ImageRefused, Picture, read_picture
from questionnaires.content.schema import Field, Kind, Table
from questionnaires.content.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode, child

Data = dict[str, Any]

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CODE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")  # no space: codes name elements of the pages
_BREAK = re.compile("[\t\n\r\x85\u2028\u2029]")
_LINK = re.compile(r"(https?://[^\s/]+|/(?!/))\S*")


class Parser:
    """Reads one file; ``defects``, ``lines`` (path → line) and ``pictures`` (name → bytes) fill up as it goes."""

    def __init__(self, file: str, images: Path) -> None:
        self.file, self.images = file, images
        self.defects: list[Defect] = []
        self.lines: dict[str, int] = {}
        self.pictures: dict[str, bytes] = {}

    def refuse(self, line: int | None, path: str, cause: str) -> None:
        self.defects.append(Defect(self.file, line, path, cause))

    def object(self, node: Node, table: Table, path: str) -> Data:
        """Return the object with all the keys of its table."""
        data = {field.name: _neutral(field) if field.required else field.fresh_default() for field in table.fields if not field.sparse}
        mapping = self.mapping(node, path)
        if mapping is None:
            return data
        self._refuse_unknown_keys(mapping, table.names, path)
        for field in table.fields:
            if field.name in mapping.values:
                data[field.name] = self._value(mapping.values[field.name], field, child(path, field.name))
            elif field.required:
                self.refuse(mapping.line, path, f"il manque la clé « {field.name} »")
        return data

    def exigences(self, root: MappingNode) -> Data:
        """Return the exigences of a démarche, each criterion with the list of its conditional ones (R-9)."""
        self._refuse_unknown_keys(root, schema.EXIGENCES_KEYS, "")
        for key in schema.EXIGENCES_KEYS:
            if key not in root.values:
                self.refuse(root.line, "", f"il manque la clé « {key} »")
        data: Data = {"demarche": "", "questionnaires": {}}
        if "demarche" in root.values:
            data["demarche"] = self._code(root.values["demarche"], "demarche", _SLUG)
        for code, criteres in self._entries(root.values.get("questionnaires"), "questionnaires"):
            path = child("questionnaires", code)
            data["questionnaires"][code] = {critere: self._exigences_of(node, child(path, critere)) for critere, node in self._entries(criteres, path)}
        return data

    def mapping(self, node: Node, path: str) -> MappingNode | None:
        self.lines[path] = node.line
        if isinstance(node, MappingNode):
            return node
        self.refuse(node.line, path, "des clés suivies de leurs valeurs sont attendues ici")
        return None

    def _entries(self, node: Node | None, path: str) -> list[tuple[str, Node]]:
        """Return the entries of a mapping whose keys are codes, and refuse those YAML takes for numbers."""
        mapping = node and self.mapping(node, path)
        if not mapping:
            return []
        for key in mapping.keys.values():
            if not key.is_safe_text:
                self.refuse(key.line, child(path, key.text), "mettez ce code entre guillemets")
        return list(mapping.values.items())

    def _exigences_of(self, node: Node, path: str) -> list[Data]:
        self.lines[path] = node.line
        if not isinstance(node, SequenceNode):
            return [self.object(node, schema.EXIGENCE, path)]
        if not node.items:
            self.refuse(node.line, path, "la liste est vide")
        return [self.object(item, schema.EXIGENCE, child(path, index)) for index, item in enumerate(node.items)]

    def _refuse_unknown_keys(self, mapping: MappingNode, names: tuple[str, ...], path: str) -> None:
        for name, key in mapping.keys.items():
            if name not in names:
                self.refuse(key.line, child(path, name), f"clé inconnue{suggestion(name, names)}")

    def _value(self, node: Node, field: Field, path: str) -> Any:
        self.lines[path] = node.line
        match field.kind:
            case Kind.SLUG:
                return self._code(node, path, _SLUG, field.max_length)
            case Kind.CODE:
                return self._code(node, path, _CODE, field.max_length)
            case Kind.FILE:
                return self.text(node, path)
            case Kind.TEXT:
                return self._field_text(node, field, path)
            case Kind.LINK:
                return self._link(node, path)
            case Kind.INTEGER:
                return self._integer(node, field, path)
            case Kind.BOOLEAN:
                return self._boolean(node, path)
            case Kind.VALUE:
                return self._one_of(node, field.values, path)
            case Kind.VALUES:
                return self._distinct(node, path, lambda item, at: self._one_of(item, field.values, at))
            case Kind.TEXTS:
                return [self.text(item, child(path, i)) for i, item in enumerate(self._items(node, path))]
            case Kind.OBJECT:
                return self.object(node, field.of, path)
            case Kind.IMAGE:
                return self._image(node, path)
            case Kind.OBJECTS:
                return [self.object(item, field.of, child(path, i)) for i, item in enumerate(self._items(node, path))]
            case Kind.CONDITION:
                return self.condition(node, path)
            case Kind.CONDITIONS_BY_SOURCE:
                return self._conditions_by_source(node, path)
            case Kind.LEVELS:
                return self._levels(node, path)
            case Kind.RECOMMENDATIONS:
                return self._recommendations(node, path)
            case Kind.ANSWERS:
                return self._distinct(node, path, self._answer)
        raise AssertionError(field.kind)

    # -- scalars

    def text(self, node: Node, path: str) -> str:
        """Return a text that is not empty, without the spaces around it."""
        if not isinstance(node, ScalarNode):
            self.refuse(node.line, path, "un texte est attendu ici")
            return ""
        if node.value is None or not any(char.isprintable() and char != " " for char in node.text):
            self.refuse(node.line, path, "le texte est vide")
            return ""
        if not isinstance(node.value, str) or not node.is_safe_text:
            self.refuse(node.line, path, f"un texte est attendu : mettez « {node.text} » entre guillemets")
        return node.text.strip()

    def _field_text(self, node: Node, field: Field, path: str) -> str:
        text = self.text(node, path)
        if field.max_length and len(text) > field.max_length:
            self.refuse(node.line, path, f"le texte dépasse {field.max_length} caractères")
        if field.max_length and _BREAK.search(text):
            self.refuse(node.line, path, "le texte doit tenir en un seul paragraphe")
        return text

    def _code(self, node: Node, path: str, form: re.Pattern[str], max_length: int | None = schema.CODE_LENGTH) -> str:
        self.lines[path] = node.line
        code = self.text(node, path)
        if code and not form.fullmatch(code):
            hint = "minuscules, chiffres et traits d'union" if form is _SLUG else "lettres sans accent, chiffres et . _ -"
            self.refuse(node.line, path, f"« {code} » n'est pas un code ({hint})")
        elif max_length and len(code) > max_length:
            self.refuse(node.line, path, f"le code dépasse {max_length} caractères")
        return code

    def _link(self, node: Node, path: str) -> str:
        link = self.text(node, path)
        if link and not _LINK.fullmatch(link):
            self.refuse(node.line, path, "une adresse commence par https://, http:// ou / et ne contient pas d'espace")
        return link

    def _integer(self, node: Node, field: Field, path: str) -> int:
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, bool) or not isinstance(value, int):
            self.refuse(node.line, path, "un nombre entier est attendu ici")
            return field.minimum
        if value < field.minimum:
            self.refuse(node.line, path, f"le nombre doit être au moins {field.minimum}")
        elif value > field.maximum:
            self.refuse(node.line, path, f"le nombre doit être au plus {field.maximum}")
            return field.maximum
        return value

    def _boolean(self, node: Node, path: str) -> bool:
        if isinstance(node, ScalarNode) and isinstance(node.value, bool):
            return node.value
        self.refuse(node.line, path, "true ou false est attendu ici")
        return False

    def _one_of(self, node: Node, values: tuple[str, ...], path: str) -> str:
        value = self.text(node, path)
        if value and value not in values:
            cause = f"« {value} » n'est pas une valeur permise{suggestion(value, values)} : {', '.join(values)}"
            self.refuse(node.line, path, cause)
        return value

    def _answer(self, node: Node, path: str) -> str:
        answers = (*schema.MATURITE_ANSWERS, *schema.CONFORMITE_ANSWERS[1:])
        text = node.text if isinstance(node, ScalarNode) else ""
        if text not in answers:
            self.refuse(node.line, path, f"« {text} » n'est pas une réponse : {', '.join(answers)}")
        return text

    # -- pictures

    def _image(self, node: Node, path: str) -> Data:
        """Return what is written of a picture and what its file tells; its bytes go with the lot."""
        written = self.object(node, schema.IMAGE, path)
        picture = self._picture(written["fichier"], child(path, "fichier"))
        facts = (picture.empreinte, picture.largeur, picture.hauteur) if picture else ("", 0, 0)
        return written | dict(zip(schema.IMAGE_FACTS, facts, strict=True))

    def _picture(self, name: str, path: str) -> Picture | None:
        if not name:
            return None
        try:
            picture = read_picture(self.images, name)
        except ImageRefused as refusal:
            self.refuse(self.lines[path], path, str(refusal))
            return None
        self.pictures[name] = picture.contenu
        return picture

    # -- lists and small mappings

    def _items(self, node: Node, path: str) -> list[Node]:
        if isinstance(node, SequenceNode):
            return node.items
        self.refuse(node.line, path, "une liste est attendue ici")
        return []

    def _distinct(self, node: Node, path: str, read: Any) -> list[str]:
        values: list[str] = []
        items = self._items(node, path)
        if isinstance(node, SequenceNode) and not items:
            self.refuse(node.line, path, "la liste est vide")
        for index, item in enumerate(items):
            value = read(item, child(path, index))
            if value in values:
                self.refuse(item.line, child(path, index), f"« {value} » est répété")
            else:
                values.append(value)
        return values

    def _texts_by_level(self, node: MappingNode, levels: tuple[str, ...], path: str) -> dict[str, str]:
        for level, key in node.keys.items():
            if level not in levels:
                self.refuse(key.line, path, f"« {level} » n'est pas un niveau : {', '.join(levels)}")
        return {level: self.text(node.values[level], child(path, level)) for level in levels if level in node.values}

    def _levels(self, node: Node, path: str) -> dict[str, str]:
        mapping = self.mapping(node, path)
        if mapping is None:
            return {}
        texts = self._texts_by_level(mapping, schema.LEVELS, path)
        for level in schema.LEVELS:
            if level not in texts:
                self.refuse(node.line, path, f"il manque le niveau {level}")
        return texts

    def _recommendations(self, node: Node, path: str) -> dict[str, str]:
        """Return a text per level below the cible: the same one for all when a single text is written."""
        if isinstance(node, MappingNode):
            return self._texts_by_level(node, schema.LEVELS_BELOW_CIBLE, path)
        text = self.text(node, path)
        return dict.fromkeys(schema.LEVELS_BELOW_CIBLE, text) if text else {}

    # -- conditions

    def _conditions_by_source(self, node: Node, path: str) -> dict[str, Data]:
        mapping = self.mapping(node, path)
        if mapping is None:
            return {}
        self._refuse_unknown_keys(mapping, schema.PROFILE_SOURCES, path)
        return {source: self.condition(mapping.values[source], child(path, source)) for source in schema.PROFILE_SOURCES if source in mapping.values}

    def condition(self, node: Node, path: str) -> Data:
        """Return a condition tree (QST-1), or one that never holds in place of what cannot be understood."""
        mapping = self.mapping(node, path)
        if mapping is None:
            return {schema.NEVER: True}
        heads = [name for name in (*schema.CONNECTORS, schema.NEVER, "question") if name in mapping.values]
        allowed = ("question", *schema.COMPARISONS) if heads == ["question"] else tuple(heads)
        known = allowed or ("question", *schema.COMPARISONS, *schema.CONNECTORS, schema.NEVER)
        self._refuse_unknown_keys(mapping, known, path)
        if len(heads) != 1:
            forms = ", ".join(("question", *schema.CONNECTORS, schema.NEVER))
            self.refuse(node.line, path, f"une condition commence par un seul de ces mots : {forms}")
            return {schema.NEVER: True}
        head = heads[0]
        if head == "question":
            return self._comparison(mapping, path)
        if head == schema.NEVER:
            return self._never(mapping.values[head], child(path, head))
        return {head: self._branches(mapping.values[head], child(path, head))}

    def _never(self, node: Node, path: str) -> Data:
        if not self._boolean(node, path):
            self.refuse(node.line, path, "« jamais » ne s'écrit qu'avec true")
        return {schema.NEVER: True}

    def _answered(self, node: Node, path: str) -> bool:
        """R-6: what is unanswered makes a comparison false, so that « renseignee: false » would never hold."""
        if not self._boolean(node, path):
            self.refuse(node.line, path, "« renseignee » ne s'écrit qu'avec true ; une question sans réponse se dit par « aucune »")
        return True

    def _branches(self, node: Node, path: str) -> list[Data]:
        self.lines[path] = node.line
        branches = self._items(node, path)
        if isinstance(node, SequenceNode) and not branches:
            self.refuse(node.line, path, "la liste de conditions est vide")
        return [self.condition(branch, child(path, index)) for index, branch in enumerate(branches)]

    def _comparison(self, mapping: MappingNode, path: str) -> Data:
        question = self._code(mapping.values["question"], child(path, "question"), _CODE)
        operators = [name for name in schema.COMPARISONS if name in mapping.values]
        if len(operators) != 1:
            self.refuse(mapping.line, path, f"une seule comparaison est attendue : {', '.join(schema.COMPARISONS)}")
            return {schema.NEVER: True}
        operator = operators[0]
        value = self._operand(mapping.values[operator], operator, child(path, operator))
        return {"question": question, operator: value}

    def _operand(self, node: Node, operator: str, path: str) -> Any:
        self.lines[path] = node.line
        if operator in ("parmi", "contient"):
            return self._distinct(node, path, self.text)
        if operator == "renseignee":
            return self._answered(node, path)
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        return self.text(node, path)


def _neutral(field: Field) -> Any:
    if field.kind is Kind.INTEGER:
        return field.minimum
    if field.kind in (Kind.VALUES, Kind.ANSWERS, Kind.OBJECTS, Kind.TEXTS):
        return []
    return "" if field.default is None else field.fresh_default()
