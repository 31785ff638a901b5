"""The cards of a form, one per criterion or question: HTML of the frozen content, into which the answers are spliced.

A card depends on the criterion, on what the démarche requires of it and on the answer. The first two never change, and the
answer has a handful of values: the HTML of each such case is rendered once by Django's templates and kept in the process,
cut at the few places where what a person typed goes. A page is then a join of strings (PERFORMANCE P1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape  # of plain texts: nothing that comes here is HTML already
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from .engine.definition import Critere, Genre
from .engine.exigences import Exigence
from .questions import en_mots, given, type_champ, typed

COULEURS = {0: "rouge", 1: "orange", 2: "jaune", 3: "vert"}
MATURITES = {0: "Maturité très faible", 1: "Maturité faible", 2: "Maturité moyenne", 3: "Maturité forte"}
CONFORMITES = {"conforme": "Conforme", "non_conforme": "Non conforme"}
LEVELS, CONFORMITY = (*MATURITES, "NA"), (*CONFORMITES, "NA")  # what a card can show as chosen, by kind of criterion

# Where the pieces of a card that depend on people go. They are cut out of the rendered HTML once, before anything typed
# is put in: what a person types is never looked at for them.
HOLES = ("\ue000pourquoi\ue001", "\ue000commentaire\ue001", "\ue000option\ue001", "\ue000message\ue001")
TYPED = {name: f"\ue000{name}\ue001" for name in ("pourquoi", "commentaire", "valeur", "message")}  # in the card of a question
WITHOUT_COMMENT = (Genre.TEXTE, Genre.TEXTE_LONG)  # such an answer says itself all there is to say


@dataclass(slots=True)
class Carte:
    """What is known of one criterion when its card is drawn."""

    critere: Critere
    exigence: Exigence
    answer: Mapping[str, Any]
    pourquoi: str
    erreur: str = ""
    conflit: Mapping[str, Any] | None = None
    numero: int = 0


@dataclass(frozen=True)
class Usage:
    """How the cards of a page are used."""

    regime: str
    readonly: bool = False
    options: tuple[tuple[int, str], ...] = ()


def carte_html(carte: Carte, usage: Usage) -> SafeString:
    """Return the card of a criterion; everything a person typed is escaped here."""
    if carte.critere.is_question:
        return _question_html(carte, usage)
    answer = carte.answer
    valeur = answer.get("valeur")
    key = valeur if valeur in (LEVELS if carte.critere.niveaux else CONFORMITY) else None  # what was refused is no answer of a card
    commentaire, option = answer.get("commentaire"), answer.get("option")
    if not (commentaire or option or carte.erreur or carte.conflit is not None):  # nothing typed: one of a few cases
        return _plain(carte.critere, carte.exigence, key, usage.regime, usage.readonly, bool(usage.options), carte.pourquoi)
    parts = _skeleton(carte.critere, carte.exigence, key, usage.regime, usage.readonly, bool(usage.options), bool(commentaire), bool(carte.erreur))
    pieces = (
        escape(carte.pourquoi),
        escape(commentaire) if commentaire else "",
        escape(option_label(usage.options, option)),
        _message_html(carte),
    )
    return fill(parts, pieces)


@lru_cache(maxsize=4096)
def _plain(critere: Critere, exigence: Exigence, valeur: int | str | None, regime: str, readonly: bool, with_options: bool, pourquoi: str) -> SafeString:
    return fill(_skeleton(critere, exigence, valeur, regime, readonly, with_options, False, False), (escape(pourquoi), "", "", ""))


def fill(parts: Sequence[tuple[str, int]], pieces: Sequence[str]) -> SafeString:
    """Fill the holes of a template cut by ``cut``; the pieces are HTML, escaped by the caller."""
    return SafeString("".join([text + pieces[hole] if hole >= 0 else text for text, hole in parts]))


@lru_cache(maxsize=16384)
def _skeleton(
    critere: Critere, exigence: Exigence, valeur: int | str | None, regime: str, readonly: bool, with_options: bool, has_comment: bool, in_error: bool
) -> tuple[tuple[str, int], ...]:
    """Render one case of a card, cut at its holes: pairs of a text and the number of the hole after it (-1: none)."""
    context = {
        "critere": critere,
        "exigence": exigence,
        "niveaux": _niveaux(critere, exigence, valeur),
        "repere": repere(exigence, regime),
        "drapeau": "minimum requis" if regime == "mes" else "recommandé",
        "sous_seuil": sous_seuil(exigence, valeur, regime),
        "readonly": readonly,
        "with_options": with_options,
        "has_comment": has_comment,
        "in_error": in_error,
        "trous": dict(zip(("pourquoi", "commentaire", "option", "message"), HOLES, strict=True)),
    }
    return cut(render_to_string("questionnaires/_critere.html", context), HOLES)


def _question_html(carte: Carte, usage: Usage) -> SafeString:
    """Return the card of a question: what one types goes into a hole, what one ticks makes a case."""
    critere, valeur, commentaire = carte.critere, carte.answer.get("valeur"), carte.answer.get("commentaire")
    coches = tuple(choix.code for choix in critere.choix if choix.code in given(valeur))
    parts = _question_skeleton(critere, coches, type_champ(critere, valeur), usage.readonly, bool(commentaire), bool(carte.erreur))
    pieces = (escape(carte.pourquoi), escape(commentaire or ""), escape(typed(valeur)), _message_html(carte))
    return fill(parts, pieces)


@lru_cache(maxsize=4096)
def _question_skeleton(critere: Critere, coches: tuple[str, ...], type: str, readonly: bool, has_comment: bool, in_error: bool) -> tuple[tuple[str, int], ...]:
    """Render one case of the card of a question, cut at its holes."""
    context = {
        "critere": critere,
        "coches": coches,
        "type": type,
        "decrit": f"aide-{critere.code} " if critere.aide else "",
        "readonly": readonly,
        "with_comment": critere.genre not in WITHOUT_COMMENT,
        "has_comment": has_comment,
        "in_error": in_error,
        "trous": TYPED,
    }
    return cut(render_to_string("questionnaires/_critere_question.html", context), tuple(TYPED.values()))


def cut(html: str, holes: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Cut a text at its holes: pairs of a text and the number of the hole after it (-1: none)."""
    parts: list[tuple[str, int]] = []
    while True:
        found = [(position, hole) for hole, mark in enumerate(holes) if (position := html.find(mark)) >= 0]
        if not found:
            return (*parts, (html, -1))
        position, hole = min(found)
        parts.append((html[:position], hole))
        html = html[position + len(holes[hole]) :]


@dataclass(frozen=True)
class Niveau:
    """One of the answers a criterion offers, as a panel of the card."""

    valeur: int | str
    libelle: str
    texte: str
    classe: str
    coche: bool
    recommande: bool


def _niveaux(critere: Critere, exigence: Exigence, valeur: int | str | None) -> list[Niveau]:
    if critere.genre == "conformite":
        panels = [Niveau(code, label, "", code, valeur == code, False) for code, label in CONFORMITES.items()]
    else:
        panels = [
            Niveau(level, f"{level} · {MATURITES[level]}", text, str(level), valeur == level, level == exigence.seuil)
            for level, text in enumerate(critere.niveaux)
        ]
    if critere.na or critere.genre == "conformite":
        panels.append(Niveau("NA", "Non applicable", critere.na or "", "na", valeur == "NA", False))
    return panels


def repere(exigence: Exigence, regime: str) -> str:
    """Say what the démarche expects of a criterion (R-15)."""
    if regime == "conformite":
        return ""
    if exigence.seuil is None:
        return "Aucun niveau minimum requis pour cette démarche" if regime == "mes" else "Aucun niveau recommandé par la doctrine"
    couleur = COULEURS[exigence.seuil]
    return f"Niveau minimum requis : {couleur}" if regime == "mes" else f"Niveau recommandé par la doctrine : {couleur}"


def sous_seuil(exigence: Exigence, valeur: int | str | None, regime: str) -> str:
    """Say by how much an answer falls short, and of what; empty when it does not (UX, « The questionnaire »)."""
    if exigence.seuil is None or valeur is None or valeur in exigence.acceptes:
        return ""
    wanted = "minimum requis" if regime == "mes" else "recommandé"
    if valeur == "NA":
        return "« Non applicable » n'est pas accepté ici dans cette démarche."
    missing = exigence.seuil - int(valeur)
    if missing <= 0:  # an accepted set may leave out a level above its least one
        return "Ce niveau n'est pas accepté dans cette démarche."
    return f"{missing} niveau{'x' if missing > 1 else ''} sous le niveau {wanted} ({exigence.seuil} · {COULEURS[exigence.seuil]})."


def answer_in_words(critere: Critere, answer: Mapping[str, Any]) -> str:
    """Return an answer as people read it."""
    valeur = answer.get("valeur")
    if valeur is None:
        return "Sans réponse"
    if valeur == "NA":
        return "Non applicable"
    if critere.genre == "conformite":
        return CONFORMITES.get(valeur, str(valeur))
    if critere.genre == "maturite":
        return f"{valeur} · {MATURITES[valeur]}"
    return en_mots(critere, valeur)


def whole_answer_in_words(critere: Critere, answer: Mapping[str, Any]) -> str:
    """Return an answer as people tell it from another: with the produit option it depends on, if any (R-23)."""
    option = answer.get("option")
    return answer_in_words(critere, answer) + (f", dépend du produit option réf. {option}" if option else "")


def option_label(options: Sequence[tuple[int, str]], chosen: Any) -> str:
    """Return « 1006 · Nom version », as the list of options of the page offers it; empty when none is chosen (R-23)."""
    return next((f"{reference} · {label}" for reference, label in options if reference == chosen), "")


def _message_html(carte: Carte) -> str:
    """Draw what went wrong with this criterion: an answer refused, or two people who answered differently (QST-4)."""
    code = escape(carte.critere.code)
    html = f'<p class="fr-error-text" id="erreur-{code}">{escape(carte.erreur)}</p>' if carte.erreur else ""
    if carte.conflit is not None:
        html += render_to_string(
            "questionnaires/_conflit.html",
            {
                "code": carte.critere.code,
                "autre": whole_answer_in_words(carte.critere, carte.conflit),
                "autre_commentaire": carte.conflit.get("commentaire", ""),
            },
        )
    return html
