"""The components of the pages: the markup of the design system lives here and in ``templates/components/``.

Each takes named values, never HTML from a view; those with a body are block tags. Samples: the page « galerie ».
Every text is escaped by ``format_html``; ``mark_safe`` is left for constants and for bodies already rendered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .francais import insecables

register = template.Library()

# value of the enum: (words, colour); the icon follows the value (static/css/convergence.css)
STATUTS = {
    "a_completer": ("À compléter", "gris"),
    "en_cours": ("En cours", "bleu"),
    "validation_demandee": ("Validation demandée", "violet"),
    "termine": ("Terminé", "vert"),
    "atteint": ("Atteint", "vert"),
    "non_atteint": ("Non atteint", "rouge"),
    "archive": ("Archivé", "gris"),
    "a_venir": ("À venir", "gris"),
}
NIVEAUX = {
    0: "Maturité très faible",
    1: "Maturité faible",
    2: "Maturité moyenne",
    3: "Maturité forte",
}
REPONSES = {"NA": ("na", "Non applicable"), "conforme": ("conforme", "Conforme"), "non_conforme": ("non_conforme", "Non conforme")}
STYLES = {
    "primaire": "fr-btn",
    "secondaire": "fr-btn fr-btn--secondary",
    "tertiaire": "fr-btn fr-btn--tertiary",
    "discret": "fr-btn fr-btn--tertiary-no-outline",
}
ALERTES = ("info", "success", "warning", "error")
RING = 2 * 3.14159265 * 26


# --- States -------------------------------------------------------------------------------------------------------------
@register.simple_tag
def badge_statut(valeur: Any, libelle: str = "") -> SafeString:
    """Draw a state, with its icon and its words; ``valeur`` is that of the enum, ``libelle`` replaces its words."""
    value = str(valeur)
    words, colour = STATUTS.get(value, (value, "gris"))
    return format_html('<span class="badge badge-{} badge-{}">{}</span>', colour, value if value in STATUTS else "autre", libelle or words)


@register.simple_tag
def badge_nature(nature: str) -> SafeString:
    """Draw « Obligation » or « Option »."""
    label = "Obligation" if nature == "obligation" else "Option"
    return format_html('<span class="badge-nature badge-nature-{}">{}</span>', label.lower(), label)


@register.simple_tag
def niveau(valeur: Any) -> SafeString:
    """Draw an answer of a scale: colour, number and words; « — » when there is none."""
    if valeur in NIVEAUX:
        return format_html('<span class="puce puce-{}"><b>{}</b> · {}</span>', valeur, valeur, NIVEAUX[valeur])
    if valeur in REPONSES:
        return format_html('<span class="puce puce-{}">{}</span>', *REPONSES[valeur])
    return mark_safe('<span class="puce puce-vide">—<span class="fr-sr-only"> sans réponse</span></span>')


# --- Actions ------------------------------------------------------------------------------------------------------------
def _classes(style: str, taille: str) -> str:
    """:raises KeyError: the style is unknown."""
    return f"{STYLES[style]} fr-btn--{taille}" if taille else STYLES[style]


def _precision(text: str) -> SafeString:
    """Say to a screen reader what the eye reads around: « Modifier » becomes « Modifier : Agenda+ »."""
    return format_html('<span class="fr-sr-only"> : {}</span>', text) if text else SafeString("")


@register.simple_tag
def bouton(
    libelle: str, style: str = "primaire", name: str = "", value: str = "", formnovalidate: bool = False, taille: str = "", precision: str = ""
) -> SafeString:
    """Draw a button that sends its form. ``style``: primaire, secondaire, tertiaire, discret; ``taille``: sm, lg."""
    sent = format_html(' name="{}" value="{}"', name, value) if name else SafeString("")
    bypass = SafeString(" formnovalidate" if formnovalidate else "")
    return format_html('<button type="submit" class="{}"{}{}>{}{}</button>', _classes(style, taille), sent, bypass, libelle, _precision(precision))


@register.simple_tag
def lien_bouton(libelle: str, url: str, style: str = "primaire", taille: str = "", precision: str = "") -> SafeString:
    """Draw a link that looks like a button: it leads somewhere, it changes nothing."""
    return format_html('<a class="{}" href="{}">{}{}</a>', _classes(style, taille), url, libelle, _precision(precision))


@register.simple_tag
def modale_confirmation(libelle: str, url: str, style: str = "secondaire", taille: str = "", precision: str = "") -> SafeString:
    """Draw the way to a binding act: a link to the page that says what will happen and asks to confirm (AX-2)."""
    return format_html('<a class="{}" href="{}" data-confirmation>{}{}</a>', _classes(style, taille), url, libelle, _precision(precision))


# --- Messages -----------------------------------------------------------------------------------------------------------
@register.simple_tag
def alerte(genre: str, texte: str, titre: str = "") -> SafeString:
    """Draw a message. ``genre``: info, success, warning, error; an error is announced at once.

    :raises ValueError: ``genre`` is none of these.
    """
    if genre not in ALERTES:
        raise ValueError(f"genre d'alerte inconnu : {genre}")
    heading = format_html('<p class="fr-alert__title">{}</p>', titre) if titre else SafeString("")
    announced = SafeString(' role="alert"' if genre == "error" else "")
    small, words = "" if titre else " fr-alert--sm", insecables(texte)
    return format_html('<div class="fr-alert fr-alert--{}{} fr-mb-3w"{}>{}<p>{}</p></div>', genre, small, announced, heading, words)


@register.simple_tag
def vide(texte: str, libelle: str = "", url: str = "") -> SafeString:
    """Say that there is nothing yet, in one sentence, and what to do next, in one button."""
    button = format_html('<p><a class="fr-btn" href="{}">{}</a></p>', url, libelle) if url else SafeString("")
    return format_html('<div class="vide"><p>{}</p>{}</div>', insecables(texte), button)


@register.inclusion_tag("components/resume_erreurs.html")
def resume_erreurs(form: Any, titre: str = "") -> dict[str, Any]:
    """Draw the summary of the errors of a Django form, with a link to each field; it takes the focus."""
    if not form.is_bound:
        return {"titre": "", "fields": [], "others": []}
    fields = [(_anchor(field), field.label, error) for field in form for error in field.errors]
    others = list(form.non_field_errors())
    count = len(fields) + len(others)
    return {"titre": titre or ("Une réponse est à revoir" if count == 1 else f"{count} réponses sont à revoir"), "fields": fields, "others": others}


def _anchor(field: Any) -> str:
    """Return the id of what takes the focus: the field, or the whole group of a radio."""
    return field.id_for_label or field.auto_id


# --- Blocks -------------------------------------------------------------------------------------------------------------
@register.simple_block_tag
def carte(content: str, titre: str = "", url: str = "", niveau_titre: int = 3, classe: str = "") -> SafeString:
    """Draw a card around a body; with ``url`` its title is a link, and the whole card answers to a click."""
    inside = format_html('<a href="{}">{}</a>', url, titre) if url else titre
    heading = format_html('<h{0} class="carte-titre">{1}</h{0}>', niveau_titre, inside) if titre else SafeString("")
    classes = " ".join(filter(None, ("carte", "carte-lien" if url else "", classe)))
    return format_html('<article class="{}">{}{}</article>', classes, heading, content)


@register.simple_block_tag
def repli(content: str, titre: str, ouvert: bool = False) -> SafeString:
    """Draw a block that folds."""
    return format_html('<details class="repli"{}><summary>{}</summary>{}</details>', SafeString(" open" if ouvert else ""), titre, content)


@register.simple_block_tag
def tableau(content: str, legende: str, legende_visible: bool = True) -> SafeString:
    """Wrap the head and the body of a table; cells bear ``data-label``, for rows become cards on a phone."""
    hidden = SafeString("" if legende_visible else ' class="fr-sr-only"')
    return format_html('<div class="tableau"><table><caption{}>{}</caption>{}</table></div>', hidden, legende, content)


# --- Where one is -------------------------------------------------------------------------------------------------------
@register.simple_tag
def fil_ariane(*maillons: str) -> SafeString:
    """Draw the breadcrumb from « libellé, url, libellé, url, …, libellé »: the last one is the page itself."""
    pairs = [(maillons[index], maillons[index + 1]) for index in range(0, len(maillons) - 1, 2)]
    links = format_html_join("", '<li><a class="fr-breadcrumb__link" href="{1}">{0}</a></li>', pairs)
    return format_html(
        '<nav class="fr-breadcrumb" aria-label="vous êtes ici :"><ol class="fr-breadcrumb__list">{}'
        '<li><a class="fr-breadcrumb__link" aria-current="page">{}</a></li></ol></nav>',
        links,
        maillons[-1],
    )


@register.simple_tag
def etapes(numero: int, total: int, titre: str, suivante: str = "") -> SafeString:
    """Draw the stepper of a wizard; ``numero`` starts at 1."""
    following = format_html('<p class="fr-stepper__details"><strong>Étape suivante\u00a0:</strong> {}</p>', suivante) if suivante else SafeString("")
    return format_html(
        '<div class="fr-stepper"><h2 class="fr-stepper__title">{} <span class="fr-stepper__state">Étape {} sur {}</span></h2>'
        '<div class="fr-stepper__steps" data-fr-current-step="{}" data-fr-steps="{}"></div>{}</div>',
        titre,
        numero,
        total,
        numero,
        total,
        following,
    )


@register.simple_tag
def onglets(libelle: str, liens: Iterable[Sequence[Any]]) -> SafeString:
    """Draw pages side by side as tabs: (libellé, url, is the present one); links, hence without a script."""
    items = format_html_join(
        "", '<li><a href="{}"{}>{}</a></li>', ((url, SafeString(' aria-current="page"' if present else ""), label) for label, url, present in liens)
    )
    return format_html('<nav class="onglets" aria-label="{}"><ul>{}</ul></nav>', libelle, items)


@register.inclusion_tag("components/pagination.html")
def pagination(page: Any, parametres: str = "", nom: str = "page", libelle: str = "Pagination") -> dict[str, Any]:
    """Draw the links between pages; ``parametres`` is the rest of the query, already encoded."""
    prefix = f"?{parametres}&" if parametres else "?"
    numbers = list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
    return {"page": page, "prefix": prefix, "nom": nom, "libelle": libelle, "numbers": numbers}


# --- Progress -----------------------------------------------------------------------------------------------------------
@register.simple_tag
@lru_cache(maxsize=512)
def progression(pourcent: int, libelle: str = "") -> SafeString:
    """Draw a ring with its percentage, from 0 to 100; its words are ``libelle``, else « Complété à 66 % »."""
    done = f"{RING * min(max(pourcent, 0), 100) / 100:.1f} {RING:.1f}"
    arc = format_html('<circle cx="32" cy="32" r="26" class="anneau-fait" stroke-dasharray="{}" transform="rotate(-90 32 32)"/>', done)
    return format_html(
        '<svg class="anneau" viewBox="0 0 64 64" width="72" height="72" role="img" aria-label="{}"><circle cx="32" cy="32" r="26" class="anneau-fond"/>'
        '{}<text x="32" y="36.5" text-anchor="middle">{}\u00a0%</text></svg>',
        libelle or f"Complété à {pourcent}\u00a0%",
        arc if pourcent > 0 else "",
        pourcent,
    )


@register.simple_tag
def progression_barre(faits: int, total: int, libelle: str = "") -> SafeString:
    """Draw a bar with its count: « Critères renseignés 5/7 »."""
    return format_html(
        '<span class="barre"><progress value="{0}" max="{1}" aria-label="{2}"></progress> <span>{2} <strong>{0}/{3}</strong></span></span>',
        faits,
        total or 1,
        libelle or "Avancement",
        total,
    )


@register.simple_tag
def radar(axes: Sequence[str], series: Iterable[Any], titre: str = "Radar des résultats") -> SafeString:
    """Draw a radar, or bars under three axes (R-12); always beside its table."""
    from questionnaires.radar_svg import radar_svg  # here: the tags are read before the apps are ready

    return mark_safe(radar_svg(list(axes), list(series), titre=titre))  # radar_svg escapes what it is given


# --- Forms --------------------------------------------------------------------------------------------------------------
@register.simple_tag
def champs_obligatoires(form: Any) -> SafeString:
    """Say what the asterisk of the fields means, before the first one; nothing when no field of the form bears one (RGAA 11.10)."""
    starred = sum(field.field.required and not field.is_hidden for field in form)
    if not starred:
        return SafeString("")
    words = "Les champs marqués d'un astérisque (*) sont obligatoires." if starred > 1 else "Le champ marqué d'un astérisque (*) est obligatoire."
    return format_html('<p class="fr-hint-text">{}</p>', words)


@register.inclusion_tag("components/champ.html")
def champ(field: Any, aide: str | None = None) -> dict[str, Any]:
    """Draw a bound field of a Django form with its label, its hint, its errors and what links them; ``aide`` replaces its hint."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", "") or ("textarea" if "Textarea" in type(widget).__name__ else "")
    errors = [str(error) for error in field.errors]
    hint = field.help_text = field.help_text if aide is None else aide  # Django points to the hint whenever the field has one
    described = " ".join([*([f"{field.auto_id}-aide"] if hint else []), *([f"{field.auto_id}-erreur"] if errors else [])])
    return {
        "field": field,
        "aide": hint,
        "kind": kind,
        "errors": errors,
        "described": described,
        "is_group": type(widget).__name__ in ("RadioSelect", "CheckboxSelectMultiple"),
        "control": _control(field, kind, described, bool(errors)),
    }


def _control(field: Any, kind: str, described: str, invalid: bool) -> SafeString:
    css = {"checkbox": "", "radio": "", "hidden": "", "select": "fr-select", "file": "fr-upload"}.get(kind, "fr-input")
    attributes: dict[str, str | bool] = {"class": css} if css else {}
    if described:
        attributes["aria-describedby"] = described
    if invalid:
        attributes["aria-invalid"] = "true"
    if "placeholder" in field.field.widget.attrs:  # that of allauth repeats the label, and would hide behind what is typed
        attributes["placeholder"] = False
    return field.as_widget(attrs=attributes)


@register.simple_tag
def parcours_publies() -> Sequence[Any]:
    """Give the parcours as published, for the pages that anybody reads."""
    from parcours.referentiel import current  # here: the tags are read before the apps are ready

    return current().parcours_list


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Return one value of a mapping, for keys a template cannot write."""
    return mapping.get(key)
