"""Addresses of the catalogue, of the accounts one manages and of the requests for access."""

from django.urls import path

from accounts import urls as _accounts  # noqa: F401  (names the converter « cle », once)
from questionnaires import converters  # noqa: F401  (names the converter « reference », once)

from .views import acces, ajout, catalogue, comptes, historique

app_name = "catalog"
urlpatterns = [
    path("produits/", catalogue.catalogue, name="catalogue"),
    path("produits/ajouter/", ajout.produit_ajouter, name="produit_ajouter"),
    path("questions/<slug:genre>/affichees/", ajout.questions_affichees, name="questions_affichees"),
    path("strategie/initialiser/", ajout.strategie_initialiser, name="strategie_initialiser"),
    path("produits/<reference:reference>/archiver/", catalogue.produit_archiver, name="produit_archiver"),
    path("produits/<reference:reference>/restaurer/", catalogue.produit_restaurer, name="produit_restaurer"),
    path("produits/<reference:reference>/dupliquer/", catalogue.produit_dupliquer, name="produit_dupliquer"),
    path("produits/<reference:reference>/publication/", catalogue.produit_publication, name="produit_publication"),
    path("acces/demander/<reference:reference>/", acces.acces_demander, name="acces_demander"),
    path("acces/<cle:pk>/", acces.acces_demande, name="acces_demande"),
    path("acces/<cle:pk>/accepter/", acces.acces_accepter, name="acces_accepter"),
    path("acces/<cle:pk>/refuser/", acces.acces_refuser, name="acces_refuser"),
    path("acces/<cle:pk>/retirer/", acces.acces_retirer, name="acces_retirer"),
    path("comptes/", comptes.comptes, name="comptes"),
    path("comptes/creer/", comptes.compte_creer, name="compte_creer"),
    path("comptes/historique/", historique.comptes_historique, name="comptes_historique"),
    path("comptes/<cle:pk>/", comptes.compte, name="compte"),
    path("comptes/<cle:pk>/historique/", historique.compte_historique, name="compte_historique"),
    path("comptes/<cle:pk>/droits/", comptes.compte_droits, name="compte_droits"),
    path("comptes/<cle:pk>/produits/", comptes.compte_produits, name="compte_produits"),
    path("comptes/<cle:pk>/dependants/", comptes.compte_dependants, name="compte_dependants"),
    path("comptes/<cle:pk>/lien/", comptes.compte_lien, name="compte_lien"),
    path("comptes/<cle:pk>/corriger/", comptes.compte_corriger, name="compte_corriger"),
    path("comptes/<cle:pk>/suspendre/", comptes.compte_suspendre, name="compte_suspendre"),
    path("comptes/<cle:pk>/reactiver/", comptes.compte_reactiver, name="compte_reactiver"),
    path("comptes/<cle:pk>/supprimer/", comptes.compte_supprimer, name="compte_supprimer"),
]
