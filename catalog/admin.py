"""What the catalogue adds to the back-office: naming a responsable, and the merges of companies (BO-3)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path

from accounts.admin import gestion
from accounts.admin.affichage import Etat, Valeur, bloc
from accounts.admin.base import Geste, GestionAdmin
from accounts.admin.entreprises import EntrepriseAdmin
from accounts.admin.liste import Filtre
from accounts.enums import CampFusion, EtatFusion
from accounts.models import Fusion
from accounts.rubriques import Rubrique, declare

from .selectors.fusion import fetch_apercu, file_des_fusions
from .views.gestion import fusions
from .views.gestion.passation import entreprise_responsable

ICONES = {
    EtatFusion.PROPOSEE: "validation_demandee",
    EtatFusion.APPROUVEE: "en_cours",
    EtatFusion.CONFIRMEE: "termine",
    EtatFusion.ANNULEE: "archive",
    EtatFusion.ECARTEE: "archive",
}


class EtatFiltre(Filtre):
    title, parameter_name, champ, tout = "État", "etat", "etat", "Toutes"
    choix = tuple(EtatFusion.choices)


@admin.register(Fusion, site=gestion)
class FusionAdmin(GestionAdmin):
    chemin = "fusions"
    titre = "Fusions d'entreprises"
    presentation = (
        "Une fusion se propose depuis la page d'une entreprise. Une autre personne du support l'approuve ; elle s'annule tant qu'elle n'est pas confirmée."
    )
    recherche = "Raison sociale ou SIREN"
    vide = "Aucune fusion : elles se proposent depuis la page d'une entreprise."
    list_display = ("parties", "ou_elle_en_est", "proposee_le", "proposee_par", "approuvee_par")
    list_filter = (EtatFiltre,)
    list_select_related = ("absorbee", "absorbante", "proposee_par", "approuvee_par")
    search_fields = ("absorbee__raison_sociale", "absorbee__siren", "absorbante__raison_sociale", "absorbante__siren")
    blocs = (("Proposition", ("motif", "strategie", "contributeurs", "proposee_le", "proposee_par")),)
    change_form_template = "gestion/fusion.html"
    gestes = (
        Geste("Approuver…", "gestion:fusion_approuver", "approuver", lambda obj: obj.can("approuver"), principal=True),
        Geste("Écarter…", "gestion:fusion_ecarter", "ecarter", lambda obj: obj.can("ecarter")),
        Geste("Confirmer…", "gestion:fusion_confirmer", "confirmer", lambda obj: obj.can("confirmer"), principal=True),
        Geste("Annuler la fusion…", "gestion:fusion_annuler", "annuler", lambda obj: obj.can("annuler")),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Fusion.objects.select_related("absorbee", "absorbante", "proposee_par", "approuvee_par", "finie_par")

    @admin.display(description="entreprises", ordering="absorbee__raison_sociale")
    def parties(self, obj: Fusion) -> str:
        return f"{obj.absorbee} dans {obj.absorbante}"

    def etat(self, obj: Fusion) -> Etat:
        return Etat(ICONES[EtatFusion(obj.etat)], obj.get_etat_display())

    @admin.display(description="état", ordering="etat")
    def ou_elle_en_est(self, obj: Fusion) -> Etat:
        """Draw the state in the list, where Django would take the field of the same name."""
        return self.etat(obj)

    @admin.display(description="stratégie globale gardée, si chacune en a une")
    def strategie(self, obj: Fusion) -> str:
        return CampFusion(obj.strategie_gardee).label

    @admin.display(description="responsables qui deviennent contributeurs")
    def contributeurs(self, obj: Fusion) -> str:
        return ", ".join(compte.nom_complet for compte in fusions.set_aside(obj)) or "Aucun"

    def lire(self, obj: Fusion) -> list[tuple[str, list[Valeur]]]:
        blocs = super().lire(obj)
        if obj.approuvee_le:
            blocs.append(("Approbation", bloc(("approuvee_le", "approuvee_par"), obj, self)))
        if obj.finie_le:
            blocs.append((obj.get_etat_display(), bloc(("finie_le", "finie_par", *(("motif_fin",) if obj.motif_fin else ())), obj, self)))
        return blocs

    def contexte(self, request: HttpRequest, obj: Fusion) -> dict[str, Any]:
        is_mine = obj.can("approuver") and obj.proposee_par_id == request.user.pk
        return {"apercu": fetch_apercu(obj.absorbee, obj.absorbante) if obj.can("approuver") else None, "attend_un_collegue": is_mine}


gestion.pages += [
    path("entreprises/<cle:pk>/responsable/", entreprise_responsable, name="entreprise_responsable"),
    path("entreprises/<cle:pk>/fusionner/", fusions.fusion_proposer, name="fusion_proposer"),
    path("fusions/<cle:pk>/approuver/", fusions.fusion_approuver, name="fusion_approuver"),
    path("fusions/<cle:pk>/ecarter/", fusions.fusion_ecarter, name="fusion_ecarter"),
    path("fusions/<cle:pk>/confirmer/", fusions.fusion_confirmer, name="fusion_confirmer"),
    path("fusions/<cle:pk>/annuler/", fusions.fusion_annuler, name="fusion_annuler"),
]
EntrepriseAdmin.gestes = (
    Geste("Nommer un responsable…", "gestion:entreprise_responsable", "nommer_responsable", lambda obj: obj.fusionnee_dans_id is None),
    *EntrepriseAdmin.gestes,
    Geste("Fusionner avec une autre entreprise…", "gestion:fusion_proposer", "fusionner", lambda obj: obj.fusionnee_dans_id is None and not obj.is_suspendue),
)
declare(
    Rubrique(
        "Fusions",
        "gestion:accounts_fusion_changelist",
        Fusion,
        "Les entreprises à réunir : ce qui attend une approbation ou une confirmation.",
        compter=file_des_fusions,
    )
)
