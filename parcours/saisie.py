"""The page where one answers a questionnaire, as plain values: sections, cards, panel (QST-2)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import SimpleNamespace
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from questionnaires.cartes import Carte, Usage, answer_in_words, carte_html, cut, fill, option_label
from questionnaires.engine.answers import InvalidAnswer, digest, motif_token, normalise
from questionnaires.engine.completeness import Progress, counted
from questionnaires.engine.definition import Critere, Section
from questionnaires.engine.exigences import JeuExigences
from questionnaires.engine.visibility import Shown

from .contexte import Etape


@dataclass(frozen=True)
class Surprise:
    """What a save could not take as it came: the page shows it again, with what was typed (QST-3, QST-4)."""

    refused: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    conflicts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    typed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tokens: Mapping[str, str] = field(default_factory=dict)
    motifs: Mapping[str, str] = field(default_factory=dict)
    message: str = ""

    @property
    def errors(self) -> dict[str, str]:
        """One line per criterion to mend, refused answers first."""
        return {**self.missing, **dict.fromkeys(self.conflicts, CONFLICT), **self.refused}


CONFLICT = "Une autre réponse à ce critère a été enregistrée en même temps que la vôtre."
NOTHING = Surprise()


@dataclass(frozen=True)
class SectionSaisie:
    """A section with the cards of its criteria; ``affichee`` is None when no answer of the form shows or hides it whole."""

    section: Section
    cartes: tuple[SafeString, ...]
    faits: int
    total: int
    non_applicable: bool
    motif: str
    sections: tuple[SectionSaisie, ...] = ()
    readonly: bool = False
    affichee: bool | None = None

    @property
    def is_counted(self) -> bool:
        """False when nothing of it is demanded: there is nothing to count (R-4)."""
        return self.total > 0

    @property
    def html(self) -> SafeString:
        """Draw it: the HTML of the frozen content, into which counts, reason and cards go (see ``questionnaires.cartes``)."""
        inside = "".join([*self.cartes, *(section.html for section in self.sections)])
        parts = _skeleton(self.section, self.non_applicable, self.readonly, self.is_counted)
        html = fill(parts, (str(self.faits), str(self.total), escape(self.motif), inside))
        return html if self.affichee is None else format_html("<div data-groupe{}>{}</div>", _hidden(self.affichee), html)


def _hidden(is_shown: bool) -> SafeString:
    return SafeString("" if is_shown else " hidden")


HOLES = ("\ue000faits\ue001", "\ue000total\ue001", "\ue000motif\ue001", "\ue000cartes\ue001")


@lru_cache(maxsize=2048)
def _skeleton(section: Section, non_applicable: bool, readonly: bool, is_counted: bool) -> tuple[tuple[str, int], ...]:
    """Render one case of a section, cut at its holes."""
    faits, total, motif, cartes = HOLES
    holes = {"faits": faits, "total": total, "motif": motif, "cartes": (cartes,), "sections": ()}
    values = SimpleNamespace(section=section, non_applicable=non_applicable, is_counted=is_counted, **holes)
    return cut(render_to_string("parcours/_section_saisie.html", {"section": values, "readonly": readonly}), HOLES)


@dataclass(frozen=True)
class Restante:
    """A line of the panel: one criterion, done or not; its title is in its card, whence the page puts it on hover."""

    code: str
    fait: bool
    obligation: bool


def restantes_html(lines: Iterable[Restante]) -> SafeString:
    """Draw the lines of the panel."""
    return SafeString(" ".join([_ligne_html(line) for line in lines]))


@lru_cache(maxsize=16384)
def _ligne_html(ligne: Restante) -> SafeString:
    """Draw a line; a criterion has three at most."""
    attribut = format_html(' class="{}"', "fait" if ligne.fait else "option") if ligne.fait or not ligne.obligation else ""
    return format_html('<a href="#critere-{0}"{1}>{0}</a>', ligne.code, attribut)


@dataclass(frozen=True)
class PageSaisie:
    """All the page shows."""

    etape: Etape
    sections: tuple[SectionSaisie, ...]
    restantes: tuple[Restante, ...]
    progress: Progress
    surprise: Surprise
    readonly: bool
    visible: Shown
    jetons: str = "{}"
    options: tuple[str, ...] = ()

    @property
    def decisives(self) -> str:
        """The questions whose answers show or hide something of the page, by their codes; empty when there is none."""
        return "" if self.etape.base.is_settled else " ".join(sorted(self.etape.base.deciding))

    @property
    def erreurs(self) -> list[tuple[str, str, str]]:
        """Code, title and cause of each thing to mend, in the order of the page."""
        errors, criteres = self.surprise.errors, self.etape.definition.criteres
        ordered = [code for code in criteres if code in errors] + [code for code in errors if code not in criteres]
        return [(code, criteres[code].titre if code in criteres else "", errors[code]) for code in ordered]

    @property
    def is_ready(self) -> bool:
        """True when validating is what comes next: a draft is complete, or somebody asks for it; the primary button says it."""
        brouillon = self.etape.brouillon
        return self.readonly or (brouillon is not None and (self.progress.faits == self.progress.total or brouillon.demandee_le is not None))

    @property
    def cause_commune(self) -> str:
        """The cause that several things to mend share, said once for all; empty when they differ."""
        causes = list(self.surprise.errors.values())
        return causes[0] if len(causes) > 1 and len(set(causes)) == 1 else ""

    @property
    def sans_place(self) -> list[tuple[str, str, str, bool]]:
        """Code, answer in words and comment of what was typed for criteria that the page shows no more: it can still be copied.

        The last tells whether the page has no card for it at all, not even a hidden one.
        """
        typed = ((code, answer) for code, answer in self.surprise.typed.items() if code not in self.visible.as_set)
        lines = ((code, self._in_words(code, answer.get("valeur")), answer.get("commentaire", "")) for code, answer in typed)
        return [(code, words, commentaire, code not in self.visible.possible) for code, words, commentaire in lines if words or commentaire.strip()]

    def _in_words(self, code: str, raw: Any) -> str:
        """Say what was typed as the page would, or as it came when it does not hold."""
        if raw in (None, "", []):
            return ""
        critere = self.etape.definition.criteres.get(code)
        try:
            return answer_in_words(critere, {"valeur": normalise(critere, raw)}) if critere else ", ".join(raw)
        except InvalidAnswer:
            return raw if isinstance(raw, str) else ", ".join(raw)


def page_saisie(etape: Etape, *, readonly: bool, options: tuple[tuple[int, str], ...] = (), surprise: Surprise = NOTHING) -> PageSaisie:
    """Build the page of a questionnaire from its rows, and from what the last save could not take."""
    row = etape.latest
    reponses = row.reponses if row else {}
    sections_na = row.sections_na if row else {}
    usage = Usage(etape.suivi.demarche.verdict if etape.definition.genre != "conformite" else "conformite", readonly, options)
    builder = _Builder(etape, reponses, sections_na, usage, surprise)
    labels = tuple(option_label(options, reference) for reference, _ in options)
    return PageSaisie(etape, builder.sections(), restantes(etape), etape.progress, surprise, readonly, builder.visible, builder.jetons(), labels)


@dataclass(frozen=True)
class _Builder:
    etape: Etape
    reponses: Mapping[str, Any]
    sections_na: Mapping[str, Any]
    usage: Usage
    surprise: Surprise

    def sections(self) -> tuple[SectionSaisie, ...]:
        return tuple(self._section(section) for section in self.etape.definition.sections if self._is_shown(section))

    def jetons(self) -> str:
        """Return the revision token of each answer and of each reason of the page, as one JSON object (WF-2)."""
        typed = self.surprise.tokens
        tokens = {code: typed.get(code) or digest(self.reponses.get(code)) for code in self._ordered}
        tokens |= {f"m-{section}": typed.get(f"m-{section}") or motif_token(declared.get("motif", "")) for section, declared in self.sections_na.items()}
        return json.dumps(tokens, separators=(",", ":"))

    def _is_shown(self, section: Section) -> bool:
        codes = self._codes
        return any(critere.code in codes for critere in section.criteres) or any(self._is_shown(inner) for inner in section.sections)

    @cached_property
    def visible(self) -> Shown:
        """What shows: what was typed may have changed it."""
        typed = {code: answer for code, answer in self.surprise.typed.items() if code not in self.surprise.refused}
        return self.etape.base.answered({**self.reponses, **typed}, self.sections_na) if typed else self.etape.shown

    @cached_property
    def _codes(self) -> frozenset[str]:
        """The criteria of the page: those that show, and those that will as one answers (QST-1)."""
        return self.visible.as_set if self.usage.readonly else self.visible.possible

    @property
    def _ordered(self) -> Iterable[str]:
        return self.visible.codes if self.visible.is_settled else (code for code in self.etape.definition.criteres if code in self._codes)

    @cached_property
    def _changing(self) -> frozenset[str]:
        return frozenset() if self.visible.is_settled else self.visible.changing

    @cached_property
    def _jeu(self) -> JeuExigences:
        return self.etape.jeu

    @cached_property
    def _profil(self) -> Mapping[str, Any]:
        return self.etape.suivi.profil

    @cached_property
    def _reasons(self) -> Mapping[str, str]:
        return self.etape.reasons_of(self.visible)

    @cached_property
    def _errors(self) -> Mapping[str, str]:
        return self.surprise.errors

    def _section(self, section: Section) -> SectionSaisie:
        counts = self.etape.progress_by_section[section.code]
        declared = self.sections_na.get(section.code)
        return SectionSaisie(
            section=section,
            cartes=tuple(self._carte(critere) for critere in section.criteres if critere.code in self._codes),
            faits=counts.faits,
            total=counts.total,
            non_applicable=declared is not None,
            motif=self.surprise.motifs.get(section.code, (declared or {}).get("motif", "")),
            sections=tuple(self._section(inner) for inner in section.sections if self._is_shown(inner)),
            readonly=self.usage.readonly,
            affichee=self._affichee(section) if self._changing else None,
        )

    def _affichee(self, section: Section) -> bool | None:
        """Tell whether a section shows, when answers decide of all it holds."""
        codes = {critere.code for critere in section.every_critere()} & self._codes
        return not codes.isdisjoint(self.visible.as_set) if codes <= self._changing else None

    def _carte(self, critere: Critere) -> SafeString:
        code = critere.code
        typed = self.surprise.typed.get(code)
        stored = self.reponses.get(code, {})
        carte = Carte(
            critere=critere,
            exigence=self._jeu.pour(code, self._profil),
            answer=typed if typed is not None else stored,
            pourquoi=self._reasons.get(code, ""),
            erreur=self._errors.get(code, ""),
            conflit=self.surprise.conflicts.get(code),
        )
        html = carte_html(carte, self.usage)
        if code not in self._changing:
            return html
        return format_html('<div data-question="{}"{}>{}</div>', code, _hidden(code in self.visible.as_set), html)


def restantes(etape: Etape) -> tuple[Restante, ...]:
    """Return the lines of the panel: what is left first, obligations before options, then what is done (UX).

    A question that counts is demanded whatever the démarche says of it; one that does not has no line (R-4).
    """
    lacking = {manque.code for manque in etape.missing(etape.latest)}
    criteres, jeu, profil = etape.definition.criteres, etape.jeu, etape.suivi.profil
    lines = [
        Restante(code, code not in lacking, jeu.pour(code, profil).is_obligation or criteres[code].is_question)
        for code in etape.shown.codes
        if counted(criteres[code])
    ]
    return tuple(sorted(lines, key=lambda line: (line.fait, not line.obligation)))
