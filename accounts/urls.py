"""Pages of one's own account, notifications and jobs."""

from __future__ import annotations

from django.urls import path

from . import converters  # noqa: F401  (« cle » and « jeton »)
from .urls_profil import urlpatterns as profil
from .views import compte, demandes, notifications, travaux

app_name = "accounts"
urlpatterns = [
    path("demander-un-compte/", demandes.demande_compte, name="demande_compte"),
    path("demander-un-compte/envoyee/", demandes.demande_envoyee, name="demande_envoyee"),
    path("pieces/transmises/", demandes.depot_fini, name="depot_fini"),
    path("pieces/lien-envoye/", demandes.depot_lien_envoye, name="depot_lien_envoye"),
    path("pieces/<jeton:jeton>/", demandes.depot, name="depot"),
    path("pieces/<jeton:jeton>/renouveler/", demandes.depot_renouveler, name="depot_renouveler"),
    path("pieces/<jeton:jeton>/transmettre/", demandes.depot_transmettre, name="depot_transmettre"),
    path("pieces/<jeton:jeton>/<cle:pk>/retirer/", demandes.depot_retirer, name="depot_retirer"),
    path("compte/conditions/", compte.cgu_accepter, name="cgu_accepter"),
    path("compte/mes-informations/", compte.mes_informations, name="mes_informations"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/lues/", notifications.notifications_lues, name="notifications_lues"),
    path("notifications/<cle:pk>/non-lue/", notifications.notification_non_lue, name="notification_non_lue"),
    path("notifications/<cle:pk>/lue/", notifications.notification_lue, name="notification_lue"),
    path("travaux/<cle:pk>/", travaux.travail, name="travail"),
    path("travaux/<cle:pk>/fichier/", travaux.travail_fichier, name="travail_fichier"),
    path("travaux/<cle:pk>/relancer/", travaux.travail_relancer, name="travail_relancer"),
    *profil,
]
