"""The accounts of the agency and its groups, for the administrateurs (R-55, BO-6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from ..enums import Profil, Role
from ..historique import of_compte
from ..models import Agent
from ..selectors.facteurs import second_factors_of
from .affichage import Etat
from .base import Geste, GestionAdmin
from .comptes import etat_compte
from .liste import Filtre
from .site import gestion

LABELS = dict(Role.choices)


class GroupeFiltre(Filtre):
    title, parameter_name, champ = "Groupe", "groupe", "groups__name"
    choix = tuple(Role.choices)


class AccesFiltre(Filtre):
    title, parameter_name = "Accès", "acces"
    choix = (("ouvert", "Ouvert"), ("suspendu", "Suspendu"))

    def garder(self, rows: QuerySet, value: str) -> QuerySet:
        return rows.filter(is_active=value == "ouvert")


@admin.register(Agent, site=gestion)
class AgentAdmin(GestionAdmin):
    chemin = "agents"
    titre = "Comptes de l'agence"
    recherche = "Nom, nom d'utilisateur ou adresse"
    list_display = ("nom", "username", "groupes", "etat", "second_facteur", "derniere_connexion")
    list_filter = (GroupeFiltre, AccesFiltre)
    search_fields = ("first_name", "last_name", "username", "email")
    blocs = (
        ("Identité", ("username", "nom", "fonction", "email", "telephone")),
        ("Accès", ("groupes", "etat", "second_facteur", "ouvert_le", "derniere_connexion")),
    )
    avec_historique = True
    gestes = (
        Geste("Changer les groupes…", "gestion:agent_groupes", "modifier_groupes"),
        Geste("Corriger l'identité…", "gestion:agent_corriger", "corriger"),
        Geste("Renvoyer le lien", "gestion:agent_lien", "renvoyer_lien", lambda agent: agent.is_active and not agent.has_usable_password(), confirme=False),
        Geste("Retirer la double authentification…", "gestion:agent_second_facteur", "retirer_second_facteur", lambda agent: agent.a_un_facteur),
        Geste("Suspendre…", "gestion:agent_suspendre", "suspendre", lambda agent: agent.is_active),
        Geste("Réactiver", "gestion:agent_reactiver", "reactiver", lambda agent: not agent.is_active, confirme=False),
    )
    gestes_liste = (Geste("Ouvrir un compte", "gestion:agent_ouvrir", "ouvrir"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = Agent.objects.filter(profil=Profil.AGENCE).prefetch_related("groups")
        return rows.annotate(a_un_facteur=Exists(second_factors_of(OuterRef("pk"))))

    def historique(self, obj: Agent) -> Q:
        return of_compte(obj)

    @admin.display(description="nom", ordering="last_name")
    def nom(self, obj: Agent) -> str:
        return obj.nom_complet

    @admin.display(description="groupes")
    def groupes(self, obj: Agent) -> str:
        held = {group.name for group in obj.groups.all()}
        return ", ".join(label for name, label in LABELS.items() if name in held)

    @admin.display(description="état", ordering="is_active")
    def etat(self, obj: Agent) -> Etat:
        return etat_compte(obj)

    @admin.display(description="second facteur")
    def second_facteur(self, obj: Any) -> bool:
        return obj.a_un_facteur

    @admin.display(description="dernière connexion", ordering="last_login")
    def derniere_connexion(self, obj: Agent) -> datetime | str:
        return obj.last_login or "Jamais"

    @admin.display(description="créé le")
    def ouvert_le(self, obj: Agent) -> datetime:
        return obj.date_joined


@admin.register(Group, site=gestion)
class GroupeAdmin(GestionAdmin):
    """The groups as data: who is in them is changed account by account."""

    chemin = "groupes"
    titre = "Groupes de l'agence"
    presentation = "Chaque groupe n'ouvre que ses pages. On y met un compte, ou on l'en retire, depuis la fiche de ce compte."
    list_display = ("groupe", "role", "membres")
    ordering = ("pk",)
    blocs = (("Groupe", ("role", "membres")),)
    change_form_template = "gestion/groupe.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        members = Count("user", filter=Q(user__is_active=True, user__profil=Profil.AGENCE))
        return Group.objects.filter(name__in=Role.values).annotate(nombre=members)

    def nommer(self, obj: Group) -> str:
        return LABELS[obj.name]

    @admin.display(description="groupe")
    def groupe(self, obj: Group) -> str:
        return LABELS[obj.name]

    @admin.display(description="ce qu'il permet")
    def role(self, obj: Group) -> str:
        return Role(obj.name).presentation

    @admin.display(description="comptes ouverts", ordering="nombre")
    def membres(self, obj: Any) -> int:
        return obj.nombre

    def contexte(self, request: HttpRequest, obj: Group) -> dict[str, Any]:
        agents = Agent.objects.filter(profil=Profil.AGENCE, groups=obj).order_by("last_name", "first_name", "pk")
        return {"agents": [(agent, etat_compte(agent)) for agent in agents]}
