"""Root URLs. Sign-in is the default: the public pages are the marked exceptions (AZ-1)."""

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from django.urls import include, path, re_path

from accounts.admin import gestion
from accounts.views import cles

from . import courriels, views

handler400 = views.error_400
handler403 = views.error_403
handler404 = views.error_404
handler500 = views.error_500
handler429 = "convergence.views.error_429"  # read by allauth's rate limits

# Whoever has a password is led to the page that changes it, which asks for the present one.
first_password = reauthentication_required(account.password_set, app="accounts", enabled=lambda request: not request.user.has_usable_password())

# Taken one by one: accounts are opened by invitation, so neither sign-up nor the change of address by oneself is routed.
compte = [
    path("connexion/", account.login, name="account_login"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("inactif/", account.account_inactive, name="account_inactive"),
    path("confirmer/", account.reauthenticate, name="account_reauthenticate"),
    path("mot-de-passe/", account.password_change, name="account_change_password"),
    path("mot-de-passe/choisir/", first_password, name="account_set_password"),
    path("mot-de-passe/oubli/", account.password_reset, name="account_reset_password"),
    path("mot-de-passe/oubli/envoye/", account.password_reset_done, name="account_reset_password_done"),
    re_path(r"^mot-de-passe/oubli/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", account.password_reset_from_key, name="account_reset_password_from_key"),
    path("mot-de-passe/oubli/fait/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("double-authentification/webauthn/keys/<int:pk>/remove/", cles.retirer_cle, name="mfa_remove_webauthn"),  # before allauth's
    path("double-authentification/", include("allauth.mfa.urls")),
]

urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("accessibilite/", views.accessibilite, name="accessibilite"),
    path("mentions-legales/", views.mentions_legales, name="mentions_legales"),
    path("donnees-personnelles/", views.donnees_personnelles, name="donnees_personnelles"),
    path("cgu/", views.cgu, name="cgu"),
    path("galerie/", views.galerie, name="galerie"),
    path("demo/courriels/", courriels.courriels, name="courriels"),
    path("demo/courriels/<slug:cle>/", courriels.courriel, name="courriel"),
    path("demo/courriels/<slug:cle>/message/", courriels.courriel_message, name="courriel_message"),
    path("sante", views.sante, name="sante"),
    path("pret", views.pret, name="pret"),
    path("compte/", include(compte)),
    path("", include("parcours.urls")),  # first among the rooms: the pages most asked for
    path("", include("accounts.urls")),
    path("gestion/", gestion.urls),
    path("", include("catalog.urls")),
    path("", include("questionnaires.urls")),
]
