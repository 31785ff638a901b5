"""« Demander l'accès »: who may ask, who is asked, what an answer does (ACC-6, R-53)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import policy
from accounts.actions.comptes import suspendre_compte
from accounts.errors import ActionRefused
from accounts.models import Courriel, EntreeJournal, Notification, User
from catalog.actions.acces import accepter_acces, demander_acces, modifier_droits_produits, refuser_acces, retirer_demande_acces
from catalog.actions.comptes import supprimer_compte
from catalog.droits import DroitProduit
from catalog.models import DemandeAcces, EtatDemande, Produit
from catalog.selectors.acces import fetch_a_decider
from catalog.workflows import DemandeAccesWorkflow
from questionnaires import perms
from questionnaires.enums import DroitSujet
from questionnaires.models import Sujet
from questionnaires.rights import grant
from tests.accounts.factories import UserFactory
from tests.catalog.factories import ProduitFactory
from tests.people import Equipe, as_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]


@pytest.fixture
def produit(equipe: Equipe) -> Produit:
    return ProduitFactory(entreprise=equipe.chef.entreprise, responsable=equipe.responsable)


def ask(par: User, produit: Produit, droit: str = "lecture", message: str = "") -> DemandeAcces:
    return demander_acces(produit=produit, par=par, droit=DroitSujet(droit), message=message)


def asked(demande: DemandeAcces) -> set[User]:
    return {row.destinataire for row in Notification.tous.filter(type="Demande d'accès", url=f"/acces/{demande.pk}/")}


def held(user: User, produit: Produit) -> frozenset[DroitSujet]:
    return perms.granted(User.objects.get(pk=user.pk), Sujet.tous.get(pk=produit.pk))


def form(produit: Produit) -> str:
    return reverse("catalog:acces_demander", args=[produit.pk])


# --- Asking -----------------------------------------------------------------------------------------------------------------
def test_the_catalogue_leads_to_the_request(equipe: Equipe, produit: Produit) -> None:
    page = as_client(equipe.membre).get(reverse("catalog:catalogue")).text
    assert form(produit) in page
    assert form(produit) not in as_client(equipe.responsable).get(reverse("catalog:catalogue")).text


def test_a_produit_one_cannot_read_leads_to_the_catalogue_where_one_asks(equipe: Equipe, produit: Produit) -> None:
    response = as_client(equipe.membre).get(reverse("parcours:fiche_produit", args=[produit.pk]))
    assert response.status_code == 403
    assert f'<a href="{reverse("catalog:catalogue")}">votre catalogue</a>' in response.text


def test_the_rights_given_and_taken_are_told_in_a_sentence(equipe: Equipe, produit: Produit) -> None:
    """EXT-3."""
    modifier_droits_produits(compte=equipe.membre, par=equipe.responsable, donner=[DroitProduit(produit.pk, droit) for droit in DroitSujet])
    modifier_droits_produits(compte=equipe.membre, par=equipe.responsable, retirer=[DroitProduit(produit.pk, DroitSujet.VALIDATION)])
    told = " ".join(Notification.tous.filter(destinataire=equipe.membre).order_by("pk").values_list("contenu", flat=True))
    assert "vous avez maintenant le droit de lecture, de saisie et de validation." in told
    assert "vous n'avez plus le droit de validation." in told


@pytest.mark.parametrize(("count", "last"), [(20, "MonSuivi"), (21, "Et 1 autre produit."), (22, "Et 2 autres produits.")])
def test_beyond_twenty_produits_a_notice_counts_the_others(equipe: Equipe, count: int, last: str) -> None:
    """EXT-3: one notice, however many."""
    produits = [ProduitFactory(entreprise=equipe.chef.entreprise, responsable=equipe.responsable) for _ in range(count)]
    modifier_droits_produits(compte=equipe.membre, par=equipe.responsable, donner=[DroitProduit(produit.pk, DroitSujet.LECTURE) for produit in produits])
    lines = Notification.tous.get(destinataire=equipe.membre).contenu.split("\n")
    assert len(lines) == min(count, 21) + 1 and lines[-1].startswith(last)


@pytest.mark.parametrize(("given", "etat"), [("lecture", EtatDemande.EN_ATTENTE), ("saisie", EtatDemande.ACCEPTEE)])
def test_a_right_given_on_the_page_of_the_account_answers_the_request(equipe: Equipe, produit: Produit, given: str, etat: str) -> None:
    """ACC-6: nobody is to answer any more, unless more was asked for; the one who asked is told once."""
    demande = ask(equipe.membre, produit, "saisie")
    as_client(equipe.responsable).post(reverse("catalog:compte_produits", args=[equipe.membre.pk]), {"droit": f"{produit.pk}-{given}"})
    demande.refresh_from_db()
    assert demande.etat == etat
    assert [row.pk for row in fetch_a_decider(equipe.responsable)] == ([demande.pk] if etat == EtatDemande.EN_ATTENTE else [])
    assert Notification.tous.filter(attend_reponse=True).exists() is (etat == EtatDemande.EN_ATTENTE)
    assert list(Notification.objects.visible_to(equipe.membre).values_list("type", flat=True)) == ["Droits sur des produits"]
    assert EntreeJournal.objects.filter(action="acces.accepte").exists() is (etat == EtatDemande.ACCEPTEE)


def test_the_next_to_answer_is_asked_when_the_one_who_was_is_deleted(equipe: Equipe, produit: Produit) -> None:
    """R-53, ACC-7: the request would otherwise wait for nobody; those who knew of it are not asked twice."""
    grant(equipe.chef, produit, [DroitSujet.LECTURE])
    refuser_acces(demande=(answered := ask(equipe.membre, produit)), par=equipe.chef)
    first, second = ask(equipe.membre, produit), ask(equipe.voisin, produit)
    assert asked(first) == {equipe.chef} and asked(second) == {equipe.responsable}
    supprimer_compte(compte=equipe.chef, par=equipe.responsable, reprises={})
    assert asked(answered) == {equipe.chef}
    assert asked(first) == {equipe.chef, equipe.responsable}
    notice = Notification.objects.visible_to(equipe.responsable).get(url=f"/acces/{first.pk}/")
    assert notice.attend_reponse and Courriel.objects.filter(destinataire=equipe.responsable.email, sujet__startswith="Demande d'accès").count() == 2
    accepter_acces(demande=first, par=equipe.responsable)
    assert not Notification.tous.filter(url=f"/acces/{first.pk}/", attend_reponse=True).exists()


def test_the_catalogue_says_that_a_request_waits(equipe: Equipe, produit: Produit) -> None:
    """R-53: to the one who asked alone, and until the answer; the link leads to the request."""
    demande = ask(equipe.membre, produit)
    member, voisin = (as_client(user) for user in (equipe.membre, equipe.voisin))
    page = member.get(reverse("catalog:catalogue")).text
    assert "Votre demande attend une réponse" in page and "Demander l'accès" not in page
    assert member.get(form(produit)).headers["Location"] == reverse("catalog:acces_demande", args=[demande.pk])
    assert "Demander l'accès" in voisin.get(reverse("catalog:catalogue")).text
    refuser_acces(demande=demande, par=equipe.responsable)
    assert "Demander l'accès" in member.get(reverse("catalog:catalogue")).text


@pytest.mark.parametrize(
    ("rights", "valider", "offered"),
    [
        ((), False, ["lecture", "saisie"]),
        ((), True, ["lecture", "saisie", "validation"]),
        (("lecture",), False, ["saisie"]),
        (("lecture", "saisie"), True, ["validation"]),
        (("lecture", "saisie"), False, None),
        (("lecture", "saisie", "validation"), True, None),
    ],
)
def test_one_asks_for_what_one_lacks(equipe: Equipe, produit: Produit, rights, valider, offered) -> None:
    """R-51: validation is worth nothing without « valider »."""
    User.objects.filter(pk=equipe.membre.pk).update(peut_valider=valider)
    grant(equipe.membre, produit, [DroitSujet(level) for level in rights])
    response = as_client(equipe.membre).get(form(produit))
    assert response.status_code == (403 if offered is None else 200)
    if offered is not None:
        assert [level for level in DroitSujet.values if f'value="{level}"' in response.text] == offered


def test_of_a_produit_one_cannot_read_the_page_says_its_name_only(equipe: Equipe, produit: Produit) -> None:
    """R-53."""
    page = as_client(equipe.membre).get(form(produit)).text
    assert produit.nom in page and produit.description not in page


def test_the_request_is_sent_with_its_message(equipe: Equipe, produit: Produit) -> None:
    response = as_client(equipe.membre).post(
        form(produit), {"droit": "saisie", "message": "<b>Pour le 12</b>", "demandeur": equipe.chef.pk, "etat": "acceptee"}
    )
    demande = DemandeAcces.tous.get()
    assert response.status_code == 302
    assert (demande.demandeur, demande.droit, demande.etat) == (equipe.membre, "saisie", EtatDemande.EN_ATTENTE)
    page = as_client(equipe.responsable).get(reverse("accounts:notifications")).text
    assert "&lt;b&gt;Pour le 12&lt;/b&gt;" in page and "<b>Pour" not in page


@pytest.mark.parametrize("body", [{}, {"droit": "tout"}, {"droit": "validation"}, {"droit": "lecture", "message": "x" * 1001}])
def test_what_cannot_be_asked_is_refused(equipe: Equipe, produit: Produit, body: dict) -> None:
    assert as_client(equipe.membre).post(form(produit), body).status_code == 400
    assert not DemandeAcces.tous.exists()


def test_what_one_holds_is_not_asked_for(equipe: Equipe, produit: Produit) -> None:
    """R-53: given meanwhile, it is not asked of anybody."""
    grant(equipe.membre, produit, [DroitSujet.LECTURE])
    with pytest.raises(ActionRefused):
        ask(equipe.membre, produit, "lecture")
    assert not DemandeAcces.tous.exists()


def test_one_request_waits_at_a_time(equipe: Equipe, produit: Produit) -> None:
    first = ask(equipe.membre, produit)
    with pytest.raises(ActionRefused):
        ask(equipe.membre, produit, "saisie")
    assert as_client(equipe.membre).get(form(produit)).headers["Location"] == reverse("catalog:acces_demande", args=[first.pk])
    ask(equipe.voisin, produit)
    with pytest.raises(IntegrityError), transaction.atomic():
        DemandeAcces.tous.create(entreprise=produit.entreprise, produit=produit, demandeur=equipe.membre, droit="saisie")


def test_another_request_sent_from_an_old_page_is_not_lost_without_a_word(equipe: Equipe, produit: Produit) -> None:
    """QST-3; the same one sent twice leads to the request (WF-3)."""
    client, typed = as_client(equipe.membre), {"droit": "lecture", "message": "Pour l'audit du 12"}
    assert client.post(form(produit), typed).status_code == 302
    (demande,) = DemandeAcces.tous.all()
    assert client.post(form(produit), typed).headers["Location"] == reverse("catalog:acces_demande", args=[demande.pk])
    refused = client.post(form(produit), {**typed, "message": "Et pour celui du 15"})
    assert refused.status_code == 409 and "attend encore une réponse" in refused.text and "Et pour celui du 15" in refused.text


def test_the_database_refuses_a_request_across_companies(equipe: Equipe, produit: Produit) -> None:
    """AZ-12."""
    with pytest.raises(IntegrityError), transaction.atomic():
        DemandeAcces.tous.create(entreprise=equipe.etranger.entreprise, produit=produit, demandeur=equipe.etranger, droit="lecture")


# --- Who is asked -----------------------------------------------------------------------------------------------------------
def test_the_nearest_above_who_can_give_is_asked(equipe: Equipe, produit: Produit) -> None:
    grant(equipe.chef, produit, [DroitSujet.LECTURE])
    assert asked(ask(equipe.membre, produit, "lecture")) == {equipe.chef}


def test_who_cannot_give_it_is_not_asked(equipe: Equipe, produit: Produit) -> None:
    grant(equipe.chef, produit, [DroitSujet.LECTURE])
    assert asked(ask(equipe.membre, produit, "saisie")) == {equipe.responsable}


def test_who_is_suspended_is_not_asked(equipe: Equipe, produit: Produit) -> None:
    grant(equipe.chef, produit, list(DroitSujet))
    User.objects.filter(pk=equipe.chef.pk).update(is_active=False)
    assert asked(ask(equipe.membre, produit)) == {equipe.responsable}


def test_without_anybody_above_the_responsables_are_asked(equipe: Equipe, produit: Produit) -> None:
    other = UserFactory(entreprise=produit.entreprise, responsable=True)
    User.objects.filter(pk=equipe.chef.pk).update(gestionnaire=None)
    demande = ask(equipe.membre, produit)
    assert asked(demande) == {equipe.responsable, other}
    assert Courriel.objects.filter(destinataire__in=[equipe.responsable.email, other.email]).count() == 2


# --- Answering --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("droit", "given"), [("lecture", {"lecture"}), ("saisie", {"lecture", "saisie"}), ("validation", {"lecture", "saisie", "validation"})])
def test_accepting_gives_what_was_asked(equipe: Equipe, produit: Produit, droit: str, given: set[str]) -> None:
    User.objects.filter(pk=equipe.membre.pk).update(peut_valider=True)
    membre = User.objects.select_related("entreprise").get(pk=equipe.membre.pk)
    accepter_acces(demande=ask(membre, produit, droit), par=equipe.responsable)
    assert held(membre, produit) == given
    told = Notification.tous.get(destinataire=membre, type="Accès accordé")
    assert as_client(membre).get(told.url).status_code == 200
    assert EntreeJournal.objects.filter(action="acces.accepte", acteur=equipe.responsable.pk, target_id=str(produit.pk)).exists()


def test_answering_in_the_notifications(equipe: Equipe, produit: Produit) -> None:
    """ACC-8: in place; once answered, the notice is read for everybody who had it."""
    other = UserFactory(entreprise=produit.entreprise, responsable=True)
    User.objects.filter(pk=equipe.chef.pk).update(gestionnaire=None)
    demande = ask(equipe.membre, produit)
    client, address = as_client(equipe.responsable), reverse("catalog:acces_accepter", args=[demande.pk])
    assert f'action="{address}"' in client.get(reverse("accounts:notifications")).text
    response = client.post(address, {"retour": "notifications"})
    assert response.headers["Location"] == reverse("accounts:notifications")
    assert address not in as_client(other).get(reverse("accounts:notifications")).text
    assert as_client(other).post(address).status_code == 409


def test_refusing_gives_nothing_and_is_told(equipe: Equipe, produit: Produit) -> None:
    refuser_acces(demande=ask(equipe.membre, produit), par=equipe.responsable)
    assert held(equipe.membre, produit) == frozenset()
    assert Notification.tous.filter(destinataire=equipe.membre, type="Accès refusé", url="").exists()
    assert as_client(equipe.membre).get(form(produit)).status_code == 200, "one may ask again"


def test_what_was_refused_once_may_be_given_since(equipe: Equipe, produit: Produit) -> None:
    """R-53: the former answer stays what it was."""
    refuser_acces(demande=ask(equipe.membre, produit), par=equipe.responsable)
    modifier_droits_produits(compte=equipe.membre, par=equipe.responsable, donner=[DroitProduit(produit.pk, DroitSujet.LECTURE)])
    assert held(equipe.membre, produit) == {DroitSujet.LECTURE}
    assert DemandeAcces.tous.get().etat == EtatDemande.REFUSEE


def test_an_archived_produit_is_no_longer_given(equipe: Equipe, produit: Produit) -> None:
    demande = ask(equipe.membre, produit)
    Produit.tous.filter(pk=produit.pk).update(archive_le=timezone.now(), archive_par=equipe.responsable)
    with pytest.raises(ActionRefused):
        accepter_acces(demande=demande, par=equipe.responsable)
    assert held(equipe.membre, produit) == frozenset()
    assert DemandeAcces.tous.get().etat == EtatDemande.EN_ATTENTE


@pytest.mark.parametrize(("who", "status"), [("responsable", 302), ("chef", 403), ("membre", 403), ("voisin", 403), ("etranger", 404)])
@pytest.mark.parametrize("verb", ["accepter", "refuser"])
def test_who_answers(equipe: Equipe, produit: Produit, who: str, status: int, verb: str) -> None:
    """R-53: whoever manages the account and could give it; the chef, who may not read the produit, could not."""
    demande = ask(equipe.membre, produit)
    assert as_client(getattr(equipe, who)).post(reverse(f"catalog:acces_{verb}", args=[demande.pk])).status_code == status
    assert DemandeAcces.tous.get().is_en_attente is (status != 302)


@pytest.mark.parametrize(("who", "status"), [("membre", 302), ("responsable", 403), ("voisin", 403), ("etranger", 404)])
def test_one_takes_back_one_s_own_request(equipe: Equipe, produit: Produit, who: str, status: int) -> None:
    demande = ask(equipe.membre, produit)
    assert as_client(getattr(equipe, who)).post(reverse("catalog:acces_retirer", args=[demande.pk])).status_code == status
    assert (DemandeAcces.tous.get().etat == EtatDemande.RETIREE) is (status == 302)


@pytest.mark.parametrize(("who", "status"), [("membre", 200), ("responsable", 200), ("chef", 403), ("voisin", 403), ("etranger", 404)])
def test_a_request_is_read_by_who_sent_it_and_who_answers(equipe: Equipe, produit: Produit, who: str, status: int) -> None:
    """R-53: its message is for them."""
    demande = ask(equipe.membre, produit)
    assert as_client(getattr(equipe, who)).get(reverse("catalog:acces_demande", args=[demande.pk])).status_code == status


@pytest.mark.parametrize("state", EtatDemande.values)
@pytest.mark.parametrize("verb", ["accepter", "refuser", "retirer"])
def test_the_whole_matrix_of_states(equipe: Equipe, produit: Produit, state: str, verb: str) -> None:
    """Only what waits is answered; whatever was answered stays so."""
    demande = ask(equipe.membre, produit)
    if state != EtatDemande.EN_ATTENTE:
        DemandeAcces.tous.filter(pk=demande.pk).update(etat=state, decidee_le=timezone.now(), decidee_par=equipe.responsable)
    act = {"accepter": accepter_acces, "refuser": refuser_acces, "retirer": retirer_demande_acces}[verb]
    par = equipe.membre if verb == "retirer" else equipe.responsable
    if state == EtatDemande.EN_ATTENTE:
        assert act(demande=demande, par=par).etat == DemandeAccesWorkflow.transitions[verb][1]
    else:
        with pytest.raises(ActionRefused):
            act(demande=demande, par=par)
        assert DemandeAcces.tous.get().etat == state


# --- What waits -------------------------------------------------------------------------------------------------------------
def waiting(user: User) -> list[DemandeAcces]:
    return list(fetch_a_decider(User.objects.get(pk=user.pk)))


def test_what_waits_is_what_one_may_answer(equipe: Equipe, produit: Produit) -> None:
    """R-53: the list of « Gestion des comptes » and the policy say the same of everybody."""
    grant(equipe.chef, produit, [DroitSujet.LECTURE])
    other = ProduitFactory(entreprise=produit.entreprise, responsable=equipe.membre)
    demandes = [ask(equipe.membre, produit), ask(equipe.voisin, produit, "saisie"), ask(equipe.chef, other), ask(equipe.voisin, other)]
    for user in (equipe.responsable, equipe.chef, equipe.membre, equipe.voisin):
        assert waiting(user) == [demande for demande in demandes if policy.can(user, "accepter", DemandeAcces.tous.get(pk=demande.pk))], user
    assert waiting(equipe.chef) == demandes[:1] and waiting(equipe.responsable) == demandes and waiting(equipe.etranger) == []


def test_a_request_whose_decider_left_is_found_by_those_above(equipe: Equipe, produit: Produit) -> None:
    """R-53: it would otherwise wait for somebody who no longer comes."""
    grant(equipe.chef, produit, [DroitSujet.LECTURE])
    demande = ask(equipe.membre, produit)
    suspendre_compte(compte=equipe.chef, par=equipe.responsable)
    page = as_client(equipe.responsable).get(reverse("catalog:comptes")).text
    assert "Demandes d'accès à traiter" in page
    assert reverse("catalog:acces_demande", args=[demande.pk]) in page
    accepter_acces(demande=demande, par=equipe.responsable)
    assert reverse("catalog:acces_demande", args=[demande.pk]) not in as_client(equipe.responsable).get(reverse("catalog:comptes")).text
