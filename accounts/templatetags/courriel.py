"""What a mail is made of: one template gives both of its parts, the text and the HTML, hence the same words in each.

Styles stand on each element: what reads mails drops style sheets. No picture, nothing fetched: opening a mail tells nobody.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

COULEURS = {"neutre": "#0b5c6b", "etat": "#000091"}
PARAGRAPHE = "margin:0 0 16px"


@register.simple_tag
def couleur() -> str:
    """Give the colour of the identity of the site."""
    return COULEURS[settings.IDENTITE]


@register.simple_block_tag(takes_context=True)
def par(context: template.Context, content: str) -> str:
    """Render a paragraph."""
    return format_html('<p style="{}">{}</p>\n', PARAGRAPHE, content) if context["html"] else f"{content}\n\n"


@register.simple_tag(takes_context=True)
def repere(context: template.Context, libelle: str, valeur: Any) -> str:
    """Render a fact to keep, such as a login."""
    if not context["html"]:
        return f"{libelle} : {valeur}\n\n"
    return format_html('<p style="{}">{}&nbsp;: <strong>{}</strong></p>\n', PARAGRAPHE, libelle, valeur)


@register.simple_tag(takes_context=True)
def puces(context: template.Context, *textes: str) -> str:
    """Render a list."""
    if not context["html"]:
        return "".join(f"- {texte}\n" for texte in textes) + "\n"
    items = format_html_join("", '<li style="margin:0 0 4px">{}</li>', ((texte,) for texte in textes))
    return format_html('<ul style="margin:0 0 16px;padding:0 0 0 24px">{}</ul>\n', items)


@register.simple_tag(takes_context=True)
def lignes(context: template.Context, texte: str) -> str:
    """Render a text of several lines as it is."""
    return format_html('<p style="{}">{}</p>\n', PARAGRAPHE, linebreaksbr(texte)) if context["html"] else f"{texte}\n\n"


@register.simple_tag(takes_context=True)
def citer(context: template.Context, texte: str) -> str:
    """Render what a person wrote, set apart: it cannot pass for words of ours."""
    if not context["html"]:
        return "".join(f"> {line}\n" for line in texte.splitlines()) + "\n"
    style = f"margin:0 0 16px;padding:4px 0 4px 16px;border-left:4px solid {couleur()}"
    return format_html('<blockquote style="{}">{}</blockquote>\n', style, linebreaksbr(texte))


@register.simple_tag(takes_context=True)
def action(context: template.Context, libelle: str, url: str) -> str:
    """Render the one thing to do: a button, and its address for whoever cannot use it.

    :raises ValueError: an address outside the site.
    """
    url = _absolute(url)
    if not url.startswith(f"{settings.BASE_URL}/"):
        raise ValueError("Un courriel ne mène qu'au site.")
    if not context["html"]:
        return f"{libelle} :\n{url}\n\n"
    button = f"display:inline-block;padding:10px 24px;background-color:{couleur()};color:#ffffff;font-weight:bold;text-decoration:none"
    return format_html(
        '<p style="margin:0 0 8px"><a href="{}" style="{}">{}</a></p>\n'
        '<p style="margin:0 0 16px;font-size:14px;color:#555555">Le bouton ne répond pas&nbsp;? Copiez cette adresse dans votre navigateur&nbsp;:<br>{}</p>\n',
        url,
        button,
        libelle,
        _link(url),
    )


@register.simple_tag(takes_context=True)
def adresse(context: template.Context, valeur: str) -> str:
    """Render an address one can follow inside a sentence: of a page, of the site, or of the support."""
    valeur = _absolute(valeur)
    return _link(valeur) if context["html"] else valeur


def _absolute(valeur: str) -> str:
    """Put a path of the site on its public address, never on the Host of a request (WB-5)."""
    return settings.BASE_URL + valeur if valeur.startswith("/") else valeur


def _link(valeur: str) -> SafeString:
    href = valeur if valeur.startswith("http") else f"mailto:{valeur}"
    return format_html('<a href="{}" style="color:{};word-break:break-word;overflow-wrap:anywhere">{}</a>', href, couleur(), valeur)
