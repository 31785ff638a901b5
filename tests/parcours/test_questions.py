"""Questions among levels and conformities, in the form of criteria (QST-0 to QST-4, R-4, R-20)."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from catalog.models import Produit
from parcours.contexte import fetch_suivi
from parcours.resultats import rapport_courant
from questionnaires.engine.answers import digest
from questionnaires.engine.scoring import Verdict
from questionnaires.engine.statut import Statut
from questionnaires.enums import EtatReponse
from questionnaires.exports import page_pdf
from questionnaires.exports.excel import classeur_resultats
from questionnaires.exports.rapport import Rapport
from questionnaires.models import Reponse
from tests.parcours import melange
from tests.parcours.factories import InscriptionFactory, ReponseFactory
from tests.test_budgets import queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("melange_publie")]
EMPTY = digest({})


@pytest.fixture
def produit(client: Client, melange_publie: None) -> Produit:
    produit = InscriptionFactory(code=melange.DEMARCHE).sujet
    client.force_login(produit.responsable)
    return produit


def url(produit: Produit, name: str = "questionnaire", questionnaire: str = melange.MIXTE) -> str:
    return reverse(f"parcours:{name}", args=[melange.DEMARCHE, produit.pk, questionnaire])


def page(client: Client, produit: Produit, **where: str) -> str:
    return readable(client.get(url(produit, **where)))


def readable(response: Any) -> str:
    return unescape(response.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def send(client: Client, produit: Produit, fields: dict[str, Any], action: str = "enregistrer", questionnaire: str = melange.MIXTE) -> Any:
    """Send the form with these fields, as an empty page would: ``{"v-H1.Q1": "externe"}``."""
    tokens = {f"b-{name[2:]}": EMPTY for name in fields if name[:2] in ("v-", "c-")}
    return client.post(url(produit, questionnaire=questionnaire), {**tokens, **fields, "action": action})


def stored(produit: Produit, questionnaire: str = melange.MIXTE) -> dict[str, Any]:
    row = Reponse.tous.filter(sujet=produit, questionnaire__code=questionnaire, etat=EtatReponse.BROUILLON).first()
    return row.reponses if row else {}


def card(html: str, code: str) -> str:
    """The card of a criterion."""
    return re.search(rf'<article class="[^"]*" id="critere-{re.escape(code)}".*?</article>', html, re.S)[0]


# --- Answering ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "typed", "kept", "shown"),
    [
        ("H1.Q1", "externe", "externe", 'value="externe" checked'),
        ("H2.Q1", ["sauvegarde", "supervision"], ["sauvegarde", "supervision"], 'value="supervision" checked'),
        ("H2.Q1", ["aucune"], ["aucune"], 'value="aucune" data-exclusif checked'),
        ("H2.Q3", "12,5", 12.5, 'value="12,5"'),
        ("H2.Q3", "-5", -5, 'value="-5"'),
        ("H2.Q4", "Deux\r\nlignes & <b>", "Deux\nlignes & <b>", ">Deux\nlignes & <b></textarea>"),
    ],
)
def test_a_question_is_answered_in_its_card(client: Client, produit: Produit, code: str, typed: Any, kept: Any, shown: str) -> None:
    """QST-0, QST-2: each kind has its field, and comes back as it was answered."""
    assert f'name="v-{code}"' in card(page(client, produit), code)
    assert send(client, produit, {f"v-{code}": typed}).status_code == 302
    assert stored(produit) == {code: {"valeur": kept}}
    assert shown in card(page(client, produit), code)


def test_a_form_of_questions_is_answered_too(client: Client, produit: Produit) -> None:
    """QST-0: a whole « formulaire » opened through a démarche."""
    answers = {"v-FT.1": "Télésuivi", "v-FT.2": ["web"], "v-FT.3": "2024-02-29"}
    assert send(client, produit, answers, questionnaire=melange.FORMULAIRE).status_code == 302
    html = page(client, produit, questionnaire=melange.FORMULAIRE)
    assert 'type="date" value="2024-02-29"' in card(html, "FT.3")
    assert "Questions obligatoires renseignées 3/3" in html and "Plus aucune question à renseigner" in html


@pytest.mark.parametrize(
    ("code", "typed", "words"),
    [
        ("H1.Q1", "nuage", "Choisissez l'une des réponses proposées."),
        ("H1.Q1", ["interne", "externe"], "Choisissez l'une des réponses proposées."),
        ("H2.Q1", ["sauvegarde", "nuage"], "Choisissez parmi les réponses proposées."),
        ("H2.Q1", ["sauvegarde", "aucune"], "« Aucune réponse correspondante » exclut les autres réponses."),
        ("H2.Q3", "douze", "Donnez un nombre, par exemple 12 ou 3,5."),
        ("H2.Q3", "1" * 16, "Ce nombre a trop de chiffres : 15 au plus avant la virgule, 6 après."),
        ("H2.Q3", "0,1234567", "Ce nombre a trop de chiffres : 15 au plus avant la virgule, 6 après."),
        ("H2.Q4", "x" * 5001, "Ce texte dépasse 5000 caractères (5001)."),
        ("FT.1", "x" * 501, "Ce texte dépasse 500 caractères (501)."),
        ("FT.1", "a\nb", "Cette réponse tient sur une seule ligne."),
        ("FT.3", "2024-02-30", "Donnez une date qui existe, sous la forme AAAA-MM-JJ."),
        ("FT.3", ["2024-01-01", "2024-01-02"], "Donnez une date qui existe, sous la forme AAAA-MM-JJ."),
    ],
)
def test_an_answer_that_does_not_hold_is_refused_in_words_and_loses_nothing(client: Client, produit: Produit, code: str, typed: Any, words: str) -> None:
    """QST-3: 422, the cause in place and in the summary; what was typed there and beside it is still on the page."""
    questionnaire = melange.FORMULAIRE if code.startswith("FT") else melange.MIXTE
    beside = {"v-FT.4": "42"} if questionnaire == melange.FORMULAIRE else {"v-H1.1": "2", "c-H1.1": "à garder"}
    response = send(client, produit, {f"v-{code}": typed, **beside}, questionnaire=questionnaire)
    html = readable(response)
    assert response.status_code == 422
    assert f'<a href="#critere-{code}">' in html and html.count(words) == 2
    assert f'id="erreur-{code}">{words}' in card(html, code)
    for value in typed if isinstance(typed, list) else [typed]:
        assert value in card(html, code) or value == "nuage"  # no box bears it
    assert ('value="42"' if questionnaire == melange.FORMULAIRE else "à garder") in html
    assert stored(produit, questionnaire) == {}


def test_a_negative_number_is_no_level_of_the_results(client: Client, produit: Produit) -> None:
    """R-13: a recommendation is read by level, whatever number was answered beside."""
    ReponseFactory(sujet=produit, code=melange.MIXTE, reponses={"H2.Q3": {"valeur": -5}})
    assert client.get(url(produit, "resultats")).status_code == 200


# --- What counts --------------------------------------------------------------------------------------------------------
def panel(html: str) -> list[tuple[str, str]]:
    """The lines of the panel, in order, with how each is marked."""
    return [(code, mark or "") for code, mark in re.findall(r'<a href="#critere-([^"]+)"(?: class="(\w+)")?>', html)]


def test_a_question_is_demanded_and_an_optional_one_does_not_count(client: Client, produit: Produit) -> None:
    """R-4: the panel lists what is demanded, a question as an obligation is; « Valider » names it."""
    html = page(client, produit)
    assert panel(html) == [("H1.1", ""), ("H1.2", ""), ("H1.Q1", ""), ("H2.Q1", ""), ("H2.Q3", "")]
    assert "Critères renseignés 0/5" in html
    assert re.findall(r"data-compte( hidden)?>(\d/\d)<", html) == [("", "0/3"), ("", "0/2"), (" hidden", "0/0"), (" hidden", "0/0")]
    response = send(client, produit, {"v-H1.1": "2", "v-H1.2": "conforme", "v-H1.Q1": "interne", "v-H2.Q3": "4"}, "valider")
    assert response.status_code == 422
    assert re.findall(r'<li><a href="#critere-([^"]+)">[^<]*</a> : ([^<]*)', readable(response)) == [("H2.Q1", "Il manque une réponse.")]
    assert send(client, produit, {"v-H2.Q1": "aucune"}, "valider").status_code == 302
    assert page(client, produit).count("Plus aucun critère à renseigner") == 1


def test_a_form_of_questions_counts_questions(client: Client, produit: Produit) -> None:
    """R-4: n of m by kind of questionnaire."""
    html = page(client, produit, questionnaire=melange.FORMULAIRE)
    assert "Questions obligatoires renseignées 0/3" in html and "Questions restantes" in html
    assert [code for code, _ in panel(html)] == ["FT.1", "FT.2", "FT.3"]


# --- Questions that show and hide one another -----------------------------------------------------------------------------
def shown(html: str) -> list[str]:
    """The criteria one sees, in order."""
    return [code for code in re.findall(r'<article class="[^"]*" id="critere-([^"]+)"', html) if f'<div data-question="{code}" hidden>' not in html]


ALWAYS = ["H1.1", "H1.2", "H1.Q1", "H2.Q1", "H2.Q3", "H2.Q4", "H4.Q1"]


@pytest.mark.parametrize(
    ("answers", "more"),
    [
        ({}, []),
        ({"v-H1.Q1": "externe"}, ["H1.Q2"]),
        ({"v-H1.Q1": "interne", "v-H2.Q1": ["supervision"], "v-H2.Q3": "10"}, []),
        ({"v-H2.Q1": ["sauvegarde", "supervision"]}, ["H2.Q2"]),
        ({"v-H2.Q3": "10,5"}, ["H3.1"]),
    ],
)
def test_what_is_answered_shows_other_questions_on_save(client: Client, produit: Produit, answers: dict[str, Any], more: list[str]) -> None:
    """QST-1, without JavaScript: questions, criteria and whole sections; the panel counts them."""
    assert send(client, produit, answers).status_code == 302
    html = page(client, produit)
    assert sorted(shown(html)) == sorted([*ALWAYS, *more])
    assert {code for code, _ in panel(html)} == {code for code in [*ALWAYS, *more] if code not in ("H2.Q4", "H4.Q1")}
    assert re.search(r'<div data-groupe( hidden)?>\s*<section class="section-questionnaire" id="section-H3"', html)[1] == (
        None if "H3.1" in more else " hidden"
    )


def test_a_question_says_which_answer_calls_for_it(client: Client, produit: Produit) -> None:
    """QST-1: in the words of the question of this very form."""
    send(client, produit, {"v-H1.Q1": "externe"})
    words = "Cette question s'affiche parce que vous avez répondu « Chez un hébergeur » à la question H1.Q1 « Modèle d'hébergement »."
    assert words in card(page(client, produit), "H1.Q2")


def test_a_question_and_what_it_calls_for_are_answered_at_once(client: Client, produit: Produit) -> None:
    """QST-1: both were on the page when the button was pressed, whatever was saved before."""
    assert send(client, produit, {"v-H1.Q1": "externe", "v-H1.Q2": "Nuage et Cie"}).status_code == 302
    assert stored(produit) == {"H1.Q1": {"valeur": "externe"}, "H1.Q2": {"valeur": "Nuage et Cie"}}


def test_an_answer_that_is_no_longer_asked_for_leaves_the_draft(client: Client, produit: Produit) -> None:
    """R-2: and comes back no more by itself; what does not hold in a hidden field stops nobody."""
    send(client, produit, {"v-H2.Q1": ["sauvegarde"], "v-H2.Q2": "2024-05-01"})
    changed = {"v-H2.Q1": ["supervision"], "b-H2.Q1": digest({"valeur": ["sauvegarde"]}), "v-H2.Q2": "2024-02-30"}
    assert send(client, produit, changed).status_code == 302
    assert stored(produit) == {"H2.Q1": {"valeur": ["supervision"]}}


def test_what_the_profile_hides_is_refused_by_name(client: Client, produit: Produit) -> None:
    """R-1, the control: no answer of the form would show it."""
    response = send(client, produit, {"v-H9": "x"})
    assert response.status_code == 422 and "Ce critère n'existe pas dans ce questionnaire." in readable(response)


def test_a_page_sent_back_shows_what_was_on_it(client: Client, produit: Produit) -> None:
    """QST-3: what was typed shows its questions, though nothing of it is stored."""
    response = send(client, produit, {"v-H1.Q1": "externe", "v-H1.Q2": "Nuage", "v-H2.Q3": "douze"})
    html = readable(response)
    assert response.status_code == 422
    assert "H1.Q2" in shown(html) and 'value="Nuage"' in card(html, "H1.Q2")
    assert "parce que vous avez répondu « Chez un hébergeur »" in card(html, "H1.Q2")
    response = send(client, produit, {"v-H2.Q1": ["sauvegarde"], "v-H2.Q2": "2024-02-30"})
    assert "Une réponse est à revoir avant d'enregistrer." in readable(response), "it is what was typed that does not hold"


def test_what_does_not_hold_hides_nothing(client: Client, produit: Produit) -> None:
    """QST-3: what the stored answer calls for stays on the page until another one is given."""
    send(client, produit, {"v-H2.Q3": "48"})
    response = send(client, produit, {"v-H2.Q3": "quarante", "b-H2.Q3": digest({"valeur": 48})})
    html = readable(response)
    assert response.status_code == 422 and "H3.1" in shown(html) and 'value="quarante"' in card(html, "H2.Q3")


def test_validating_demands_the_questions_that_appear(client: Client, produit: Produit) -> None:
    """QST-3: the page comes back with the question that the answer calls for; what is validated is complete and nothing more (R-3)."""
    complete = {"v-H1.1": "2", "v-H1.2": "conforme", "v-H1.Q1": "externe", "v-H2.Q1": ["aucune"], "v-H2.Q3": "4"}
    response = send(client, produit, complete, "valider")
    html = readable(response)
    assert response.status_code == 422 and re.findall(r'<li><a href="#critere-([^"]+)"', html) == ["H1.Q2"]
    assert "critere-en-erreur" in card(html, "H1.Q2") and "H1.Q2" in shown(html)
    assert send(client, produit, {"v-H1.Q2": "Nuage et Cie"}, "valider").status_code == 302
    etape = fetch_suivi(produit.responsable, melange.DEMARCHE, produit.pk).etape(melange.MIXTE)
    assert (etape.statut, etape.verdict) == (Statut.TERMINE, Verdict.ATTEINT)
    send(client, produit, {"v-H1.Q1": "interne", "b-H1.Q1": digest({"valeur": "externe"})}, "valider")
    row = Reponse.tous.filter(sujet=produit, questionnaire__code=melange.MIXTE, etat=EtatReponse.VALIDEE).latest("pk")
    assert "H1.Q2" not in row.reponses
    etape = fetch_suivi(produit.responsable, melange.DEMARCHE, produit.pk).etape(melange.MIXTE)
    assert (etape.statut, etape.progress.total) == (Statut.TERMINE, 5)


def test_a_draft_beside_validated_answers_shows_its_own_questions(client: Client, produit: Produit) -> None:
    """R-3, R-6: the draft decides of the form, the validated answers of the state and of the level."""
    answers = {"H1.1": 2, "H1.2": "conforme", "H1.Q1": "interne", "H2.Q1": ["aucune"], "H2.Q3": 4}
    validated = {code: {"valeur": valeur} for code, valeur in answers.items()}
    ReponseFactory(sujet=produit, code=melange.MIXTE, validee=True, demarche=melange.DEMARCHE, reponses=validated)
    ReponseFactory(sujet=produit, code=melange.MIXTE, reponses={**validated, "H2.Q3": {"valeur": 48}})
    etape = fetch_suivi(produit.responsable, melange.DEMARCHE, produit.pk).etape(melange.MIXTE)
    assert (etape.statut, etape.verdict) == (Statut.TERMINE, Verdict.ATTEINT)
    assert (etape.progress.faits, etape.progress.total) == (5, 6)
    assert "H3.1" in shown(page(client, produit))


def test_a_section_declared_non_applicable_asks_for_nothing_and_comes_back(client: Client, produit: Produit) -> None:
    """R-20: its questions count as answered, decide of nothing, and come back with their answers, those they call for included."""
    send(client, produit, {"v-H2.Q1": ["sauvegarde"], "v-H2.Q2": "2024-05-01", "v-H2.Q3": "48"}, "section_na:H2")
    html = page(client, produit)
    assert "H3.1" not in shown(html) and "Critères renseignés 2/5" in html
    send(client, produit, {"v-H1.1": "3"})
    send(client, produit, {}, "section_active:H2")
    assert stored(produit)["H2.Q2"] == {"valeur": "2024-05-01"}
    assert {"H2.Q2", "H3.1"} <= set(shown(page(client, produit)))


# --- Saving as one answers --------------------------------------------------------------------------------------------------
def autosave(client: Client, produit: Produit, fields: dict[str, Any]) -> Any:
    tokens = {f"b-{name[2:]}": EMPTY for name in fields if name.startswith("v-")}
    return client.post(url(produit, "enregistrement"), {**tokens, **fields})


def test_autosave_of_a_question_tells_what_shows_now_and_why(client: Client, produit: Produit) -> None:
    """QST-1, QST-3: without reload, with the token of each, and the panel."""
    body = autosave(client, produit, {"v-H2.Q1": ["sauvegarde"], "v-H2.Q2": "2024-05-01"}).json()
    assert body["jetons"]["H2.Q1"] == digest({"valeur": ["sauvegarde"]}) and body["jetons"]["H2.Q2"] == digest({"valeur": "2024-05-01"})
    assert list(body["affichees"]) == ["H2.Q2"] and "Sauvegarde quotidienne" in body["affichees"]["H2.Q2"]
    assert "2/6" in body["panneau"] and body["sections"]["H2"] == [2, 3] and body["sections"]["H3"] == [0, 0]
    body = autosave(client, produit, {"v-H2.Q1": ["supervision"], "b-H2.Q1": digest({"valeur": ["sauvegarde"]})}).json()
    assert body["affichees"] == {} and body["jetons"]["H2.Q2"] == EMPTY and "H2.Q2" not in stored(produit)


def test_autosave_of_a_form_nothing_changes_tells_no_more_than_before(client: Client, produit: Produit) -> None:
    """P8: a page without such questions is told nothing of them."""
    InscriptionFactory(sujet=produit)
    address = reverse("parcours:enregistrement", args=["socles", produit.pk, "interoperabilite"])
    body = client.post(address, {"v-A08.1.1": "1", "b-A08.1.1": EMPTY}).json()
    assert list(body) == ["jetons", "motif", "panneau", "sections", "conflits", "demande"]


def test_autosave_refuses_what_does_not_hold(client: Client, produit: Produit) -> None:
    response = autosave(client, produit, {"v-H2.Q1": ["sauvegarde", "aucune"]})
    assert response.status_code == 422
    assert response.json()["refus"] == {"H2.Q1": "«\xa0Aucune réponse correspondante\xa0» exclut les autres réponses."}


# --- Two people -------------------------------------------------------------------------------------------------------------
def test_two_answers_to_one_question_are_shown_in_words(client: Client, produit: Produit) -> None:
    """QST-4: choices by their words, a date and a number as people write them; what was typed is still there."""
    for code, first, second, words in [
        ("H1.Q1", "externe", "interne", "Chez un hébergeur"),
        ("H2.Q1", ["sauvegarde", "supervision"], ["aucune"], "Sauvegarde quotidienne, Supervision"),
        ("H2.Q3", "12,5", "9", "12,5"),
    ]:
        send(client, produit, {f"v-{code}": first})
        response = send(client, produit, {f"v-{code}": second})
        assert response.status_code == 409
        assert f"« {words} »" in card(readable(response), code)
        assert "conflits" in autosave(client, produit, {f"v-{code}": second}).json()
    ReponseFactory(sujet=produit, code=melange.FORMULAIRE, reponses={"FT.3": {"valeur": "2024-05-01"}})
    response = send(client, produit, {"v-FT.3": "2023-01-31"}, questionnaire=melange.FORMULAIRE)
    assert "« 01/05/2024 »" in card(readable(response), "FT.3") and 'value="2023-01-31"' in card(readable(response), "FT.3")


def test_an_answer_to_a_question_a_colleague_made_vain_is_not_silently_lost(client: Client, produit: Produit) -> None:
    """QST-4: it is said, with what was typed; the rest is saved, and the page shows what is asked for now."""
    ReponseFactory(sujet=produit, code=melange.MIXTE, reponses={"H1.Q1": {"valeur": "interne"}})
    mine = {"v-H1.Q1": "externe", "b-H1.Q1": digest({"valeur": "externe"}), "v-H1.Q2": "Nuage et Cie", "v-H2.Q3": "4"}
    told = client.post(url(produit, "enregistrement"), {**mine, "b-H1.Q2": EMPTY, "b-H2.Q3": EMPTY})
    assert told.status_code == 409 and "Cette question n&#x27;est plus posée" in told.json()["conflits"]["H1.Q2"]["html"].replace("'", "&#x27;")
    response = send(client, produit, mine)
    html = readable(response)
    assert response.status_code == 409
    assert "La question H1.Q2 n'est plus posée" in html and "<strong>H1.Q2</strong> : Nuage et Cie" in html and "H1.Q2" not in shown(html)
    assert stored(produit) == {"H1.Q1": {"valeur": "interne"}, "H2.Q3": {"valeur": 4}}


def test_a_form_of_questions_costs_no_more_queries_than_one_of_levels(client: Client, produit: Produit) -> None:
    """P3, P7, P8."""
    InscriptionFactory(sujet=produit)
    costs = []
    for demarche, questionnaire, code, one, two in (
        ("socles", "interoperabilite", "A08.1.1", "1", "2"),
        (melange.DEMARCHE, melange.MIXTE, "H1.Q1", "interne", "externe"),
    ):
        form, saving = (reverse(f"parcours:{name}", args=[demarche, produit.pk, questionnaire]) for name in ("questionnaire", "enregistrement"))
        client.post(form, {f"v-{code}": one, f"b-{code}": EMPTY})
        token = digest({"valeur": int(one) if one.isdigit() else one})
        costs.append([queries(client, form), queries(client, saving, {f"v-{code}": two, f"b-{code}": token})])
        costs[-1].append(queries(client, form, {f"v-{code}": one, f"b-{code}": digest({"valeur": int(two) if two.isdigit() else two})}))
    assert costs[0] == costs[1]


# --- Results, comparison, files -----------------------------------------------------------------------------------------------
ANSWERED = {
    "H1.1": {"valeur": 2},
    "H1.2": {"valeur": "conforme"},
    "H1.Q1": {"valeur": "externe", "commentaire": "Depuis 2023."},
    "H1.Q2": {"valeur": "Nuage & Cie"},
    "H2.Q1": {"valeur": ["sauvegarde", "supervision"]},
    "H2.Q2": {"valeur": "2024-05-01"},
    "H2.Q3": {"valeur": 2},
    "H2.Q4": {"valeur": "Deux\nlignes"},
}
IN_WORDS = {
    "H1.Q1": "Chez un hébergeur",
    "H1.Q2": "Nuage & Cie",
    "H2.Q1": "Sauvegarde quotidienne, Supervision",
    "H2.Q2": "01/05/2024",
    "H2.Q3": "2",
    "H2.Q4": "Deux\nlignes",
    "H4.Q1": "Sans réponse",
}


@pytest.fixture
def rapport(produit: Produit) -> Rapport:
    row = ReponseFactory(sujet=produit, code=melange.MIXTE, validee=True, demarche=melange.DEMARCHE, reponses=ANSWERED)
    etape = fetch_suivi(produit.responsable, melange.DEMARCHE, produit.pk).etape(melange.MIXTE)
    assert etape.validee == row
    return rapport_courant(etape, (), "Santé & Fils")


def test_results_say_the_answers_in_words_and_grade_no_question(client: Client, produit: Produit, rapport: Rapport) -> None:
    """QST-6 to QST-8, R-10, R-12, R-13: words on the page; radar, verdict and gap of the levels alone."""
    lines = {ligne.code: ligne for ligne in rapport.criteres if ligne.question}
    assert {code: line.reponse for code, line in lines.items()} == IN_WORDS
    assert {(line.valeur, line.attendu, line.acceptee, line.nature) for line in lines.values()} == {(None, "", None, "Question")}
    assert (rapport.verdict, rapport.raison) == ("atteint", "Les 2 critères obligatoires sont au niveau recommandé, ou non applicables.")
    assert [(axe.titre, axe.validee, axe.attendue) for axe in rapport.axes] == [("H1 · Hébergement", 2, 2)]
    assert [ligne.critere.code for ligne in rapport.ecart] == ["H1.1"]
    html = page(client, produit, name="resultats")
    row = re.search(r'<tr id="resultat-H2.Q3">.*?</tr>', html, re.S)[0]
    assert '<td data-label="Réponse">2</td>' in row and "puce" not in row
    assert "Deux<br>lignes" in html and "Depuis 2023." in html


def test_the_shares_of_a_conformity_questionnaire_count_no_question(client: Client, produit: Produit) -> None:
    """QST-6, QST-7: nor does a choice that happens to be coded « conforme »; a section of questions has no share."""
    answers = {"CH.1": "conforme", "CH.Q1": "exemple.fr/charte", "CH.Q2": "conforme"}
    reponses = {code: {"valeur": valeur} for code, valeur in answers.items()}
    ReponseFactory(sujet=produit, code=melange.CONFORMITE, validee=True, demarche=melange.DEMARCHE, reponses=reponses)
    found = rapport_courant(fetch_suivi(produit.responsable, melange.DEMARCHE, produit.pk).etape(melange.CONFORMITE), (), "Santé & Fils")
    assert [(part.titre, part.conforme, part.total) for part in found.parts] == [("Engagements", 1, 1), ("Ensemble", 1, 1)]
    assert (found.verdict, found.raison) == ("atteint", "Le critère obligatoire est au niveau recommandé, ou non applicable.")
    assert found.sans_ecart.startswith("Aucun écart : chaque obligation")
    html = page(client, produit, name="resultats", questionnaire=melange.CONFORMITE)
    assert re.search(r'<tr id="resultat-CH.Q2">.*?</tr>', html, re.S)[0].count("Par courriel") == 1


def test_a_form_of_questions_has_its_answers_and_no_level(client: Client, produit: Produit) -> None:
    """R-10."""
    reponses = {"FT.1": {"valeur": "Télésuivi"}, "FT.2": {"valeur": ["web"]}, "FT.3": {"valeur": "2024-02-29"}}
    ReponseFactory(sujet=produit, code=melange.FORMULAIRE, validee=True, demarche=melange.DEMARCHE, reponses=reponses)
    html = page(client, produit, name="resultats", questionnaire=melange.FORMULAIRE)
    assert [html.count(f'<td data-label="Réponse">{words}</td>') for words in ("Télésuivi", "Application web", "29/02/2024", "Sans réponse")] == [1, 1, 1, 1]
    assert "Écart à la cible" not in html and "Nature" not in html and "ne donne pas lieu à un niveau" in html


def test_files_say_the_answers_in_words(rapport: Rapport) -> None:
    """QST-8: a number is no level in the workbook, a text keeps its lines in the document."""
    sheet = load_workbook(BytesIO(classeur_resultats(rapport)))["Critères"]
    rows = {row[0]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert {code: rows[code][5] for code in IN_WORDS} == IN_WORDS
    assert {rows[code][4] for code in IN_WORDS} == {None} and rows["H1.1"][4] == 2
    html = page_pdf.page(rapport).html
    assert "<p>Sauvegarde quotidienne, Supervision</p>" in html and "<p>Deux<br>lignes</p>" in html
    assert 'class="niveau niveau-2">2 · Maturité moyenne' in html and html.count('class="niveau ') == 2


def test_two_states_are_compared_in_words(client: Client, produit: Produit, rapport: Rapport) -> None:
    """QST-8, QST-11: answer by answer; one that is no longer asked for was taken away."""
    send(client, produit, {"v-H1.Q1": "interne", "b-H1.Q1": digest(ANSWERED["H1.Q1"]), "v-H2.Q3": "2,5", "b-H2.Q3": digest({"valeur": 2})})
    html = page(client, produit, name="comparer")
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr><th scope=.row.>(.*?)</tr>", html, re.S)]
    assert [row[:3] for row in rows] == [
        ["Réponse modifiée", 'Chez un hébergeur<br><span class="fr-hint-text">Depuis 2023.</span>', "Dans vos locaux"],
        ["Réponse retirée", "Nuage & Cie", "Sans réponse"],
        ["Réponse modifiée", "2", "2,5"],
    ]


def test_a_past_version_shows_the_questions_it_was_asked(client: Client, produit: Produit, rapport: Rapport) -> None:
    """R-12: whatever a draft or a later validation asks for."""
    send(client, produit, {"v-H1.Q1": "interne", "b-H1.Q1": digest(ANSWERED["H1.Q1"])}, "valider")
    row = Reponse.tous.filter(sujet=produit, questionnaire__code=melange.MIXTE, etat=EtatReponse.VALIDEE).earliest("pk")
    past = reverse("parcours:version_validee", args=[melange.DEMARCHE, produit.pk, melange.MIXTE, row.pk])
    assert "Nuage & Cie" in readable(client.get(past))
    assert "Nuage & Cie" not in page(client, produit, name="resultats")


def test_a_section_declared_non_applicable_is_told_so(client: Client, produit: Produit) -> None:
    """R-20: the answers beneath are not told, the reason is."""
    ReponseFactory(sujet=produit, code=melange.MIXTE, validee=True, reponses=ANSWERED, sections_na={"H2": {"motif": "Exploité par un tiers"}})
    html = page(client, produit, name="resultats")
    row = re.search(r'<tr id="resultat-H2.Q1">.*?</tr>', html, re.S)[0]
    assert "Non applicable" in row and "Section non applicable : Exploité par un tiers" in row and "Supervision" not in row
    assert "resultat-H2.Q2" not in html


def test_the_public_list_says_how_a_question_is_answered(client: Client) -> None:
    """QST-0, R-15: no level is expected of it; on the page and in the workbook."""
    html = readable(client.get(reverse("questionnaires:liste_questionnaire", args=[melange.DEMARCHE, melange.MIXTE])))
    assert "10 critères (millésime 2025) : 3 obligations, 0 option, 7 questions." in html
    assert "Réponses proposées : Dans vos locaux ; Chez un hébergeur." in html and "Celui de la majorité de vos clients." in html
    assert "Réponses proposées, plusieurs possibles : Sauvegarde quotidienne ; Supervision ; Aucune réponse correspondante." in html
    assert [html.count(words) for words in ("Réponse : une date.", "Réponse : un nombre.", "Réponse : un texte.")] == [1, 1, 3]
    assert "Aucun niveau minimum requis" not in html
    sheet = load_workbook(BytesIO(client.get(reverse("questionnaires:liste_excel")).content))["Mélange"]
    rows = {row[2]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert (rows["H2.Q3"][5], rows["H2.Q3"][11].replace("\xa0", " ")) == ("Question", "Réponse : un nombre.")


def test_a_form_of_optional_questions_lacks_nothing_but_an_answer(client: Client, produit: Produit) -> None:
    """R-4, QST-3: nobody is told that answers are missing where none is demanded; one is enough to validate."""
    refused = send(client, produit, {"v-R.1": ""}, "valider", questionnaire=melange.FACULTATIF)
    assert refused.status_code == 409 and "Rien n'est encore répondu" in readable(refused) and "Il manque" not in readable(refused)
    assert send(client, produit, {"v-R.1": "Rien à signaler."}, "valider", questionnaire=melange.FACULTATIF).status_code == 302
