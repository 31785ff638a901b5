"""Who is told of what, in the platform and by mail, and nobody else (ACC-8, EXT-3, R-52, R-53, AZ-5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import crypto
from accounts.actions import comptes
from accounts.courriels.outbox import PURPOSE
from accounts.models import Courriel, Notification, User
from catalog.actions import acces, modifier_produit, modifier_strategie
from catalog.actions.comptes import supprimer_compte
from catalog.actions.produit import FIELDS
from catalog.actions.strategie import FIELDS as FIELDS_STRATEGIE
from catalog.droits import DroitProduit
from questionnaires.enums import DroitSujet
from tests.accounts.factories import UserFactory
from tests.security.monde import Monde, create_monde

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]
WORDS = ("alphazq8", "betazq8")


@pytest.fixture
def monde() -> Monde:
    monde = create_monde("zq8")
    Courriel.objects.all().delete()
    Notification.tous.all().delete()
    return monde


def page(monde: Monde, name: str) -> str:
    kwargs = {"demarche": "socles", "reference": monde.a.produit.pk, "questionnaire": "interoperabilite"}
    return reverse(f"parcours:{name}", kwargs=kwargs)


def post(monde: Monde, who: str, url: str, **data: Any) -> None:
    client = Client()
    client.force_login(monde.acteurs[who])
    assert client.post(url, data).status_code == 302


def asked_by_a_writer(monde: Monde) -> None:
    """Have the draft of the world asked for validation by who may only write."""
    monde.a.brouillon.demandee_par = monde.acteurs["saisisseur_a"]
    monde.a.brouillon.save()


def ask_validation(monde: Monde) -> None:
    type(monde.a.brouillon).tous.filter(pk=monde.a.brouillon.pk).update(demandee_le=None, demandee_par=None)
    post(monde, "saisisseur_a", page(monde, "questionnaire"), action="demander")


def validate(monde: Monde) -> None:
    asked_by_a_writer(monde)
    post(monde, "valideur_a", page(monde, "questionnaire"), action="valider")


def send_back(monde: Monde) -> None:
    asked_by_a_writer(monde)
    post(monde, "valideur_a", page(monde, "brouillon_renvoyer"), commentaire="À revoir")


def name_responsable(monde: Monde) -> None:
    fiche = {name: getattr(monde.a.produit, name) for name in FIELDS if name != "socles"}
    modifier_produit(produit=monde.a.produit, par=monde.a.responsable, fiche={**fiche, "responsable": monde.acteurs["lecteur_a"]})


def name_responsable_of_strategie(monde: Monde) -> None:
    fiche = {name: getattr(monde.a.strategie, name) for name in FIELDS_STRATEGIE}
    modifier_strategie(strategie=monde.a.strategie, par=monde.acteurs["stratege_a"], fiche={**fiche, "responsable": monde.acteurs["lecteur_a"]})


def change_rights(monde: Monde) -> None:
    comptes.modifier_droits(compte=monde.acteurs["lecteur_a"], par=monde.a.responsable, donner=["valider"])


def change_rights_on_produits(monde: Monde) -> None:
    given = [DroitProduit(monde.a.produit.pk, DroitSujet.SAISIE)]
    acces.modifier_droits_produits(compte=monde.acteurs["lecteur_a"], par=monde.a.responsable, donner=given)


def reopen(monde: Monde) -> None:
    comptes.reactiver_compte(compte=monde.a.suspendu, par=monde.a.responsable)


def delete_a_manager(monde: Monde) -> None:
    manager = monde.acteurs["createur_a"]
    User.objects.filter(pk=monde.acteurs["stratege_a"].pk).update(gestionnaire=manager)
    User.objects.filter(pk=monde.a.suspendu.pk).update(gestionnaire=manager)  # shut: it is told nothing
    User.objects.filter(pk=manager.pk).update(gestionnaire=monde.acteurs["lecteur_a"])
    supprimer_compte(compte=manager, par=monde.a.responsable, reprises={})


def ask_access(monde: Monde) -> None:
    acces.demander_acces(produit=monde.a.produit, par=monde.acteurs["createur_a"], droit=DroitSujet.SAISIE, message="Pour le dossier")


def accept_access(monde: Monde) -> None:
    acces.accepter_acces(demande=monde.a.demande_acces, par=monde.a.responsable)


def refuse_access(monde: Monde) -> None:
    acces.refuser_acces(demande=monde.a.demande_acces, par=monde.a.responsable)


TOLD: dict[Callable[[Monde], None], set[str]] = {
    ask_validation: {"responsable_a", "valideur_a"},
    validate: {"saisisseur_a", "nomme_a"},
    send_back: {"saisisseur_a", "nomme_a"},
    name_responsable: {"lecteur_a", "nomme_a"},
    name_responsable_of_strategie: {"lecteur_a", "responsable_a"},
    change_rights: {"lecteur_a"},
    change_rights_on_produits: {"lecteur_a"},
    reopen: {"inactif_a"},
    delete_a_manager: {"stratege_a", "lecteur_a"},
    ask_access: {"responsable_a"},
    accept_access: {"sans_droit_a"},
    refuse_access: {"sans_droit_a"},
}
MAILED = {delete_a_manager: {"createur_a"}}  # no notice for whoever can read none


@pytest.mark.parametrize("act", TOLD, ids=lambda act: act.__name__)
def test_those_concerned_are_told_and_nobody_else(monde: Monde, act: Callable[[Monde], None]) -> None:
    act(monde)
    names = {user.pk: name for name, user in monde.acteurs.items() if user is not None}
    assert {names.get(notice.destinataire_id, "?") for notice in Notification.tous.all()} == TOLD[act]
    addresses = {monde.acteurs[name].email for name in TOLD[act] | MAILED.get(act, set())}
    assert {courriel.destinataire for courriel in Courriel.objects.all()} == addresses
    assert all(WORDS[1] not in notice.contenu + notice.produit_label for notice in Notification.tous.all())


@pytest.mark.parametrize("act", TOLD, ids=lambda act: act.__name__)
def test_the_link_of_a_notice_opens_for_whom_it_was_sent(monde: Monde, act: Callable[[Monde], None]) -> None:
    act(monde)
    for notice in Notification.tous.exclude(url=""):
        client = Client()
        client.force_login(User.objects.get(pk=notice.destinataire_id))
        assert client.get(notice.url).status_code == 200, notice.url


def test_no_mail_to_one_company_holds_a_word_or_a_link_of_another(monde: Monde) -> None:
    """AZ-5, TR-4: every mail of every act, in clear."""
    for act in (ask_validation, change_rights, change_rights_on_produits, reopen, ask_access, accept_access, name_responsable):
        act(monde)
    for cote, par in ((monde.a, monde.a.responsable), (monde.b, monde.b.responsable)):
        identite = {"username": f"nouveau.{cote.entreprise.pk}", "email": f"nouveau.{cote.entreprise.pk}@lab.example", "first_name": "N", "last_name": "N"}
        comptes.creer_compte(par=par, identite=identite)
    assert Courriel.objects.count() > 8
    tokens: dict[str, set[str]] = {}
    for courriel in Courriel.objects.all():
        texte, html = (crypto.decrypt(part, purpose=PURPOSE) if courriel.confidentiel else part for part in (courriel.texte, courriel.html))
        owner = User.objects.get(email=courriel.destinataire)
        other = WORDS[owner.entreprise_id == monde.a.entreprise.pk]
        assert other not in texte + html + courriel.sujet, courriel.sujet
        if "/mot-de-passe/oubli/" in texte:
            tokens.setdefault(texte.partition("/mot-de-passe/oubli/")[2].split("/")[0], set()).add(courriel.destinataire)
    assert len(tokens) == 2 and all(len(people) == 1 for people in tokens.values())


def test_a_suspended_holder_is_not_asked_to_validate(monde: Monde) -> None:
    User.objects.filter(pk=monde.acteurs["valideur_a"].pk).update(is_active=False)
    ask_validation(monde)
    assert {notice.destinataire for notice in Notification.tous.all()} == {monde.a.responsable}


def test_a_colleague_without_a_role_is_never_told(monde: Monde) -> None:
    bystander = UserFactory(entreprise=monde.a.entreprise)
    for act in (ask_validation, ask_access, change_rights):
        act(monde)
    assert not Notification.tous.filter(destinataire=bystander).exists()


@pytest.mark.parametrize("act", [validate, send_back])
def test_who_asked_and_may_no_longer_read_is_told_nothing(monde: Monde, act: Callable[[Monde], None]) -> None:
    """AZ-8, R-53: the words of a colleague about answers stay with those who may read them."""
    lost = DroitProduit(monde.a.produit.pk, DroitSujet.LECTURE)
    acces.modifier_droits_produits(compte=monde.acteurs["saisisseur_a"], par=monde.a.responsable, retirer=[lost])
    Notification.tous.all().delete()
    act(monde)
    assert {notice.destinataire for notice in Notification.tous.all()} == {monde.acteurs["nomme_a"]}


def test_the_end_of_a_request_is_not_told_to_who_may_no_longer_read(monde: Monde) -> None:
    """AZ-8, R-21."""
    asked_by_a_writer(monde)
    lost = DroitProduit(monde.a.produit.pk, DroitSujet.LECTURE)
    acces.modifier_droits_produits(compte=monde.acteurs["saisisseur_a"], par=monde.a.responsable, retirer=[lost])
    Notification.tous.all().delete()
    post(monde, "valideur_a", page(monde, "brouillon_abandonner"))
    assert not Notification.tous.exists()
