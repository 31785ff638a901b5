"""What stands in the menu and on the home of the agency, for the rooms that are here."""

from __future__ import annotations

from ..models import Courriel, DemandeDeCompte, EntreeJournal, Entreprise, User
from ..rubriques import Rubrique, declare
from ..selectors_courriels import file_des_courriels
from ..selectors_demandes import file_des_demandes

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
)
