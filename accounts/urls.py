"""Pages of one's own account, notifications and jobs."""

from __future__ import annotations

from django.urls import path, register_converter

from .converters import KeyConverter
from .urls_profil import urlpatterns as profil
from .views import compte, notifications, travaux

register_converter(KeyConverter, "cle")

app_name = "accounts"
urlpatterns = [
    path("compte/conditions/", compte.cgu_accepter, name="cgu_accepter"),
    path("compte/mes-informations/", compte.mes_informations, name="mes_informations"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/lues/", notifications.notifications_lues, name="notifications_lues"),
    path("notifications/<cle:pk>/lue/", notifications.notification_lue, name="notification_lue"),
    path("travaux/<cle:pk>/", travaux.travail, name="travail"),
    path("travaux/<cle:pk>/fichier/", travaux.travail_fichier, name="travail_fichier"),
    path("travaux/<cle:pk>/relancer/", travaux.travail_relancer, name="travail_relancer"),
    *profil,
]
