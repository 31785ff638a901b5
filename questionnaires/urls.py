"""Addresses of the public list of questionnaires and scales (QST-0)."""

from django.urls import path

from . import views

app_name = "questionnaires"
urlpatterns = [
    path("questionnaires/", views.liste, name="liste"),
    path("questionnaires/excel/", views.liste_excel, name="liste_excel"),
    path("questionnaires/<slug:demarche>/<slug:questionnaire>/", views.liste_questionnaire, name="liste_questionnaire"),
]
