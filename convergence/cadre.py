"""The frame around every page, as functions of what it shows: drawn once per case and kept in the process (PERFORMANCE, P1).

What belongs to one request alone (token of the forms, what is left of the session) goes into holes cut beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString

from questionnaires.cartes import cut, fill

JETON, RESTE = "\ue000jeton\ue001", "\ue000reste\ue001"
Parts = tuple[tuple[str, int], ...]


class Entry(NamedTuple):
    """One link of the main navigation."""

    libelle: str
    url: str
    actif: bool


@dataclass(frozen=True)
class Entete:
    """All that the header shows, of the site and of the person; ``nom`` is empty for a visitor."""

    identite: str
    demo: bool
    depart: str
    depart_libelle: str
    navigation: tuple[Entry, ...] = ()
    nom: str = ""
    entreprise: str = ""
    non_lues: int = 0
    gere_des_comptes: bool = False


def entete_html(entete: Entete, token: str) -> SafeString:
    """Draw the header; ``token`` protects its form."""
    return fill(_entete(entete), (escape(token),))


@lru_cache(maxsize=2048)
def _entete(entete: Entete) -> Parts:
    return _cut("components/entete.html", (JETON,), entete=entete, csrf_token=JETON)


@lru_cache
def tete_html(identite: str) -> SafeString:
    """Draw what the head of every page holds."""
    return render_to_string("components/tete.html", {"identite": identite})


@lru_cache
def pied_html(identite: str, support_email: str) -> SafeString:
    """Draw the footer."""
    return render_to_string("components/pied.html", {"identite": identite, "support_email": support_email})


def session_html(compte: int, avertir: int, reste: int, token: str) -> SafeString:
    """Draw the dialog that warns before the session ends, ``avertir`` seconds before; ``reste`` is how many are left."""
    return fill(_session(compte, avertir), (escape(token), str(reste)))


@lru_cache(maxsize=2048)
def _session(compte: int, avertir: int) -> Parts:
    return _cut("accounts/profil_session.html", (JETON, RESTE), compte=compte, avertir=avertir, reste=RESTE, csrf_token=JETON)


def _cut(template: str, holes: tuple[str, ...], **context: Any) -> Parts:
    return cut(render_to_string(template, context), holes)
