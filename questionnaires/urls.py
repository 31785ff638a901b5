"""Addresses of the public list of questionnaires and scales, and of the schemas that sections show (QST-0)."""

from django.urls import path

from . import views

app_name = "questionnaires"
urlpatterns = [
    path("images/<path:nom>", views.image, name="image"),
    path("questionnaires/", views.liste, name="liste"),
    path("questionnaires/excel/", views.liste_excel, name="liste_excel"),
    path("questionnaires/<slug:demarche>/<slug:questionnaire>/", views.liste_questionnaire, name="liste_questionnaire"),
]
