"""What a browser posted, turned into answers (QST-2, QST-3, WF-2).

Field names: ``v-CODE`` the answer (repeated for several choices), ``c-CODE`` the comment, ``o-CODE`` the produit option it
depends on (R-23): its référence, first; ``m-SECTION`` the reason of a section declared non applicable. ``jetons`` holds the
revision tokens of all the answers the page showed (and, under ``m-SECTION``, of the reasons), as one JSON object; ``b-CODE``
is one of them alone. A criterion of which no field comes was not on the page: it is left alone.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from .engine.answers import InvalidAnswer, digest, motif_token, normalise, normalise_commentaire
from .engine.conditions import as_typed
from .engine.definition import Critere, Definition, Genre
from .engine.visibility import Shown

MULTIPLE = Genre.CHOIX_MULTIPLE


@dataclass(frozen=True)
class Posted:
    """What was posted: answers that hold, what was refused and why, and the raw text of all, so that nothing is lost.

    ``motifs`` are the reasons of sections that are no longer as the page showed them, ``page`` the tokens of all it showed.
    """

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    raw: dict[str, dict[str, Any]] = field(default_factory=dict)
    motifs: dict[str, str] = field(default_factory=dict)
    page: dict[str, str] = field(default_factory=dict)

    @property
    def is_valid(self) -> bool:
        return not self.refused

    def seen(self) -> dict[str, str]:
        """Return the token of each answer and reason that whoever sends the page has read in it, or typed; none when it brings none."""
        if not self.page:
            return {}
        typed = {f"m-{section}": motif_token(_plain(motif)) for section, motif in self.motifs.items()}
        return self.page | {code: digest(answer) for code, answer in self.answers.items()} | typed


def read_questions(definition: Definition, data: QueryDict) -> Posted:
    """Read a form without tokens (qualification in the wizard): every question of the questionnaire."""
    posted = Posted()
    for critere in definition.criteres.values():
        _read_one(critere, data, posted)
    return posted


def read_saisie(base: Shown, data: QueryDict, options: Collection[int], reponses: Mapping[str, Any], sections_na: Mapping[str, Any]) -> Posted:
    """Read a form of criteria with their tokens; what is typed for a criterion that is not shown, or unknown, is refused by name.

    ``base`` is what shows before any answer, ``reponses`` the answers stored: what the page could not show of them is left as
    it is. What the answers typed hide is left out: whoever typed them has seen it go (QST-1).
    """
    definition, possible = base.definition, base.possible
    posted = Posted()
    shown_tokens = _page_tokens(data)
    for code in _codes_in(data):
        critere = definition.criteres.get(code)
        if critere is None:
            posted.refused[code] = "Ce critère n'existe pas dans ce questionnaire."
            posted.raw[code] = {"valeur": data.getlist(f"v-{code}"), "commentaire": data.get(f"c-{code}", "")}
        elif code not in possible:
            _read_unshown(critere, data, reponses.get(code, {}), posted)
        else:
            _read_token(code, data, shown_tokens, posted)
            _read_one(critere, data, posted)
            _read_option(code, data, options, posted, reponses.get(code, {}).get("option"))
    if not base.is_settled:
        _leave_out(posted, possible - base.answered({**reponses, **posted.answers}, sections_na).as_set)
    _read_motifs(definition, data, shown_tokens, posted)
    posted.page.update((name, token) for name, token in shown_tokens.items() if isinstance(token, str))
    return posted


def _leave_out(posted: Posted, hidden: Collection[str]) -> None:
    for code in hidden:
        posted.answers.pop(code, None)
        posted.refused.pop(code, None)


def _codes_in(data: QueryDict) -> list[str]:
    """Return the codes named by any field of the form, each once, in order."""
    prefixes = ("b-", "v-", "c-", "o-")
    return list(dict.fromkeys(name[2:] for name in data if name[:2] in prefixes))


def _page_tokens(data: QueryDict) -> Mapping[str, Any]:
    """Return the tokens of the page; none when what came is not what a page of ours holds."""
    try:
        tokens = json.loads(data.get("jetons", "{}"))
    except (ValueError, RecursionError):
        return {}
    return tokens if isinstance(tokens, dict) else {}


def _read_token(code: str, data: QueryDict, shown_tokens: Mapping[str, Any], posted: Posted) -> None:
    token = data.get(f"b-{code}", shown_tokens.get(code))
    if isinstance(token, str):
        posted.tokens[code] = token


def _read_motifs(definition: Definition, data: QueryDict, shown_tokens: Mapping[str, Any], posted: Posted) -> None:
    """Keep the reasons that were changed on the page (R-20), with the token of what it showed: nothing, when none comes."""
    for section in definition.sections_na_possible:
        name = f"m-{section}"
        token = shown_tokens.get(name)
        posted.tokens[name] = token if isinstance(token, str) else motif_token("")
        if name in data and motif_token(_plain(data[name])) != posted.tokens[name]:
            posted.motifs[section] = data[name]


def _plain(motif: str) -> str:
    return motif.replace("\r\n", "\n").strip()


def _read_one(critere: Critere, data: QueryDict, posted: Posted) -> None:
    code = critere.code
    raw = _raw_value(critere, data)
    commentaire = data.get(f"c-{code}", "")
    posted.raw[code] = {"valeur": raw, "commentaire": commentaire}
    answer: dict[str, Any] = {}
    try:
        if raw not in (None, "", []):
            answer["valeur"] = posted.raw[code]["valeur"] = normalise(critere, raw)
        if commentaire.strip():
            answer["commentaire"] = normalise_commentaire(code, commentaire)
    except InvalidAnswer as refusal:
        posted.refused[code] = refusal.message
    else:
        posted.answers[code] = answer


def _read_unshown(critere: Critere, data: QueryDict, stored: Mapping[str, Any], posted: Posted) -> None:
    """Refuse what was typed for a criterion that is no longer shown; nothing typed, or what the page had shown of it, is left aside."""
    code = critere.code
    _read_one(critere, data, posted)
    typed = posted.answers.pop(code, None)
    if typed is None or (typed and typed != {name: value for name, value in stored.items() if name != "option"}):
        posted.refused[code] = "Ce critère n'est plus affiché pour votre produit : sa réponse n'a pas été enregistrée."


def _raw_value(critere: Critere, data: QueryDict) -> Any:
    values = data.getlist(f"v-{critere.code}")
    if critere.genre == MULTIPLE:
        return values
    if len(values) > 1:  # a repeated parameter is no answer of ours
        return values
    return values[0] if values else None


def _read_option(code: str, data: QueryDict, options: Collection[int], posted: Posted, previous: int | None) -> None:
    """R-23: « dépend d'un produit option », among the produit's own options; one archived since stays (R-43)."""
    raw = data.get(f"o-{code}", "").strip()
    if code in posted.refused:
        return
    if not raw:
        if previous is not None and previous not in options:
            posted.answers[code]["option"] = previous
        return
    reference = raw.partition(" ")[0]
    if not (reference.isascii() and reference.isdigit() and len(reference) < 12 and int(reference) in options):
        posted.refused[code] = "Choisissez l'un des produits options de ce produit."
        return
    posted.answers[code]["option"] = int(reference)


def as_fields(answers: Mapping[str, Mapping[str, Any]], codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return answers as (name, value) pairs of hidden fields, for forms that carry them from step to step."""
    pairs: list[tuple[str, str]] = []
    for code in codes:
        answer = answers.get(code, {})
        valeur = answer.get("valeur")
        values = valeur if isinstance(valeur, list) else [valeur] if valeur not in (None, "") else []
        pairs += [(f"v-{code}", as_typed(value)) for value in values]
        if answer.get("commentaire"):
            pairs.append((f"c-{code}", answer["commentaire"]))
    return pairs
