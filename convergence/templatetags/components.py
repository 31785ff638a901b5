"""The components of the pages: the markup of the design system lives here and in ``templates/components/``.

Each takes named values, never HTML from a view; those with a body are block tags. Samples: the page « galerie ».
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

STATUTS = {
    "a_completer": ("À compléter", "gris", "○"),
    "en_cours": ("En cours", "bleu", "◐"),
    "validation_demandee": ("Validation demandée", "violet", "➤"),
    "termine": ("Terminé", "vert", "✓"),
    "atteint": ("Atteint", "vert", "✓"),
    "non_atteint": ("Non atteint", "rouge", "✕"),
    "archive": ("Archivé", "gris", "▣"),
    "a_venir": ("À venir", "gris", "…"),
}
NIVEAUX = {0: "Maturité très faible", 1: "Maturité faible", 2: "Maturité moyenne", 3: "Maturité forte"}
CLASSES = {"primaire": "fr-btn", "secondaire": "fr-btn fr-btn--secondary", "tertiaire": "fr-btn fr-btn--tertiary"}


@register.simple_tag
def badge_statut(valeur: Any, libelle: str = "") -> SafeString:
    """Draw a state, with its icon and its words; ``valeur`` is that of the enum, ``libelle`` replaces its words."""
    words, colour, icon = STATUTS.get(str(valeur), (str(valeur), "gris", "•"))
    return format_html('<span class="badge badge-{}"><span aria-hidden="true">{}</span> {}</span>', colour, icon, libelle or words)


@register.simple_tag
def badge_nature(nature: str) -> SafeString:
    """Draw « Obligation » or « Option »."""
    label = "Obligation" if nature == "obligation" else "Option"
    return format_html('<span class="badge-nature badge-nature-{}">{}</span>', nature, label)


@register.simple_tag
def niveau(valeur: Any) -> SafeString:
    """Draw an answer of a maturity scale: colour, number and words."""
    if valeur == "NA":
        return mark_safe('<span class="puce puce-na">Non applicable</span>')  # noqa: S308  (constant)
    if valeur not in NIVEAUX:
        return mark_safe('<span class="puce puce-vide">—</span>')  # noqa: S308  (constant)
    return format_html('<span class="puce puce-{}"><b>{}</b> {}</span>', valeur, valeur, NIVEAUX[valeur])


@register.simple_tag
def bouton(libelle: str, style: str = "primaire", name: str = "", value: str = "", formnovalidate: bool = False) -> SafeString:
    """Draw a button that sends its form."""
    attributes = format_html(' name="{}" value="{}"', name, value) if name else ""
    return format_html(
        '<button type="submit" class="{}"{}{}>{}</button>', CLASSES[style], attributes, mark_safe(" formnovalidate" if formnovalidate else ""), libelle
    )


@register.simple_tag
def lien_bouton(libelle: str, url: str, style: str = "primaire") -> SafeString:
    """Draw a link that looks like a button: it leads somewhere, it changes nothing."""
    return format_html('<a class="{}" href="{}">{}</a>', CLASSES[style], url, libelle)


@register.simple_tag
def alerte(genre: str, texte: str, titre: str = "") -> SafeString:
    """Draw a message: ``genre`` is info, success, warning or error."""
    heading = format_html('<h2 class="fr-alert__title">{}</h2>', titre) if titre else ""
    small = "" if titre else " fr-alert--sm"
    return format_html('<div class="fr-alert fr-alert--{}{}">{}<p>{}</p></div>', genre, small, heading, texte)


@register.simple_block_tag
def carte(content: str, titre: str = "", url: str = "", niveau_titre: int = 3, classe: str = "") -> SafeString:
    """Draw a card around a body; with ``url`` its title is a link."""
    inside = format_html('<a href="{}">{}</a>', url, titre) if url else titre
    heading = format_html('<h{0} class="carte-titre">{1}</h{0}>', niveau_titre, inside) if titre else ""
    return format_html('<article class="carte {}">{}{}</article>', classe, heading, mark_safe(content))  # noqa: S308  (rendered template)


@register.simple_block_tag
def repli(content: str, titre: str, ouvert: bool = False) -> SafeString:
    """Draw a block that folds."""
    return format_html(
        '<details class="repli"{}><summary>{}</summary>{}</details>', mark_safe(" open" if ouvert else ""), titre, mark_safe(content)
    )  # noqa: S308  (rendered template)


@register.simple_block_tag
def tableau(content: str, legende: str, legende_visible: bool = True) -> SafeString:
    """Wrap the head and the body of a table; cells bear ``data-label`` so that rows become cards on a phone."""
    hidden = "" if legende_visible else ' class="fr-sr-only"'
    return format_html(
        '<div class="tableau" role="region" aria-label="{0}" tabindex="0"><table><caption{1}>{0}</caption>{2}</table></div>',
        legende,
        mark_safe(hidden),  # noqa: S308  (constant)
        mark_safe(content),  # noqa: S308  (rendered template)
    )


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
    following = format_html('<p class="fr-stepper__details"><span class="fr-text--bold">Étape suivante :</span> {}</p>', suivante) if suivante else ""
    return format_html(
        '<div class="fr-stepper"><h2 class="fr-stepper__title">{}<span class="fr-stepper__state">Étape {} sur {}</span></h2>'
        '<div class="fr-stepper__steps" data-fr-current-step="{}" data-fr-steps="{}"></div>{}</div>',
        titre,
        numero,
        total,
        numero,
        total,
        following,
    )


@register.simple_tag
def progression(pourcent: int, libelle: str = "") -> SafeString:
    """Draw a ring with its percentage."""
    circle = 2 * 3.14159 * 20
    return format_html(
        '<svg class="anneau" viewBox="0 0 48 48" width="64" height="64" role="img" aria-label="{}"><circle cx="24" cy="24" r="20" class="anneau-fond"/>'
        '<circle cx="24" cy="24" r="20" class="anneau-fait" stroke-dasharray="{} {}" transform="rotate(-90 24 24)"/>'
        '<text x="24" y="28" text-anchor="middle">{} %</text></svg>',
        libelle or f"{pourcent} %",
        f"{circle * pourcent / 100:.1f}",
        f"{circle:.1f}",
        pourcent,
    )


@register.simple_tag
def progression_barre(faits: int, total: int, libelle: str = "") -> SafeString:
    """Draw a bar with its count « n/m »."""
    return format_html(
        '<span class="barre"><progress value="{0}" max="{1}" aria-label="{2}"></progress> <span>{2} {0}/{1}</span></span>', faits, total or 1, libelle
    )


@register.simple_tag
def vide(texte: str, libelle: str = "", url: str = "") -> SafeString:
    """Say that there is nothing yet, in one sentence, and what to do next, in one button."""
    button = format_html('<p><a class="fr-btn" href="{}">{}</a></p>', url, libelle) if url else ""
    return format_html('<div class="vide"><p>{}</p>{}</div>', texte, button)


@register.inclusion_tag("components/champ.html")
def champ(field: Any, aide: str | None = None) -> dict[str, Any]:
    """Draw a bound field of a Django form with its label, its hint, its errors and what links them; ``aide`` replaces its hint."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", "") or ("textarea" if "Textarea" in type(widget).__name__ else "")
    errors = [str(error) for error in field.errors]
    hint = field.help_text if aide is None else aide
    described = [f"{field.auto_id}-aide"] if hint else []
    described += [f"{field.auto_id}-erreur"] if errors else []
    return {
        "field": field,
        "aide": hint,
        "kind": kind,
        "errors": errors,
        "described": " ".join(described),
        "is_group": type(widget).__name__ in ("RadioSelect", "CheckboxSelectMultiple"),
        "control": _control(field, kind, " ".join(described), bool(errors)),
    }


def _control(field: Any, kind: str, described: str, invalid: bool) -> SafeString:
    css = {"checkbox": "", "radio": "", "hidden": ""}.get(kind, "fr-select" if kind == "select" else "fr-input")
    attributes: dict[str, str | bool] = {"class": css} if css else {}
    if described:
        attributes["aria-describedby"] = described
    if invalid:
        attributes["aria-invalid"] = "true"
    if "placeholder" in field.field.widget.attrs:  # that of allauth repeats the label, and would hide behind what is typed
        attributes["placeholder"] = False
    return field.as_widget(attrs=attributes)


@register.inclusion_tag("components/resume_erreurs.html")
def resume_erreurs(form: Any, titre: str = "Une réponse est à revoir") -> dict[str, Any]:
    """Draw the summary of the errors of a Django form, with a link to each field."""
    fields = [(field.id_for_label or field.auto_id, field.label, error) for field in form for error in field.errors] if form.is_bound else []
    return {"titre": titre, "fields": fields, "others": list(form.non_field_errors()) if form.is_bound else []}


@register.inclusion_tag("components/pagination.html")
def pagination(page: Any, parametres: str = "", nom: str = "page") -> dict[str, Any]:
    """Draw the links between pages; ``parametres`` is the rest of the query, already encoded."""
    prefix = f"?{parametres}&" if parametres else "?"
    return {"page": page, "prefix": prefix, "nom": nom, "numbers": list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))}


@register.simple_tag
def radar(axes: Sequence[str], series: Iterable[Any]) -> SafeString:
    """Draw a radar, or bars under three axes (R-12); always beside its table."""
    from questionnaires.radar_svg import radar_svg  # here: the tags are read before the apps are ready

    return mark_safe(radar_svg(list(axes), list(series)))  # noqa: S308  (radar_svg escapes what it is given)


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Return one value of a mapping, for keys a template cannot write."""
    return mapping.get(key)
