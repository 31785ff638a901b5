"""The floors: what a page or a save costs when nothing is done but the gesture, for as many bytes as ours.

No session, no right, no rule, no middleware: one read or one write, and the HTML. The form is rendered by the very template
of our cards, read by three engines: HTML kept in the process and answers spliced in, Jinja2, Django templates.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.utils.html import escape

from accounts.recherche import holds_all
from parcours.referentiel import current
from questionnaires.cartes import HOLES, _niveaux, repere, sous_seuil
from questionnaires.enums import GenreSujet
from questionnaires.models import Sujet
from questionnaires.radar_svg import Serie, radar_svg

from .contenu import code
from .models import Document, Evenement

LIGNE = "critere, exigence, niveaux, repondu, repere, sous_seuil, readonly, with_options, has_comment, in_error, trous"
COMMENTAIRE = HOLES[1]


def shell_path(name: str) -> Path:
    """Where the bench leaves what surrounds the cards of our page, for the floors of this run."""
    return Path(settings.VAR_DIR) / f"plancher-{name}.json"


@lru_cache
def shell(name: str) -> tuple[str, str]:
    """Return what comes before and after the repeated part of our page: the floors send as many bytes."""
    return tuple(json.loads(shell_path(name).read_text(encoding="utf-8")))


@lru_cache
def _source() -> str:
    """Return the template of a card, with what it includes in its place: each engine names includes in its own way."""
    return re.sub(r'{% include "([^"]+)"[^%]*%}', lambda found: _template(found[1]), _template("questionnaires/_critere.html"))


def _template(name: str) -> str:
    return (Path(settings.BASE_DIR) / "templates" / name).read_text(encoding="utf-8")


@lru_cache
def _jinja() -> Any:
    source = _source().replace("is not None", "is not none")
    env = jinja2.Environment(autoescape=True)
    env.filters["insecables"] = str  # done once, by whoever writes such a loop
    return env.from_string("{{ debut|safe }}{% for " + LIGNE + " in lignes %}" + source + "{% endfor %}{{ fin|safe }}")


@lru_cache
def _dtl() -> Any:
    return engines["django"].from_string("{{ debut|safe }}{% for " + LIGNE + " in lignes %}" + _source() + "{% endfor %}{{ fin|safe }}")


def vide(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


# --- Form -----------------------------------------------------------------------------------------------------------------
@lru_cache
def _criteres(taille: int) -> tuple[Any, ...]:
    info = current().demarche(code(taille)).questionnaires[0]
    return tuple((critere, info.jeu().fixes[critere.code]) for critere in info.definition().criteres.values())


@lru_cache
def _panels(taille: int, valeur: Any) -> tuple[Any, ...]:
    """Return what depends on the value alone, worked out once."""
    return tuple(
        (_niveaux(critere, exigence, valeur), repere(exigence, "doctrine"), sous_seuil(exigence, valeur, "doctrine")) for critere, exigence in _criteres(taille)
    )


POURQUOI_TEXTE = "Ce critère s'affiche parce que vous avez répondu «\xa0Échanges synchrones\xa0» à la question QP.19 «\xa0Comment échange-t-il\xa0?\xa0»."


def _lignes(taille: int, reponses: dict[str, Any]) -> list[tuple[Any, ...]]:
    lignes = []
    for number, (critere, exigence) in enumerate(_criteres(taille)):
        answer = reponses[critere.code]
        valeur, commentaire = answer["valeur"], answer.get("commentaire", "")
        niveaux, attendu, sous = _panels(taille, valeur)[number]
        trous = {"pourquoi": POURQUOI_TEXTE, "commentaire": commentaire, "option": "", "message": ""}
        lignes.append((critere, exigence, niveaux, True, attendu, sous, False, False, bool(commentaire), False, trous))
    return lignes


@lru_cache(maxsize=8192)
def _cut(taille: int, number: int, valeur: Any, has_comment: bool) -> tuple[str, str]:
    """Render one card with a mark for the comment, and cut it there."""
    critere, exigence = _criteres(taille)[number]
    niveaux, attendu, sous = _panels(taille, valeur)[number]
    trous = {"pourquoi": POURQUOI_TEXTE, "commentaire": COMMENTAIRE, "option": "", "message": ""}
    ligne = (critere, exigence, niveaux, True, attendu, sous, False, False, has_comment, False, trous)
    html = _jinja().render(debut="", fin="", lignes=[ligne])
    before, after = html.split(COMMENTAIRE)
    return before, after


def _splice(taille: int, reponses: dict[str, Any]) -> str:
    debut, fin = shell(f"saisie-{taille}")
    pieces = [debut]
    for number, (critere, _) in enumerate(_criteres(taille)):
        answer = reponses[critere.code]
        commentaire = answer.get("commentaire", "")
        before, after = _cut(taille, number, answer["valeur"], bool(commentaire))
        pieces += [before, escape(commentaire) if commentaire else "", after]
    return "".join([*pieces, fin])


def saisie(request: HttpRequest, moteur: str, taille: int) -> HttpResponse:
    """Show the form of a questionnaire, by one engine."""
    reponses = Document.objects.filter(pk=int(request.GET["pk"])).values_list("reponses", flat=True).get()
    if moteur == "assemblage":
        return HttpResponse(_splice(taille, reponses))
    debut, fin = shell(f"saisie-{taille}")
    context = {"debut": debut, "fin": fin, "lignes": _lignes(taille, reponses)}
    return HttpResponse((_jinja() if moteur == "jinja2" else _dtl()).render(context))


# --- Saves ----------------------------------------------------------------------------------------------------------------
def enregistrer(request: HttpRequest, taille: int) -> HttpResponse:
    """Lock, compare, write, keep what changed, and send back to the form."""
    posted = {name[2:]: int(value) for name, value in request.POST.items() if name.startswith("v-")}
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=int(request.GET["pk"]))
        changed = {name: value for name, value in posted.items() if document.reponses[name]["valeur"] != value}
        Evenement.objects.create(document=document, changements=changed)
        reponses = {**document.reponses, **{name: {**document.reponses[name], "valeur": value} for name, value in changed.items()}}
        Document.objects.filter(pk=document.pk).update(reponses=reponses, revision=F("revision") + 1)
    return HttpResponseRedirect("/")


def repondre(request: HttpRequest, taille: int) -> HttpResponse:
    """Write one answer if nobody wrote meanwhile."""
    document = Document.objects.get(pk=int(request.GET["pk"]))
    for name, value in request.POST.items():
        document.reponses[name[2:]] = {"valeur": int(value)}
    Document.objects.filter(pk=document.pk, revision=document.revision).update(reponses=document.reponses, revision=document.revision + 1)
    return HttpResponse("{}")


# --- Results and lists ----------------------------------------------------------------------------------------------------
RESULTATS = (
    "{{ debut|safe }}{{ radar|safe }}<table>{% for critere, valeur, texte, commentaire in lignes %}<tr><th>{{ critere.code }}</th>"
    '<td>{{ critere.titre }}</td><td class="niveau-{{ valeur }}">{{ valeur }}</td><td>{{ texte }}</td><td>{{ commentaire }}</td></tr>'
    "{% endfor %}</table>{{ fin|safe }}"
)


@lru_cache
def _table() -> Any:
    return jinja2.Environment(autoescape=True).from_string(RESULTATS)


def resultats(request: HttpRequest, taille: int) -> HttpResponse:
    """Average each section, draw the radar, list the answers; what our page has more comes as a constant."""
    reponses = Document.objects.filter(pk=int(request.GET["pk"])).values_list("reponses", flat=True).get()
    axes: dict[str, list[int]] = {}
    lignes = []
    for critere, _ in _criteres(taille):
        answer = reponses[critere.code]
        axes.setdefault(critere.axe, []).append(answer["valeur"])
        lignes.append((critere, answer["valeur"], critere.niveaux[answer["valeur"]], answer.get("commentaire", "")))
    means = [sum(values) / len(values) for values in axes.values()]
    svg = radar_svg(list(axes), [Serie("Réponses", means)], titre="Radar") if len(axes) > 2 else ""
    debut, fin = shell(f"resultats-{taille}")
    return HttpResponse(_table().render(debut=debut, fin=fin, radar=svg, lignes=lignes))


LISTE = (
    "{{ debut|safe }}{% for reference, nom, version, prenom, famille in lignes %}<tr><td>{{ reference }}</td>"
    '<td><a href="/produits/{{ reference }}/">{{ nom }}</a></td><td>{{ version }}</td><td>{{ prenom }} {{ famille }}</td></tr>{% endfor %}'
    "{{ total }}{{ fin|safe }}"
)


@lru_cache
def _liste() -> Any:
    return engines["django"].from_string(LISTE)


def liste(request: HttpRequest) -> HttpResponse:
    """List a page of the produits of a company, searched and counted; what our page has more comes as a constant."""
    rows = Sujet.objects.of_entreprise(int(request.GET["entreprise"])).actifs().filter(genre=GenreSujet.PRODUIT)
    texts = ("nom", "produit__version", "responsable__first_name", "responsable__last_name")
    found = rows.order_by(request.GET.get("tri", "-pk")).values_list("pk", *texts)
    if words := request.GET.get("q", ""):
        lignes = list(found.filter(holds_all(words, *texts)))  # searched once: what is found is counted, its first page shown
        total = len(lignes)
    else:
        lignes, total = list(found[:25]), rows.count()
    debut, fin = shell("liste")
    return HttpResponse(_liste().render({"debut": debut, "fin": fin, "lignes": lignes[:25], "total": total}))
