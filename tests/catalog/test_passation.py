"""A company whose responsable is gone gets another one, never being without (BO-3, R-50, AZ-9, WF-3); links sent again (ACC-4)."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts import crypto
from accounts.actions.comptes import renvoyer_lien, suspendre_compte
from accounts.actions.demandes import demander_pieces
from accounts.actions.suspension import suspendre_acces
from accounts.courriels import outbox
from accounts.enums import Role, SortResponsable
from accounts.errors import ActionRefused
from accounts.models import Courriel, EntreeJournal, Passation, User
from accounts.selectors.comptes import fetch_arbre
from catalog.actions.passation import nommer_responsable
from catalog.models import Produit
from tests.accounts.factories import UserFactory
from tests.accounts.factories_demandes import DemandeFactory
from tests.catalog.factories import ProduitFactory

pytestmark = pytest.mark.django_db
RESTE, CONTRIBUTEUR, SUPPRIME = SortResponsable
IDENTITE = {"first_name": "Lou", "last_name": "Roy", "fonction": "Présidente", "email": "lou.roy@lab.example", "username": "lou.roy"}


@pytest.fixture
def ancien() -> User:
    return UserFactory(responsable=True)


@pytest.fixture
def chef(ancien: User) -> User:
    return UserFactory(entreprise=ancien.entreprise, gestionnaire=ancien, tous_droits=True)


@pytest.fixture
def membre(chef: User) -> User:
    return UserFactory(entreprise=chef.entreprise, gestionnaire=chef)


def nommer(par: User, entreprise, compte: User | None = None, *, vus=None, identite=None, motif="Départ", **sorts) -> User:
    """Name; ``p12="reste"`` says what becomes of the account 12; ``vus`` are by default those of the company."""
    keys = User.objects.of_entreprise(entreprise).responsables().values_list("pk", flat=True) if vus is None else vus
    fates = {int(name[1:]): SortResponsable(sort) for name, sort in sorts.items()}
    return nommer_responsable(entreprise=entreprise, par=par, motif=motif, vus=keys, sorts=fates, compte=compte, identite=identite)


def fresh(compte: User) -> User:
    return User.objects.get(pk=compte.pk)


def names(compte: User) -> str:
    return f"p{compte.pk}"


# --- Who is named -----------------------------------------------------------------------------------------------------------
def test_a_contributeur_is_promoted_to_the_root(support: User, ancien: User, chef: User, membre: User) -> None:
    nommer(support, ancien.entreprise, membre)
    assert (fresh(membre).is_responsable, fresh(membre).gestionnaire_id, fresh(ancien).is_responsable) == (True, None, True)
    assert fetch_arbre(ancien.entreprise_id).ancestors(membre.pk) == []
    assert Passation.objects.get().motif == "Départ"


def test_a_new_person_gets_a_link(support: User, ancien: User) -> None:
    nouveau = nommer(support, ancien.entreprise, identite={**IDENTITE, "profil": "agence", "is_staff": True})
    assert (nouveau.is_responsable, nouveau.entreprise, nouveau.is_staff, nouveau.has_usable_password()) == (True, ancien.entreprise, False, False)
    courriel = Courriel.objects.get(destinataire=nouveau.email)
    assert courriel.confidentiel and "/oubli/" in crypto.decrypt(courriel.texte, purpose=outbox.PURPOSE)
    assert "Lou Roy" in Courriel.objects.get(destinataire=ancien.email).texte


def test_a_login_already_taken_is_said_and_creates_nothing(support: User, ancien: User, membre: User) -> None:
    with pytest.raises(ActionRefused, match="vient d'être utilisé"), transaction.atomic():
        nommer(support, ancien.entreprise, identite={**IDENTITE, "username": membre.username.upper()})
    assert not Passation.objects.exists()


# --- What becomes of those before -----------------------------------------------------------------------------------------------
def test_the_former_becomes_a_contributeur_without_rights(support: User, ancien: User, chef: User) -> None:
    User.objects.filter(pk=ancien.pk).update(peut_valider=True)
    produit = ProduitFactory(entreprise=ancien.entreprise, responsable=ancien)
    nommer(support, ancien.entreprise, chef, **{names(ancien): "contributeur"})
    after = fresh(ancien)
    assert (after.is_responsable, after.peut_valider, after.is_active) == (False, False, True)
    assert Produit.tous.get(pk=produit.pk).responsable_id == ancien.pk
    assert fetch_arbre(ancien.entreprise_id).ancestors(chef.pk) == []
    assert "Vous n'en êtes plus responsable" in Courriel.objects.get(destinataire=ancien.email).texte


def test_the_former_is_deleted_and_everything_handed_over(support: User, ancien: User, chef: User, membre: User) -> None:
    produit = ProduitFactory(entreprise=ancien.entreprise, responsable=ancien, archive=True, archive_par=ancien)
    other = UserFactory(entreprise=ancien.entreprise, gestionnaire=ancien)
    nommer(support, ancien.entreprise, membre, **{names(ancien): "supprime"})
    assert fresh(ancien).is_supprime and Produit.tous.get(pk=produit.pk).responsable_id == membre.pk
    assert fresh(other).gestionnaire_id == membre.pk == fresh(chef).gestionnaire_id
    assert not User.objects.filter(gestionnaire__entreprise__isnull=True, entreprise=ancien.entreprise, gestionnaire__isnull=False).exists()
    assert fetch_arbre(ancien.entreprise_id).ancestors(chef.pk) == [membre.pk]


def test_a_former_suspended_by_the_support_can_be_deleted(support: User, ancien: User, chef: User) -> None:
    UserFactory(entreprise=ancien.entreprise, responsable=True)
    suspendre_acces(compte=ancien, par=support, motif="Usage anormal")
    nommer(support, ancien.entreprise, chef, **{names(ancien): "supprime"})
    assert fresh(ancien).is_supprime and not fresh(ancien).is_suspendu


# --- What is refused --------------------------------------------------------------------------------------------------------------
def test_never_without_a_responsable(support: User, ancien: User, chef: User) -> None:
    """AZ-9: nobody is named and removed at once, a closed account is not named, a change that changes nothing is not one."""
    suspendre_compte(compte=chef, par=ancien)
    refused = [
        lambda: nommer(support, ancien.entreprise, ancien, **{names(ancien): "supprime"}),
        lambda: nommer(support, ancien.entreprise, ancien),
        lambda: nommer(support, ancien.entreprise, chef),
        lambda: nommer(support, ancien.entreprise, UserFactory(responsable=True)),
        lambda: nommer(support, ancien.entreprise, None),
        lambda: nommer(support, ancien.entreprise, identite=IDENTITE, motif="  "),
    ]
    for act in refused:
        with pytest.raises(ActionRefused), transaction.atomic():
            act()
    assert not Passation.objects.exists() and not EntreeJournal.objects.filter(acteur=support.pk).exists()


def test_what_the_page_showed_must_still_hold(support: User, ancien: User, chef: User, membre: User) -> None:
    """WF-3: the colleague who comes second is told."""
    seen = [ancien.pk]
    nommer(support, ancien.entreprise, chef, vus=seen)
    with pytest.raises(ActionRefused, match="viennent de changer"):
        nommer(UserFactory(agence=True, role="support"), ancien.entreprise, membre, vus=seen)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPPORT])
def test_the_support_alone_names(ancien: User, chef: User, role: Role) -> None:
    """R-50, R-55."""
    for par in (UserFactory(agence=True, role=role), ancien):
        with pytest.raises(PermissionDenied):
            nommer(par, ancien.entreprise, chef)


def test_a_passation_has_a_reason_in_the_database(support: User, ancien: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Passation.objects.create(entreprise=ancien.entreprise, nouveau=ancien, motif="", faite_par=support)


def test_one_line_for_the_act(support: User, ancien: User, chef: User) -> None:
    """TR-1: who, which company; the reason stays out of the journal."""
    nommer(support, ancien.entreprise, chef)
    line = EntreeJournal.objects.get(action="entreprise.responsable_nomme")
    assert (line.acteur, line.entreprise, line.details["compte"]) == (support.pk, ancien.entreprise_id, chef.pk)
    assert "Départ" not in str(line.details)


# --- Links sent again ---------------------------------------------------------------------------------------------------------------
def test_the_support_sends_the_link_again_up_to_five_times_an_hour(support: User, ancien: User) -> None:
    compte = UserFactory(entreprise=ancien.entreprise, gestionnaire=ancien, password=None)
    for par in (support, support, ancien, support, ancien):
        renvoyer_lien(compte=compte, par=par)
    with pytest.raises(ActionRefused, match="dans une heure"):
        renvoyer_lien(compte=compte, par=support)
    mails = [crypto.decrypt(courriel.texte, purpose=outbox.PURPOSE) for courriel in Courriel.objects.filter(destinataire=compte.email)]
    assert len(mails) == 5 and not any(support.last_name in mail for mail in mails)


def test_no_link_for_who_has_a_password_or_is_shut(support: User, ancien: User) -> None:
    shut = UserFactory(entreprise=ancien.entreprise, password=None, suspendu=True)
    for compte in (ancien, shut):
        with pytest.raises(ActionRefused), transaction.atomic():
            renvoyer_lien(compte=compte, par=support)
    with pytest.raises(PermissionDenied):
        renvoyer_lien(compte=UserFactory(entreprise=ancien.entreprise, password=None), par=UserFactory(agence=True, role="pilote"))


def test_the_link_of_the_pieces_too(support: User) -> None:
    demande = DemandeFactory(prise_par=support)
    for _ in range(5):
        demander_pieces(demande=demande, par=support)
    with pytest.raises(ActionRefused, match="dans une heure"):
        demander_pieces(demande=demande, par=support)
    assert Courriel.objects.count() == 5
