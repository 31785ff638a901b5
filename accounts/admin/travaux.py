"""The jobs, for the administrateurs: how they fare, nothing of what they make nor for whom (R-55, JB-4)."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from .. import jobs
from ..enums import EtatTravail
from ..models import Travail
from .affichage import Etat
from .base import Geste, GestionAdmin
from .liste import Filtre
from .site import gestion

ICONES = {
    EtatTravail.EN_ATTENTE: "a_completer",
    EtatTravail.EN_COURS: "en_cours",
    EtatTravail.TERMINE: "termine",
    EtatTravail.ECHEC: "non_atteint",
}
# A refusal may name what it is about: it is only told as a refusal.
CAUSES = {jobs.BROKEN: "Échecs répétés", jobs.INTERRUPTED: "Interruptions répétées", jobs.DENIED: "Droits retirés depuis la demande"}


class EtatFiltre(Filtre):
    title, parameter_name, champ = "État", "etat", "etat"
    choix = tuple(EtatTravail.choices)


@admin.register(Travail, site=gestion)
class TravailAdmin(GestionAdmin):
    chemin = "travaux"
    titre = "Travaux"
    presentation = "Les fichiers préparés en arrière-plan : ce qui attend, ce qui tourne, ce qui a échoué. Ni demandeur ni contenu."
    vide = "Aucun travail n'a encore été demandé."
    list_display = ("numero", "kind", "etat", "essais", "avancement", "created_at", "termine_le")
    list_filter = (EtatFiltre,)
    blocs = (("Travail", ("kind", "etat", "essais", "avancement", "created_at", "prochain_essai", "termine_le", "cause")),)
    gestes = (Geste("Relancer", "gestion:travail_relancer", "relancer", lambda travail: travail.etat == EtatTravail.ECHEC, confirme=False),)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Travail.tous.all()

    def nommer(self, obj: Travail) -> str:
        return f"Travail n° {obj.pk}"

    @admin.display(description="numéro", ordering="pk")
    def numero(self, obj: Travail) -> str:
        return self.nommer(obj)

    @admin.display(description="état", ordering="etat")
    def etat(self, obj: Travail) -> Etat:
        return Etat(ICONES[obj.etat], obj.get_etat_display())

    @admin.display(description="avancement")
    def avancement(self, obj: Travail) -> str:
        return f"{obj.pourcent} %"

    @admin.display(description="cause de l'échec")
    def cause(self, obj: Travail) -> str:
        return CAUSES.get(obj.erreur, "Refus") if obj.erreur else ""
