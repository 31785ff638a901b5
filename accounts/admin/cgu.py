"""The versions of the conditions of use, for the gestionnaires de contenu (BO-4)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone

from ..historique import of_objets
from ..models import Cgu
from .affichage import Etat
from .base import Geste, GestionAdmin
from .site import gestion


@admin.register(Cgu, site=gestion)
class CguAdmin(GestionAdmin):
    chemin = "conditions"
    titre = "Conditions d'utilisation"
    presentation = "Chaque version publiée reste, avec le nombre de comptes qui l'ont acceptée. En publier une nouvelle la fait accepter par chacun."
    vide = "Aucune version n'est encore publiée : personne n'a rien à accepter."
    list_display = ("version", "etat", "publiee_le", "acceptations")
    blocs = (("Version", ("version", "publiee_le", "acceptations")), ("Texte", ("texte",)))
    avec_historique = True
    gestes_liste = (Geste("Publier une nouvelle version", "gestion:cgu_publier", "publier"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        current = Cgu.objects.filter(publiee_le__lte=timezone.now()).order_by("-publiee_le", "-pk").values("pk")[:1]
        return Cgu.objects.annotate(nombre=Count("acceptations"), courante=Subquery(current))

    def historique(self, obj: Cgu) -> Q:
        return of_objets(Cgu._meta.label_lower, [obj.pk]) & ~Q(action="cgu.acceptees")

    @admin.display(description="état")
    def etat(self, obj: Any) -> Etat:
        return Etat("termine", "En vigueur") if obj.pk == obj.courante else Etat("archive", "Ancienne version")

    @admin.display(description="acceptations", ordering="nombre")
    def acceptations(self, obj: Any) -> int:
        return obj.nombre
