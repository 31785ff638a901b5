"""Of a produit one cannot read: référence, nom, responsable, wherever the pages of the company speak of it; and nobody names himself (R-52, R-53, AZ-9)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from catalog.models import Produit, StrategieGlobale
from questionnaires import perms
from questionnaires.enums import DroitSujet
from questionnaires.models import Sujet
from questionnaires.rights import grant
from tests.accounts.factories import UserFactory
from tests.parcours.factories import InscriptionFactory

from .factories import ProduitFactory, StrategieFactory

SECRETS = ("v-cachee-77", "nil-cache-77", "description cachée 77", "certification cachée 77")
CACHE = {"version": SECRETS[0], "nil": SECRETS[1], "description": SECRETS[2], "certifications": SECRETS[3]}


@pytest.fixture
def produit(people) -> Produit:
    """A socle that the account « valideur » may do all with, and create others beside."""
    User.objects.filter(pk=people["valideur"].pk).update(peut_creer_produits=True)
    produit = ProduitFactory(entreprise=people.entreprise, responsable=people["responsable"], qualified=True)
    grant(people["valideur"], produit, list(DroitSujet))
    return produit


def fiche(produit: Produit, **changed: object) -> dict[str, object]:
    known = {name: getattr(produit, name) for name in ("nom", "version", "type", "nil", "description", "certifications", "dispositifs")}
    return {**known, "responsable": produit.responsable_id, **changed}


def url(name: str, produit: Produit) -> str:
    return reverse(name, args=[produit.pk])


def test_an_option_one_cannot_read_is_named_without_its_version(client: Client, people, produit: Produit) -> None:
    """R-53: on the fiche, before archiving, in the questionnaire, and in the form of another produit."""
    option = ProduitFactory(entreprise=people.entreprise, responsable=people["responsable"], nom="Option discrète", option=True, socles=[produit], **CACHE)
    ProduitFactory(entreprise=people.entreprise, responsable=people["responsable"], nom="Socle discret", **CACHE)
    InscriptionFactory(sujet=produit, inscrite_par=people["responsable"])
    people.login(client, "valideur")
    pages = {
        "fiche": client.get(url("parcours:fiche_produit", produit)).text,
        "archiver": client.get(url("catalog:produit_archiver", produit)).text,
        "modifier": client.get(url("parcours:produit_modifier", produit)).text,
        "ajouter": client.get(reverse("catalog:produit_ajouter")).text,
        "questionnaire": client.get(reverse("parcours:questionnaire", args=["socles", produit.pk, "interoperabilite"])).text,
    }
    assert {name for name, page in pages.items() if any(secret in page for secret in SECRETS)} == set()
    assert {name for name, page in pages.items() if "Option discrète" in page} == {"fiche", "archiver", "questionnaire"}
    assert {name for name, page in pages.items() if "Socle discret" in page} == {"modifier", "ajouter"}
    assert url("parcours:fiche_produit", option) not in pages["fiche"]


def test_whoever_reads_the_option_reads_its_version(client: Client, people, produit: Produit) -> None:
    """The control."""
    option = ProduitFactory(entreprise=people.entreprise, responsable=people["responsable"], nom="Option discrète", option=True, socles=[produit], **CACHE)
    grant(people["valideur"], option, [DroitSujet.LECTURE])
    for who in ("valideur", "responsable"):
        people.login(client, who)
        for name in ("parcours:fiche_produit", "catalog:produit_archiver"):
            assert SECRETS[0] in client.get(url(name, produit)).text, (who, name)


def test_neither_search_nor_filter_says_more_of_it(client: Client, people) -> None:
    """R-53: what the list does not show, looking for it does not tell."""
    cache = ProduitFactory(entreprise=people.entreprise, responsable=people["responsable"], nom="Socle discret", **CACHE)
    people.login(client, "sans_droit")
    for asked in (f"q={SECRETS[0]}", f"q=discret+{SECRETS[0]}", "type=socle", "type=option", f"q={SECRETS[2][:11]}"):
        assert cache.nom not in client.get(f"{reverse('catalog:catalogue')}?{asked}").text, asked
    for asked in ("", "q=discret", f"q={cache.pk}", f"q={people['responsable'].last_name}"):
        assert cache.nom in client.get(f"{reverse('catalog:catalogue')}?{asked}").text, asked
    people.login(client, "responsable")
    for asked in (f"q={SECRETS[0]}", "type=socle"):
        assert cache.nom in client.get(f"{reverse('catalog:catalogue')}?{asked}").text, asked


# --- Naming the responsable -----------------------------------------------------------------------------------------------
def test_nobody_names_himself_to_validate(client: Client, people, produit: Produit) -> None:
    """AZ-9, R-53: « valider » on the account and saisie on the produit do not add up to validation by one's own hand."""
    seul = UserFactory(entreprise=people.entreprise, peut_valider=True)
    grant(seul, produit, [DroitSujet.LECTURE, DroitSujet.SAISIE])
    client.force_login(seul)
    response = client.post(url("parcours:produit_modifier", produit), fiche(produit, responsable=seul.pk, nom="Nouveau nom"))
    assert response.status_code == 422 and "une autre personne peut vous en nommer responsable" in response.text and "Nouveau nom" in response.text
    after = Produit.tous.get(pk=produit.pk)
    assert (after.responsable_id, after.nom) == (produit.responsable_id, produit.nom)
    assert DroitSujet.VALIDATION not in perms.granted(seul, Sujet.tous.get(pk=produit.pk))


@pytest.mark.parametrize("rights", [["lecture", "saisie"], ["lecture", "saisie", "validation"]])
def test_one_names_himself_to_do_no_more(client: Client, people, produit: Produit, rights: list[str]) -> None:
    """R-52."""
    seul = UserFactory(entreprise=people.entreprise, peut_valider="validation" in rights)
    grant(seul, produit, [DroitSujet(droit) for droit in rights])
    client.force_login(seul)
    assert client.post(url("parcours:produit_modifier", produit), fiche(produit, responsable=seul.pk)).status_code == 302
    assert Produit.tous.get(pk=produit.pk).responsable_id == seul.pk


def test_a_colleague_is_named_by_whoever_fills_the_fiche(client: Client, people, produit: Produit) -> None:
    """R-52: any active account of the company."""
    auteur, collegue = UserFactory(entreprise=people.entreprise), UserFactory(entreprise=people.entreprise, peut_valider=True)
    grant(auteur, produit, [DroitSujet.LECTURE, DroitSujet.SAISIE])
    client.force_login(auteur)
    assert client.post(url("parcours:produit_modifier", produit), fiche(produit, responsable=collegue.pk)).status_code == 302
    assert perms.granted(collegue, Sujet.tous.get(pk=produit.pk)) == frozenset(DroitSujet)


def test_nobody_names_himself_to_validate_the_strategie(client: Client, people) -> None:
    """AZ-9, R-51: access to the stratégie globale is lecture and saisie of it."""
    strategie = StrategieFactory(entreprise=people.entreprise, responsable=people["responsable"], qualified=True)
    seul = UserFactory(entreprise=people.entreprise, peut_valider=True, acces_strategie=True)
    client.force_login(seul)
    sent = {"nom": strategie.nom, "responsable": seul.pk, "certifications": "ISO 27001"}
    response = client.post(reverse("parcours:strategie_modifier"), sent)
    assert response.status_code == 422 and "ISO 27001" in response.text
    assert StrategieGlobale.tous.get(pk=strategie.pk).responsable_id == people["responsable"].pk
