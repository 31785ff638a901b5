"""What surrounds the body of a results page: drawn once per case and kept, the token of its forms put in afterwards (P10)."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from html import escape
from operator import attrgetter
from typing import NamedTuple

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from questionnaires.cartes import cut, fill
from questionnaires.engine.scoring import Verdict
from questionnaires.exports.rapport import Evenement, Rapport
from questionnaires.models import Reponse

register = template.Library()
MOTS = re.compile(r"[\w-]+(?:\.[\w-]+)*")
JETON = "\ue000jeton\ue001"


class Constat(NamedTuple):
    """What the first line of the results shows of a report."""

    verdict: str | None
    titre_verdict: str
    raison: str
    avertissement: str
    source: str
    date: datetime
    auteur: str
    questionnaire: str
    version: str
    note: str


@register.simple_tag
def verdict(rapport: Rapport, url_saisie: str, url_suite: str = "", *, brouillon: bool = False) -> SafeString:
    """Draw the verdict in words and its reason; ``url_saisie`` leads to the answers whoever may change them, who left a ``brouillon`` or not.

    The criteria its reason names lead to their cards. ``url_suite`` leads on: it bears the primary button once there is nothing left to mend.
    """
    codes = {ligne.code for ligne in rapport.criteres} if url_saisie else set()
    named = tuple(word for word in MOTS.findall(rapport.raison) if word in codes)
    return _verdict(Constat(*_constat(rapport)), url_saisie, url_suite, brouillon, named, timezone.localdate())


_constat = attrgetter(*Constat._fields)


@lru_cache(maxsize=1024)
def _verdict(constat: Constat, url_saisie: str, url_suite: str, brouillon: bool, named: tuple[str, ...], today: date) -> SafeString:
    shown = {"rapport": constat, "raison": _linked(constat.raison, url_saisie, named), "url_saisie": url_saisie, "url_suite": url_suite, "brouillon": brouillon}
    return render_to_string("parcours/_resultats_verdict.html", shown | {"is_reached": constat.verdict == Verdict.ATTEINT and not brouillon})


def _linked(raison: str, url_saisie: str, named: tuple[str, ...]) -> SafeString:
    """Make a link of each code that a sentence names."""

    def link(word: re.Match[str]) -> str:
        return format_html('<a href="{}#critere-{}">{}</a>', url_saisie, word[0], word[0]) if word[0] in named else word[0]

    return SafeString(MOTS.sub(link, escape(raison)))  # codes hold nothing that is escaped


@register.simple_tag
def telecharger(url_excel: str, url_pdf: str, token: str, version: int | str = "") -> SafeString:
    """Draw the downloads of results; ``version`` is the key of a past one."""
    return fill(_forms("parcours/_resultats_telecharger.html", version, url_excel=url_excel, url_pdf=url_pdf), (escape(str(token)),))


@register.simple_tag
def telecharger_ecart(url_ecart: str, token: str, version: int | str = "") -> SafeString:
    """Draw the download of the gap alone."""
    return fill(_forms("parcours/_resultats_telecharger_ecart.html", version, url_ecart=url_ecart), (escape(str(token)),))


@lru_cache(maxsize=1024)
def _forms(name: str, version: int | str, **urls: str) -> tuple[tuple[str, int], ...]:
    return cut(render_to_string(name, {**urls, "version": version, "csrf_token": JETON}), (JETON,))


@register.simple_tag
def historique(rapport: Rapport, url_comparer: str, brouillon: Reponse | None) -> SafeString:
    """Draw the time line of the validated versions; its dates are those of today, « hier » tomorrow."""
    if brouillon is None:
        return _historique(rapport.historique, url_comparer, timezone.localdate())
    return _draw(rapport.historique, url_comparer, brouillon)


@lru_cache(maxsize=256)
def _historique(evenements: tuple[Evenement, ...], url_comparer: str, today: date) -> SafeString:
    return _draw(evenements, url_comparer, None)


def _draw(evenements: tuple[Evenement, ...], url_comparer: str, brouillon: Reponse | None) -> SafeString:
    return render_to_string("parcours/_resultats_historique.html", {"historique": evenements, "url_comparer": url_comparer, "brouillon": brouillon})
