"""Pages by which a person changes his own account; part of the namespace « accounts »."""

from __future__ import annotations

from django.urls import path

from .views import identites, openid, profil, session, sessions

urlpatterns = [
    path("compte/adresse/", profil.adresse, name="adresse"),
    path("compte/adresse/annuler/", profil.adresse_annuler, name="adresse_annuler"),
    path("compte/adresse/<slug:jeton>/", profil.adresse_confirmer, name="adresse_confirmer"),
    path("compte/openid/<slug:fournisseur>/", openid.openid_connexion, name="openid_connexion"),
    path("compte/openid/<slug:fournisseur>/retour/", openid.openid_retour, name="openid_retour"),
    path("compte/identites/", identites.identites, name="identites"),
    path("compte/identites/<slug:fournisseur>/rattacher/", identites.identite_rattacher, name="identite_rattacher"),
    path("compte/identites/<slug:fournisseur>/confirmer/", identites.identite_confirmer, name="identite_confirmer"),
    path("compte/identites/<slug:fournisseur>/reconfirmer/", identites.identite_reconfirmer, name="identite_reconfirmer"),
    path("compte/identites/<cle:pk>/detacher/", identites.identite_detacher, name="identite_detacher"),
    path("compte/preferences/", profil.preferences, name="preferences"),
    path("compte/proteger/", profil.double_facteur, name="double_facteur"),
    path("compte/mes-donnees/", profil.mes_donnees, name="mes_donnees"),
    path("compte/mes-donnees/fichier/", profil.mes_donnees_exporter, name="mes_donnees_exporter"),
    path("compte/sessions/", sessions.sessions, name="sessions"),
    path("compte/sessions/fermer/", sessions.sessions_fermer, name="sessions_fermer"),
    path("compte/sessions/<cle:pk>/fermer/", sessions.session_fermer, name="session_fermer"),
    path("compte/session/", session.session_duree, name="session_duree"),
    path("compte/session/abandonner/", session.saisie_abandonner, name="saisie_abandonner"),
    path("compte/session/prolonger/", session.session_prolonger, name="session_prolonger"),
]
