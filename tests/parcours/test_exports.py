"""Downloads of the results: asked for as jobs, made for whoever may still read them (QST-8, XP-5, AZ-8)."""

from __future__ import annotations

import re
from io import BytesIO

import pikepdf
import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts import jobs
from accounts.enums import EtatTravail
from accounts.models import Travail
from convergence.templatetags.francais import date_fr, heure
from parcours.jobs import KINDS
from questionnaires.enums import DroitSujet
from questionnaires.models import Reponse
from questionnaires.rights import grant, withdraw
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.catalog.factories import ProduitFactory
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers

pytestmark = pytest.mark.usefixtures("referentiel")

R1_A = {"A08.1.1": 1, "A08.2.1": 0, "A08.3.1": 2, "A08.4.1": 2, "A08.5.01": 2, "A08.5.23": 2, "A10.1": 0}


@pytest.fixture
def responsable(db):
    return UserFactory(entreprise=EntrepriseFactory(raison_sociale="Santé & Fils"), responsable=True)


@pytest.fixture
def produit(responsable):
    produit = ProduitFactory(entreprise=responsable.entreprise, responsable=responsable, nom="=Suivi", version="4.2", qualified=True)
    InscriptionFactory(sujet=produit)
    return produit


@pytest.fixture
def version(produit):
    profil = Reponse.tous.get(sujet=produit, questionnaire__code="qualification-produit")
    reponses = {code: {"valeur": level, "commentaire": "=1+1"} for code, level in R1_A.items()}
    return ReponseFactory(sujet=produit, validee=True, reponses=reponses, profil=profil)


def url(produit, format: str = "excel", code: str = "interoperabilite") -> str:
    return reverse("parcours:exporter", args=["socles", produit.pk, code, format])


def asked(client, user, produit, format: str = "excel", **data) -> Travail:
    client.force_login(user)
    response = client.post(url(produit, format), data)
    travail = Travail.tous.latest("pk")
    assert (response.status_code, response["Location"]) == (302, reverse("accounts:travail", args=[travail.pk]))
    return travail


def made(travail: Travail) -> Travail:
    assert jobs.run(travail.pk)
    travail.refresh_from_db()
    return travail


# --- Asking -------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("who", "status"), [("anonymous", 302), ("agence", 403), ("other_entreprise", 404), ("sans_droit", 403), ("lecteur", 302)])
@pytest.mark.parametrize("format", ["excel", "pdf", "ecart"])
def test_access(client, produit, version, responsable, who, status, format):
    """AZ-4; a refusal leaves no job."""
    people = {
        "agence": UserFactory(agence=True, double_facteur=True),
        "other_entreprise": UserFactory(responsable=True),
        "sans_droit": UserFactory(entreprise=responsable.entreprise),
        "lecteur": UserFactory(entreprise=responsable.entreprise),
    }
    grant(people["lecteur"], produit, [DroitSujet.LECTURE])
    if who != "anonymous":
        client.force_login(people[who])
    assert client.post(url(produit, format)).status_code == status
    assert Travail.tous.count() == (who == "lecteur")


def test_a_get_asks_for_nothing(client, produit, version, responsable):
    """WB-2."""
    client.force_login(responsable)
    assert client.get(url(produit)).status_code == 405
    assert not Travail.tous.exists()


@pytest.mark.parametrize(("format", "code"), [("csv", "interoperabilite"), ("excel", "inconnu"), ("excel", "politique-globale")])
def test_unknown_formats_and_questionnaires(client, produit, responsable, format, code):
    client.force_login(responsable)
    assert client.post(url(produit, format, code)).status_code == 404


@pytest.mark.parametrize("bad", ["x", "0", "-1", "9999999999999999999999"])
def test_unknown_versions(client, produit, version, responsable, bad):
    """AZ-6."""
    client.force_login(responsable)
    assert client.post(url(produit), {"version": bad}).status_code == 404


def test_the_version_of_another_company_is_unknown(client, produit, version, responsable):
    foreign = ReponseFactory(validee=True)
    client.force_login(responsable)
    assert client.post(url(produit), {"version": foreign.pk}).status_code == 404
    assert not Travail.tous.exists()


def test_asked_twice_made_once(client, produit, version, responsable):
    """JB-3."""
    first, second = asked(client, responsable, produit), asked(client, responsable, produit)
    assert first.pk == second.pk


# --- Making -------------------------------------------------------------------------------------------------------------------
def test_excel(client, produit, version, responsable):
    """QST-8, XP-1: four sheets, one row per criterion, what was typed as text."""
    travail = made(asked(client, responsable, produit))
    assert (travail.etat, travail.erreur) == (EtatTravail.TERMINE, "")
    book = load_workbook(BytesIO(travail.fichier.read()))
    assert book.sheetnames == ["Résultats", "Critères", "Écart", "Historique"]
    sheet = book["Critères"]
    assert [sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)] == list(R1_A)
    assert all(cell.data_type != "f" for page in book for row in page.iter_rows() for cell in row)
    facts = {row[0].value: row[1].value for row in book["Résultats"].iter_rows(min_row=3, max_row=13) if row[0].value}
    assert facts["Produit ou stratégie"] == "=Suivi - 4.2"
    assert facts["Résultat"].endswith("2 critères sous le niveau recommandé")


def test_gap(client, produit, version, responsable):
    """QST-7, R-13: in the order of the page."""
    book = load_workbook(BytesIO(made(asked(client, responsable, produit, "ecart")).fichier.read()))
    assert [row[0].value for row in book["Écart"].iter_rows(min_row=2, max_row=3)] == ["A08.2.1", "A10.1"]


def test_pdf(client, produit, version, responsable):
    """QST-8, XP-2: tagged, in French, its title names the produit."""
    travail = made(asked(client, responsable, produit, "pdf"))
    assert (travail.etat, travail.type_mime) == (EtatTravail.TERMINE, "application/pdf")
    document = pikepdf.open(BytesIO(travail.fichier.read()))
    assert bool(document.Root.MarkInfo.Marked)
    assert str(document.Root.Lang) == "fr"
    assert f"référence {produit.pk}" in str(document.docinfo["/Title"])


def test_names_are_plain(client, produit, version, responsable):
    assert made(asked(client, responsable, produit)).nom_fichier == f"resultats-{produit.pk}-interoperabilite.xlsx"


def test_a_past_version(client, produit, version, responsable):
    """R-12: the file of a past version tells that version, and that it is one; the last one is no archive."""
    latest = ReponseFactory(sujet=produit, validee=True, reponses={code: {"valeur": 3} for code in R1_A})
    travail = made(asked(client, responsable, produit, version=version.pk))
    book = load_workbook(BytesIO(travail.fichier.read()))
    assert [book["Critères"].cell(row, 5).value for row in range(2, 9)] == list(R1_A.values())
    assert any(row[0].value == "À noter" and "archive" in row[1].value for row in book["Résultats"].iter_rows())
    book = load_workbook(BytesIO(made(asked(client, responsable, produit, version=latest.pk)).fichier.read()))
    assert not any(row[0].value == "À noter" for row in book["Résultats"].iter_rows())


def test_progress_is_told(client, produit, version, responsable):
    travail = made(asked(client, responsable, produit, "pdf"))
    assert (travail.progres, travail.total) == (1, 2)


def test_one_goes_back_to_the_results_one_came_from(client, produit, version, responsable):
    travail = asked(client, responsable, produit)
    html = client.get(reverse("accounts:travail", args=[travail.pk])).content.decode()
    assert html.count(f'href="{reverse("parcours:resultats", args=["socles", produit.pk, "interoperabilite"])}"') == 2  # breadcrumb, link
    assert 'data-titre="Préparation de votre fichier' in html
    made(travail)
    assert 'data-titre="Votre fichier est prêt"' in client.get(reverse("accounts:travail", args=[travail.pk])).content.decode()


def test_the_end_of_a_file_is_told_to_the_minute(client, produit, version, responsable):
    """XP-5: it goes away at that time, not at the end of that day."""
    travail = made(asked(client, responsable, produit))
    page = client.get(reverse("accounts:travail", args=[travail.pk])).content.decode()
    assert re.search(rf"{date_fr(travail.expire_le)}\sà\s{heure(travail.expire_le)}\.", page)


def test_nothing_to_tell(client, produit, responsable):
    travail = made(asked(client, responsable, produit))
    assert travail.etat == EtatTravail.ECHEC
    assert "aucune réponse" in travail.erreur


@pytest.mark.parametrize("format", sorted(KINDS))
def test_rights_are_asked_again_when_the_job_runs(client, produit, version, responsable, format):
    """AZ-8: withdrawn between the question and the answer, the file is not made, and says why."""
    lecteur = UserFactory(entreprise=responsable.entreprise)
    grant(lecteur, produit, [DroitSujet.LECTURE])
    travail = asked(client, lecteur, produit, format)
    withdraw(lecteur, produit, [DroitSujet.LECTURE])
    made(travail)
    assert travail.etat == EtatTravail.ECHEC
    assert not travail.fichier
    assert "droits" in travail.erreur


# --- All the results of a démarche ----------------------------------------------------------------------------------------
def asked_demarche(client, user, produit) -> Travail:
    client.force_login(user)
    response = client.post(reverse("parcours:exporter_demarche", args=["socles", produit.pk]))
    travail = Travail.tous.latest("pk")
    assert (response.status_code, response["Location"]) == (302, reverse("accounts:travail", args=[travail.pk]))
    return travail


@pytest.mark.parametrize("format", [*KINDS, "demarche"])
def test_a_file_is_closed_with_the_right_it_was_made_under(client, responsable, produit, version, format):
    """AZ-8, XP-5: asked about again at each download; given back with the right."""
    lecteur = UserFactory(entreprise=produit.entreprise)
    grant(lecteur, produit, [DroitSujet.LECTURE])
    client.force_login(lecteur)
    client.post(url(produit, format) if format in KINDS else reverse("parcours:exporter_demarche", args=["socles", produit.pk]))
    fichier = reverse("accounts:travail_fichier", args=[made(Travail.tous.latest("pk")).pk])
    statuses = [client.get(fichier).status_code]
    withdraw(lecteur, produit, [DroitSujet.LECTURE])
    statuses.append(client.get(fichier).status_code)
    grant(lecteur, produit, [DroitSujet.LECTURE])
    statuses.append(client.get(fichier).status_code)
    assert statuses == [200, 403, 200]


def test_results_of_a_demarche_come_in_one_workbook(client, responsable, produit, version):
    """PAR-2: « Télécharger les résultats »: where each questionnaire stands, the answers, the gaps; nothing is a formula (XP-1)."""
    ReponseFactory(sujet=produit, code="urbanisation", reponses={"A03.1": {"valeur": 1}})
    travail = made(asked_demarche(client, responsable, produit))
    book = load_workbook(BytesIO(travail.fichier.read()))
    assert book.sheetnames == ["Synthèse", "1 Interopérabilité", "2 Urbanisation", "Écarts"]
    lines = [[cell.value for cell in row] for row in book["Synthèse"].iter_rows(min_row=4, max_row=6)]
    assert [line[:3] for line in lines] == [
        ["Évaluation Interopérabilité", "Terminé", "7/7"],
        ["Évaluation Urbanisation", "En cours", "1/6"],
        ["Évaluation Sécurité", "À compléter", "0/36"],
    ]
    assert "Non atteint pour Doctrine" in lines[0][3] and lines[2][3] == "Aucune réponse"
    assert next(row[1].value for row in book["1 Interopérabilité"].iter_rows(min_row=2))
    assert {row[0].value for row in book["Écarts"].iter_rows(min_row=2)} == {"Interopérabilité", "Urbanisation"}
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    back = reverse("parcours:sujet_inscrit", args=["socles", produit.pk])
    assert client.get(reverse("accounts:travail", args=[travail.pk])).content.decode().count(f'href="{back}"') == 2  # breadcrumb, link


def test_results_of_a_demarche_tell_the_draft_that_does_not_count(client, responsable, produit, version):
    """QST-8: as the page of the questionnaire does."""
    ReponseFactory(sujet=produit, reponses={"A10.1": {"valeur": 3}})
    book = load_workbook(BytesIO(made(asked_demarche(client, responsable, produit)).fichier.read()))
    assert "il ne compte pas dans ce résultat" in book["Synthèse"]["E4"].value


def test_results_of_a_demarche_are_for_who_may_still_read_them(client, produit, version):
    """AZ-8: asked again when the job runs."""
    lecteur = UserFactory(entreprise=produit.entreprise)
    grant(lecteur, produit, [DroitSujet.LECTURE])
    travail = asked_demarche(client, lecteur, produit)
    withdraw(lecteur, produit, [DroitSujet.LECTURE])
    jobs.run(travail.pk)
    travail.refresh_from_db()
    assert travail.etat != EtatTravail.TERMINE and not travail.fichier


def test_results_are_offered_when_all_is_complete(client, responsable, produit):
    """PAR-5: the message that says so offers the results and what comes next."""
    for code in ("interoperabilite", "urbanisation", "securite"):
        ReponseFactory(sujet=produit, code=code, validee=True, reponses=complete_answers(responsable, produit, code))
    client.force_login(responsable)
    html = client.get(reverse("parcours:sujet_inscrit", args=["socles", produit.pk])).content.decode()
    message = html.split('class="demarche-terminee')[1].split("</section>")[0]
    assert reverse("parcours:exporter_demarche", args=["socles", produit.pk]) in message and "Ensuite" in message
    assert reverse("parcours:exporter_demarche", args=["socles", produit.pk]) in client.get("/demarches/socles/").content.decode()
