"""What stands in the menu and on the home of the agency, for the rooms that are here."""

from __future__ import annotations

from django.contrib.auth.models import Group

from ..models import Agent, Cgu, Courriel, DemandeDeCompte, EntreeJournal, Entreprise, Travail, User
from ..rubriques import Rubrique, declare
from ..selectors.courriels import file_des_courriels
from ..selectors.demandes import file_des_demandes

declare(
    Rubrique(
        "Demandes de compte",
        "gestion:demandes",
        DemandeDeCompte,
        "Les entreprises qui demandent à entrer : les pièces, la décision.",
        compter=file_des_demandes,
    ),
    Rubrique("Entreprises", "gestion:accounts_entreprise_changelist", Entreprise, "Les entreprises inscrites, leurs comptes, leur historique."),
    Rubrique("Comptes", "gestion:accounts_user_changelist", User, "Les comptes des entreprises : les trouver, savoir où ils en sont."),
    Rubrique("Courriels", "gestion:courriels", Courriel, "Les courriels qui ne partent pas : à qui, pourquoi, et les relancer.", compter=file_des_courriels),
    Rubrique("Journal", "gestion:journal", EntreeJournal, "Qui a fait quoi, quand, sur quoi. Chaque consultation est elle-même journalisée."),
    Rubrique("Comptes de l'agence", "gestion:accounts_agent_changelist", Agent, "Qui travaille dans l'agence, dans quels groupes."),
    Rubrique("Groupes", "gestion:auth_group_changelist", Group, "Ce que chaque groupe permet, et qui s'y trouve."),
    Rubrique("Travaux", "gestion:accounts_travail_changelist", Travail, "Les fichiers préparés en arrière-plan."),
    Rubrique("Conditions d'utilisation", "gestion:accounts_cgu_changelist", Cgu, "Les versions publiées, et leur acceptation."),
)
