"""The tables of keys of a content file: what may be written, in which order, and what is taken when nothing is.

The reader walks these tables to check a file, the writer walks the same ones to write it back (QST-0).
They say in code what ``docs/CONTENU.md`` says to whoever writes the content.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """How the value of a key is read."""

    SLUG = "slug"  # a-z, 0-9 and hyphens: questionnaires, parcours, démarches
    CODE = "code"  # sections, criteria, choices
    TEXT = "texte"
    LINK = "adresse"
    INTEGER = "entier"
    BOOLEAN = "booleen"
    VALUE = "valeur"  # one of ``values``
    VALUES = "valeurs"  # a list of them, without repeats
    TEXTS = "textes"
    OBJECT = "objet"
    OBJECTS = "objets"
    CONDITION = "condition"
    CONDITIONS_BY_SOURCE = "conditions"
    LEVELS = "niveaux"
    RECOMMENDATIONS = "recommandations"
    ANSWERS = "reponses"  # NA, 0 to 3, conforme, non_conforme
    IMAGE = "image"
    FILE = "fichier"  # a name in the folder of images


@dataclass(frozen=True)
class Field:
    name: str
    kind: Kind
    required: bool = False
    default: Any = None
    values: tuple[str, ...] = ()
    of: Table | None = None
    max_length: int | None = None
    minimum: int = 0
    maximum: int = 10_000
    sparse: bool = False  # not in the document when not written: it came after versions were published, whose digests hold

    def fresh_default(self) -> Any:
        return copy.copy(self.default)


@dataclass(frozen=True, eq=False)
class Table:
    """The keys of one kind of object, in the order of the files.

    ``inline``: written on one line when it fits; ``spaced``: an empty line stands between two of them.
    """

    noun: str
    fields: tuple[Field, ...]
    inline: bool = False
    spaced: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)


QUESTIONNAIRE_GENRES = ("qualification", "orientation", "maturite", "conformite", "depot", "formulaire")
QUESTION_GENRES = ("choix_unique", "choix_multiple", "texte", "texte_long", "date", "nombre", "fichier")
CRITERE_GENRES = ("maturite", "conformite", "depot", *QUESTION_GENRES)
PORTEES = ("sujet", "inscription")
ORIGINES = ("seed", "public", "reconstruit")
PROFILE_SOURCES = ("qualification", "orientation")
LEVELS = ("0", "1", "2", "3")
LEVELS_BELOW_CIBLE = LEVELS[:-1]
NA = "NA"
MATURITE_ANSWERS = (NA, *LEVELS)
CONFORMITE_ANSWERS = (NA, "conforme", "non_conforme")

# Keys that only some kinds of criteria may carry; every other key is good for all of them.
CRITERE_KEYS_BY_GENRE: dict[str, frozenset[str]] = {
    "objectif": frozenset({"maturite", "conformite", "depot"}),
    "exigence": frozenset({"conformite", "depot"}),
    "scenarios": frozenset({"conformite", "depot"}),
    "na": frozenset({"maturite", "conformite", "depot"}),
    "niveaux": frozenset({"maturite"}),
    "recommandation": frozenset({"maturite"}),
    "marque_blanche": frozenset({"maturite", "conformite"}),
    "facultative": frozenset(QUESTION_GENRES),
    "choix": frozenset({"choix_unique", "choix_multiple"}),
}
CRITERE_KEYS_REQUIRED_BY_GENRE: dict[str, frozenset[str]] = {
    "niveaux": frozenset({"maturite"}),
    "exigence": frozenset({"conformite"}),
    "choix": frozenset({"choix_unique", "choix_multiple"}),
}

CODE_LENGTH = 60
TITRE_LENGTH = 300
COLUMN_LENGTH, MILLESIME_LENGTH = 200, 20  # of what the database keeps beside the document

# Condition trees: which kinds of questions each comparison is good for (R-6: hidden or unanswered makes it false).
COMPARISONS: dict[str, frozenset[str]] = {
    "egal": frozenset({"choix_unique", "texte", "texte_long", "nombre", "date"}),
    "parmi": frozenset({"choix_unique"}),
    "contient": frozenset({"choix_multiple"}),
    "superieur": frozenset({"nombre", "date"}),
    "inferieur": frozenset({"nombre", "date"}),
    "renseignee": frozenset(QUESTION_GENRES),
}
CONNECTORS = ("toutes", "au_moins_une", "aucune")
NEVER = "jamais"


def _code(kind: Kind = Kind.CODE) -> Field:
    return Field("code", kind, required=True, max_length=CODE_LENGTH)


def _titre(name: str = "titre", *, required: bool = True, max_length: int = TITRE_LENGTH) -> Field:
    return Field(name, Kind.TEXT, required=required, default="", max_length=max_length)


def _column(name: str = "titre", *, required: bool = True) -> Field:
    return _titre(name, required=required, max_length=COLUMN_LENGTH)


def _text(name: str, *, required: bool = False) -> Field:
    return Field(name, Kind.TEXT, required=required, default="")


LIEN = Table("lien", (_titre(), Field("url", Kind.LINK, default="")), inline=True)
CHOIX = Table("choix", (_code(), _titre("libelle"), Field("exclusif", Kind.BOOLEAN, default=False)), inline=True)
PROVENANCE = Table(
    "provenance",
    (Field("origine", Kind.VALUE, required=True, values=ORIGINES), _text("detail")),
    inline=True,
)
SCENARIO = Table("scénario", (_code(), _text("texte", required=True), Field("preuves", Kind.TEXTS, default=[])))

IMAGE = Table("image", (Field("fichier", Kind.FILE, required=True, default=""), _titre(), _titre("alternative"), _text("description")))
IMAGE_FACTS = ("empreinte", "largeur", "hauteur")  # what the document adds, read in the file

_AFFICHAGE = (
    Field("affichage", Kind.CONDITION),
    Field("affichage_selon", Kind.CONDITIONS_BY_SOURCE, default={}),
)

CRITERE = Table(
    "critère",
    (
        _code(),
        _titre(),
        # By default the genre of the questionnaire, when it is one a criterion may have.
        Field("genre", Kind.VALUE, default="", values=CRITERE_GENRES),
        Field("facultative", Kind.BOOLEAN, default=False),
        _text("aide"),
        _text("objectif"),
        _text("exigence"),
        Field("choix", Kind.OBJECTS, default=[], of=CHOIX),
        *_AFFICHAGE,
        _text("na"),
        Field("niveaux", Kind.LEVELS, default={}),
        Field("recommandation", Kind.RECOMMENDATIONS, default={}),
        Field("scenarios", Kind.OBJECTS, default=[], of=SCENARIO),
        Field("marque_blanche", Kind.BOOLEAN, default=False),
        Field("provenance", Kind.OBJECT, of=PROVENANCE),
    ),
    spaced=True,
)

_SECTION_FIELDS = (
    _code(),
    _titre(),
    # By default the axe of the section above, else the code of the section itself.
    Field("axe", Kind.CODE, default="", max_length=CODE_LENGTH),
    _text("introduction"),
    _text("cible"),
    Field("liens", Kind.OBJECTS, default=[], of=LIEN),
    Field("image", Kind.IMAGE, of=IMAGE, sparse=True),
    Field("na_possible", Kind.BOOLEAN, default=False),
    *_AFFICHAGE,
    Field("criteres", Kind.OBJECTS, default=[], of=CRITERE),
)


def _sections() -> Table:
    """Return the table of a section: the one table that holds itself, hence closed after it is made."""
    table = Table("section", (), spaced=True)
    inner = Field("sections", Kind.OBJECTS, default=[], of=table)
    object.__setattr__(table, "fields", (*_SECTION_FIELDS, inner))
    return table


SECTION = _sections()

QUESTIONNAIRE = Table(
    "questionnaire",
    (
        _code(Kind.SLUG),
        _column(),
        _column("theme"),
        Field("millesime", Kind.TEXT, required=True, max_length=MILLESIME_LENGTH),
        Field("version", Kind.INTEGER, required=True, minimum=1),
        Field("genre", Kind.VALUE, required=True, values=QUESTIONNAIRE_GENRES),
        Field("portee", Kind.VALUE, default="sujet", values=PORTEES),
        _text("introduction"),
        Field("informations_utiles", Kind.TEXTS, default=[]),
        *_AFFICHAGE,
        Field("sections", Kind.OBJECTS, required=True, default=[], of=SECTION),
    ),
)

DEMARCHE_QUESTIONNAIRE = Table(
    "questionnaire de la démarche",
    (
        _code(Kind.SLUG),
        Field("volet", Kind.VALUE, required=True, values=("evaluation", "projection", "depot", "formulaire")),
        _column(),
        Field("porteur", Kind.VALUE, required=True, values=("produit", "strategie")),
        Field("prerequis", Kind.VALUE, default="", values=("evaluation", "projection", "depot", "formulaire")),
        Field("a_venir", Kind.BOOLEAN, default=False),
        _text("annonce"),
    ),
    inline=True,
)

DEMARCHE = Table(
    "démarche",
    (
        _code(Kind.SLUG),
        _column(),
        _column("libelle_court", required=False),  # by default the titre
        Field("accepte", Kind.VALUES, required=True, values=("produit", "strategie")),
        Field("ouverte", Kind.BOOLEAN, default=True),
        Field("profil", Kind.VALUE, required=True, values=(*PROFILE_SOURCES, "aucun")),
        Field("verdict", Kind.VALUE, required=True, values=("doctrine", "mes", "conformite")),
        _text("accroche"),
        Field("presentation", Kind.TEXTS, default=[]),
        Field("questionnaires", Kind.OBJECTS, default=[], of=DEMARCHE_QUESTIONNAIRE),
    ),
    spaced=True,
)

PARCOURS = Table(
    "parcours",
    (
        _code(Kind.SLUG),
        _column(),
        Field("ordre", Kind.INTEGER, required=True),
        Field("etat", Kind.VALUE, required=True, values=("ouvert", "a_venir")),
        _text("accroche"),
        Field("presentation", Kind.TEXTS, default=[]),
        Field("etapes", Kind.TEXTS, default=[]),
        Field("liens", Kind.OBJECTS, default=[], of=LIEN),
        Field("demarches", Kind.OBJECTS, default=[], of=DEMARCHE),
    ),
)

EXIGENCE = Table(
    "exigence",
    (
        Field("si", Kind.CONDITION),
        Field("nature", Kind.VALUE, required=True, values=("obligation", "option")),
        Field("recommande", Kind.INTEGER),
        Field("acceptes", Kind.ANSWERS),
    ),
    inline=True,
)
EXIGENCES_KEYS = ("demarche", "questionnaires")
