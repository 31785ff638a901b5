"""Read the text of a YAML file as a tree that remembers its lines, and refuse what a content file has no use for.

Anchors, aliases, tags, repeated keys, several documents, control characters, great depth or size are all refused:
each either hides what is written from the next reader, or is a way to hurt the server that loads the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from questionnaires.content.errors import Defect

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 40

Scalar = str | int | float | bool | None

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_resolver = yaml.SafeLoader("")
# Control characters, what turns the direction of the text around it, and what each font draws its own way: the bullets of some word processors.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\uf8ff\ufffe\uffff]")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
_TAG = "tag:yaml.org,2002:"


@dataclass
class Node:
    line: int


@dataclass
class ScalarNode(Node):
    text: str
    value: Scalar
    # False when YAML tools at large would not read this text as text: 01.01, 2024, oui is fine, no is not.
    is_safe_text: bool


@dataclass
class SequenceNode(Node):
    items: list[Node] = field(default_factory=list)


@dataclass
class MappingNode(Node):
    keys: dict[str, ScalarNode] = field(default_factory=dict)
    values: dict[str, Node] = field(default_factory=dict)


class Unreadable(Exception):
    """The file cannot be read any further."""

    def __init__(self, line: int | None, cause: str, path: str = "") -> None:
        self.line, self.cause, self.path = line, cause, path
        super().__init__(cause)


def child(path: str, key: str | int) -> str:
    """Return the path of a key or an item, as the defects print it: ``sections[0].criteres[3].niveaux``."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not re.fullmatch(r"[A-Za-z_][\w-]*", key):
        return f'{path}["{_UNWRITABLE.sub("�", key)}"]'
    return f"{path}.{key}" if path else key


def load_tree(path: Path, file: str) -> tuple[MappingNode | None, list[Defect]]:
    """Return the tree of a file, or None when it cannot be read at all, and the defects met on the way."""
    try:
        builder = _Builder(_text(path))
        root = builder.document()
    except Unreadable as unreadable:
        return None, [Defect(file, unreadable.line, unreadable.path, unreadable.cause)]
    defects = [Defect(file, line, at, cause) for line, at, cause in builder.defects]
    if not isinstance(root, MappingNode):
        return None, [*defects, Defect(file, root.line, "", "le fichier doit contenir des clés suivies de leurs valeurs")]
    return root, defects


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unreadable(None, "le fichier ne peut pas être ouvert") from error
    if len(content) > MAX_BYTES:
        raise Unreadable(None, "le fichier dépasse la taille permise (2 Mio)")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(line, "le fichier n'est pas enregistré en UTF-8") from error
    if unwritable := _UNWRITABLE.search(text):
        line = text.count("\n", 0, unwritable.start()) + 1
        raise Unreadable(line, f"le fichier contient {_told(unwritable)}")
    return text


def _told(unwritable: re.Match[str]) -> str:
    return f"un caractère qui ne s'écrit pas (U+{ord(unwritable[0]):04X})"


class _Builder:
    """Builds the tree from the events of the YAML parser: nothing is constructed that was not asked for."""

    def __init__(self, text: str) -> None:
        self.defects: list[tuple[int, str, str]] = []
        self._events = self._checked_events(text)

    def document(self) -> Node:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                root = self._node(next(self._events), "", 1)
                self._refuse_second_document()
                return root
        raise Unreadable(1, "le fichier est vide")

    def _refuse_second_document(self) -> None:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                raise Unreadable(_line(event), "le fichier doit contenir un seul document (« --- » en trop)")

    def _checked_events(self, text: str) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise Unreadable(mark and mark.line + 1, _syntax_cause(error)) from error
        except yaml.YAMLError as error:
            raise Unreadable(None, "le fichier n'est pas du YAML correct") from error

    def _node(self, event: yaml.Event, path: str, depth: int) -> Node:
        line = _line(event)
        if depth > MAX_DEPTH:
            raise Unreadable(line, f"les éléments sont imbriqués sur plus de {MAX_DEPTH} niveaux")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(line, "les ancres (« & ») et les renvois (« * ») ne sont pas permis", path)
        if getattr(event, "tag", None) is not None:
            raise Unreadable(line, "les étiquettes de type (« ! ») ne sont pas permises", path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(line, path, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(line, path, depth)
        return self._scalar(event, line, path)

    def _mapping(self, line: int, path: str, depth: int) -> MappingNode:
        mapping = MappingNode(line)
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, path, depth + 1)
            if not isinstance(key, ScalarNode):
                raise Unreadable(key.line, "une clé doit être un simple mot", path)
            value = self._node(next(self._events), child(path, key.text), depth + 1)
            if key.text in mapping.keys:
                first = mapping.keys[key.text].line
                self.defects.append((key.line, child(path, key.text), f"la clé est répétée (déjà ligne {first})"))
                continue
            mapping.keys[key.text] = key
            mapping.values[key.text] = value
        return mapping

    def _sequence(self, line: int, path: str, depth: int) -> SequenceNode:
        sequence = SequenceNode(line)
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            sequence.items.append(self._node(event, child(path, len(sequence.items)), depth + 1))
        return sequence

    def _scalar(self, event: yaml.ScalarEvent, line: int, path: str) -> ScalarNode:
        text = event.value
        if unwritable := _UNWRITABLE.search(text):
            self.defects.append((line, path, f"le texte contient {_told(unwritable)}"))
            text = _UNWRITABLE.sub("", text)
        if not event.implicit[0]:  # between quotes, or a block of text
            return ScalarNode(line, text, text, is_safe_text=True)
        tag = _resolver.resolve(yaml.ScalarNode, text, (True, False)).removeprefix(_TAG)
        return ScalarNode(line, text, _plain_value(text, tag), is_safe_text=tag in ("str", "timestamp"))


def _plain_value(text: str, tag: str) -> Scalar:
    if tag == "null":
        return None
    if text in ("true", "false"):
        return text == "true"
    if tag == "int" and _INTEGER.fullmatch(text):
        return int(text)
    if tag == "float" and _DECIMAL.fullmatch(text):
        return float(text)
    return text


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1


def _syntax_cause(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or ""
    if "cannot start any token" in problem:
        return "le fichier n'est pas du YAML correct : une tabulation en début de ligne, ou un texte à mettre entre guillemets"
    if "mapping values" in problem:
        return "le fichier n'est pas du YAML correct : un texte qui contient « : » se met entre guillemets"
    if "block end" in problem or "expected key" in problem:
        return "le fichier n'est pas du YAML correct : vérifiez l'alignement de cette ligne et des précédentes"
    if "undefined alias" in problem:
        return "les ancres (« & ») et les renvois (« * ») ne sont pas permis"
    if "end of stream" in problem:
        return "le fichier n'est pas du YAML correct : un guillemet, un crochet ou une accolade n'est pas refermé"
    return "le fichier n'est pas du YAML correct"
