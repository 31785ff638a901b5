"""« Questionnaires et échelles »: every published criterion with what each démarche accepts (QST-0, R-15).

The list goes by parcours then démarche, which an upper room knows: it gives them through ``provide``, and this page asks
``catalogue`` for them, as the policy and the jobs do with what each room registers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.http import Http404

from .cartes import CONFORMITES, MATURITES
from .engine.answers import NA
from .engine.conditions import Condition, describe
from .engine.definition import Critere, Definition, Genre, Section
from .engine.exigences import Exigence, JeuExigences

SANS_MINIMUM = "Aucun niveau minimum requis pour cette démarche"


@dataclass(frozen=True)
class ReponsePossible:
    """One answer a criterion offers, and whether the démarche accepts it."""

    libelle: str
    texte: str
    acceptee: bool
    classe: str


@dataclass(frozen=True)
class LigneEchelle:
    """A criterion as the list shows it: ``objet`` is what it requires or aims at, ``variantes`` what changes with the profile (R-9)."""

    code: str
    titre: str
    objet: str
    section: str
    obligatoire: bool
    reponses: tuple[ReponsePossible, ...]
    variantes: tuple[str, ...]
    attendu: str
    question: bool = False

    @property
    def nature(self) -> str:
        return "Question" if self.question else "Obligation" if self.obligatoire else "Option"


@dataclass(frozen=True)
class QuestionnaireEchelle:
    """A questionnaire as a démarche holds it; without ``definition`` while it is only announced."""

    code: str
    titre: str
    annonce: str = ""
    definition: Definition | None = None
    jeu: JeuExigences | None = None
    questions: Mapping[str, Critere] = field(default_factory=dict, repr=False)

    @property
    def disponible(self) -> bool:
        return self.definition is not None

    @cached_property
    def lignes(self) -> tuple[LigneEchelle, ...]:
        """Every criterion, in order, hidden ones included."""
        titres = dict(_section_titles(self.definition.sections))
        return tuple(self._ligne(critere, titres[critere.section_code]) for critere in self.definition.criteres.values())

    @cached_property
    def natures(self) -> Counter[str]:
        return Counter(ligne.nature for ligne in self.lignes)

    @property
    def obligations(self) -> int:
        return self.natures["Obligation"]

    @property
    def options(self) -> int:
        return self.natures["Option"]

    @property
    def nombre_questions(self) -> int:
        return self.natures["Question"]

    @property
    def version(self) -> str:
        return f"millésime {self.definition.millesime}" if self.definition.millesime else f"version {self.definition.numero}"

    def _ligne(self, critere: Critere, section: str) -> LigneEchelle:
        exigence = self.jeu.pour(critere.code, {})
        rules = self.jeu.regles.get(critere.code, ())
        return LigneEchelle(
            code=critere.code,
            titre=critere.titre,
            objet=critere.exigence or critere.objectif or critere.aide,
            section=section,
            obligatoire=exigence.is_obligation,
            reponses=tuple(_possible(critere, exigence)),
            variantes=tuple(self._variante(critere, condition, rule) for condition, rule in rules if condition is not None),
            attendu=_offered(critere) if critere.is_question else "" if exigence.acceptes else SANS_MINIMUM,
            question=critere.is_question,
        )

    def _variante(self, critere: Critere, condition: Condition, exigence: Exigence) -> str:
        """Say what changes when a condition on the profile holds (R-9)."""
        accepted = [reponse.libelle for reponse in _possible(critere, exigence) if reponse.acceptee]
        return f"Si {describe(condition, self.questions)} : {_nature(exigence)}, réponses acceptées : {' ; '.join(accepted) or 'toutes'}."


@dataclass(frozen=True)
class DemarcheEchelle:
    code: str
    titre: str
    questionnaires: tuple[QuestionnaireEchelle, ...]


@dataclass(frozen=True)
class ParcoursEchelle:
    code: str
    titre: str
    demarches: tuple[DemarcheEchelle, ...]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """All published content; a change of content makes another object."""

    parcours_list: tuple[ParcoursEchelle, ...]

    def questionnaire(self, demarche: str, code: str) -> tuple[ParcoursEchelle, DemarcheEchelle, QuestionnaireEchelle]:
        """:raises Http404: nothing published under these codes."""
        for parcours in self.parcours_list:
            for found in parcours.demarches:
                if found.code == demarche:
                    for questionnaire in found.questionnaires:
                        if questionnaire.code == code and questionnaire.disponible:
                            return parcours, found, questionnaire
        raise Http404("Questionnaire inconnu dans cette démarche.")


_source: list[Callable[[], Catalogue]] = []


def provide(source: Callable[[], Catalogue]) -> None:
    """Say who knows the parcours and démarches; the last one said is asked."""
    _source[:] = [source]


def catalogue() -> Catalogue:
    """Return the published content, by parcours then démarche."""
    return _source[0]()


def _section_titles(sections: Sequence[Section], above: str = "") -> Iterator[tuple[str, str]]:
    for section in sections:
        titre = f"{above} – {section.titre}" if above else section.titre
        yield section.code, titre
        yield from _section_titles(section.sections, titre)


def _nature(exigence: Exigence) -> str:
    return "Obligation" if exigence.is_obligation else "Option"


def _offered(critere: Critere) -> str:
    """Say how a question is answered."""
    if critere.choix:
        several = ", plusieurs possibles" if critere.genre is Genre.CHOIX_MULTIPLE else ""
        return f"Réponses proposées{several} : {' ; '.join(choix.libelle for choix in critere.choix)}."
    return {Genre.DATE: "Réponse : une date.", Genre.NOMBRE: "Réponse : un nombre."}.get(critere.genre, "Réponse : un texte.")


def _possible(critere: Critere, exigence: Exigence) -> Iterator[ReponsePossible]:
    """List the answers offered, NA first, then from the lowest to the highest; none is marked where none is expected."""
    if critere.offers_na:
        yield ReponsePossible("Non applicable", critere.na or "", NA in exigence.acceptes, "na")
    if critere.genre is Genre.CONFORMITE:
        for code, label in reversed(CONFORMITES.items()):
            yield ReponsePossible(label, "", code in exigence.acceptes, code)
        return
    for level, texte in enumerate(critere.niveaux):
        yield ReponsePossible(f"{level} · {MATURITES[level]}", texte, level in exigence.acceptes, str(level))
