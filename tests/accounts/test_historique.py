"""What the journal says in words, and the history of an object for those it concerns (TR-5, BO-7)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts import journal
from accounts.actions import comptes as actions
from accounts.enums import Droit
from accounts.historique import lignes, of_compte, of_entreprise, raconter
from accounts.journal_words import known, libelle, precision
from accounts.models import User
from catalog.actions import acces
from catalog.actions.comptes import supprimer_compte
from catalog.droits import DroitProduit
from parcours.historique import of_sujet
from questionnaires.enums import DroitSujet
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.catalog.factories import ProduitFactory

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
RECORDED = re.compile(r'"((?:[a-z_]+)\.[a-z_]+)"')


def told(condition, lecteur: User) -> list[tuple[str, str, str, str]]:
    return [(ligne.quoi, ligne.precision, ligne.objet, ligne.par) for ligne in raconter(list(lignes(condition)), lecteur=lecteur)]


@pytest.fixture
def chef() -> User:
    return UserFactory(responsable=True, first_name="Claire", last_name="Martin")


# --- Words ------------------------------------------------------------------------------------------------------------------
def test_every_action_recorded_has_words_in_french() -> None:
    """BO-7: nobody has to read codes."""
    calls = re.compile(r'(?:record|refused)\(\s*((?:"[a-z_]+\.[a-z_]+")(?:\s*if [^,]+ else\s*"[a-z_]+\.[a-z_]+")?)')
    sources = [path for room in ("accounts", "catalog", "questionnaires", "parcours", "evidence", "dossiers") for path in (ROOT / room).rglob("*.py")]
    actions = {action for path in sources for call in calls.findall(path.read_text()) for action in RECORDED.findall(call)}
    assert len(actions) > 50
    assert actions - known() == set()


def test_an_action_of_another_time_is_told_by_its_code() -> None:
    assert libelle("ancienne.action") == "ancienne.action"
    assert precision("droits.modifies", {"forme": "d'avant"}, {}) == ""


# --- Of an account -----------------------------------------------------------------------------------------------------------
def test_the_history_of_an_account_says_who_changed_which_right(chef: User) -> None:
    compte = UserFactory(entreprise=chef.entreprise, gestionnaire=chef, first_name="Inès", last_name="Moreau")
    actions.modifier_droits(compte=compte, par=chef, donner=[Droit.VALIDER], retirer=[])
    actions.suspendre_compte(compte=compte, par=chef)
    assert told(of_compte(compte), chef) == [
        ("Compte suspendu", "", "Inès Moreau", "Claire Martin"),
        ("Droits du compte modifiés", "donnés : valider", "Inès Moreau", "Claire Martin"),
    ]


def test_a_name_is_told_as_it_was_when_it_acted(chef: User) -> None:
    """TR-1: the signature of a line does not change with the account."""
    compte = UserFactory(entreprise=chef.entreprise, gestionnaire=chef)
    actions.suspendre_compte(compte=compte, par=chef)
    User.objects.filter(pk=chef.pk).update(last_name="Durand")
    assert told(of_compte(compte), chef)[0][3] == "Claire Martin"


def test_a_company_reads_no_name_of_the_agency(chef: User) -> None:
    support = UserFactory(agence=True, role="support", last_name="Laurent")
    journal.record("compte.suspendu", par=support, target=chef)
    assert told(of_compte(chef), chef)[0][3] == "Le support"
    assert "Laurent" in told(of_compte(chef), support)[0][3]


def test_refusals_and_other_companies_stay_out(chef: User) -> None:
    """AZ-5."""
    stranger = UserFactory(responsable=True)
    journal.record("compte.suspendu", par=chef, target=chef, issue="refuse")
    journal.record("compte.suspendu", par=stranger, target=stranger)
    assert told(of_entreprise(chef.entreprise), chef) == []


def test_the_history_of_a_company_holds_nothing_of_its_produits(chef: User) -> None:
    """AZ-11: the support reads it."""
    produit = ProduitFactory(entreprise=chef.entreprise, responsable=chef)
    journal.record("produit.modifie", par=chef, target=produit, details={"champs": ["nom"]})
    journal.record("entreprise.creee", par=None, target=chef.entreprise)
    assert [ligne[0] for ligne in told(of_entreprise(chef.entreprise), chef)] == ["Entreprise inscrite"]


# --- Of a produit ----------------------------------------------------------------------------------------------------------
def test_the_history_of_a_produit_says_its_rights_and_its_changes(chef: User, referentiel: None) -> None:
    produit = ProduitFactory(entreprise=chef.entreprise, responsable=chef)
    compte = UserFactory(entreprise=chef.entreprise, gestionnaire=chef, first_name="Inès", last_name="Moreau")
    droits = [DroitProduit(produit.pk, DroitSujet.LECTURE), DroitProduit(produit.pk, DroitSujet.SAISIE)]
    acces.modifier_droits_produits(compte=compte, par=chef, donner=droits, retirer=[])
    journal.record("produit.modifie", par=chef, target=produit, details={"champs": ["nom", "version"]})
    assert [(quoi, suite) for quoi, suite, _, _ in told(of_sujet(produit), chef)] == [
        ("Identification modifiée", "nom, version"),
        ("Droits sur le produit modifiés", "Inès Moreau, donnés : lecture, saisie"),
    ]


def test_a_deleted_account_keeps_its_name_in_the_history(chef: User, client: Client, referentiel: None) -> None:
    """ACC-7."""
    compte = UserFactory(entreprise=chef.entreprise, gestionnaire=chef, first_name="Inès", last_name="Moreau")
    produit = ProduitFactory(entreprise=chef.entreprise, responsable=compte)
    supprimer_compte(compte=compte, par=chef, reprises={produit.pk: chef.pk})
    client.force_login(chef)
    html = client.get(reverse("catalog:comptes_historique")).content.decode()
    assert "Compte supprimé" in html and "Changement de responsable" in html and "d&#x27;Inès Moreau à Claire Martin" in html


# --- The pages ---------------------------------------------------------------------------------------------------------------
def test_what_a_person_does_to_his_own_account_is_no_affair_of_his_manager(client: Client, chef: User) -> None:
    compte = UserFactory(entreprise=chef.entreprise, gestionnaire=chef)
    journal.record("mot_de_passe.change", par=compte, target=compte)
    journal.record("compte.reactive", par=chef, target=compte)
    client.force_login(chef)
    for url in (reverse("catalog:comptes_historique"), reverse("catalog:compte_historique", args=[compte.pk])):
        html = client.get(url).content.decode()
        assert "Compte réactivé" in html and "Mot de passe" not in html


def test_the_history_of_one_account_is_its_own(client: Client, chef: User) -> None:
    one, other = (UserFactory(entreprise=chef.entreprise, gestionnaire=chef) for _ in range(2))
    produit = ProduitFactory(entreprise=chef.entreprise, responsable=chef, nom="Agenda")
    for compte, droit in ((one, "lecture"), (other, "saisie")):
        journal.record("droits.modifies", par=chef, target=produit, details={"compte": compte.pk, "donnes": [droit], "retires": []})
    client.force_login(chef)
    html = client.get(reverse("catalog:compte_historique", args=[one.pk])).content.decode()
    assert "donnés\u00a0: lecture" in html and "donnés\u00a0: saisie" not in html and "Agenda" in html


def test_a_contributeur_who_manages_reads_the_history_of_those_he_manages_only(client: Client, chef: User) -> None:
    """R-53: what the page of all shows is for responsables."""
    manager = UserFactory(entreprise=chef.entreprise, gestionnaire=chef, peut_creer_comptes=True)
    below, beside = UserFactory(entreprise=chef.entreprise, gestionnaire=manager), UserFactory(entreprise=chef.entreprise, gestionnaire=chef)
    client.force_login(manager)
    assert client.get(reverse("catalog:compte_historique", args=[below.pk])).status_code == 200
    assert client.get(reverse("catalog:compte_historique", args=[beside.pk])).status_code == 403
    assert client.get(reverse("catalog:comptes_historique")).status_code == 403
    assert reverse("catalog:comptes_historique") not in client.get(reverse("catalog:comptes")).content.decode()


@pytest.mark.parametrize("query, status", [("page=1", 200), ("page=2", 200), ("page=3", 404), ("page=-1", 404), ("page=zz", 404), ("inconnu=1", 200)])
def test_a_long_history_has_pages(client: Client, chef: User, query: str, status: int) -> None:
    for _ in range(51):
        journal.record("compte.reactive", par=chef, target=chef)
    client.force_login(chef)
    assert client.get(f"{reverse('catalog:comptes_historique')}?{query}").status_code == status


def test_the_history_of_a_strategie_that_is_not_there_is_no_page(client: Client, chef: User, referentiel: None) -> None:
    client.force_login(chef)
    assert client.get(reverse("parcours:strategie_historique")).status_code == 404


def test_the_support_reads_the_history_of_a_company_and_of_an_account(client: Client, chef: User) -> None:
    """BO-3."""
    client.force_login(UserFactory(agence=True, role="support", double_facteur=True))
    journal.record("entreprise.creee", par=None, target=chef.entreprise)
    journal.record("compte.reactive", par=chef, target=chef)
    for name, key in (("entreprise", chef.entreprise_id), ("user", chef.pk)):
        for page in ("change", "history"):
            assert "Compte réactivé" in client.get(reverse(f"gestion:accounts_{name}_{page}", args=[key])).content.decode()


def test_the_history_asks_as_little_for_many_lines_as_for_one(client: Client, chef: User, django_assert_max_num_queries) -> None:
    """P22."""
    client.force_login(chef)
    accounts = [UserFactory(entreprise=EntrepriseFactory(), gestionnaire=None) for _ in range(2)]
    for compte in [*accounts, *(UserFactory(entreprise=chef.entreprise, gestionnaire=chef) for _ in range(10))]:
        journal.record("compte.reactive", par=chef, target=compte)
    client.get(reverse("catalog:comptes_historique"))
    with django_assert_max_num_queries(7):
        client.get(reverse("catalog:comptes_historique"))
