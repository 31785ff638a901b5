"""Deleting an account and handing over what it is responsable of, in one step (ACC-7, R-53)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import journal
from accounts.enums import Droit
from accounts.errors import ActionRefused
from accounts.models import ChangementAdresse, EntreeJournal, Notification, User
from catalog.actions.acces import demander_acces, explicit, refuser_acces
from catalog.actions.comptes import supprimer_compte
from catalog.models import DemandeAcces, Produit
from questionnaires.enums import DroitSujet
from questionnaires.rights import grant
from tests.accounts.factories import PASSWORD, UserFactory
from tests.catalog.factories import ProduitFactory, StrategieFactory
from tests.catalog.test_comptes import typed, url
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers
from tests.people import Equipe, as_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]


def owned(compte: User, **fields: object) -> Produit:
    return ProduitFactory(entreprise=compte.entreprise, responsable=compte, **fields)


def delete(par: User, compte: User, **reprises: object) -> int:
    """Send the form; ``r1012=person`` names who takes over the référence 1012."""
    body = {f"reprise-{name[1:]}": getattr(person, "pk", person) for name, person in reprises.items()}
    return as_client(par).post(url("compte_supprimer", compte), body).status_code


def fresh(compte: User) -> User:
    return User.objects.get(pk=compte.pk)


@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [
        ("responsable", "membre", 302),
        ("chef", "membre", 302),
        ("responsable", "chef", 302),
        ("chef", "chef", 403),
        ("responsable", "responsable", 403),
        ("chef", "responsable", 403),
        ("chef", "voisin", 403),
        ("voisin", "membre", 403),
        ("membre", "chef", 403),
        ("etranger", "membre", 404),
    ],
)
def test_only_an_account_above_deletes(equipe: Equipe, who: str, whose: str, status: int) -> None:
    target = getattr(equipe, whose)
    assert delete(getattr(equipe, who), target) == status
    assert fresh(target).is_supprime is (status == 302)


def test_each_produit_needs_somebody_to_take_it_over(equipe: Equipe) -> None:
    """ACC-7: archived produits and the stratégie too: they may be restored."""
    one, two = owned(equipe.membre), owned(equipe.membre, archive_le=timezone.now(), archive_par=equipe.membre)
    strategie = StrategieFactory(entreprise=equipe.membre.entreprise, responsable=equipe.membre)
    page = as_client(equipe.responsable).get(url("compte_supprimer", equipe.membre)).text
    assert all(f'name="reprise-{sujet.pk}"' in page for sujet in (one, two, strategie))
    assert delete(equipe.responsable, equipe.membre, **{f"r{one.pk}": equipe.voisin}) == 400
    assert not fresh(equipe.membre).is_supprime
    reprises = {f"r{one.pk}": equipe.voisin, f"r{two.pk}": equipe.chef, f"r{strategie.pk}": equipe.responsable}
    assert delete(equipe.responsable, equipe.membre, **reprises) == 302
    assert dict(Produit.tous.values_list("pk", "responsable")) == {one.pk: equipe.voisin.pk, two.pk: equipe.chef.pk}
    assert Notification.tous.filter(destinataire=equipe.voisin, produit_id=one.pk).exists()
    assert EntreeJournal.objects.filter(action="sujet.repris").count() == 3


@pytest.mark.parametrize("heir", ["etranger", "membre", "suspendu", "x", "", 999_999_999, "9" * 30])
def test_only_an_open_account_of_the_company_takes_over(equipe: Equipe, heir: object) -> None:
    """R-53, AZ-6."""
    produit = owned(equipe.membre)
    suspendu = UserFactory(entreprise=equipe.membre.entreprise, inactif=True)
    person = {"etranger": equipe.etranger, "membre": equipe.membre, "suspendu": suspendu}.get(str(heir), heir)
    assert delete(equipe.responsable, equipe.membre, **{f"r{produit.pk}": person}) == 400
    assert Produit.tous.get(pk=produit.pk).responsable == equipe.membre
    assert fresh(equipe.membre).is_active


@pytest.mark.parametrize("valider", [True, False])
def test_nobody_takes_over_for_himself_what_he_could_not_do(equipe: Equipe, valider: bool) -> None:
    """AZ-9: being responsable of a produit gives rights on it, and nobody gives rights to himself."""
    User.objects.filter(pk=equipe.chef.pk).update(peut_valider=valider)
    produit = owned(equipe.membre)
    assert delete(equipe.chef, equipe.membre, **{f"r{produit.pk}": equipe.chef}) == 400
    grant(equipe.chef, produit, [DroitSujet.LECTURE, DroitSujet.SAISIE])
    if valider:
        assert delete(equipe.chef, equipe.membre, **{f"r{produit.pk}": equipe.chef}) == 400, "he would validate, too"
        grant(equipe.chef, produit, [DroitSujet.VALIDATION])
    assert delete(equipe.chef, equipe.membre, **{f"r{produit.pk}": equipe.chef}) == 302


@pytest.mark.parametrize("heir", ["etranger", "membre", "chef", "voisin", None])
def test_the_act_itself_asks_who_takes_over(equipe: Equipe, heir: str | None) -> None:
    """R-53, AZ-9: what the form offers decides of nothing."""
    User.objects.filter(pk=equipe.voisin.pk).update(is_active=False)
    produit = owned(equipe.membre)
    with pytest.raises(ActionRefused) as refusal:
        supprimer_compte(compte=equipe.membre, par=equipe.chef, reprises={produit.pk: getattr(equipe, heir).pk} if heir else {})
    assert refusal.value.details == {"sujet": produit.pk}
    assert Produit.tous.get(pk=produit.pk).responsable == equipe.membre and fresh(equipe.membre).is_active


def test_children_go_to_the_manager_of_the_deleted(equipe: Equipe) -> None:
    assert delete(equipe.responsable, equipe.chef) == 302
    assert fresh(equipe.membre).gestionnaire == equipe.responsable


def test_children_of_a_root_go_to_who_deletes(equipe: Equipe) -> None:
    User.objects.filter(pk=equipe.chef.pk).update(gestionnaire=None)
    assert delete(equipe.responsable, equipe.chef) == 302
    assert fresh(equipe.membre).gestionnaire == equipe.responsable


def test_what_was_signed_stays_signed_and_the_rest_goes(equipe: Equipe) -> None:
    """ACC-7: the name and the login are kept, the address, the rights and the second factor go."""
    produit = owned(equipe.responsable, qualified=True)
    grant(equipe.membre, produit, list(DroitSujet))
    InscriptionFactory(sujet=produit, inscrite_par=equipe.responsable)
    reponse = ReponseFactory(sujet=produit, validee=True, par=equipe.membre, reponses=complete_answers(equipe.responsable, produit))
    User.objects.filter(pk=equipe.membre.pk).update(peut_valider=True, telephone="01 23 45 67 89", fonction="Ingénieure")
    address = equipe.membre.email
    ChangementAdresse.objects.create(compte=equipe.membre, nouvelle="autre@lab.example", empreinte="x", expire_le=timezone.now() + timedelta(hours=1))
    delete(equipe.chef, equipe.membre)
    assert not ChangementAdresse.objects.exists()
    reponse.refresh_from_db()
    gone = fresh(equipe.membre)
    assert reponse.validee_par.nom_complet == equipe.membre.nom_complet
    assert (gone.username, gone.telephone, gone.fonction, gone.has_usable_password()) == (equipe.membre.username, "", "", False)
    assert address not in gone.email
    assert not any(gone.holds(droit) for droit in Droit)
    assert explicit(gone) == frozenset()
    assert journal.verify_chain() is None


def test_the_login_is_never_taken_again_but_the_address_is_free(equipe: Equipe) -> None:
    address = equipe.membre.email
    delete(equipe.chef, equipe.membre)
    client = as_client(equipe.chef)
    assert client.post(reverse("catalog:compte_creer"), typed(username=equipe.membre.username)).status_code == 400
    assert client.post(reverse("catalog:compte_creer"), typed(email=address)).status_code == 302


def test_sessions_end_at_once(equipe: Equipe) -> None:
    """AZ-8."""
    session = Client()
    session.post(reverse("account_login"), {"login": equipe.membre.username, "password": PASSWORD})
    assert session.get(reverse("accounts:notifications")).status_code == 200
    delete(equipe.chef, equipe.membre)
    assert session.get(reverse("accounts:notifications")).status_code == 302
    assert not Client().login(username=equipe.membre.username, password=PASSWORD)


def test_a_deleted_account_is_no_longer_an_account(equipe: Equipe) -> None:
    """Neither listed, nor opened again, nor offered a link."""
    delete(equipe.chef, equipe.membre)
    client = as_client(equipe.responsable)
    assert "Carlier" not in client.get(reverse("catalog:comptes")).text
    for name in ("compte", "compte_supprimer"):
        assert client.get(url(name, equipe.membre)).status_code == 404
    for name in ("compte_reactiver", "compte_lien", "compte_droits"):
        assert client.post(url(name, equipe.membre)).status_code == 404
    assert not fresh(equipe.membre).is_active


def test_what_it_was_asking_for_is_withdrawn(equipe: Equipe) -> None:
    produit = owned(equipe.responsable)
    refuser_acces(demande=demander_acces(produit=produit, par=equipe.membre, droit=DroitSujet.LECTURE), par=equipe.responsable)
    demander_acces(produit=produit, par=equipe.membre, droit=DroitSujet.LECTURE)
    delete(equipe.chef, equipe.membre)
    assert list(DemandeAcces.tous.order_by("pk").values_list("etat", flat=True)) == ["refusee", "retiree"]
