"""The addresses of the site, and the floors."""

from django.urls import include, path

from convergence.urls import handler400, handler403, handler404, handler429, handler500  # noqa: F401

from . import planchers

urlpatterns = [
    path("plancher/vide/", planchers.vide),
    path("plancher/saisie/<str:moteur>/<int:taille>/", planchers.saisie),
    path("plancher/enregistrer/<int:taille>/", planchers.enregistrer),
    path("plancher/repondre/<int:taille>/", planchers.repondre),
    path("plancher/resultats/<int:taille>/", planchers.resultats),
    path("plancher/liste/", planchers.liste),
    path("", include("convergence.urls")),
]
