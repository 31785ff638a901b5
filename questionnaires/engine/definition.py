"""A published questionnaire as a tree of frozen values, compiled once from its document (QST-0)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from graphlib import TopologicalSorter
from types import MappingProxyType
from typing import Any

from .conditions import Condition, ConditionError, find_cycle, parse, references

LEVELS = (0, 1, 2, 3)
CIBLE = 3
QUALIFICATION, ORIENTATION, AUCUN = "qualification", "orientation", "aucun"
SOURCES = (QUALIFICATION, ORIENTATION, AUCUN)


class Genre(StrEnum):
    """Kinds of answer a criterion asks for."""

    MATURITE = "maturite"
    CONFORMITE = "conformite"
    CHOIX_UNIQUE = "choix_unique"
    CHOIX_MULTIPLE = "choix_multiple"
    TEXTE = "texte"
    TEXTE_LONG = "texte_long"
    DATE = "date"
    NOMBRE = "nombre"
    FICHIER = "fichier"
    DEPOT = "depot"


# Those one answers by choosing or typing; a file is deposited.
QUESTIONS = frozenset({Genre.CHOIX_UNIQUE, Genre.CHOIX_MULTIPLE, Genre.TEXTE, Genre.TEXTE_LONG, Genre.DATE, Genre.NOMBRE})


@dataclass(frozen=True, slots=True)
class Choix:
    """One answer offered by a question of choice; an exclusive one stands alone."""

    code: str
    libelle: str
    exclusif: bool = False


@dataclass(frozen=True, slots=True)
class Lien:
    titre: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A schema: its name among the images of the content, what it shows in words, and its size."""

    fichier: str
    titre: str
    alternative: str
    description: str = ""
    empreinte: str = ""
    largeur: int = 0
    hauteur: int = 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario of a conformity criterion with the types of evidence expected."""

    code: str
    texte: str
    preuves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Regle:
    """The conditions an element carries: one for everywhere, or one per source of profile."""

    partout: Condition | None
    selon: tuple[tuple[str, Condition], ...] = ()

    def pour(self, source: str) -> tuple[Condition, ...]:
        """Return the conditions to hold when the profile comes from ``source``."""
        found = () if self.partout is None else (self.partout,)
        return found + tuple(condition for name, condition in self.selon if name == source)


@dataclass(frozen=True, slots=True, eq=False)
class Critere:
    """One item: maturity scale, conformity, question or deposit. ``regles`` are its own and those of all that holds it."""

    code: str
    genre: Genre
    titre: str
    section_code: str
    axe: str
    objectif: str = ""
    aide: str = ""
    exigence: str = ""
    na: str | None = None
    niveaux: tuple[str, ...] = ()
    choix: tuple[Choix, ...] = ()
    facultative: bool = False
    scenarios: tuple[Scenario, ...] = ()
    recommandations: tuple[str, ...] = ()
    marque_blanche: bool = False
    provenance: str = ""
    regles: tuple[Regle, ...] = ()

    def recommandation(self, niveau: Any) -> str:
        """Return what to do to leave this level; empty at the cible, without level, or when the content says nothing (R-13)."""
        if isinstance(niveau, bool) or not isinstance(niveau, int):
            return ""
        return self.recommandations[niveau] if 0 <= niveau < len(self.recommandations) else ""

    @property
    def offers_na(self) -> bool:
        """True when « Non applicable » is among the answers."""
        return bool(self.na) or self.genre is Genre.CONFORMITE

    @property
    def is_graded(self) -> bool:
        return self.genre is Genre.MATURITE or self.genre is Genre.CONFORMITE

    @property
    def is_question(self) -> bool:
        return self.genre in QUESTIONS


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A section with its criteria and its own sections."""

    code: str
    titre: str
    axe: str
    introduction: str = ""
    cible: str = ""
    liens: tuple[Lien, ...] = ()
    image: Image | None = None
    na_possible: bool = False
    criteres: tuple[Critere, ...] = ()
    sections: tuple[Section, ...] = ()

    def every_critere(self) -> Iterator[Critere]:
        """Yield its criteria and those of the sections inside, in display order."""
        yield from self.criteres
        for section in self.sections:
            yield from section.every_critere()

    def every_section(self) -> Iterator[Section]:
        """Yield itself and the sections inside."""
        yield self
        for section in self.sections:
            yield from section.every_section()


@dataclass(frozen=True, slots=True)
class Axe:
    """One axis of the radar."""

    code: str
    titre: str


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What decides of each criterion when the profile comes from one source.

    ``conditions`` are its own and those of all that holds it, in display order; ``order`` puts each question after those of
    the same questionnaire it depends on; ``by_answers`` are those that depend on one at least.
    """

    conditions: Mapping[str, tuple[Condition, ...]]
    order: tuple[str, ...]
    by_answers: frozenset[str]


@dataclass(frozen=True, eq=False)
class Definition:
    """A questionnaire, whole. Two compilations are two values: compare by ``code`` and ``numero``."""

    code: str
    titre: str
    theme: str
    millesime: str
    numero: int
    genre: str
    portee: str
    introduction: str
    informations_utiles: tuple[str, ...]
    sections: tuple[Section, ...]
    criteres: Mapping[str, Critere] = field(default_factory=dict)
    axes: tuple[Axe, ...] = ()
    sections_na_possible: frozenset[str] = frozenset()
    plans: Mapping[str, Plan] = field(default_factory=dict, repr=False)

    @cached_property
    def has_questions(self) -> bool:
        """True when at least one answer is chosen or typed, and not a level."""
        return any(critere.is_question for critere in self.criteres.values())

    def every_section(self) -> Iterator[Section]:
        """Yield every section, in display order."""
        for section in self.sections:
            yield from section.every_section()


def compile_definition(document: Mapping[str, Any]) -> Definition:
    """Compile the normalised document of a version (``docs/CONTENU.md``).

    :raises ConditionError: a condition says nothing, or questions depend on one another. :raises KeyError: a key is missing.
    """
    own = _regle(document)
    inherited = (own,) if own else ()
    sections = tuple(_section(section, document["genre"], None, inherited) for section in document["sections"])
    every = [inner for section in sections for inner in section.every_section()]
    criteres = MappingProxyType({critere.code: critere for section in sections for critere in section.every_critere()})
    return Definition(
        code=document["code"],
        titre=document["titre"],
        theme=document.get("theme") or document["titre"],
        millesime=str(document.get("millesime", "")),
        numero=int(document.get("version", 1)),
        genre=document["genre"],
        portee=document.get("portee") or "sujet",
        introduction=document.get("introduction") or "",
        informations_utiles=tuple(document.get("informations_utiles") or ()),
        sections=sections,
        criteres=criteres,
        axes=_axes(every),
        sections_na_possible=frozenset(section.code for section in every if section.na_possible),
        plans=MappingProxyType({source: _plan(criteres, source) for source in SOURCES}),
    )


def _plan(criteres: Mapping[str, Critere], source: str) -> Plan:
    conditions = {code: tuple(c for regle in critere.regles for c in regle.pour(source)) for code, critere in criteres.items()}
    edges = {code: [read for c in own for read in references(c) if read in criteres] for code, own in conditions.items()}
    if cycle := find_cycle(edges):
        raise ConditionError("affichage", f"ces questions dépendent les unes des autres\xa0: {' → '.join(cycle)}")
    order = tuple(TopologicalSorter(edges).static_order())
    return Plan(MappingProxyType(conditions), order, frozenset(code for code, read in edges.items() if read))


def _axes(sections: list[Section]) -> tuple[Axe, ...]:
    """Return the axes in display order, named by the section that bears the axis, or the first that names it."""
    titles: dict[str, str] = {}
    for section in sections:
        if section.code == section.axe or section.axe not in titles:
            titles[section.axe] = section.titre
    return tuple(Axe(code, titre) for code, titre in titles.items())


def _regle(document: Mapping[str, Any]) -> Regle | None:
    partout, selon = document.get("affichage"), document.get("affichage_selon") or {}
    if not partout and not selon:
        return None
    return Regle(parse(partout) if partout else None, tuple((source, parse(tree)) for source, tree in selon.items()))


def _section(document: Mapping[str, Any], genre: str, axe: str | None, inherited: tuple[Regle, ...]) -> Section:
    own = _regle(document)
    regles = (*inherited, own) if own else inherited
    axis = document.get("axe") or axe or document["code"]
    return Section(
        code=document["code"],
        titre=document["titre"],
        axe=axis,
        introduction=document.get("introduction") or "",
        cible=document.get("cible") or "",
        liens=tuple(Lien(lien["titre"], lien.get("url") or "") for lien in document.get("liens") or ()),
        image=Image(**document["image"]) if document.get("image") else None,
        na_possible=bool(document.get("na_possible")),
        criteres=tuple(_critere(critere, genre, document["code"], axis, regles) for critere in document.get("criteres") or ()),
        sections=tuple(_section(inner, genre, axis, regles) for inner in document.get("sections") or ()),
    )


def _critere(document: Mapping[str, Any], genre: str, section: str, axe: str, inherited: tuple[Regle, ...]) -> Critere:
    own = _regle(document)
    niveaux = {str(level): text for level, text in (document.get("niveaux") or {}).items()}
    provenance = document.get("provenance") or {}
    return Critere(
        code=document["code"],
        genre=Genre(document.get("genre") or genre),
        titre=document["titre"],
        section_code=section,
        axe=axe,
        objectif=document.get("objectif") or "",
        aide=document.get("aide") or "",
        exigence=document.get("exigence") or "",
        na=document.get("na") or None,
        niveaux=tuple(niveaux[str(level)] for level in LEVELS) if niveaux else (),
        choix=tuple(Choix(c["code"], c["libelle"], bool(c.get("exclusif"))) for c in document.get("choix") or ()),
        facultative=bool(document.get("facultative")),
        scenarios=tuple(Scenario(s["code"], s["texte"], tuple(s.get("preuves") or ())) for s in document.get("scenarios") or ()),
        recommandations=_recommandations(document.get("recommandation")),
        marque_blanche=bool(document.get("marque_blanche")),
        provenance=provenance.get("origine", ""),
        regles=(*inherited, own) if own else inherited,
    )


def _recommandations(document: Any) -> tuple[str, ...]:
    """Return one text per level below the cible."""
    if not document:
        return ()
    if isinstance(document, str):
        return (document,) * CIBLE
    texts = {str(level): text for level, text in document.items()}
    return tuple(texts.get(str(level), "") for level in range(CIBLE))
