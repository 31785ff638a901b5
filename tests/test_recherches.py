"""Every search of the site, one after the other: what is typed without accents finds what was written with them (CAT-5, PAR-1, ACC-8, BO-3, BO-7)."""

from __future__ import annotations

import unicodedata

import pytest
from django.urls import reverse

from accounts import journal
from accounts.models import Fusion, User
from questionnaires.enums import DroitSujet
from questionnaires.rights import grant
from tests.accounts.factories import EntrepriseFactory, NotificationFactory, UserFactory
from tests.accounts.factories_demandes import DemandeFactory
from tests.catalog.factories import ProduitFactory
from tests.parcours.factories import InscriptionFactory
from tests.people import as_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]

ECRIT = "Télésuivi\u00a0de l’Œdème"
TYPED = ("telesuivi", "TÉLÉSUIVI", unicodedata.normalize("NFD", "télésuivi"), "l'oedeme telesuivi", "œdème\u00a0l’œ")
OTHERS = ("tele_uivi", "t%i", "t.l.suivi", "[t]elesuivi", "telesuivi zzz")
SEARCHES = [
    ("responsable", "catalog:catalogue", "q"),
    ("lecteur", "catalog:catalogue", "q"),
    ("responsable", "parcours:tableau_de_bord", "q"),
    ("lecteur", "parcours:tableau_de_bord", "q"),
    ("responsable", "parcours:tableau_de_bord", "produit"),
    ("responsable", "accounts:notifications", "q"),
    ("responsable", "catalog:comptes", "q"),
    ("responsable", "catalog:compte", "q"),
    ("support", "gestion:demandes", "q"),
    ("support", "gestion:accounts_entreprise_changelist", "q"),
    ("support", "gestion:accounts_user_changelist", "q"),
    ("support", "gestion:accounts_fusion_changelist", "q"),
    ("administrateur", "gestion:accounts_agent_changelist", "q"),
    ("auditeur", "gestion:journal", "personne"),
    ("auditeur", "gestion:journal", "entreprise"),
]


@pytest.fixture
def people() -> dict[str, User]:
    """Whoever searches, where the same words were written in everything that is searched."""
    entreprise = EntrepriseFactory(raison_sociale=ECRIT)
    responsable, lecteur = UserFactory(responsable=True, entreprise=entreprise), UserFactory(entreprise=entreprise)
    ecrit = UserFactory(last_name=ECRIT, entreprise=entreprise, gestionnaire=responsable)
    produit = ProduitFactory(entreprise=entreprise, nom=ECRIT, responsable=responsable)
    grant(lecteur, produit, [DroitSujet.LECTURE])
    InscriptionFactory(sujet=produit)
    NotificationFactory(destinataire=responsable, contenu=ECRIT)
    agents = {role: UserFactory(agence=True, role=role, double_facteur=True) for role in ("support", "auditeur", "administrateur")}
    UserFactory(agence=True, last_name=ECRIT)
    DemandeFactory(raison_sociale=ECRIT)
    Fusion.objects.create(absorbee=EntrepriseFactory(raison_sociale=ECRIT), absorbante=entreprise, motif="Rachat", proposee_par=agents["support"])
    journal.record("compte.droits_modifies", par=ecrit, target=ecrit, details={"donnes": ["valider"], "retires": []})
    return {"responsable": responsable, "lecteur": lecteur, "ecrit": ecrit, **agents}


@pytest.mark.parametrize(("who", "name", "parametre"), SEARCHES)
def test_what_is_typed_without_accents_finds_what_has_some(people: dict[str, User], who: str, name: str, parametre: str) -> None:
    """A sign of a pattern is a letter like any other."""
    client, address = as_client(people[who]), reverse(name, args=[people["ecrit"].pk] if name == "catalog:compte" else [])
    answers = {words: client.get(address, {parametre: words}) for words in (*TYPED, *OTHERS)}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert [words for words, answer in answers.items() if "ne correspond" not in answer.text] == list(TYPED)
