"""Pages of a parcours, of a démarche and of an enrolled sujet (PAR-2, PAR-3, PAR-4, PAR-5, R-44 to R-46)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from questionnaires.enums import DroitSujet
from questionnaires.models import Reponse
from questionnaires.rights import grant
from tests.accounts.factories import UserFactory
from tests.catalog.factories import R1, ProduitFactory, StrategieFactory, qualifier
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers

pytestmark = pytest.mark.usefixtures("referentiel")


@pytest.fixture
def produit(entreprise, responsable):
    return ProduitFactory(entreprise=entreprise, responsable=responsable, nom="Suivi des plaies", version="4.2", qualified=True)


def url_of(produit, demarche: str = "socles") -> str:
    return reverse("parcours:sujet_inscrit", args=[demarche, produit.reference])


def page(client, user, url: str, status: int = 200) -> str:
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode().replace("\u00a0", " ")


def queries(client, user, url: str) -> int:
    page(client, user, url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


# --- A parcours -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("url", ["/parcours/doctrine/", "/demarches/socles/"])
def test_access_to_the_pages_of_the_content(client, responsable, url):
    assert client.get(url).status_code == 302
    page(client, responsable, url)
    page(client, UserFactory(agence=True, double_facteur=True), url, 403)


@pytest.mark.parametrize("url", ["/parcours/inconnu/", "/demarches/inconnue/", "/demarches/inconnue/sujets/1/"])
def test_unknown_content_is_not_found(client, responsable, url):
    page(client, responsable, url, 404)


def test_a_parcours_presents_its_demarches(client, responsable):
    html = page(client, responsable, "/parcours/doctrine/")
    assert "Évaluation et projection socles" in html
    assert "Téléconsultation" in html
    assert 'rel="noopener external"' in html


def test_a_parcours_to_come_has_a_presentation_and_a_way_out(client, responsable):
    html = page(client, responsable, "/parcours/segur/")
    assert "n'est pas encore ouvert" in html
    assert 'href="https://esante.gouv.fr/segur"' in html
    assert "/demarches/" not in html


def test_a_closed_demarche_is_hidden_from_who_is_not_enrolled(client, responsable, produit):
    """R-45."""
    assert "sans échange" not in page(client, responsable, "/parcours/mes/")
    page(client, responsable, "/demarches/mes-sans-echange/", 404)
    InscriptionFactory(sujet=produit, code="mes-sans-echange")
    assert "sans échange" in page(client, responsable, "/parcours/mes/")
    html = page(client, responsable, "/demarches/mes-sans-echange/")
    assert "n'accueille plus de nouveau produit" in html
    assert "Ajouter ce produit" not in html
    page(client, UserFactory(responsable=True), "/demarches/mes-sans-echange/", 404)


# --- A démarche -----------------------------------------------------------------------------------------------------------
def test_the_list_offers_the_produits_one_may_enrol(client, responsable, entreprise, produit):
    """R-44: active, of the right kind, not enrolled, writable; R-40: one not qualified says so."""
    names = {"Inscrit": {}, "Archivé": {"archive": True}, "À qualifier": {}}
    made = {nom: ProduitFactory(entreprise=entreprise, responsable=responsable, nom=nom, **more) for nom, more in names.items()}
    InscriptionFactory(sujet=made["Inscrit"])
    ProduitFactory(nom="D'une autre entreprise")
    StrategieFactory(entreprise=entreprise, responsable=responsable, nom="Politique")
    html = page(client, responsable, "/demarches/socles/")
    options = html[html.index('<select class="fr-select" id="produit"') : html.index("</select>")]
    assert f'<option value="{produit.reference}">Suivi des plaies 4.2 (réf. {produit.reference})</option>' in options
    assert f"(réf. {made['À qualifier'].reference}) – à qualifier</option>" in options
    assert options.count("<option") == 3


def test_a_reader_is_not_offered_what_he_cannot_write(client, entreprise, produit):
    lecteur = UserFactory(entreprise=entreprise)
    grant(lecteur, produit, [DroitSujet.LECTURE])
    assert "Ajouter ce produit" not in page(client, lecteur, "/demarches/socles/")


def test_a_demarche_not_answerable_yet_says_what_it_will_hold(client, responsable, produit):
    html = page(client, responsable, "/demarches/teleconsultation/")
    assert "n'est pas encore ouverte aux réponses" in html
    assert "Les exigences de la téléconsultation en cinq thèmes" in html
    assert "Ajouter ce produit" not in html


def test_the_table_crosses_themes_and_actions(client, responsable):
    html = page(client, responsable, "/demarches/socles/")
    assert '<th scope="col">Évaluation</th><th scope="col">Projection</th>' in html
    assert '<th scope="row" data-label="Thème">Politique globale</th>' in html
    assert "La stratégie globale" in html


def test_the_card_of_the_strategie_is_always_there(client, responsable, entreprise):
    """R-44: « Démarrer » opens its initialisation; once open, its card follows it without enrolment."""
    start = f'href="{reverse("catalog:strategie_initialiser")}">Démarrer'
    assert start in page(client, responsable, "/demarches/socles/")
    assert start not in page(client, UserFactory(entreprise=entreprise), "/demarches/socles/")
    assert "Stratégie globale de l'entreprise" not in page(client, responsable, "/demarches/mes-guide/")
    strategie = StrategieFactory(entreprise=entreprise, responsable=responsable, qualified=True)
    html = page(client, responsable, "/demarches/socles/")
    assert start not in html
    assert url_of(strategie) in html


def test_the_card_of_the_strategie_opens_to_its_readers_only(client, responsable, entreprise):
    strategie = StrategieFactory(entreprise=entreprise, responsable=responsable, qualified=True)
    html = page(client, UserFactory(entreprise=entreprise), "/demarches/socles/")
    assert "Votre compte n'y a pas accès" in html
    assert url_of(strategie) not in html


def test_a_card_per_enrolled_produit_with_its_questionnaires(client, responsable, produit):
    InscriptionFactory(sujet=produit)
    ReponseFactory(sujet=produit, validee=True, reponses=complete_answers(responsable, produit))
    html = page(client, responsable, "/demarches/socles/")
    assert "1 produit inscrit<" in html
    assert url_of(produit) in html
    assert "7/7" in html
    assert "0/36" in html


@pytest.mark.parametrize("numero", ["0", "x", "99", "9" * 40])
def test_an_unknown_page_of_the_list_gives_the_first(client, responsable, produit, numero):
    InscriptionFactory(sujet=produit)
    assert "Suivi des plaies" in page(client, responsable, f"/demarches/socles/?page={numero}", 404)


def test_the_queries_of_a_demarche_do_not_grow(client, responsable, entreprise):
    """P22: the same at 1 and 20 enrolled produits, with the stratégie; at most 10."""
    StrategieFactory(entreprise=entreprise, responsable=responsable, qualified=True)

    def enrol():
        InscriptionFactory(sujet=ProduitFactory(entreprise=entreprise, responsable=responsable, qualified=True))
        ProduitFactory(entreprise=entreprise, responsable=responsable)

    enrol()
    alone = queries(client, responsable, "/demarches/socles/")
    for _ in range(19):
        enrol()
    assert queries(client, responsable, "/demarches/socles/") == alone
    assert alone <= 10


# --- An enrolled sujet ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("who", "status"), [("anonymous", 302), ("stranger", 404), ("colleague", 403), ("lecteur", 200), ("responsable", 200)])
def test_access_to_an_enrolled_sujet(client, responsable, entreprise, produit, who, status):
    InscriptionFactory(sujet=produit)
    people = {"stranger": UserFactory(responsable=True), "colleague": UserFactory(entreprise=entreprise), "responsable": responsable}
    people["lecteur"] = UserFactory(entreprise=entreprise)
    grant(people["lecteur"], produit, [DroitSujet.LECTURE])
    if who != "anonymous":
        client.force_login(people[who])
    assert client.get(url_of(produit)).status_code == status


def test_a_produit_not_enrolled_or_withdrawn_is_not_found(client, responsable, produit):
    page(client, responsable, url_of(produit), 404)
    InscriptionFactory(sujet=produit, retiree=True)
    page(client, responsable, url_of(produit), 404)


def test_the_title_names_produit_version_reference_and_demarche(client, responsable, produit):
    """R-46."""
    InscriptionFactory(sujet=produit)
    html = page(client, responsable, url_of(produit))
    assert f">Suivi des plaies - 4.2 - {produit.reference} : Évaluation et projection socles</h1>" in html


def test_a_card_per_questionnaire_with_one_primary_button(client, responsable, produit):
    """PAR-3: the first to begin bears the primary button; the projection says why it is locked; shared answers are announced."""
    InscriptionFactory(sujet=produit)
    html = page(client, responsable, url_of(produit))
    main = html[html.index("<main") : html.index("</main")]
    assert main.count("Démarrer") == 3
    assert main.count('class="fr-btn fr-btn--sm"') == 1
    assert main.count("vous devez d&#x27;abord évaluer votre produit") == 3
    assert "Critères renseignés" in main
    assert "Ce questionnaire est commun à plusieurs parcours." in main
    assert "Voir les résultats" not in main


def test_a_draft_beside_validated_answers_is_dated(client, responsable, produit):
    """R-3: « Terminé » stands, the draft only adds its date; results and downloads are offered."""
    InscriptionFactory(sujet=produit)
    answers = complete_answers(responsable, produit)
    ReponseFactory(sujet=produit, validee=True, reponses=answers)
    ReponseFactory(sujet=produit, reponses=answers)
    html = page(client, responsable, url_of(produit))
    assert f"Brouillon du {timezone.localdate():%d/%m/%Y}" in html
    assert "Terminé" in html
    assert "Éditer" in html
    assert reverse("parcours:resultats", args=["socles", produit.reference, "interoperabilite"]) in html
    assert reverse("parcours:exporter", args=["socles", produit.reference, "interoperabilite", "excel"]) in html


def test_the_same_answers_are_judged_by_each_demarche(client, responsable, produit):
    """PAR-4, R-10, R-11: « Non atteint » for the Doctrine, « Atteint » for MES, in the words of each."""
    InscriptionFactory(sujet=produit)
    InscriptionFactory(sujet=produit, code="mes-sans-echange")
    case = {"A08.1.1": 1, "A08.2.1": 0, "A08.3.1": 2, "A08.4.1": 2, "A08.5.01": 2, "A08.5.23": 2, "A10.1": 0}  # case R1-A
    ReponseFactory(sujet=produit, validee=True, reponses={code: {"valeur": niveau} for code, niveau in case.items()})
    doctrine, mes = page(client, responsable, url_of(produit)), page(client, responsable, url_of(produit, "mes-sans-echange"))
    assert "Non atteint" in doctrine
    assert "Non atteint" not in mes
    assert "Atteint" in mes
    assert "pour Doctrine du Numérique en Santé socles" in doctrine
    assert "Niveau d'auto-évaluation :" not in doctrine
    assert "Niveau d'auto-évaluation :" in mes
    assert "pour Mon espace santé sans échange de données" in mes
    assert "ne présage pas de l'issue d'une demande de référencement" in mes


def test_the_verdict_waits_for_the_questionnaire_to_be_complete(client, responsable, produit):
    """R-10: shown only when Terminé."""
    InscriptionFactory(sujet=produit)
    ReponseFactory(sujet=produit, reponses=complete_answers(responsable, produit))
    html = page(client, responsable, url_of(produit))
    assert "En cours" in html
    assert "pour Doctrine du Numérique en Santé socles" not in html


def test_once_all_is_complete_the_page_says_so_and_what_comes_next(client, responsable, produit):
    """PAR-5."""
    InscriptionFactory(sujet=produit)
    codes = ("interoperabilite", "urbanisation", "securite")
    for code in codes:
        ReponseFactory(sujet=produit, code=code, validee=True, reponses=complete_answers(responsable, produit, code))
        is_last = code == codes[-1]
        html = page(client, responsable, url_of(produit))
        assert ("Tous les questionnaires ouverts de cette démarche sont terminés" in html) == is_last
    assert "Projection Interopérabilité" in html


def test_the_last_validation_says_that_all_is_done(client, responsable, produit):
    """PAR-5: a modal over the results says so, offers them and the next step."""
    InscriptionFactory(sujet=produit)
    client.force_login(responsable)
    said = []
    for code in ("urbanisation", "securite", "interoperabilite"):
        ReponseFactory(sujet=produit, code=code, reponses=complete_answers(responsable, produit, code))
        html = client.post(reverse("parcours:questionnaire", args=["socles", produit.pk, code]), {"action": "valider"}, follow=True).content.decode()
        said.append("<dialog" in html and "data-modale" in html)
    assert said == [False, False, True]
    modal = html.split("data-modale>")[1].split("</dialog>")[0]
    assert "Tous les questionnaires ouverts de cette démarche sont terminés" in modal and "Ensuite" in modal
    assert reverse("parcours:exporter_demarche", args=["socles", produit.pk]) in modal


def test_a_card_all_done_offers_its_results_on_the_page_of_the_demarche(client, responsable, produit):
    """PAR-2: « Télécharger les résultats », one file per questionnaire and format."""
    InscriptionFactory(sujet=produit)
    codes = ("interoperabilite", "urbanisation", "securite")
    for code in codes:
        ReponseFactory(sujet=produit, code=code, validee=True, reponses=complete_answers(responsable, produit, code))
        html = page(client, responsable, "/demarches/socles/")
        assert ("Télécharger les résultats" in html) == (code == codes[-1])
    for code in codes:
        for format in ("pdf", "excel"):
            assert f'action="{reverse("parcours:exporter", args=["socles", produit.reference, code, format])}"' in html


def test_a_request_reads_as_to_validate_for_who_can(client, responsable, entreprise, produit):
    InscriptionFactory(sujet=produit)
    ReponseFactory(sujet=produit, demandee=True)
    saisie = UserFactory(entreprise=entreprise)
    grant(saisie, produit, [DroitSujet.SAISIE])
    assert "Relire et valider" in page(client, responsable, url_of(produit))
    html = page(client, saisie, url_of(produit))
    assert "Relire et valider" not in html
    assert "Validation demandée" in html


def test_a_reader_consults_and_withdraws_nothing(client, entreprise, produit):
    InscriptionFactory(sujet=produit)
    ReponseFactory(sujet=produit)
    lecteur = UserFactory(entreprise=entreprise)
    grant(lecteur, produit, [DroitSujet.LECTURE])
    html = page(client, lecteur, url_of(produit))
    assert "Consulter" in html
    for word in ("Démarrer", "Éditer", "Retirer le produit"):
        assert word not in html


def test_withdrawing_is_not_offered_once_something_is_validated(client, responsable, produit):
    """R-44: the page that explains it would only refuse."""
    InscriptionFactory(sujet=produit)
    draft = ReponseFactory(sujet=produit)
    assert "Retirer le produit" in page(client, responsable, url_of(produit))
    draft.delete()
    ReponseFactory(sujet=produit, validee=True, demarche="socles")
    assert "Retirer le produit" not in page(client, responsable, url_of(produit))


def test_an_archived_produit_is_read_only(client, responsable, produit):
    """R-43."""
    InscriptionFactory(sujet=produit)
    ReponseFactory(sujet=produit)
    produit.archive_le, produit.archive_par = timezone.now(), responsable
    produit.save()
    html = page(client, responsable, url_of(produit))
    assert "Ce produit est archivé" in html
    for word in ("Démarrer", "Éditer", "Retirer le produit"):
        assert word not in html


def test_under_the_cards_of_the_strategie_stands_its_recapitulatif(client, responsable, entreprise):
    """R-44."""
    strategie = StrategieFactory(entreprise=entreprise, responsable=responsable, qualified=True, certifications="ISO 27001")
    html = page(client, responsable, url_of(strategie))
    assert f">{strategie.nom} - {strategie.reference} : Évaluation et projection socles</h1>" in html
    assert "Récapitulatif" in html
    assert "ISO 27001" in html
    assert reverse("parcours:strategie_modifier") in html
    page(client, UserFactory(responsable=True), url_of(strategie), 404)
    page(client, UserFactory(entreprise=entreprise), url_of(strategie), 403)


def test_the_queries_of_an_enrolled_sujet_do_not_depend_on_its_answers(client, responsable, entreprise, produit):
    """P22: at most 10, the same before any answer and with all of them, for whoever reads."""
    InscriptionFactory(sujet=produit)
    saisie = UserFactory(entreprise=entreprise)
    grant(saisie, produit, [DroitSujet.SAISIE])
    before = [queries(client, user, url_of(produit)) for user in (responsable, saisie)]
    for code in ("interoperabilite", "urbanisation", "securite"):
        ReponseFactory.create_batch(3, sujet=produit, code=code, validee=True, reponses=complete_answers(responsable, produit, code))
        ReponseFactory(sujet=produit, code=code)
    assert [queries(client, user, url_of(produit)) for user in (responsable, saisie)] == before
    assert max(before) <= 10


# --- A questionnaire of which nothing concerns the produit (R-5) ------------------------------------------------------------
SANS_DOCUMENT = {**R1, "QP.10": "aucun", "QP.11": "aucun", "QP.18": "non", "QP.19": ["aucun"]}


@pytest.fixture
def sans_objet(produit):
    """The produit, whose qualification has left no criterion of interopérabilité while a draft answered them."""
    InscriptionFactory(sujet=produit)
    ReponseFactory(sujet=produit, reponses={"A08.1.1": {"valeur": 2}})
    qualifier(produit, SANS_DOCUMENT)
    return reverse("parcours:questionnaire", args=["socles", produit.reference, "interoperabilite"])


def test_neither_its_evaluation_nor_its_projection_is_listed(client, responsable, produit, sans_objet):
    """R-5: nor told to come next once the others are done (PAR-5)."""
    html = page(client, responsable, url_of(produit))
    assert "questionnaire-interoperabilite-" not in html and "questionnaire-urbanisation-projection" in html
    for code in ("urbanisation", "securite"):
        ReponseFactory(sujet=produit, code=code, validee=True, reponses=complete_answers(responsable, produit, code))
    html = page(client, responsable, url_of(produit))
    assert "Ensuite : Projection Urbanisation" in html and "Projection Interopérabilité" not in html


def test_its_page_says_so_and_offers_nothing_to_sign(client, responsable, produit, sans_objet):
    """R-5, R-2: an empty set of answers is not validated; the draft waits, or is set aside."""
    client.force_login(responsable)
    html = client.get(sans_objet).text
    assert "aucun critère de ce questionnaire ne concerne votre produit" in html
    assert 'value="valider"' not in html and "Abandonner le brouillon" in html
    for action in ("enregistrer", "demander", "valider", "section_na:A08.1"):
        assert client.post(sans_objet, {"action": action}).status_code == 409
    (row,) = Reponse.tous.filter(sujet=produit, questionnaire__code="interoperabilite")
    assert (row.etat, row.demandee_le, row.reponses) == ("brouillon", None, {"A08.1.1": {"valeur": 2}})
