"""The companies, as the support sees them: who they are, their accounts, what was done; never what they answer (BO-3, AZ-11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from ..enums import EtatFusion
from ..historique import of_entreprise
from ..models import DemandeDeCompte, Entreprise, Fusion
from ..selectors.comptes import presents
from .affichage import Etat, Valeur, bloc
from .base import Geste, GestionAdmin
from .comptes import etat_compte
from .liste import Filtre
from .site import gestion

COMPTES_MONTRES = 25
EN_COURS = (EtatFusion.PROPOSEE, EtatFusion.APPROUVEE)


class EtatFiltre(Filtre):
    title, parameter_name, tout = "Accès", "acces", "Tous"
    choix = (("ouvert", "Ouvert"), ("suspendu", "Suspendu"))

    def garder(self, rows: QuerySet, value: str) -> QuerySet:
        return rows.filter(suspendue_le__isnull=value == "ouvert")


@admin.register(Entreprise, site=gestion)
class EntrepriseAdmin(GestionAdmin):
    chemin = "entreprises"
    titre = "Entreprises"
    recherche = "Raison sociale ou SIREN"
    vide = "Aucune entreprise n'est encore inscrite : elles le sont en acceptant une demande de compte."
    list_display = ("raison_sociale", "siren", "etat", "comptes", "inscrite_le")
    list_filter = (EtatFiltre,)
    search_fields = ("raison_sociale", "siren")
    blocs = (("Identité", ("raison_sociale", "siren", "forme_juridique", "adresse", "site", "inscrite_le")),)
    change_form_template = "gestion/entreprise.html"
    avec_historique = True
    # What can be done with a company: one line each, drawn where the policy and its state allow.
    gestes = (
        Geste("Suspendre l'accès…", "gestion:entreprise_suspendre", "suspendre", lambda obj: not obj.is_suspendue and obj.fusionnee_dans_id is None),
        Geste("Lever la suspension…", "gestion:entreprise_retablir", "lever_suspension", lambda obj: obj.is_suspendue),
    )
    gestes_liste = (Geste("Inscrire une entreprise", "gestion:entreprise_creer", "creer"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Entreprise.objects.select_related("suspendue_par", "fusionnee_dans").annotate(nombre_comptes=Count("comptes", filter=Q(comptes__is_active=True)))

    def historique(self, obj: Entreprise) -> Q:
        return of_entreprise(obj)

    @admin.display(description="accès", ordering="suspendue_le")
    def etat(self, obj: Entreprise) -> Etat:
        if obj.fusionnee_dans is not None:
            return Etat("archive", f"Réunie à {obj.fusionnee_dans}")
        return Etat("archive", "Suspendu") if obj.is_suspendue else Etat("termine", "Ouvert")

    def lire(self, obj: Entreprise) -> list[tuple[str, list[Valeur]]]:
        suspension = [("Suspension", bloc(("suspendue_le", "suspendue_par", "motif_suspension"), obj, self))]
        return super().lire(obj) + (suspension if obj.is_suspendue else [])

    @admin.display(description="comptes actifs", ordering="nombre_comptes")
    def comptes(self, obj: Any) -> int:
        return obj.nombre_comptes

    @admin.display(description="inscrite le", ordering="created_at")
    def inscrite_le(self, obj: Entreprise) -> datetime:
        return obj.created_at

    def contexte(self, request: HttpRequest, obj: Entreprise) -> dict[str, Any]:
        comptes = presents(obj.pk).order_by("-profil", "last_name", "first_name", "pk")[: COMPTES_MONTRES + 1]
        demandes = DemandeDeCompte.objects.filter(Q(entreprise=obj) | Q(siren=obj.siren)).order_by("-pk")
        lignes = [(compte, etat_compte(compte)) for compte in comptes]
        fusion = Fusion.objects.filter(Q(absorbee=obj) | Q(absorbante=obj), etat__in=EN_COURS).select_related("absorbee", "absorbante").first()
        passations = obj.passations.select_related("nouveau", "faite_par")[:COMPTES_MONTRES]
        return {
            "passations": passations,
            "comptes": lignes[:COMPTES_MONTRES],
            "autres": len(lignes) > COMPTES_MONTRES,
            "demandes": demandes[:COMPTES_MONTRES],
            "fusion": fusion,
        }
