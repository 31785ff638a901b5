"""What each page may cost: queries, elements, bytes (P3, P5, P7, P8, P22)."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import Page, Response

from parcours import referentiel
from parcours.chargement import charger, known_lot
from questionnaires.engine.definition import QUALIFICATION, compile_definition
from questionnaires.engine.visibility import shown
from questionnaires.published import published_qualification
from scripts.bench.contenu import TAILLES, code, lot_de_mesure
from tests.browser_walks.pages import readers
from tests.catalog.factories import R1, ProduitFactory
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers
from tests.security.monde import Monde, create_monde
from tests.security.table import TABLE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]

SMALL, LARGE = min(TAILLES), max(TAILLES)

# Queries of each GET page, for the actor « readers » names, in a company that holds two produits: what it asks, and one more.
# Lower a number when a page gets better; raise one only with a reason.
REQUETES: dict[str, int] = {
    "accueil": 2,
    "accessibilite": 1,
    "mentions_legales": 1,
    "donnees_personnelles": 1,
    "cgu": 2,
    "galerie": 1,
    "courriels": 1,
    "account_login": 1,
    "account_logout": 1,
    "account_inactive": 1,
    "account_reset_password": 1,
    "account_reset_password_done": 1,
    "account_reset_password_from_key_done": 1,
    "questionnaires:liste": 2,
    "mfa_authenticate": 1,
    "accounts:demande_compte": 1,
    "accounts:demande_envoyee": 1,
    "accounts:depot_fini": 1,
    "accounts:depot_lien_envoye": 1,
    "questionnaires:liste_questionnaire": 2,
    "account_reset_password_from_key": 4,
    "account_reauthenticate": 11,
    "account_change_password": 5,
    "account_set_password": 7,  # it first asks to be recognised again (AU-6), by any of the means there are
    "mfa_index": 7,
    "mfa_reauthenticate": 6,
    "mfa_activate_totp": 10,
    "mfa_generate_recovery_codes": 9,
    "accounts:identites": 6,
    "accounts:identite_confirmer": 5,
    "accounts:identite_detacher": 6,
    "accounts:sessions": 8,
    "accounts:sessions_fermer": 5,
    "accounts:session_fermer": 6,
    "mfa_list_webauthn": 6,
    "mfa_add_webauthn": 10,
    "mfa_edit_webauthn": 9,
    "mfa_remove_webauthn": 9,
    "mfa_reauthenticate_webauthn": 6,
    "accounts:cgu_accepter": 4,
    "accounts:mes_informations": 7,
    "accounts:notifications": 8,
    "mfa_deactivate_totp": 11,
    "mfa_view_recovery_codes": 10,
    "accounts:adresse": 9,
    "accounts:preferences": 5,
    "accounts:double_facteur": 5,
    "accounts:mes_donnees": 20,  # one for each kind of thing held about a person (DP-2)
    "accounts:adresse_confirmer": 6,
    "accounts:travail": 6,
    "gestion:accueil": 5,
    "gestion:demandes": 8,
    "gestion:demande": 13,
    "gestion:demande_accepter": 11,
    "gestion:demande_refuser": 6,
    "gestion:courriels": 8,
    "gestion:journal": 11,
    "gestion:accounts_agent_changelist": 7,
    "gestion:accounts_agent_change": 9,
    "gestion:accounts_agent_history": 9,
    "gestion:auth_group_changelist": 6,
    "gestion:auth_group_change": 7,
    "gestion:accounts_travail_changelist": 6,
    "gestion:accounts_travail_change": 6,
    "gestion:agent_ouvrir": 5,
    "gestion:agent_groupes": 7,
    "gestion:agent_suspendre": 6,
    "gestion:agent_corriger": 6,
    "gestion:agent_second_facteur": 6,
    "gestion:accounts_cgu_changelist": 7,
    "gestion:accounts_cgu_change": 8,
    "gestion:accounts_cgu_history": 8,
    "gestion:cgu_publier": 6,
    "gestion:accounts_entreprise_changelist": 7,
    "gestion:accounts_entreprise_change": 11,
    "gestion:accounts_entreprise_history": 9,
    "gestion:accounts_user_history": 8,
    "gestion:accounts_user_changelist": 7,
    "gestion:accounts_user_change": 10,
    "gestion:entreprise_creer": 5,
    "gestion:entreprise_suspendre": 7,
    "gestion:entreprise_retablir": 6,
    "gestion:entreprise_responsable": 8,
    "gestion:compte_suspendre": 6,
    "gestion:compte_corriger": 6,
    "gestion:compte_second_facteur": 6,
    "gestion:compte_retablir": 6,
    "gestion:fusion_proposer": 6,
    "gestion:accounts_fusion_changelist": 7,
    "gestion:accounts_fusion_change": 18,
    "gestion:fusion_approuver": 18,
    "gestion:fusion_confirmer": 6,
    "gestion:fusion_annuler": 6,
    "gestion:fusion_ecarter": 6,
    "catalog:catalogue": 7,
    "catalog:produit_ajouter": 10,
    "catalog:strategie_initialiser": 4,
    "catalog:produit_archiver": 7,
    "catalog:produit_dupliquer": 6,
    "catalog:produit_publication": 6,
    "catalog:comptes": 8,
    "catalog:compte_creer": 5,
    "catalog:compte": 9,
    "catalog:comptes_historique": 9,
    "catalog:compte_historique": 10,
    "catalog:compte_dependants": 8,
    "catalog:compte_suspendre": 6,
    "catalog:compte_corriger": 6,
    "catalog:compte_supprimer": 8,
    "catalog:acces_demander": 8,
    "catalog:acces_demande": 6,
    "parcours:tableau_de_bord": 11,
    "parcours:parcours": 5,
    "parcours:demarche": 9,
    "parcours:fiche_produit": 10,
    "parcours:produit_ajoute": 9,
    "parcours:produit_modifier": 11,
    "parcours:qualification": 9,
    "parcours:strategie": 7,
    "parcours:strategie_modifier": 7,
    "parcours:produit_historique": 9,
    "parcours:strategie_historique": 8,
    "parcours:sujet_inscrit": 7,
    "parcours:inscription_retirer": 8,
    "parcours:questionnaire": 7,
    "parcours:brouillon_abandonner": 7,
    "parcours:brouillon_renvoyer": 7,
    "parcours:resultats": 8,
    "parcours:version_validee": 8,
    "parcours:comparer": 9,
}


def queries(client: Client, url: str, data: Mapping[str, Any] | None = None) -> int:
    """Count the queries of a GET, or of a POST when there are data; both must succeed."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url) if data is None else client.post(url, data)
    assert response.status_code in (200, 302), (url, response.status_code)
    return len(captured)


# --- A questionnaire costs the same at 7 and at 400 criteria -------------------------------------------------------------
class Mesure:
    """A produit enrolled in the démarches of 7 and of 400 criteria."""

    def __init__(self, client: Client) -> None:
        charger(lot_de_mesure(known_lot()))
        self.client = client
        self.produit = ProduitFactory(qualified=True)
        self.responsable = self.produit.responsable
        for taille in TAILLES:
            InscriptionFactory(sujet=self.produit, code=code(taille))
        client.force_login(self.responsable)

    def url(self, taille: int, name: str = "questionnaire") -> str:
        return reverse(f"parcours:{name}", args=[code(taille), self.produit.pk, code(taille)])

    def html(self, taille: int) -> str:
        return self.client.get(self.url(taille)).content.decode()

    def form(self, taille: int, niveau: int) -> dict[str, str]:
        """Fill the form the page shows: every criterion at the same level."""
        jetons = unescape(re.search(r'name="jetons" value="([^"]*)"', self.html(taille))[1])
        codes = json.loads(jetons)
        assert len(codes) == taille
        data = {f"v-{critere}": str(niveau) for critere in codes} | {f"c-{critere}": "" for critere in codes}
        return data | {"jetons": jetons, "action": "enregistrer"}

    def one_answer(self, taille: int, niveau: int) -> dict[str, str]:
        """What the autosave sends."""
        jetons = json.loads(self.form(taille, niveau)["jetons"])
        critere = next(iter(jetons))
        return {f"v-{critere}": str(niveau), f"c-{critere}": "", f"b-{critere}": jetons[critere]}


@pytest.fixture
def mesure(client: Client) -> Iterator[Mesure]:
    """Measure with content of one's own, which the end of the test takes back: the process forgets it too."""
    referentiel.forget()
    yield Mesure(client)
    referentiel.forget()


def both(measure: Callable[[int], int]) -> tuple[int, int]:
    """Measure the small questionnaire and the large one, each after a first time for what the process keeps."""
    for taille in (SMALL, LARGE):
        measure(taille)
    return measure(SMALL), measure(LARGE)


def test_opening_costs_the_same_at_any_size(mesure: Mesure) -> None:
    """P3."""
    small, large = both(lambda taille: queries(mesure.client, mesure.url(taille)))
    assert small == large <= 8


def test_opening_a_draft_costs_the_same_at_any_size(mesure: Mesure) -> None:
    """P3, with answers and a validated version beneath."""
    for taille in (SMALL, LARGE):
        answers = complete_answers(mesure.responsable, mesure.produit, code(taille), demarche=code(taille))
        ReponseFactory(sujet=mesure.produit, code=code(taille), validee=True, reponses=answers)
        ReponseFactory(sujet=mesure.produit, code=code(taille), reponses=answers)
    small, large = both(lambda taille: queries(mesure.client, mesure.url(taille)))
    assert small == large <= 8


def test_a_first_save_costs_the_same_at_any_size(mesure: Mesure) -> None:
    """P7: the draft is created."""
    for taille in (SMALL, LARGE):
        mesure.html(taille)
    small, large = (queries(mesure.client, mesure.url(taille), mesure.form(taille, 1)) for taille in (SMALL, LARGE))
    assert small == large <= 10


def test_saving_costs_the_same_at_any_size(mesure: Mesure) -> None:
    """P7: every answer of the draft changes."""
    levels = iter((0, 1, 2, 3))
    small, large = both(lambda taille: queries(mesure.client, mesure.url(taille), mesure.form(taille, next(levels))))
    assert small == large <= 10


def test_autosave_costs_the_same_at_any_size(mesure: Mesure) -> None:
    """P8: one answer of a draft."""
    for taille in (SMALL, LARGE):
        mesure.client.post(mesure.url(taille), mesure.form(taille, 1))
    small, large = (queries(mesure.client, mesure.url(taille, "enregistrement"), mesure.one_answer(taille, 2)) for taille in (SMALL, LARGE))
    assert small == large <= 6


def test_results_cost_the_same_at_any_size(mesure: Mesure) -> None:
    """P10."""
    for taille in (SMALL, LARGE):
        answers = complete_answers(mesure.responsable, mesure.produit, code(taille), demarche=code(taille))
        ReponseFactory(sujet=mesure.produit, code=code(taille), validee=True, reponses=answers)
    small, large = both(lambda taille: queries(mesure.client, mesure.url(taille, "resultats")))
    assert small == large <= 8


# --- Every page has a budget ------------------------------------------------------------------------------------------------
def test_every_page_keeps_its_budget_of_queries(client: Client) -> None:
    """P22: a page without a line in REQUETES fails."""
    monde = create_monde()
    pages = readers(monde.acteurs)
    assert sorted(REQUETES) == sorted(pages)
    spent = {name: spent_by(monde, name, actor) for name, actor in pages.items()}
    assert {name: (number, REQUETES[name]) for name, number in spent.items() if number > REQUETES[name]} == {}


def spent_by(monde: Monde, name: str, actor: str) -> int:
    """Count the queries of a page at its second visit."""
    row, client = TABLE[name], Client()
    if user := monde.acteurs[actor]:
        client.force_login(user)
    url = reverse(name, kwargs=row.kwargs(monde.a))
    client.get(url)
    return queries(client, url)


# --- Elements and bytes -----------------------------------------------------------------------------------------------------
class Counter(HTMLParser):
    """Count the elements of a page, and remember its scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements = 0
        self.scripts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements += 1
        if tag == "script" and (source := dict(attrs).get("src")):
            self.scripts.append(source)


def compressed(text: str | bytes) -> int:
    return len(gzip.compress(text.encode() if isinstance(text, str) else text, 6))


@pytest.mark.parametrize("questionnaire", ["interoperabilite", "securite"])
def test_the_longest_pages_hold_two_thousand_elements(client: Client, questionnaire: str) -> None:
    """Issue 2 §8, with the profile that shows the most criteria."""
    produit = ProduitFactory(qualified=widest_profile(questionnaire))
    InscriptionFactory(sujet=produit)
    client.force_login(produit.responsable)
    html = client.get(reverse("parcours:questionnaire", args=["socles", produit.pk, questionnaire])).content.decode()
    criteria = html.count('<article class="critere')
    assert criteria >= 40, criteria
    assert Counter(html).elements <= 2000, (criteria, Counter(html).elements)


def widest_profile(questionnaire: str) -> dict[str, Any]:
    """Search the answers that show the most criteria, one question after the other until none helps."""
    definition = compile_definition(known_lot().latest_questionnaires()[questionnaire])
    questions = published_qualification("produit").definition
    best: dict[str, Any] = dict(R1)
    for _ in range(2):
        for critere in questions.criteres.values():
            choices = list(candidates(critere))
            best[critere.code] = max(choices, key=lambda value, code=critere.code: len(shown(definition, {**best, code: value}, QUALIFICATION).codes))
    visible = shown(questions, best, QUALIFICATION).as_set
    return {code: value for code, value in best.items() if code in visible}


def candidates(critere: Any) -> Iterable[Any]:
    if critere.genre != "choix_multiple":
        return [choix.code for choix in critere.choix]
    several = [choix.code for choix in critere.choix if not choix.exclusif]
    return [several, *([choix.code] for choix in critere.choix if choix.exclusif)]


def test_forty_criteria_weigh_little(mesure: Mesure) -> None:
    """P5 aims at 10 kB: the words alone of forty criteria compress to 6.7 kB, the page as Brotli sends it to 10.1."""
    html = mesure.html(40).encode()
    assert len(brotli.compress(html, quality=11)) <= 10_500
    assert compressed(html) <= 13_500


def test_the_scripts_of_the_form_weigh_little(mesure: Mesure) -> None:
    """P5: all the scripts of the page."""
    scripts = Counter(mesure.html(40)).scripts
    assert len(scripts) >= 2
    found = [finders.find(source.removeprefix("/static/")) for source in scripts]
    assert sum(compressed(Path(path).read_bytes()) for path in found) <= 40_000


@pytest.mark.browser
def test_first_views_are_light(new_page: Callable[..., Page], sign_in, recorder, live_server) -> None:
    """Issue 2 §8: with an empty cache, at most 300 kB once compressed and 20 requests."""
    monde = create_monde()
    views = {
        "accueil": {},
        "account_login": {},
        **{name: TABLE[name].kwargs(monde.a) for name in ("parcours:tableau_de_bord", "parcours:questionnaire", "parcours:resultats")},
    }
    for name, kwargs in views.items():
        page = new_page()
        if name.startswith("parcours:"):
            sign_in(page, monde.a.responsable)
        answers: list[Response] = []
        page.on("response", lambda answer, answers=answers: answers.append(answer))
        page.goto(reverse(name, kwargs=kwargs), wait_until="networkidle")
        weight = sum(min(compressed(answer.body()), len(answer.body())) for answer in answers)
        assert len(answers) <= 20, (name, [answer.url for answer in answers])
        assert weight <= 300_000, (name, weight)
