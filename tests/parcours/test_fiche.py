"""Fiche of a produit, « Produit ajouté », stratégie globale (CAT-2, CAT-6, CAT-7, R-40, R-46)."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.errors import ActionRefused
from accounts.models import EntreeJournal
from catalog.actions.produit import FIELDS, modifier_produit
from catalog.models import Produit, StrategieGlobale
from parcours.chargement import charger, known_lot
from parcours.referentiel import forget
from questionnaires.content import Lot, read_questionnaire
from questionnaires.enums import DroitSujet
from questionnaires.models import Sujet
from questionnaires.rights import grant
from tests.accounts.factories import UserFactory
from tests.catalog.factories import ProduitFactory, StrategieFactory
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers

LECTURE = {"anonymous": 302, "agence": 404, "other_entreprise": 404, "sans_droit": 403, "lecteur": 200, "redacteur": 200, "responsable": 200}
SAISIE = {**LECTURE, "lecteur": 403}
PAGES = {"fiche_produit": LECTURE, "produit_ajoute": LECTURE, "produit_modifier": SAISIE, "qualification": SAISIE}


def url_of(name: str, produit) -> str:
    return reverse(f"parcours:{name}", args=[produit.pk])


@pytest.mark.parametrize(("name", "who", "status"), [(name, who, status) for name, ladder in PAGES.items() for who, status in ladder.items()])
def test_access(client, people, produit, name, who, status):
    people.login(client, who)
    assert client.get(url_of(name, produit)).status_code == status


@pytest.mark.parametrize("name", ["produit_modifier", "qualification"])
@pytest.mark.parametrize(("who", "status"), [("anonymous", 302), ("other_entreprise", 404), ("lecteur", 403)])
def test_a_refused_change_changes_nothing(client, people, produit, name, who, status):
    people.login(client, who)
    assert client.post(url_of(name, produit), {"nom": "Autre", "action": "confirmer"}).status_code == status
    assert Produit.tous.get(pk=produit.pk).nom == produit.nom


# --- Fiche ----------------------------------------------------------------------------------------------------------------
def test_the_fiche_says_all_of_the_produit(client, people, produit):
    """CAT-6: identification and qualification in words, what the profile retains (R1: 7, 6 and 36)."""
    people.login(client, "lecteur")
    page = client.get(url_of("fiche_produit", produit)).text
    assert f"{produit.nom} - {produit.version} - {produit.pk}</h1>" in page
    assert "Offre SaaS uniquement" in page
    assert "Interopérabilité <strong>7</strong>, Urbanisation <strong>6</strong>, Sécurité <strong>36</strong>" in page
    assert "Aucun dispositif identifié pour le moment" in page
    assert url_of("produit_modifier", produit) not in page
    assert url_of("qualification", produit) not in page


def test_a_parcours_is_begun_then_goes_on(client, people, produit):
    """R-46: « Commencer », then « Nouvelle démarche » while one is left; the enrolled one shows its state."""
    people.login(client, "redacteur")
    enrol = reverse("parcours:inscription_creer", args=["socles"])
    page = client.get(url_of("fiche_produit", produit)).text
    assert "Commencer" in page
    assert enrol in page
    InscriptionFactory(sujet=produit)
    page = client.get(url_of("fiche_produit", produit)).text
    assert enrol not in page
    assert reverse("parcours:sujet_inscrit", args=["socles", produit.pk]) in page
    assert "À compléter" in page


def test_a_closed_demarche_is_not_offered(client, people, produit):
    """R-45."""
    people.login(client, "responsable")
    assert reverse("parcours:inscription_creer", args=["mes-sans-echange"]) not in client.get(url_of("fiche_produit", produit)).text


def test_an_unqualified_produit_asks_for_its_qualification(client, people):
    """R-40: the next useful thing is the one primary button."""
    unqualified = ProduitFactory(entreprise=people.entreprise)
    people.login(client, "responsable")
    page = client.get(url_of("fiche_produit", unqualified)).text
    assert f'<a class="fr-btn" href="{url_of("qualification", unqualified)}">Répondre à la qualification</a>' in page


def test_an_archived_produit_offers_to_come_back_to_whom_may(client, people):
    """R-43."""
    archived = ProduitFactory(entreprise=people.entreprise, archive=True)
    grant(people["lecteur"], archived, [DroitSujet.LECTURE])
    restore = reverse("catalog:produit_restaurer", args=[archived.pk])
    for who, offered in (("responsable", True), ("lecteur", False)):
        people.login(client, who)
        page = client.get(url_of("fiche_produit", archived)).text
        assert "Ce produit est archivé" in page
        assert (restore in page) is offered
        assert url_of("produit_modifier", archived) not in page


@pytest.mark.parametrize("who", ["redacteur", "responsable"])
def test_same_number_of_queries_whatever_the_enrolments(client, people, produit, who):
    """P22: at most 10 in all."""
    people.login(client, who)
    client.get(url_of("fiche_produit", produit))
    with CaptureQueriesContext(connection) as none:
        client.get(url_of("fiche_produit", produit))
    for code in ("socles", "mes-sans-echange", "mes-avec-echange"):
        InscriptionFactory(sujet=produit, code=code)
    ReponseFactory(sujet=produit, validee=True, reponses=complete_answers(people["responsable"], produit))
    for _ in range(5):
        ProduitFactory(entreprise=people.entreprise, option=True, socles=[produit])
    with CaptureQueriesContext(connection) as many:
        client.get(url_of("fiche_produit", produit))
    assert len(none) == len(many) <= 10


def test_produit_ajoute_offers_the_four_links(client, people, produit):
    """R-40."""
    people.login(client, "redacteur")
    page = client.get(url_of("produit_ajoute", produit)).text
    for words in ("Ajouter un nouveau produit", "Voir le produit ajouté", "Voir tous vos produits", "Commencez une démarche"):
        assert words in page
    assert f'<input type="hidden" name="produit" value="{produit.pk}">' in page


# --- Identification -------------------------------------------------------------------------------------------------------
def identification(produit, **more) -> dict:
    return {
        "nom": produit.nom,
        "version": "9.0",
        "type": produit.type,
        "responsable": produit.responsable_id,
        "description": "Nouvelle description.",
        "dispositifs": ["mes"],
        **more,
    }


def test_identification_is_changed(client, people, produit):
    """CAT-2; the référence stays (R-47)."""
    people.login(client, "redacteur")
    answer = client.post(url_of("produit_modifier", produit), identification(produit))
    assert answer["Location"] == url_of("fiche_produit", produit)
    changed = Produit.tous.get(pk=produit.pk)
    assert (changed.version, changed.description, changed.dispositifs) == ("9.0", "Nouvelle description.", ["mes"])
    assert EntreeJournal.objects.get(action="produit.modifie").details == {"champs": ["version", "description", "dispositifs"]}


def test_what_changed_since_it_was_read_is_not_written_over(people, produit):
    """WF-2: asked again under the lock, after the form has let it through."""
    read = {name: produit.serializable_value(name) for name in FIELDS}
    Produit.tous.filter(pk=produit.pk).update(version="3.0")
    fiche = {**{name: getattr(produit, name) for name in FIELDS}, "description": "La mienne."}
    with pytest.raises(ActionRefused):
        modifier_produit(produit=produit, par=people["redacteur"], fiche=fiche, lue=read)
    assert Produit.tous.get(pk=produit.pk).version == "3.0"
    modifier_produit(produit=produit, par=people["redacteur"], fiche=fiche, lue={**read, "version": "3.0"})
    assert Produit.tous.get(pk=produit.pk).description == "La mienne."


def test_a_refused_identification_keeps_what_was_typed(client, people, produit):
    people.login(client, "redacteur")
    answer = client.post(url_of("produit_modifier", produit), identification(produit, nom=""))
    assert answer.status_code == 422
    assert 'href="#id_nom"' in answer.text
    assert "Nouvelle description." in answer.text
    assert f'<span class="titre-sujet">{produit.intitule}</span>' in answer.text
    assert Produit.tous.get(pk=produit.pk).version == produit.version


def archive(sujet, par) -> None:
    Sujet.tous.filter(pk=sujet.pk).update(archive_le=timezone.now(), archive_par=par)


def test_archived_meanwhile_what_was_typed_is_not_lost(client, people, produit):
    """R-43, QST-3: nothing is recorded, the page says why and keeps what was typed; restored, it goes on."""
    people.login(client, "redacteur")
    url, before = url_of("produit_modifier", produit), produit.version
    typed = identification(produit, montre=montre(client, url))
    archive(produit, people["responsable"])
    refused = client.post(url, typed)
    assert refused.status_code == 403 and "Ce produit a été archivé" in refused.text
    assert "Nouvelle description." in refused.text and f'<span class="titre-sujet">{produit.intitule}</span>' in refused.text
    assert Produit.tous.get(pk=produit.pk).version == before
    Sujet.tous.filter(pk=produit.pk).update(archive_le=None, archive_par=None)
    assert client.post(url, typed).status_code == 302


def test_an_archived_produit_says_why_it_cannot_be_changed(client, people, produit):
    """R-43: to whoever could otherwise; who has not the right is told of the right."""
    archive(produit, people["responsable"])
    for who, words in {"redacteur": "Ce produit a été archivé", "lecteur": "ne donne pas accès"}.items():
        people.login(client, who)
        page = client.get(url_of("produit_modifier", produit))
        assert page.status_code == 403 and words in page.text
    people.login(client, "sans_droit")
    assert "archivé" not in client.get(url_of("produit_modifier", produit)).text, "R-53"


def montre(client, url: str) -> str:
    """What a page says it had shown."""
    return html.unescape(re.search(r'name="montre" value="([^"]*)"', client.get(url).text)[1])


def test_changes_to_different_fields_merge(client, people, produit):
    """QST-4, WF-2: a page opened before undoes nothing of what a colleague recorded since, the socles of an option included."""
    url = url_of("produit_modifier", produit)
    people.login(client, "redacteur")
    Produit.tous.filter(pk=produit.pk).update(description="Une ligne.\r\nUne autre.", dispositifs=["mes"])
    shown = montre(client, url)
    socle = ProduitFactory(entreprise=people.entreprise)
    Produit.tous.filter(pk=produit.pk).update(version="8.8", type="option", responsable=people["responsable"].pk, dispositifs=["segur"])
    produit.socles.set([socle])
    stale = identification(produit, version=produit.version, description="Une ligne.\nUne autre.", nom="Nom changé", montre=shown)
    assert client.post(url, stale).status_code == 302
    changed = Produit.tous.get(pk=produit.pk)
    assert (changed.nom, changed.version, changed.type, changed.dispositifs) == ("Nom changé", "8.8", "option", ["segur"])
    assert (changed.responsable_id, list(changed.socles.all())) == (people["responsable"].pk, [socle])


def test_the_same_field_shows_both_values(client, people, produit):
    """WF-2: 409 with both; nothing is recorded until one saves again, knowing the other."""
    url = url_of("produit_modifier", produit)
    people.login(client, "redacteur")
    typed = identification(produit, montre=montre(client, url))
    Produit.tous.filter(pk=produit.pk).update(description="Celle d'une collègue.", nil="N1")
    refused = client.post(url, typed)
    assert refused.status_code == 409
    assert "Celle d&#x27;une collègue." in refused.text and "Nouvelle description." in refused.text
    assert Produit.tous.get(pk=produit.pk).description == "Celle d'une collègue."
    again = html.unescape(re.search(r'name="montre" value="([^"]*)"', refused.text)[1])
    assert client.post(url, {**typed, "montre": again}).status_code == 302
    changed = Produit.tous.get(pk=produit.pk)
    assert (changed.description, changed.nil) == ("Nouvelle description.", "N1")


@pytest.mark.parametrize("sent", ["", "{", "[1]", "null", '{"nom": 3}', "[" * 100_000])
def test_what_was_not_shown_by_a_page_of_ours_is_left_aside(client, people, produit, sent):
    people.login(client, "redacteur")
    assert client.post(url_of("produit_modifier", produit), identification(produit, montre=sent)).status_code in (302, 409)


def test_a_strategie_that_a_merge_put_aside_says_so(client, people):
    """BO-3, QST-3: of two companies brought together one strategy stays."""
    strategie = StrategieFactory(entreprise=people.entreprise)
    people.login(client, "responsable")
    url = reverse("parcours:strategie_modifier")
    client.get(url)
    archive(strategie, people["responsable"])
    refused = client.post(url, {"nom": "Politique numérique du groupe", "responsable": strategie.responsable_id})
    assert refused.status_code == 409 and "plus celle de votre entreprise" in refused.text and "Politique numérique du groupe" in refused.text


def test_two_people_change_the_strategie(client, people):
    """CAT-7, WF-2."""
    strategie = StrategieFactory(entreprise=people.entreprise, responsable=people["responsable"])
    url = reverse("parcours:strategie_modifier")
    people.login(client, "responsable")
    shown = montre(client, url)
    StrategieGlobale.tous.filter(pk=strategie.pk).update(certifications="HDS")
    data = {"nom": "Autre nom", "responsable": people["responsable"].pk, "certifications": strategie.certifications, "montre": shown}
    assert client.post(url, data).status_code == 302
    changed = StrategieGlobale.tous.get(pk=strategie.pk)
    assert (changed.nom, changed.certifications) == ("Autre nom", "HDS")


def test_a_socle_that_options_name_stays_a_socle(client, people, produit):
    """R-41."""
    other = ProduitFactory(entreprise=people.entreprise)
    ProduitFactory(entreprise=people.entreprise, option=True, socles=[produit])
    people.login(client, "responsable")
    answer = client.post(url_of("produit_modifier", produit), identification(produit, type="option", socles=[other.pk]))
    assert answer.status_code == 422
    assert "ne peut pas devenir une option" in answer.text
    assert Produit.tous.get(pk=produit.pk).type == "socle"


def test_an_option_keeps_a_socle_archived_since(client, people, produit):
    """R-41, R-43: changing its version does not undo what it extends."""
    archived = ProduitFactory(entreprise=people.entreprise, archive=True)
    option = ProduitFactory(entreprise=people.entreprise, responsable=people["responsable"], option=True, socles=[archived])
    people.login(client, "responsable")
    assert client.post(url_of("produit_modifier", option), identification(option, socles=[archived.pk])).status_code == 302
    assert list(Produit.tous.get(pk=option.pk).socles.all()) == [archived]


def test_an_option_is_not_left_with_archived_socles_alone(client, people, produit):
    """R-41: what is chosen names one socle at least that is not archived; the page keeps the choice to mend."""
    archived = ProduitFactory(entreprise=people.entreprise, archive=True)
    option = ProduitFactory(entreprise=people.entreprise, responsable=people["responsable"], option=True, socles=[archived, produit])
    people.login(client, "responsable")
    answer = client.post(url_of("produit_modifier", option), identification(option, socles=[archived.pk]))
    assert answer.status_code == 422 and "au moins un produit socle qui ne soit pas archivé" in answer.text
    assert set(option.socles.all()) == {archived, produit}
    assert client.post(url_of("produit_modifier", option), identification(option, socles=[produit.pk])).status_code == 302


def test_the_history_tells_the_socles_that_changed_and_nothing_of_no_change(client, people, produit):
    """TR-1: what was changed, and a line for a change alone."""
    other = ProduitFactory(entreprise=people.entreprise)
    option = ProduitFactory(entreprise=people.entreprise, responsable=people["responsable"], option=True, socles=[other])
    people.login(client, "responsable")
    same = {"version": option.version, "description": option.description, "dispositifs": option.dispositifs}
    told = EntreeJournal.objects.filter(action="produit.modifie", target_id=str(option.pk))
    assert client.post(url_of("produit_modifier", option), identification(option, socles=[other.pk], **same)).status_code == 302
    assert not told.exists()
    assert client.post(url_of("produit_modifier", option), identification(option, socles=[other.pk, produit.pk], **same)).status_code == 302
    assert [entry.details["champs"] for entry in told] == [["socles"]]
    assert "socles complétés" in client.get(reverse("parcours:produit_historique", args=[option.pk])).text


# --- Stratégie globale ----------------------------------------------------------------------------------------------------
@pytest.fixture
def strategie(people):
    return StrategieFactory(entreprise=people.entreprise, responsable=people["responsable"], qualified=True)


@pytest.mark.parametrize(
    ("who", "page", "change"), [("anonymous", 302, 302), ("agence", 403, 403), ("lecteur", 403, 403), ("acces", 200, 200), ("responsable", 200, 200)]
)
def test_strategie_access(client, people, strategie, who, page, change):
    people.accounts["acces"] = UserFactory(entreprise=people.entreprise, acces_strategie=True)
    people.login(client, who)
    assert client.get("/strategie/").status_code == page
    assert client.get("/strategie/modifier/").status_code == change


def test_another_company_sees_its_own_strategie_only(client, people, strategie):
    people.login(client, "other_entreprise")
    page = client.get("/strategie/").text
    assert strategie.nom not in page
    assert reverse("catalog:strategie_initialiser") in page  # CAT-7: not opened yet, one button
    assert client.get("/strategie/modifier/")["Location"] == reverse("parcours:strategie")
    assert client.get(url_of("qualification", strategie)).status_code == 404


def test_the_strategie_shows_its_recapitulatif_and_its_demarche(client, people, strategie):
    """R-44: no enrolment; the card leads to the démarche."""
    people.login(client, "responsable")
    page = client.get("/strategie/").text
    assert "Récapitulatif" in page
    assert reverse("parcours:sujet_inscrit", args=["socles", strategie.pk]) in page
    assert url_of("qualification", strategie) in page


def test_the_strategie_is_changed(client, people, strategie):
    people.login(client, "responsable")
    data = {"nom": "Politique 2027", "responsable": people["responsable"].pk, "certifications": "ISO 27001"}
    assert client.post("/strategie/modifier/", data).status_code == 302
    assert StrategieGlobale.tous.get().certifications == "ISO 27001"
    answer = client.post("/strategie/modifier/", {**data, "nom": " "})
    assert answer.status_code == 422
    assert StrategieGlobale.tous.get().nom == "Politique 2027"


def test_the_criteria_retained_are_those_of_the_version_being_answered(client, people, produit, tmp_path, request):
    """R-4, QST-0: a version published since asks one more; the fiche counts as the démarche does."""
    request.addfinalizer(forget)
    InscriptionFactory(sujet=produit)
    ReponseFactory(sujet=produit, code="urbanisation", reponses={"A08.6.2": {"valeur": 2}})
    shipped = Path(settings.BASE_DIR) / "fixtures" / "questionnaires" / "urbanisation.yaml"
    text = re.sub(r"(?m)^version: (\d+)$", lambda found: f"version: {int(found[1]) + 1}", shipped.read_text(encoding="utf-8"))
    start, end = text.index("      - code: A08.6.2\n"), text.index("      - code: A08.7.2\n")
    path = tmp_path / shipped.name
    path.write_text(text[:end] + text[start:end].replace("A08.6.2", "A08.6.9") + text[end:], encoding="utf-8")
    charger(Lot(questionnaires=[read_questionnaire(path, known_lot())]))
    people.login(client, "responsable")
    assert "1/6" in client.get(reverse("parcours:sujet_inscrit", args=["socles", produit.pk])).text
    assert "Urbanisation <strong>6</strong>" in client.get(url_of("fiche_produit", produit)).text
    fresh = ProduitFactory(entreprise=people.entreprise, qualified=True)
    assert "Urbanisation <strong>7</strong>" in client.get(url_of("fiche_produit", fresh)).text
