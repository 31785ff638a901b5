"""Results of a questionnaire: who sees them, what they say, in how many queries (QST-6 to QST-8, R-10 to R-13)."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import User
from catalog.models import Produit
from questionnaires.enums import DroitSujet
from questionnaires.models import Reponse
from questionnaires.rights import grant
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.catalog.factories import R1, ProduitFactory, StrategieFactory, qualifier
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers

pytestmark = pytest.mark.usefixtures("referentiel")

# Case R1-A of the référentiel (1.5): not reached for the Doctrine, reached for MES.
R1_A = {"A08.1.1": 1, "A08.2.1": 0, "A08.3.1": 2, "A08.4.1": 2, "A08.5.01": 2, "A08.5.23": 2, "A10.1": 0}


def answers(levels: dict, **comments: str) -> dict:
    return {code: {"valeur": level, "commentaire": comments.get(code, "")} for code, level in levels.items()}


@dataclass
class Case:
    """A produit of profile R1 enrolled in « socles » and « sans échange », and one account per rung."""

    produit: Produit
    accounts: dict[str, User]

    def url(self, name: str = "resultats", *more, demarche: str = "socles", code: str = "interoperabilite") -> str:
        return reverse(f"parcours:{name}", args=[demarche, self.produit.pk, code, *more])

    def validate(self, levels: dict, days: int = 0, **values) -> Reponse:
        when = timezone.now() - timedelta(days=days)
        profil = Reponse.tous.filter(sujet=self.produit, questionnaire__code="qualification-produit").order_by("-pk").first()
        return ReponseFactory(sujet=self.produit, validee=True, reponses=answers(levels), profil=profil, validee_le=when, modifiee_le=when, **values)

    def draft(self, levels: dict, **values) -> Reponse:
        return ReponseFactory(sujet=self.produit, reponses=answers(levels), **values)


@pytest.fixture
def case(db) -> Case:
    entreprise = EntrepriseFactory()
    responsable = UserFactory(entreprise=entreprise, responsable=True, last_name="Fontaine")
    produit = ProduitFactory(entreprise=entreprise, responsable=responsable, nom="Suivi des plaies", version="4.2", qualified=True)
    for code in ("socles", "mes-sans-echange"):
        InscriptionFactory(sujet=produit, code=code)
    lecteur = UserFactory(entreprise=entreprise)
    grant(lecteur, produit, [DroitSujet.LECTURE])
    accounts = {
        "other_entreprise": UserFactory(responsable=True),
        "agence": UserFactory(agence=True, double_facteur=True),
        "sans_droit": UserFactory(entreprise=entreprise),
        "lecteur": lecteur,
        "responsable": responsable,
    }
    return Case(produit, accounts)


@pytest.fixture
def page(client, case):
    """Read a page as somebody, by default the responsable."""

    def read(url: str, who: str = "responsable", status: int = 200, **data) -> str:
        client.force_login(case.accounts[who])
        response = client.get(url, data)
        assert response.status_code == status
        return response.content.decode().replace("\xa0", " ")

    return read


# --- Who ----------------------------------------------------------------------------------------------------------------------
LADDER = [("anonymous", 302), ("agence", 403), ("other_entreprise", 404), ("sans_droit", 403), ("lecteur", 200), ("responsable", 200)]


@pytest.mark.parametrize(("who", "status"), LADDER)
@pytest.mark.parametrize("name", ["resultats", "version_validee", "comparer"])
def test_access(client, case, name, who, status):
    """AZ-4: another company's sujet is a 404, a missing right inside one's company a 403."""
    version = case.validate(R1_A)
    if who != "anonymous":
        client.force_login(case.accounts[who])
    more = [version.pk] if name == "version_validee" else []
    assert client.get(case.url(name, *more)).status_code == status


@pytest.mark.parametrize("name", ["resultats", "comparer"])
def test_only_read(client, case, name):
    client.force_login(case.accounts["responsable"])
    assert client.post(case.url(name)).status_code == 405


@pytest.mark.parametrize(
    ("demarche", "code"), [("socles", "inconnu"), ("inconnue", "interoperabilite"), ("socles", "politique-globale"), ("socles", "qualification-produit")]
)
def test_unknown_questionnaires_are_404(page, case, demarche, code):
    page(case.url(demarche=demarche, code=code), status=404)


# --- What ---------------------------------------------------------------------------------------------------------------------
def test_nothing_answered_says_so_and_offers_the_form(page, case):
    html = page(case.url())
    assert "n'a encore aucune réponse" in html
    assert "Répondre au questionnaire" in html
    assert "Télécharger" not in html


def test_case_r1_a_is_not_reached_for_the_doctrine(page, case):
    """REFERENTIEL 1.5, R-10: the verdict in words, its reason, and what is to be mended."""
    case.validate(R1_A)
    html = page(case.url())
    assert "Non atteint pour Doctrine du Numérique en Santé socles : 2 critères sous le niveau recommandé" in html
    assert "À reprendre : A08.2.1, A10.1." in strip_tags(html)
    assert "n'est pas accepté" not in html.replace("&#x27;", "'")


def test_the_results_lead_to_what_comes_next(page, case):
    """UX: to mend the answers while something is missing, else to the other questionnaires; one primary button in both."""
    case.validate(R1_A)
    onward = f'href="{reverse("parcours:sujet_inscrit", args=["socles", case.produit.pk])}">Continuer la démarche'
    html = page(case.url())
    assert f'<a href="{case.url("questionnaire")}#critere-A10.1">A10.1</a>.' in html, "what is to be mended leads to its card"
    assert f'fr-btn--secondary" {onward}' in html and '<a class="fr-btn" href="' + case.url("questionnaire") in html
    case.validate({**R1_A, "A08.2.1": 3, "A10.1": 3})
    assert f'<a class="fr-btn" {onward}' in page(case.url())


def test_case_r1_a_is_reached_for_mes_in_its_own_words(page, case):
    """R-11: a self-assessment, which tells nothing of the referencing."""
    case.validate(R1_A)
    html = page(case.url(demarche="mes-sans-echange"))
    assert "Niveau d'auto-évaluation : Atteint pour Mon espace santé" in html.replace("&#x27;", "'")
    assert re.search(r"Les \d critères obligatoires ont une réponse acceptée\.", html)
    assert "ne présage pas de l'issue d'une demande de référencement" in html.replace("&#x27;", "'")


def test_under_three_axes_there_are_bars(page, case):
    """R-12: MES keeps two axes only, the others hold options."""
    case.validate(R1_A)
    html = page(case.url(demarche="mes-sans-echange"))
    table = html.split("Moyenne par axe")[-1].split("</table>")[0]
    assert table.count('<th scope="row">') == 2
    assert "<rect" in html.split('class="radar"')[1].split("</svg>")[0]


def test_the_radar_has_its_table(page, case):
    """R-12, AX-3: one decimal and a comma; the expected level beside."""
    case.validate(R1_A)
    html = page(case.url())
    table = html.split("Moyenne par axe")[-1].split("</table>")[0]
    assert table.count('<th scope="row">') == 6
    assert "<td>2,0</td>" in table
    assert "Brouillon" not in table


def test_the_draft_is_drawn_over_the_validated_answers(page, case):
    case.validate(R1_A)
    case.draft({**R1_A, "A10.1": 3})
    html = page(case.url())
    assert "est en cours : il ne compte pas dans ce résultat" in html
    assert "<td>0,0</td><td>3,0</td><td>1,0</td>" in html
    assert "Reprendre le brouillon" in html


def test_a_missing_point_is_a_dash(page, case):
    """R-12: the axis stays when one of the two series has it."""
    case.validate(R1_A)
    case.draft({code: level for code, level in R1_A.items() if code != "A10.1"})
    assert "<td>0,0</td><td>—</td><td>1,0</td>" in page(case.url())


def test_a_draft_alone_is_shown_as_such(page, case):
    case.draft({"A08.1.1": 2})
    html = page(case.url())
    assert "Brouillon : ce questionnaire n'a pas encore été validé" in html.replace("&#x27;", "'")
    assert "Il manque encore 6 réponses" in html
    assert "verdict-sans" in html


URBANISATION = ("A03.1", "A04.2", "A05.1", "A07.1", "A08.6.2", "A08.7.2")


def test_the_level_is_hidden_while_something_is_missing(page, case):
    """R-3, R-10: a new qualification shows more criteria; the questionnaire is no longer Terminé."""
    case.validate(dict.fromkeys(URBANISATION, 3), code="urbanisation")
    assert "verdict-atteint" in page(case.url(code="urbanisation"))
    qualifier(case.produit, {**R1, "QP.20": ["pp", "pm"]})
    html = page(case.url(code="urbanisation")).replace("&#x27;", "'")
    assert "Le niveau n'est pas affiché : le questionnaire n'est pas terminé" in html
    assert "réponses manquent pour ce qui est affiché aujourd'hui : A01.1" in strip_tags(html)
    assert "verdict-atteint" not in html


def test_an_answer_no_longer_asked_for_is_told(page, case):
    """R-2, R-3: it stays validated, and the questionnaire is to be saved again."""
    case.validate({**R1_A, "A08.5.02": 3})
    assert "ne sont plus affichés" in page(case.url())


def test_a_past_version_keeps_its_own_profile(page, case):
    """R-12: what was Terminé then is told as it was then, whatever the profile became."""
    former = case.validate(dict.fromkeys(R1_A, 3), days=30)
    qualifier(case.produit, {**R1, "QP.07": "non", "QP.11": "aucun"})
    html = page(case.url("version_validee", former.pk))
    assert "Atteint pour Doctrine du Numérique en Santé socles" in html
    assert html.count('id="resultat-') == 7
    assert "Les 7 critères obligatoires sont au niveau recommandé, ou non applicables." in html


def test_na_where_the_demarche_does_not_accept_it_is_told(page, case):
    """R-10, R-20, REFERENTIEL 1.6: 04.03 loses « non applicable » when data is exchanged; it is no level to raise."""
    InscriptionFactory(sujet=case.produit, code="mes-avec-echange")
    levels = complete_answers(case.accounts["responsable"], case.produit, "securite", demarche="mes-avec-echange")
    case.validate({**{code: answer["valeur"] for code, answer in levels.items()}, "04.03": "NA"}, code="securite")
    html = page(case.url(demarche="mes-avec-echange", code="securite")).replace("&#x27;", "'")
    assert ": 1 critère « non applicable » alors que la démarche ne l'accepte pas" in html
    assert "À reprendre : 04.03." in strip_tags(html) and "sous le niveau" not in html
    lines = [line.split("</tr>")[0] for line in html.split('id="ecart"')[1].split('href="#resultat-')[1:]]
    assert {line.split('"')[0] for line in lines if "(« non applicable » n'est pas accepté)" in line} == {"04.03"}


def test_without_a_level_asked_for_no_level_is_missing_to_it(page, case):
    """R-13, R-15: of an option of MES only the cible is said."""
    case.validate(R1_A)
    line = page(case.url(demarche="mes-sans-echange")).split('id="ecart"')[1].split('href="#resultat-A08.1.1"')[1].split("</tr>")[0]
    assert "Aucun</td>" in line and ">—</td>" in line and "2 niveaux</td>" in line


def test_gap_is_sorted_by_effort_and_counts_levels(page, case):
    """R-13: first what is below the recommended level, then what only misses the cible."""
    case.validate(R1_A)
    html = page(case.url()).split('id="ecart"')[1].split("</table>")[0]
    codes = [part.split('"')[0] for part in html.split('href="#resultat-')[1:]]
    assert codes[:2] == ["A08.2.1", "A10.1"]
    assert re.findall(r">([^<>]*)</td>", html.split('href="#resultat-A08.2.1"')[1].split("</tr>")[0])[-2:] == ["1 niveau", "3 niveaux"]
    assert set(codes) == {code for code, level in R1_A.items() if level < 3}


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ({"A08.1.1": 3}, "Aucun écart parmi les critères renseignés."),
        (dict.fromkeys(R1_A, "NA"), "Aucun écart : chaque critère affiché est au niveau de la cible, ou non applicable."),
    ],
)
def test_no_gap_says_of_what(page, case, levels, words):
    """R-13: criteria not answered yet are no criteria at the cible, and neither are those that do not apply."""
    case.draft(levels)
    assert words in page(case.url())


def test_no_gap_and_no_recommendation_at_the_cible(page, case):
    """R-13: a recommendation shows while the level is below 3."""
    case.validate(dict.fromkeys(R1_A, 3))
    html = page(case.url())
    assert "Aucun écart" in html
    assert 'id="recommandations"' not in html
    case.validate({**dict.fromkeys(R1_A, 3), "A10.1": 2})
    assert page(case.url()).count('class="recommandations"') == 1


def test_a_section_declared_na_counts_as_na_with_its_reason(page, case):
    """R-20: its criteria count as not applicable, and the reason stands beside."""
    case.draft({}, code="urbanisation", sections_na={"identite-des-usagers": {"motif": "Aucun usager n'y accède."}})
    html = page(case.url(code="urbanisation")).replace("&#x27;", "'")
    assert "Section non applicable : Aucun usager n'y accède." in html
    assert "Non applicable" in html


def test_what_people_typed_is_escaped(page, case):
    """WB-4."""
    case.draft({})
    Reponse.tous.filter(sujet=case.produit, etat="brouillon").update(reponses={"A10.1": {"valeur": 0, "commentaire": "<script>alert(1)</script>{{7*7}}"}})
    html = page(case.url())
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in html


def test_history_says_who_when_and_from_where(page, case):
    versions = [case.validate(R1_A, days=days) for days in (30, 1)]
    html = page(case.url()).split('id="historique"')[1]
    assert html.count("Évaluation et projection socles") == 2
    assert html.count("Fontaine") == 2
    assert html.index(case.url("version_validee", versions[1].pk)) < html.index(case.url("version_validee", versions[0].pk))
    assert html.count("dernière version validée") == 1


def test_versions_of_others_do_not_exist_here(page, case):
    """AZ-6: the key of another sujet, of another questionnaire, of a draft."""
    case.validate(R1_A)
    foreign = ReponseFactory(validee=True)
    other = case.validate({}, code="securite")
    draft = case.draft({})
    for row in (foreign, other, draft):
        page(case.url("version_validee", row.pk), status=404)


def test_the_address_alone_does_not_say_that_the_demarche_is_done(client, case):
    """PAR-5: two questionnaires are still to do, whatever the address adds."""
    case.validate(R1_A)
    client.force_login(case.accounts["responsable"])
    assert "data-modale" not in client.get(case.url(), {"terminee": ""}).content.decode()


# --- The stratégie globale ------------------------------------------------------------------------------------------------------
def test_results_of_the_strategie(client, case):
    """R-44: no enrolment is needed."""
    strategie = StrategieFactory(entreprise=case.produit.entreprise, responsable=case.accounts["responsable"], qualified=True)
    ReponseFactory(sujet=strategie, code="politique-globale", validee=True, reponses={})
    client.force_login(case.accounts["responsable"])
    response = client.get(reverse("parcours:resultats", args=["socles", strategie.pk, "politique-globale"]))
    assert response.status_code == 200
    assert "Le niveau n&#x27;est pas affiché" in response.content.decode()


# --- Comparison -------------------------------------------------------------------------------------------------------------------
def test_compare_two_versions(page, case):
    a, b = case.validate(R1_A, days=9), case.validate({**R1_A, "A10.1": 3})
    html = page(case.url("comparer"), a=a.pk, b=b.pk)
    assert "1 différence" in html
    assert "Réponse modifiée" in html
    assert "0 · Maturité très faible" in html
    assert "3 · Maturité forte" in html


def test_compare_the_draft_with_the_last_version_by_default(page, case):
    case.validate(R1_A)
    case.draft(dict.fromkeys(R1_A, 3))
    html = page(case.url("comparer"))
    assert "7 différences" in html


def test_compare_says_when_nothing_differs(page, case):
    a, b = case.validate(R1_A, days=9), case.validate(R1_A)
    assert "Aucune différence" in page(case.url("comparer"), a=a.pk, b=b.pk)


def test_compare_writes_hours_as_the_other_pages_do(page, case):
    ReponseFactory(sujet=case.produit, validee=True, reponses=answers(R1_A), validee_le=datetime(2026, 3, 2, 6, 5, tzinfo=UTC))
    case.validate({**R1_A, "A10.1": 3})
    assert "Validée le 02/03/2026 à 7 h 05" in page(case.url("comparer")).replace("\N{NO-BREAK SPACE}", " ")


def test_compare_a_section_declared_non_applicable_names_what_it_changed_of_what_is_shown(page, case):
    """R-1, R-20: the criteria of the section that concern this produit, not the whole of it; one unanswered before comes with them."""
    case.validate({code: level for code, level in R1_A.items() if code != "A08.5.23"})
    case.draft({code: level for code, level in R1_A.items() if code != "A08.5.23"}, sections_na={"A08.5": {"motif": "sans document"}})
    html = page(case.url("comparer"))
    assert "2 différences" in html and "A08.5.01" in html and "A08.5.23" in html and "A08.5.02" not in html
    assert html.count("Section non applicable : sans document") == 2


def test_compare_tells_the_reason_of_a_section_that_changed(page, case):
    """R-20, QST-11: as the results do, beside each criterion of the section."""
    a = case.validate(R1_A, days=9, sections_na={"A08.4": {"motif": "avant l'ouverture"}})
    b = case.validate(R1_A, sections_na={"A08.4": {"motif": "sans partage"}})
    html = page(case.url("comparer"), a=a.pk, b=b.pk)
    assert "1 différence" in html and "avant l&#x27;ouverture" in html and "sans partage" in html and "Commentaire modifié" in html


def test_compare_names_the_option_an_answer_depends_on(page, case):
    """R-23, QST-11: two answers told different are not written alike."""
    option = ProduitFactory(entreprise=case.produit.entreprise, responsable=case.produit.responsable, option=True, socles=[case.produit])
    a = case.validate(R1_A, days=9)
    b = ReponseFactory(sujet=case.produit, validee=True, reponses=answers(R1_A) | {"A10.1": {"valeur": 0, "option": option.pk}})
    html = page(case.url("comparer"), a=a.pk, b=b.pk)
    assert "1 différence" in html and f"0 · Maturité très faible, dépend du produit option réf. {option.pk}" in html


def test_compare_the_same_version_asks_for_two(page, case):
    a = case.validate(R1_A, days=9)
    case.validate(R1_A)
    assert "Choisissez deux versions différentes" in page(case.url("comparer"), a=a.pk, b=a.pk)


def test_compare_with_one_version_only(page, case):
    case.validate(R1_A)
    html = page(case.url("comparer"))
    assert "Il faut deux versions pour comparer" in html
    assert f'<a class="fr-btn" href="{case.url("resultats")}">Revenir aux résultats</a>' in html


@pytest.mark.parametrize("bad", ["x", "-1", "0", "9999999999999999999999", "１", "brouillon", "1;2", "\x00"])
def test_compare_refuses_unknown_versions(client, case, bad):
    """AZ-6: a clear 4xx, never a 500."""
    a = case.validate(R1_A)
    client.force_login(case.accounts["responsable"])
    assert client.get(case.url("comparer"), {"a": a.pk, "b": bad}).status_code in (400, 404)


def test_compare_refuses_the_version_of_another_company(page, case):
    a, foreign = case.validate(R1_A), ReponseFactory(validee=True)
    page(case.url("comparer"), status=404, a=a.pk, b=foreign.pk)


# --- How many queries ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["resultats", "comparer"])
@pytest.mark.parametrize("who", ["responsable", "lecteur"])
def test_number_of_queries_does_not_grow(client, case, name, who):
    """P10, P22: the same for one version and for twenty, for 7 criteria and for 36."""
    case.validate(R1_A)
    case.validate(R1_A)
    client.force_login(case.accounts[who])
    client.get(case.url(name))
    few = count(client, case.url(name))
    for _ in range(20):
        case.validate(R1_A)
    assert count(client, case.url(name)) == few + 1, "the new validations are read, once"
    assert count(client, case.url(name)) == few <= 12


def test_the_history_shows_each_validation_and_each_name_at_once(client, case):
    """QST-8: what is kept of past validations is what never changes."""
    case.validate(R1_A)
    client.force_login(case.accounts["lecteur"])
    before = client.get(case.url("resultats")).context["rapport"].historique
    case.validate(R1_A)
    User.objects.filter(entreprise=case.produit.entreprise).update(first_name="Ophélie", last_name="Corrigée")
    after = client.get(case.url("resultats")).context["rapport"].historique
    assert [one.pk for one in after[1:]] == [one.pk for one in before] and after[0].courante and not after[1].courante
    assert {one.qui for one in after} == {"Ophélie Corrigée"}, "a corrected name is read each time"


def test_number_of_queries_is_that_of_a_small_questionnaire(client, case):
    case.validate(R1_A)
    case.validate(dict.fromkeys(("01.01", "01.02"), 1), code="securite")
    client.force_login(case.accounts["responsable"])
    for code in ("interoperabilite", "securite"):  # once for the definitions, kept for ever
        client.get(case.url(code=code))
    assert count(client, case.url(code="securite")) == count(client, case.url())


def count(client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_web_process_never_loads_matplotlib_nor_weasyprint():
    """P15, P20: they live in the renderer only."""
    code = (
        "import os, sys, django; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'tests.settings'); django.setup(); import convergence.urls; "
        "print([name for name in ('matplotlib', 'weasyprint') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
