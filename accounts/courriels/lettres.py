"""Writing the mails: the text and the HTML part of a mail come from one template (``templatetags/courriel.py``)."""

from __future__ import annotations

import re
from typing import Any, TypedDict

from django.conf import settings
from django.template import Context
from django.template.loader import get_template


class Lettre(TypedDict):
    """The parts of a mail, as ``outbox.build`` takes them."""

    sujet: str
    texte: str
    html: str


def compose(modele: str, *, sujet: str, **context: Any) -> Lettre:
    """Write a mail from ``accounts/courriels/<modele>.html``.

    :raises ValueError: its button leads outside the site.
    """
    known = {"sujet": sujet, "site": settings.BASE_URL, "support": settings.SUPPORT_EMAIL, "identite": settings.IDENTITE, **context}
    template = get_template(f"accounts/courriels/{modele}.html").template
    texte, html = (template.render(Context({**known, "html": is_html}, autoescape=is_html)) for is_html in (False, True))
    return Lettre(sujet=sujet, texte=_tidied(texte), html=_typeset(html.strip()))


def _tidied(texte: str) -> str:
    """Drop the blanks that the lines of the template left between the paragraphs."""
    lines = "\n".join(line.rstrip() for line in texte.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def _typeset(html: str) -> str:
    """Keep each French sign on the line of its word."""
    return re.sub(r"(?<=«) | (?=[»:;?!])", "\N{NO-BREAK SPACE}", html)
