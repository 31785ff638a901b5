"""Addresses of the dashboard, of the parcours and démarches, and of the screens where one answers."""

from django.urls import include, path

from questionnaires import converters  # noqa: F401  (names the converter « reference », once)

from .views import demarches, exports, fiche, historique, qualification, resultats, saisie, tableau_de_bord

app_name = "parcours"

_questionnaire = [
    path("", saisie.questionnaire, name="questionnaire"),
    path("enregistrement/", saisie.enregistrement, name="enregistrement"),
    path("resultats/", resultats.resultats, name="resultats"),
    path("resultats/<reference:version>/", resultats.version_validee, name="version_validee"),
    path("comparer/", resultats.comparer, name="comparer"),
    path("abandonner/", saisie.brouillon_abandonner, name="brouillon_abandonner"),
    path("renvoyer/", saisie.brouillon_renvoyer, name="brouillon_renvoyer"),
    path("exporter/<slug:format>/", exports.exporter, name="exporter"),
]
_sujet = [
    path("", demarches.sujet_inscrit, name="sujet_inscrit"),
    path("retirer/", demarches.inscription_retirer, name="inscription_retirer"),
    path("telecharger/", exports.exporter_demarche, name="exporter_demarche"),
    path("<slug:questionnaire>/", include(_questionnaire)),
]
urlpatterns = [
    path("demarches/<slug:demarche>/sujets/<reference:reference>/", include(_sujet)),  # the pages most asked for are tried first
    path("tableau-de-bord/", tableau_de_bord.tableau_de_bord, name="tableau_de_bord"),
    path("parcours/<slug:parcours>/", demarches.parcours, name="parcours"),
    path("demarches/<slug:demarche>/", demarches.demarche, name="demarche"),
    path("demarches/<slug:demarche>/inscrire/", demarches.inscription_creer, name="inscription_creer"),
    path("produits/<reference:reference>/", fiche.fiche_produit, name="fiche_produit"),
    path("produits/<reference:reference>/ajoute/", fiche.produit_ajoute, name="produit_ajoute"),
    path("produits/<reference:reference>/modifier/", fiche.produit_modifier, name="produit_modifier"),
    path("produits/<reference:reference>/qualification/", qualification.qualification, name="qualification"),
    path("produits/<reference:reference>/historique/", historique.produit_historique, name="produit_historique"),
    path("strategie/", fiche.strategie, name="strategie"),
    path("strategie/modifier/", fiche.strategie_modifier, name="strategie_modifier"),
    path("strategie/historique/", historique.strategie_historique, name="strategie_historique"),
]
