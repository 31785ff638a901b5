"""« Gestion des comptes » in a real browser: a whole story by three people, without JavaScript too, on a phone, and axe on each page."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from catalog.models import Produit
from questionnaires.enums import DroitSujet
from questionnaires.perms import granted
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.catalog.factories import ProduitFactory

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("transactional_db")]
LONG = "MonSuiviHospitalierInterprofessionnelCoordonnéDesMaladiesChroniques Android tablette"


@pytest.fixture
def responsable() -> User:
    return UserFactory(responsable=True, entreprise=EntrepriseFactory(raison_sociale="Laboratoires Numériques Réunis"), last_name="Aubry")


@pytest.fixture
def produit(responsable: User) -> Produit:
    return ProduitFactory(entreprise=responsable.entreprise, responsable=responsable, nom=LONG)


def create(page) -> User:
    """Create an account by its form."""
    page.goto(reverse("catalog:comptes"))
    page.get_by_role("link", name="Créer un compte").click()
    page.get_by_label("Prénom").fill("Lou")
    page.get_by_label("Nom", exact=False).nth(1).fill("Roy")
    page.get_by_label("Adresse électronique").fill("lou.roy@lab.example")
    page.get_by_label("Nom d'utilisateur").fill("lou.roy")
    page.get_by_label("Créer des produits").check(force=True)
    page.get_by_role("button", name="Créer le compte et envoyer le lien").click()
    page.get_by_role("heading", name="Compte de Lou Roy").wait_for()
    return User.objects.select_related("entreprise").get(username="lou.roy")


def test_a_cell_that_starts_by_a_date_starts_by_a_capital(page, sign_in, responsable):
    """UX: « Hier à 17 h 02 » beside « Jamais »."""
    User.objects.filter(pk=responsable.pk).update(last_login=timezone.now())
    sign_in(page, responsable)
    page.goto(reverse("catalog:comptes"))
    assert page.locator("td > time").first.evaluate("time => getComputedStyle(time, '::first-letter').textTransform") == "uppercase"


def test_an_account_is_created_given_rights_and_deleted(page, recorder, sign_in, axe, responsable, produit):
    """ACC-5 to ACC-7; a produit left to nobody is asked about again."""
    recorder.allow(400)
    sign_in(page, responsable)
    compte = create(page)
    axe(page)
    page.get_by_label(f"Saisie : {LONG}").check(force=True)
    page.get_by_role("button", name="Enregistrer les droits sur ces produits").click()
    page.get_by_text("Les droits de Lou Roy sont enregistrés.").wait_for()
    assert granted(compte, Produit.tous.get(pk=produit.pk).sujet_ptr) == {DroitSujet.LECTURE, DroitSujet.SAISIE}
    Produit.tous.filter(pk=produit.pk).update(responsable=compte)
    page.get_by_role("link", name="Supprimer").click()
    axe(page)
    page.get_by_role("button", name="Confier les produits et supprimer le compte").click()
    axe(page)
    page.get_by_label(LONG).select_option(label=responsable.nom_complet)
    page.get_by_role("button", name="Confier les produits et supprimer le compte").click()
    page.get_by_text("Le compte de Lou Roy est supprimé.").wait_for()
    assert Produit.tous.get(pk=produit.pk).responsable == responsable


def test_access_is_asked_and_given_without_javascript(page_without_js, sign_in, responsable, produit):
    """ACC-6, AX-3: the request, then the answer in the notifications."""
    page, membre = page_without_js, UserFactory(entreprise=responsable.entreprise, gestionnaire=responsable)
    sign_in(page, membre)
    page.goto(reverse("catalog:catalogue"))
    page.get_by_role("link", name="Demander l'accès").click()
    page.locator('input[value="lecture"]').check(force=True)
    page.get_by_label("Message").fill("Pour la campagne de mars.")
    page.get_by_role("button", name="Envoyer la demande").click()
    page.context.clear_cookies()
    sign_in(page, responsable)
    page.goto(reverse("accounts:notifications"))
    page.get_by_role("button", name="Accepter").click()
    page.get_by_text("a maintenant accès à").wait_for()
    assert granted(User.objects.get(pk=membre.pk), Produit.tous.get(pk=produit.pk).sujet_ptr) == {DroitSujet.LECTURE}


@pytest.mark.parametrize(
    "name", ["comptes", "compte_creer", "compte", "compte_corriger", "compte_suspendre", "compte_supprimer", "compte_dependants", "acces_demande"]
)
def test_each_page_fits_a_phone(phone, sign_in, axe, responsable, produit, name):
    """AX-1, 390 px: nothing scrolls sideways."""
    chef = UserFactory(entreprise=responsable.entreprise, gestionnaire=responsable)
    membre = UserFactory(entreprise=responsable.entreprise, gestionnaire=chef, peut_valider=True, last_name="Vandenberghe-Montmorency")
    demande = produit.demandes_acces.create(entreprise=responsable.entreprise, demandeur=membre, droit="lecture", message="x" * 200)
    keys = {"comptes": [], "compte_creer": [], "acces_demande": [demande.pk]}
    sign_in(phone, responsable)
    phone.goto(reverse(f"catalog:{name}", args=keys.get(name, [chef.pk])))
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
