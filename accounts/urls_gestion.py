"""The hand-made pages of the back-office; those of its models are routed by ``accounts.admin`` (AZ-11)."""

from __future__ import annotations

from django.urls import path

from . import converters  # noqa: F401  (« cle »)
from .views.gestion import accueil, agents, contenu, courriels, demandes, journal, support, travaux

urlpatterns = [
    path("", accueil.accueil, name="accueil"),
    path("demandes/", demandes.demandes, name="demandes"),
    path("demandes/<cle:pk>/", demandes.demande, name="demande"),
    path("demandes/<cle:pk>/prendre/", demandes.demande_prendre, name="demande_prendre"),
    path("demandes/<cle:pk>/liberer/", demandes.demande_liberer, name="demande_liberer"),
    path("demandes/<cle:pk>/noter/", demandes.demande_noter, name="demande_noter"),
    path("demandes/<cle:pk>/pieces/", demandes.demande_pieces, name="demande_pieces"),
    path("demandes/<cle:pk>/pieces/<cle:piece>/", demandes.demande_piece, name="demande_piece"),
    path("demandes/<cle:pk>/accepter/", demandes.demande_accepter, name="demande_accepter"),
    path("demandes/<cle:pk>/refuser/", demandes.demande_refuser, name="demande_refuser"),
    path("courriels/", courriels.courriels, name="courriels"),
    path("courriels/relancer/", courriels.courriels_relancer, name="courriels_relancer"),
    path("courriels/<cle:pk>/relancer/", courriels.courriel_relancer, name="courriel_relancer"),
    path("agents/ouvrir/", agents.agent_ouvrir, name="agent_ouvrir"),
    path("agents/<cle:pk>/groupes/", agents.agent_groupes, name="agent_groupes"),
    path("agents/<cle:pk>/corriger/", agents.agent_corriger, name="agent_corriger"),
    path("agents/<cle:pk>/second-facteur/", agents.agent_second_facteur, name="agent_second_facteur"),
    path("agents/<cle:pk>/suspendre/", agents.agent_suspendre, name="agent_suspendre"),
    path("agents/<cle:pk>/reactiver/", agents.agent_reactiver, name="agent_reactiver"),
    path("agents/<cle:pk>/lien/", agents.agent_lien, name="agent_lien"),
    path("conditions/publier/", contenu.cgu_publier, name="cgu_publier"),
    path("travaux/<cle:pk>/relancer/", travaux.travail_relancer, name="travail_relancer"),
    path("entreprises/inscrire/", support.entreprise_creer, name="entreprise_creer"),
    path("entreprises/<cle:pk>/suspendre/", support.entreprise_suspendre, name="entreprise_suspendre"),
    path("entreprises/<cle:pk>/retablir/", support.entreprise_retablir, name="entreprise_retablir"),
    path("comptes/<cle:pk>/corriger/", support.compte_corriger, name="compte_corriger"),
    path("comptes/<cle:pk>/second-facteur/", support.compte_second_facteur, name="compte_second_facteur"),
    path("comptes/<cle:pk>/suspendre/", support.compte_suspendre, name="compte_suspendre"),
    path("comptes/<cle:pk>/retablir/", support.compte_retablir, name="compte_retablir"),
    path("comptes/<cle:pk>/lien/", support.compte_lien, name="compte_lien"),
    path("journal/", journal.journal, name="journal"),
    path("journal/exporter/", journal.journal_exporter, name="journal_exporter"),
]
