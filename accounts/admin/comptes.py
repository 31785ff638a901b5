"""The accounts of the companies, as the support finds them: whose, open or not, since when (BO-3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from ..enums import Droit, Profil
from ..historique import of_compte
from ..models import DemandeDeCompte, User
from ..selectors.facteurs import second_factors_of
from .affichage import Etat, Valeur, bloc
from .base import Geste, GestionAdmin
from .liste import Filtre
from .site import gestion


class ProfilFiltre(Filtre):
    title, parameter_name, champ = "Profil", "profil", "profil"
    choix = ((Profil.RESPONSABLE.value, Profil.RESPONSABLE.label), (Profil.CONTRIBUTEUR.value, Profil.CONTRIBUTEUR.label))


class EtatFiltre(Filtre):
    title, parameter_name = "État", "etat"
    choix = (("ouvert", "Ouvert"), ("suspendu", "Suspendu"), ("supprime", "Supprimé"))

    def garder(self, rows: QuerySet, value: str) -> QuerySet:
        if value == "ouvert":
            return rows.filter(is_active=True)
        return rows.filter(is_active=False, supprime_le__isnull=value == "suspendu")


def etat_compte(compte: User) -> Etat:
    """Say where an account is: open, waiting for its first password, suspended or deleted."""
    if compte.is_supprime:
        return Etat("archive", "Supprimé")
    if not compte.is_active:
        return Etat("archive", "Suspendu par le support" if compte.is_suspendu else "Suspendu")
    return Etat("termine", "Ouvert") if compte.has_usable_password() else Etat("en_cours", "Mot de passe à choisir")


@admin.register(User, site=gestion)
class CompteAdmin(GestionAdmin):
    chemin = "comptes"
    titre = "Comptes des entreprises"
    recherche = "Nom, nom d'utilisateur, adresse, entreprise"
    vide = "Aucune entreprise n'a encore de compte."
    list_display = ("nom", "username", "adresse", "entreprise", "profil", "etat", "derniere_connexion")
    list_filter = (ProfilFiltre, EtatFiltre)
    list_select_related = ("entreprise",)
    search_fields = ("first_name", "last_name", "username", "email", "entreprise__raison_sociale", "entreprise__siren")
    blocs = (
        ("Identité", ("username", "nom", "fonction", "adresse", "telephone")),
        ("Droits", ("profil", "droits", "gestionnaire")),
        ("Connexion", ("etat", "ouvert_le", "derniere_connexion", "second_facteur")),
    )
    change_form_template = "gestion/compte.html"
    avec_historique = True
    # What can be done with an account of a company: one line each, drawn where the policy and its state allow.
    gestes = (
        Geste("Renvoyer le lien", "gestion:compte_lien", "renvoyer_lien", lambda obj: obj.is_active and not obj.has_usable_password(), confirme=False),
        Geste("Corriger l'identité…", "gestion:compte_corriger", "corriger"),
        Geste("Retirer la double authentification…", "gestion:compte_second_facteur", "retirer_second_facteur", lambda obj: obj.a_un_facteur),
        Geste("Suspendre le compte…", "gestion:compte_suspendre", "suspendre_acces", lambda obj: not obj.is_suspendu),
        Geste("Lever la suspension…", "gestion:compte_retablir", "lever_suspension", lambda obj: obj.is_suspendu),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = User.objects.exclude(entreprise=None).select_related("entreprise", "gestionnaire", "suspendu_par")
        return rows.annotate(a_un_facteur=Exists(second_factors_of(OuterRef("pk"))))

    def historique(self, obj: User) -> Q:
        return of_compte(obj)

    def lire(self, obj: User) -> list[tuple[str, list[Valeur]]]:
        suspension = [("Suspension", bloc(("suspendu_le", "suspendu_par", "motif_suspension"), obj, self))]
        return super().lire(obj) + (suspension if obj.is_suspendu else [])

    @admin.display(description="nom", ordering="last_name")
    def nom(self, obj: User) -> str:
        return obj.nom_complet

    @admin.display(description="adresse électronique", ordering="email")
    def adresse(self, obj: User) -> str:
        return "" if obj.is_supprime else obj.email

    @admin.display(description="état", ordering="is_active")
    def etat(self, obj: User) -> Etat:
        return etat_compte(obj)

    @admin.display(description="dernière connexion", ordering="last_login")
    def derniere_connexion(self, obj: User) -> datetime | str:
        return obj.last_login or "Jamais"

    @admin.display(description="créé le")
    def ouvert_le(self, obj: User) -> datetime:
        return obj.date_joined

    @admin.display(description="droits du compte")
    def droits(self, obj: User) -> str:
        if obj.is_responsable:
            return "Tous"
        return ", ".join(droit.label for droit in Droit if obj.holds(droit)) or "Aucun"

    @admin.display(description="second facteur")
    def second_facteur(self, obj: Any) -> bool:
        return obj.a_un_facteur

    def contexte(self, request: HttpRequest, obj: User) -> dict[str, Any]:
        return {"demandes": DemandeDeCompte.objects.filter(compte=obj)}
