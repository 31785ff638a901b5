"""Correcting who an account is of: by whoever manages it, the support, or an administrateur for the agency; never oneself (ACC-5, BO-3, EXT-5)."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts import crypto
from accounts.courriels.outbox import PURPOSE
from accounts.models import Courriel, EntreeJournal, Notification, User
from tests.accounts.factories import UserFactory
from tests.people import Equipe, as_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]
IDENTITE = {"first_name": "Lou", "last_name": "Roy", "fonction": "Cheffe de produit", "telephone": "01 23 45 67 89"}


def correct(par: User, compte: User, room: str = "catalog", name: str = "compte_corriger", **changes: str) -> HttpResponse:
    return as_client(par).post(reverse(f"{room}:{name}", args=[compte.pk]), {**IDENTITE, **changes})


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def awaiting(user: User) -> User:
    """An account nobody has opened yet."""
    user.set_unusable_password()
    user.save()
    return user


def last_link(address: str) -> str:
    mail = Courriel.objects.filter(destinataire=address).latest("pk")
    return re.search(r"/compte/mot-de-passe/oubli/\S+/", crypto.decrypt(mail.texte, purpose=PURPOSE))[0]


def test_whoever_manages_corrects_and_the_person_knows(equipe: Equipe) -> None:
    """What « Mes informations » promises; the notice says what, the history who."""
    old, login, address = equipe.membre.nom_complet, equipe.membre.username, equipe.membre.email
    page = as_client(equipe.chef).get(reverse("catalog:compte", args=[equipe.membre.pk])).text
    assert reverse("catalog:compte_corriger", args=[equipe.membre.pk]) in page
    assert f'value="{equipe.membre.last_name}"' in as_client(equipe.chef).get(reverse("catalog:compte_corriger", args=[equipe.membre.pk])).text
    assert correct(equipe.chef, equipe.membre, email="autre@lab.example", username="autre", profil="responsable").status_code == 302
    membre = fresh(equipe.membre)
    assert (membre.nom_complet, membre.fonction, membre.telephone) == ("Lou Roy", "Cheffe de produit", "01 23 45 67 89") != (old, "", "")
    assert (membre.username, membre.email, membre.profil) == (login, address, equipe.membre.profil), "protected: the address is changed by its person"
    notice = Notification.objects.visible_to(membre).get()
    assert notice.emetteur == equipe.chef and notice.contenu.startswith(f"{equipe.chef.nom_complet} a corrigé votre compte")
    assert all(word in notice.contenu for word in ("prénom", "nom", "fonction", "téléphone")) and "adresse" not in notice.contenu
    assert Courriel.objects.filter(destinataire=address).count() == 1
    assert EntreeJournal.objects.get(action="compte.corrige").details == {"champs": ["first_name", "last_name", "fonction", "telephone"]}
    history = as_client(equipe.chef).get(reverse("catalog:compte_historique", args=[membre.pk])).text
    assert "Identité du compte corrigée" in history and "prénom, nom, fonction, téléphone" in history


def test_the_same_again_changes_nothing(equipe: Equipe) -> None:
    correct(equipe.chef, equipe.membre)
    correct(equipe.chef, equipe.membre)
    assert EntreeJournal.objects.filter(action="compte.corrige").count() == Notification.objects.visible_to(equipe.membre).count() == 1


def test_an_address_typed_wrong_is_mended_before_the_account_is_opened(equipe: Equipe) -> None:
    """AU-5: the link sent to the wrong address opens nothing any more, the new one opens the account."""
    membre = awaiting(equipe.membre)
    wrong = membre.email
    as_client(equipe.chef).post(reverse("catalog:compte_lien", args=[membre.pk]))
    lost = last_link(wrong)
    assert correct(equipe.chef, membre, email="Lou.Roy@lab.example").status_code == 302
    assert fresh(membre).email == "lou.roy@lab.example" and not Notification.objects.visible_to(membre).exists()
    page = Client().get(lost, follow=True).text.replace("\u00a0", " ")
    assert 'name="password1"' not in page and "24 heures pour un premier mot de passe" in page
    assert 'name="password1"' in Client().get(last_link("lou.roy@lab.example"), follow=True).text
    assert Courriel.objects.filter(destinataire=wrong).count() == 1


@pytest.mark.parametrize("changes, status", [({"email": ""}, 400), ({"email": "x"}, 400), ({"first_name": " "}, 400), ({"telephone": "abc"}, 400)])
def test_what_does_not_hold_is_said_and_changes_nothing(equipe: Equipe, changes: dict[str, str], status: int) -> None:
    membre = awaiting(equipe.membre)
    response = correct(equipe.chef, membre, **{"email": membre.email, **changes})
    assert response.status_code == status and "À revoir" in response.text.replace("\u00a0", " ")
    assert fresh(membre).nom_complet == membre.nom_complet


def test_the_address_of_another_account_is_refused(equipe: Equipe) -> None:
    """AU-10: whatever its case."""
    membre = awaiting(equipe.membre)
    response = correct(equipe.chef, membre, email=equipe.voisin.email.upper())
    assert response.status_code == 400 and "déjà celle d'un compte" in response.text.replace("&#x27;", "'")


def test_the_support_corrects_a_responsable_and_stays_unnamed(equipe: Equipe, support: User) -> None:
    """R-50: nobody manages a responsable but the support."""
    assert correct(equipe.chef, equipe.responsable).status_code == 403
    assert (
        reverse("gestion:compte_corriger", args=[equipe.responsable.pk])
        in as_client(support).get(reverse("gestion:accounts_user_change", args=[equipe.responsable.pk])).text
    )
    assert correct(support, equipe.responsable, "gestion").status_code == 302
    assert fresh(equipe.responsable).nom_complet == "Lou Roy"
    notice = Notification.objects.visible_to(equipe.responsable).get()
    assert notice.emetteur is None and notice.contenu.startswith("Le support a corrigé")


def test_what_the_support_suspended_its_manager_leaves_alone(equipe: Equipe, support: User) -> None:
    suspendu = UserFactory(entreprise=equipe.chef.entreprise, gestionnaire=equipe.chef, suspendu=True)
    assert correct(equipe.chef, suspendu).status_code == 400
    assert fresh(suspendu).nom_complet == suspendu.nom_complet
    assert correct(support, suspendu, "gestion").status_code == 302


def test_nobody_corrects_himself(equipe: Equipe) -> None:
    """AZ-9: what signs the answers is no affair of who signs."""
    for user in (equipe.chef, equipe.responsable):
        assert correct(user, user).status_code == 403


def test_an_administrateur_corrects_an_account_of_the_agency() -> None:
    """R-55: the support has nothing to do there."""
    administrateur, agent = (UserFactory(agence=True, role=role, double_facteur=True) for role in ("administrateur", "support"))
    assert correct(administrateur, agent, "gestion", "agent_corriger").status_code == 302
    assert fresh(agent).nom_complet == "Lou Roy"
    assert Notification.objects.visible_to(agent).get().contenu.startswith(f"{administrateur.nom_complet} a corrigé")
    page = as_client(administrateur).get(reverse("gestion:accounts_agent_history", args=[agent.pk])).text
    assert "Identité du compte corrigée" in page


# --- Two people at once (WF-2, QST-4) -----------------------------------------------------------------------------------------
def shown(par: User, compte: User) -> dict[str, str]:
    """What a page opened now would send if nothing were changed in it."""
    page = as_client(par).get(reverse("catalog:compte_corriger", args=[compte.pk])).text.partition("<main")[2]
    fields = {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', page) if name != "csrfmiddlewaretoken"}
    return {name: fields.get(name, "") for name in (*IDENTITE, "email", "montre")}


def test_corrections_of_different_fields_merge(equipe: Equipe) -> None:
    stale = shown(equipe.chef, equipe.membre)
    User.objects.filter(pk=equipe.membre.pk).update(telephone="04 72 00 00 00")
    assert correct(equipe.chef, equipe.membre, **{**stale, "fonction": "Directrice"}).status_code == 302
    membre = fresh(equipe.membre)
    assert (membre.fonction, membre.telephone) == ("Directrice", "04 72 00 00 00")


def test_the_same_field_corrected_twice_shows_both(equipe: Equipe) -> None:
    stale = shown(equipe.chef, equipe.membre)
    User.objects.filter(pk=equipe.membre.pk).update(fonction="Directrice adjointe")
    refused = correct(equipe.chef, equipe.membre, **{**stale, "fonction": "Directrice"})
    assert refused.status_code == 409 and "Directrice adjointe" in refused.text and 'value="Directrice"' in refused.text
    assert fresh(equipe.membre).fonction == "Directrice adjointe"
    again = unescape(re.search(r'name="montre" value="([^"]*)"', refused.text)[1])
    assert correct(equipe.chef, equipe.membre, **{**stale, "fonction": "Directrice", "montre": again}).status_code == 302
    assert fresh(equipe.membre).fonction == "Directrice"


def test_an_address_corrected_as_its_person_opens_the_account_is_refused_in_words(equipe: Equipe) -> None:
    """AU-3: from then on, its person changes it."""
    membre = awaiting(equipe.membre)
    stale = shown(equipe.chef, membre)
    membre.set_password("sept loutres au bord du canal")
    membre.save()
    refused = correct(equipe.chef, membre, **{**stale, "email": "lou.roy@lab.example"})
    assert refused.status_code == 409 and "a ouvert son compte" in refused.text and "lou.roy@lab.example" in refused.text
    assert fresh(membre).email == membre.email
