"""Archiving, restoring, duplicating, publishing: who may, what happens, what is refused (CAT-3, CAT-4, CAT-5, R-41 to R-43)."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from accounts import policy
from accounts.models import EntreeJournal
from catalog.models import Produit
from parcours.models import Inscription
from questionnaires.models import Reponse
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers

from .factories import ProduitFactory, StrategieFactory

LADDERS = {
    "archiver": {"anonymous": 302, "agence": 404, "other_entreprise": 404, "sans_droit": 403, "redacteur": 403, "valideur": 200, "responsable": 200},
    "dupliquer": {"anonymous": 302, "agence": 404, "other_entreprise": 404, "sans_droit": 403, "lecteur": 403, "redacteur": 200, "responsable": 200},
    "publication": {"anonymous": 302, "agence": 404, "other_entreprise": 404, "sans_droit": 403, "lecteur": 403, "redacteur": 200, "responsable": 200},
}

CASES = [(verb, who, status) for verb, ladder in LADDERS.items() for who, status in ladder.items()]


def url_of(verb: str, produit: Produit) -> str:
    return reverse(f"catalog:produit_{verb}", args=[produit.pk])


@pytest.mark.parametrize(("verb", "who", "status"), CASES)
def test_access_to_the_confirmation(client, people, produit, verb, who, status):
    people.login(client, who)
    assert client.get(url_of(verb, produit)).status_code == status


@pytest.mark.parametrize(("verb", "who", "status"), [case for case in CASES if case[2] != 200])
def test_a_refused_act_changes_nothing(client, people, produit, verb, who, status):
    people.login(client, who)
    answer = client.post(url_of(verb, produit), {"publie": "non", "jeton": str(uuid.uuid4()), "options": "oui"})
    assert answer.status_code == status
    unchanged = Produit.tous.get(pk=produit.pk)
    assert (unchanged.archive_le, unchanged.publie, Produit.tous.count()) == (None, True, 1)


def test_archiving_then_restoring(client, people, produit):
    """CAT-4: nothing is lost; the journal says both."""
    people.login(client, "valideur")
    client.post(url_of("archiver", produit))
    produit.refresh_from_db()
    assert produit.is_archive
    assert produit.archive_par == people["valideur"]
    assert "Restaurer le produit" in client.get(reverse("parcours:fiche_produit", args=[produit.pk])).text
    client.post(url_of("restaurer", produit))
    produit.refresh_from_db()
    assert not produit.is_archive
    assert list(EntreeJournal.objects.filter(action__startswith="produit.").order_by("pk").values_list("action", flat=True)) == [
        "produit.archive",
        "produit.restaure",
    ]


@pytest.mark.parametrize("verb", ["archiver", "dupliquer"])
def test_the_strategie_is_neither_archived_nor_duplicated(people, produit, verb):
    """CAT-7: there is one for the company; what a person holds on a produit says nothing of it."""
    strategie = StrategieFactory(entreprise=people.entreprise, responsable=people["responsable"])
    assert policy.can(people["responsable"], verb, produit)
    assert not policy.can(people["responsable"], verb, strategie)


def test_archiving_twice_is_refused(client, people):
    produit = ProduitFactory(entreprise=people.entreprise, archive=True)
    people.login(client, "responsable")
    answer = client.post(url_of("archiver", produit))
    assert answer.status_code == 409
    assert "déjà archivé" in answer.text


@pytest.mark.parametrize(("who", "status"), [("anonymous", 302), ("other_entreprise", 404), ("redacteur", 403)])
def test_restoring_is_refused(client, people, produit, who, status):
    Produit.tous.filter(pk=produit.pk).update(archive_le="2026-01-01T00:00Z", archive_par=people["responsable"])
    people.login(client, who)
    assert client.post(url_of("restaurer", produit)).status_code == status
    assert Produit.tous.get(pk=produit.pk).is_archive


def test_restoring_an_active_produit_says_so(client, people, produit):
    people.login(client, "responsable")
    answer = client.post(url_of("restaurer", produit))
    assert answer.status_code == 409
    assert "pas archivé" in answer.text


def test_a_socle_with_active_options_asks_first(client, people, produit):
    """R-43."""
    option = ProduitFactory(entreprise=people.entreprise, option=True, socles=[produit], nom="Option Visio")
    people.login(client, "responsable")
    html = client.get(url_of("archiver", produit)).text
    assert "Option Visio" in html and "Elle reste active." in html
    assert client.post(url_of("archiver", produit)).status_code == 409
    assert not Produit.tous.get(pk=produit.pk).is_archive
    assert client.post(url_of("archiver", produit), {"options": "oui"}).status_code == 302
    assert Produit.tous.get(pk=produit.pk).is_archive
    assert not Produit.tous.get(pk=option.pk).is_archive


def test_an_option_whose_socles_are_archived_is_not_copied(client, people, produit):
    """R-41: the copy would be a new option without a socle to extend."""
    archived = ProduitFactory(entreprise=people.entreprise, archive=True)
    option = ProduitFactory(entreprise=people.entreprise, option=True, socles=[archived])
    people.login(client, "responsable")
    answer = client.post(url_of("dupliquer", option), {"jeton": str(uuid.uuid4())})
    assert answer.status_code == 409 and "Restaurez un socle de cette option" in answer.text
    option.socles.add(produit)
    assert client.post(url_of("dupliquer", option), {"jeton": str(uuid.uuid4())}).status_code == 302


def test_an_archived_produit_is_read_only(client, people):
    """R-43."""
    produit = ProduitFactory(entreprise=people.entreprise, archive=True)
    people.login(client, "responsable")
    for name in ("catalog:produit_publication", "parcours:produit_modifier", "parcours:qualification"):
        assert client.post(reverse(name, args=[produit.pk]), {"publie": "non"}).status_code == 403
    assert Produit.tous.get(pk=produit.pk).publie


def test_publication_is_a_confirmed_choice(client, people, produit):
    """R-91: published by default, opt-out at any time."""
    people.login(client, "redacteur")
    assert produit.publie
    client.post(url_of("publication", produit), {"publie": "non"})
    assert not Produit.tous.get(pk=produit.pk).publie
    assert 'name="publie" value="oui"' in client.get(url_of("publication", produit)).text


def test_duplicating_copies_answers_as_drafts_and_no_enrolment(client, people, produit):
    """R-42."""
    responsable = people["responsable"]
    InscriptionFactory(sujet=produit)
    answers = complete_answers(responsable, produit)
    first = next(iter(answers))
    answers[first] = {**answers[first], "commentaire": "À moi."}
    ReponseFactory(sujet=produit, par=responsable, validee=True, reponses=answers)
    people.login(client, "redacteur")
    client.post(url_of("dupliquer", produit), {"jeton": str(uuid.uuid4())})
    copy = Produit.tous.exclude(pk=produit.pk).get()
    assert (copy.nom, copy.version, copy.created_by) == (f"{produit.nom} (copie)", produit.version, people["redacteur"])
    assert not Inscription.tous.filter(sujet=copy.pk).exists()
    draft = Reponse.tous.get(sujet=copy.pk, questionnaire__code="interoperabilite")
    assert draft.is_brouillon
    assert draft.reponses[first] == {"valeur": answers[first]["valeur"]}
    assert Reponse.tous.get(sujet=copy.pk, questionnaire__code="qualification-produit").is_validee


@pytest.mark.parametrize("other", ["none", "drafts", "validated before"])
def test_duplicating_copies_ones_own_words_alone(client, people, produit, other):
    """R-42: a draft takes up the comments and the reasons of the answers before it, whoever wrote them."""
    me, colleague = people["responsable"], people["redacteur"]
    words = {
        "reponses": {"A08.1.1": {"valeur": 2, "commentaire": "À nous."}, "A10.1": {"commentaire": "Plus tard."}},
        "sections_na": {"A08.2": {"motif": "Hors champ"}},
    }
    if other == "validated before":
        ReponseFactory(sujet=produit, par=colleague, validee=True, **words)
    ReponseFactory(sujet=produit, par=me, modifiee_par=colleague if other == "drafts" else me, **words)
    people.login(client, "responsable")
    client.post(url_of("dupliquer", produit), {"jeton": str(uuid.uuid4())})
    copy = Reponse.tous.brouillons().exclude(sujet=produit.pk).get()
    if other == "none":
        assert (copy.reponses, copy.sections_na) == (words["reponses"], words["sections_na"])
    else:
        assert (copy.reponses, copy.sections_na) == ({"A08.1.1": {"valeur": 2}}, {"A08.2": {"motif": ""}})


def test_the_same_page_sent_twice_duplicates_once(client, people, produit):
    """WF-3."""
    people.login(client, "responsable")
    jeton = str(uuid.uuid4())
    places = {client.post(url_of("dupliquer", produit), {"jeton": jeton})["Location"] for _ in range(2)}
    assert len(places) == 1
    assert Produit.tous.count() == 2


@pytest.mark.parametrize("jeton", ["", "abc", "0" * 100])
def test_a_page_without_its_token_is_refused(client, people, produit, jeton):
    people.login(client, "responsable")
    assert client.post(url_of("dupliquer", produit), {"jeton": jeton}).status_code == 409
    assert Produit.tous.count() == 1


def test_the_token_of_another_company_is_refused(client, people, produit):
    """AZ-5: neither a 500 nor the produit of the other."""
    foreign = ProduitFactory()
    people.login(client, "responsable")
    assert client.post(url_of("dupliquer", produit), {"jeton": str(foreign.jeton_creation)}).status_code == 409
    assert Produit.tous.filter(entreprise=people.entreprise).count() == 1


@pytest.mark.parametrize("reference", ["0", "9999999999999999999999", "-1", "１"])
@pytest.mark.parametrize("verb", ["archiver", "dupliquer", "publication"])
def test_bad_references_are_not_found(client, people, verb, reference):
    people.login(client, "responsable")
    assert client.get(f"/produits/{reference}/{verb}/").status_code == 404
