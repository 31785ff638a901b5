"""Addresses of the catalogue."""

from django.urls import path

from questionnaires import converters  # noqa: F401  (names the converter « reference », once)

from .views import ajout, catalogue

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
]
