"""« Questionnaires et échelles »: what is asked and what is accepted, open to all (QST-0, R-15)."""

from __future__ import annotations

from functools import lru_cache

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.exports.classeur import TYPE_MIME

from .echelles import Catalogue, catalogue
from .exports.echelles import classeur_echelles
from .models import Image


@login_not_required
@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """List the questionnaires of each démarche, by parcours."""
    return render(request, "questionnaires/liste.html", {"parcours_list": catalogue().parcours_list})


@login_not_required
@require_safe
def liste_questionnaire(request: HttpRequest, demarche: str, questionnaire: str) -> HttpResponse:
    """Show every criterion of a questionnaire with what a démarche accepts."""
    parcours, found_demarche, found = catalogue().questionnaire(demarche, questionnaire)
    context = {"parcours": parcours, "demarche": found_demarche, "questionnaire": found}
    return render(request, "questionnaires/liste_questionnaire.html", context)


@login_not_required
@require_safe
def liste_excel(request: HttpRequest) -> HttpResponse:
    """Download the whole list; made once for each state of the content."""
    headers = {"Content-Disposition": 'attachment; filename="questionnaires-et-echelles.xlsx"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(_workbook(catalogue()), content_type=TYPE_MIME, headers=headers)


@login_not_required
@require_safe
def image(request: HttpRequest, nom: str) -> HttpResponse:
    """Give the schema of a section, published like the words around it: nobody's data, and the same for ever (WB-1)."""
    row = get_object_or_404(Image, nom=nom)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return HttpResponse(bytes(row.contenu), content_type=row.type_mime, headers=headers)


@lru_cache(maxsize=1)
def _workbook(content: Catalogue) -> bytes:
    return classeur_echelles(content)
