"""Addresses of the catalogue."""

from django.urls import path, register_converter

from questionnaires.converters import ReferenceConverter

from .views import ajout, catalogue

register_converter(ReferenceConverter, "reference")

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
