"""« Tableau de bord » (PAR-1, UX « Dashboard »): what it shows, to whom, in how many queries."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import policy
from convergence.context_processors import site
from parcours.models import Inscription
from parcours.selectors import holding
from questionnaires.enums import DroitSujet
from questionnaires.models import Sujet
from questionnaires.rights import grant
from tests.accounts.factories import NotificationFactory, UserFactory
from tests.catalog.factories import ProduitFactory, StrategieFactory
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers

URL = "/tableau-de-bord/"
pytestmark = pytest.mark.usefixtures("referentiel")


@pytest.fixture
def produit(entreprise, responsable):
    return ProduitFactory(entreprise=entreprise, responsable=responsable, nom="Suivi des plaies", version="4.2", qualified=True)


def page(client, user, **parametres) -> str:
    client.force_login(user)
    return client.get(URL, parametres).content.decode().replace("\u00a0", " ")


# --- Who sees what --------------------------------------------------------------------------------------------------------
def test_a_visitor_is_sent_to_the_sign_in(client):
    assert client.get(URL).status_code == 302


def test_the_staff_of_the_agency_has_no_dashboard_of_a_company(client):
    client.force_login(UserFactory(agence=True, double_facteur=True))
    assert client.get(URL).status_code == 403


def test_another_company_sees_nothing_of_it(client, produit):
    InscriptionFactory(sujet=produit)
    stranger = UserFactory(responsable=True)
    assert produit.nom not in page(client, stranger)


def test_a_contributeur_sees_only_what_he_may_read(client, entreprise, produit):
    """R-53: of the others, the catalogue alone says that they exist."""
    InscriptionFactory(sujet=produit)
    lecteur = UserFactory(entreprise=entreprise)
    assert produit.nom not in page(client, lecteur)
    grant(lecteur, produit, [DroitSujet.LECTURE])
    assert page(client, lecteur).count(produit.nom) >= 2


def test_archived_produits_have_left(client, responsable, produit):
    """R-43."""
    InscriptionFactory(sujet=produit)
    produit.archive_le, produit.archive_par = timezone.now(), responsable
    produit.save()
    assert produit.nom not in page(client, responsable)


# --- « Vos démarches » ----------------------------------------------------------------------------------------------------
def test_a_row_tells_the_produit_the_demarche_and_where_it_stands(client, responsable, produit):
    """PAR-1, R-5: the number of questionnaires is that of the applicable ones; the row opens the enrolled sujet."""
    InscriptionFactory(sujet=produit)
    html = page(client, responsable)
    for words in ("Suivi des plaies", "4.2", "Doctrine du Numérique en Santé", "Évaluation et projection socles", "À compléter"):
        assert words in html
    assert '<td data-label="Questionnaires" class="nombre">3</td>' in html
    assert reverse("parcours:sujet_inscrit", args=["socles", produit.reference]) in html


def test_the_rows_come_the_latest_enrolled_first(client, responsable, entreprise):
    """PAR-1."""
    for days, nom in ((1, "Hier"), (0, "Ce jour"), (9, "Avant")):
        enrolled = InscriptionFactory(sujet=ProduitFactory(entreprise=entreprise, responsable=responsable, nom=nom))
        Inscription.tous.filter(pk=enrolled.pk).update(inscrite_le=timezone.now() - timedelta(days=days))
    rows = [row.split("</tr>")[0] for row in page(client, responsable).split('data-label="Réf. produit"')[1:]]
    assert [re.search(r"Hier|Ce jour|Avant", row)[0] for row in rows] == ["Ce jour", "Hier", "Avant"]


@pytest.mark.parametrize("words", ["plaies", "4.2", "doctrine numerique", "SOCLES plaies"])
def test_the_search_finds_by_any_column(client, responsable, produit, words):
    InscriptionFactory(sujet=produit)
    InscriptionFactory(sujet=ProduitFactory(entreprise=produit.entreprise, nom="Autre", version="9", qualified=True), code="mes-guide")
    html = page(client, responsable, q=words)
    assert "1 démarche pour" in html


def test_the_search_finds_by_reference(client, responsable, produit):
    InscriptionFactory(sujet=produit)
    assert "1 démarche pour" in page(client, responsable, q=str(produit.reference))


def test_a_search_without_result_says_so_and_offers_the_whole(client, responsable, produit):
    InscriptionFactory(sujet=produit)
    html = page(client, responsable, q="<introuvable>")
    assert "Aucune démarche ne correspond à « &lt;introuvable&gt; »" in html
    assert "Voir toutes vos démarches" in html


def test_the_rows_come_by_pages_that_keep_the_search(client, responsable, entreprise):
    for number in range(12):
        InscriptionFactory(sujet=ProduitFactory(entreprise=entreprise, nom=f"Agenda {number:02}", responsable=responsable))
    first, second = page(client, responsable, q="agenda"), page(client, responsable, q="agenda", page=2)
    assert first.count('data-label="Réf. produit"') == 10
    assert second.count('data-label="Réf. produit"') == 2
    assert "q=agenda" in second
    assert page(client, responsable, q="agenda", lignes=25).count('data-label="Réf. produit"') == 12


@pytest.mark.parametrize("parametres", [{"page": "-1"}, {"page": "abc"}, {"page": "9" * 30}, {"page": "²"}, {"lignes": "7"}, {"lignes": "10 "}])
def test_a_malformed_address_gives_the_page_and_a_sentence(client, responsable, parametres):
    client.force_login(responsable)
    response = client.get(URL, parametres)
    assert response.status_code == 400
    assert "fr-alert--warning" in response.content.decode().replace("\u00a0", " ")


def test_a_page_beyond_the_last_gives_the_first(client, responsable, produit):
    InscriptionFactory(sujet=produit)
    client.force_login(responsable)
    response = client.get(URL, {"page": 3})
    assert response.status_code == 404
    assert "Suivi des plaies" in response.content.decode().replace("\u00a0", " ")


# --- « Ce qui vous attend » -----------------------------------------------------------------------------------------------
def test_a_draft_to_validate_comes_first_with_the_only_primary_button(client, responsable, produit, entreprise):
    """UX: what waits for me first; one primary button a page."""
    ines = UserFactory(entreprise=entreprise, first_name="Inès", last_name="Moreau")
    InscriptionFactory(sujet=produit)
    ReponseFactory(sujet=produit, code="urbanisation", par=responsable)
    ReponseFactory(sujet=produit, par=ines, demandee=True)
    html = page(client, responsable)
    assert html.index("Inès Moreau demande votre validation") < html.index("Brouillon à compléter")
    main = html[html.index("<main") : html.index("</main")]
    assert main.count('class="fr-btn fr-btn--sm"') + main.count('class="fr-btn"') == 1
    assert reverse("parcours:questionnaire", args=["socles", produit.reference, "interoperabilite"]) in main


def test_a_request_does_not_wait_for_who_cannot_validate(client, produit, entreprise):
    """R-51: validating needs « valider » and validation on the sujet."""
    InscriptionFactory(sujet=produit)
    ReponseFactory(sujet=produit, demandee=True)
    contributeur = UserFactory(entreprise=entreprise, peut_valider=True)
    grant(contributeur, produit, [DroitSujet.LECTURE, DroitSujet.SAISIE])
    assert "Relire et valider" not in page(client, contributeur)
    grant(contributeur, produit, [DroitSujet.VALIDATION])
    assert "Relire et valider" in page(client, contributeur)


def test_a_draft_sent_back_shows_its_comment_to_its_author(client, responsable, produit, entreprise):
    """R-21."""
    ines = UserFactory(entreprise=entreprise)
    grant(ines, produit, [DroitSujet.SAISIE])
    InscriptionFactory(sujet=produit)
    ReponseFactory(sujet=produit, par=ines, renvoyee=True, renvoyee_par=responsable, renvoi_commentaire="Revoir <A08>")
    assert "Revoir &lt;A08&gt;" in page(client, ines)
    assert "Revoir" not in page(client, responsable)


def test_a_draft_sent_back_reaches_who_had_asked_without_having_written(client, responsable, produit, entreprise):
    """R-21."""
    ines = UserFactory(entreprise=entreprise)
    grant(ines, produit, [DroitSujet.SAISIE])
    InscriptionFactory(sujet=produit)
    ReponseFactory(sujet=produit, demandee_par=ines, renvoyee=True, renvoyee_par=responsable, renvoi_commentaire="Revoir A08")
    assert "Revoir A08" in page(client, ines)


@pytest.mark.parametrize("code", ["interoperabilite", "urbanisation", "securite"])
def test_what_waits_opens_its_own_questionnaire(client, responsable, produit, code):
    """UX « Dashboard »."""
    InscriptionFactory(sujet=produit)
    ReponseFactory(sujet=produit, code=code)
    assert reverse("parcours:questionnaire", args=["socles", produit.reference, code]) in page(client, responsable)


def test_a_draft_of_the_strategie_waits_without_enrolment(client, responsable, entreprise):
    """R-44."""
    strategie = StrategieFactory(entreprise=entreprise, responsable=responsable, qualified=True)
    ReponseFactory(sujet=strategie, code="politique-globale", demandee=True)
    assert reverse("parcours:questionnaire", args=["socles", strategie.reference, "politique-globale"]) in page(client, responsable)


@pytest.mark.parametrize("etat", ["validee", "abandonnee"])
def test_what_is_validated_or_set_aside_waits_for_nobody(client, responsable, produit, etat):
    """R-3."""
    InscriptionFactory(sujet=produit)
    if etat == "validee":
        ReponseFactory(sujet=produit, validee=True)
    else:
        ReponseFactory(sujet=produit, etat=etat)
    assert "Brouillon à compléter" not in page(client, responsable)


def test_a_draft_whose_sujet_left_its_demarches_waits_for_nobody(client, responsable, produit):
    InscriptionFactory(sujet=produit, retiree=True)
    ReponseFactory(sujet=produit)
    assert "Brouillon à compléter" not in page(client, responsable)


# --- Empty states, parcours -----------------------------------------------------------------------------------------------
def test_an_empty_company_is_told_where_to_start(client, responsable):
    html = page(client, responsable)
    assert "ajoutez votre premier produit" in html
    assert html.count('<a class="fr-btn" href="/produits/ajouter/">Ajouter un produit</a>') == 1
    assert '<details class="repli" data-memoire="parcours-expliques" open>' in html
    assert "étapes à suivre" in html


def test_the_parcours_fold_once_a_demarche_is_begun(client, responsable, produit):
    InscriptionFactory(sujet=produit)
    assert '<details class="repli" data-memoire="parcours-expliques">' in page(client, responsable)


def test_adding_is_offered_to_who_may_only(client, entreprise):
    assert "Ajouter un produit</a>" not in page(client, UserFactory(entreprise=entreprise))
    assert "Ajouter un produit</a>" in page(client, UserFactory(entreprise=entreprise, peut_creer_produits=True))


def test_the_cards_of_the_produits_are_searched_apart(client, responsable, produit):
    ProduitFactory(entreprise=produit.entreprise, responsable=responsable, nom="Autre logiciel")
    html = page(client, responsable, produit="plaies")
    assert "Suivi des plaies" in html
    assert "Autre logiciel" not in html


# --- Navigation -----------------------------------------------------------------------------------------------------------
def test_the_header_names_each_parcours_and_counts_the_notices(client, responsable):
    """R-46, ACC-8."""
    NotificationFactory(destinataire=responsable)
    NotificationFactory(destinataire=responsable, lue=True)
    client.force_login(responsable)
    response = client.get(URL)
    around = response.context["site"]
    assert [entry.libelle for entry in around.navigation][:4] == ["Tableau de bord", "Vos produits", "Doctrine du Numérique en Santé", "Mon espace santé"]
    assert [entry.libelle for entry in around.navigation if entry.actif] == ["Tableau de bord"]
    assert around.notifications_non_lues == 1


def test_the_surroundings_of_a_visitor_cost_no_query(rf, django_assert_num_queries):
    request = rf.get("/")
    request.user = AnonymousUser()
    with django_assert_num_queries(0):
        around = site(request)["site"]
        assert (around.utilisateur, around.navigation, around.notifications_non_lues) == (None, (), 0)


# --- Cost and rights ------------------------------------------------------------------------------------------------------
def queries(client, user, url: str = URL) -> int:
    client.force_login(user)
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("is_responsable", [True, False])
def test_the_number_of_queries_does_not_grow(client, entreprise, responsable, is_responsable):
    """P22: the same at 1 and 20 rows, at most 12 with session and user."""
    reader = responsable if is_responsable else UserFactory(entreprise=entreprise, tous_droits=True)

    def enrol():
        produit = ProduitFactory(entreprise=entreprise, responsable=reader, qualified=True)
        InscriptionFactory(sujet=produit)
        ReponseFactory(sujet=produit, demandee=True, reponses=complete_answers(reader, produit))
        ReponseFactory(sujet=produit, code="securite", par=reader)

    enrol()
    alone = queries(client, reader, f"{URL}?lignes=25")
    for _ in range(19):
        enrol()
    assert queries(client, reader, f"{URL}?lignes=25") == alone
    assert alone <= 12


@pytest.mark.parametrize("granted", [[], ["lecture"], ["saisie"], ["validation"], ["lecture", "saisie", "validation"]])
@pytest.mark.parametrize("traits", [{}, {"peut_valider": True}, {"acces_strategie": True}, {"responsable": True}, {"tous_droits": True}])
@pytest.mark.parametrize("kind", ["produit", "strategie", "named"])
def test_rights_for_many_rows_agree_with_the_policy(entreprise, responsable, kind, traits, granted):
    """AZ-2: ``holding`` says for a query what ``policy.can`` says for one object."""
    user = UserFactory(entreprise=entreprise, **traits)
    if kind == "strategie":
        sujet = StrategieFactory(entreprise=entreprise, responsable=responsable)
    else:
        sujet = ProduitFactory(entreprise=entreprise, responsable=user if kind == "named" else responsable)
    grant(user, sujet, [DroitSujet(droit) for droit in granted])
    for droit, verb in ((DroitSujet.LECTURE, "lire"), (DroitSujet.SAISIE, "saisir"), (DroitSujet.VALIDATION, "valider")):
        plain = Sujet.objects.visible_to(user).get(pk=sujet.pk)
        assert Sujet.objects.visible_to(user).filter(holding(user, droit), pk=sujet.pk).exists() == policy.can(user, verb, plain), droit


def test_a_long_list_of_what_waits_folds_after_the_first_ones(client, responsable, entreprise):
    for _ in range(7):
        produit = ProduitFactory(entreprise=entreprise, responsable=responsable, qualified=True)
        InscriptionFactory(sujet=produit)
        ReponseFactory(sujet=produit)
    html = page(client, responsable)
    assert html.count("Brouillon à compléter") == 7
    assert "Voir la suite (2)" in html
