"""Changing a qualification: what is announced before is what is found after (CAT-2)."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import EntreeJournal, Notification
from parcours.contexte import fetch_suivi
from parcours.fiche import fetch_fiche
from parcours.impact import compute_impact, proposed
from questionnaires.engine.statut import Statut
from questionnaires.models import Reponse, Sujet
from tests.catalog.factories import R1, ProduitFactory, StrategieFactory, as_answers, qualifier
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers

SANS_ECHANGE = {**R1, "QP.19": ["aucun"]}
CHANGES = [
    SANS_ECHANGE,
    {**R1, "QP.05": "standard"},
    {**R1, "QP.07": "non"},
    {**R1, "QP.10": "aucun", "QP.11": "aucun", "QP.18": "non", "QP.19": ["aucun"]},  # nothing is left of Interopérabilité
    {**R1, "QP.24": "oui"},  # Sécurité, where nothing is answered, has one criterion more
    {**R1, "QP.06": ["usagers"], "QP.19": ["asynchrone"], "QP.18": "non"},
    {**R1, "QP.01": "non_probable"},
]


def fields(profil, **more) -> dict:
    return {**{f"v-{code}": valeur for code, valeur in profil.items()}, **more}


@pytest.fixture
def enrolled(people, produit):
    """The produit in two démarches that share their questionnaires, one of them finished."""
    for code in ("socles", "mes-sans-echange"):
        InscriptionFactory(sujet=produit, code=code)
    for code in ("interoperabilite", "urbanisation"):
        answers = complete_answers(people["responsable"], produit, code)
        answers |= complete_answers(people["responsable"], produit, code, demarche="mes-sans-echange")
        ReponseFactory(sujet=produit, code=code, par=people["responsable"], validee=True, reponses=answers)
    return produit


def url_of(sujet) -> str:
    return reverse("parcours:qualification", args=[sujet.pk])


def depuis(sujet) -> int:
    return Reponse.tous.filter(sujet=sujet.pk, questionnaire__genre="qualification").order_by("-pk").first().pk


def state(user, sujet, demarche: str) -> dict:
    """What the pages read now, per questionnaire: shown criteria, statut, verdict."""
    suivi = fetch_suivi(user, demarche, sujet.pk)
    etapes = {info.code: suivi.etape(info.code) for info in suivi.demarche.evaluations(sujet.genre)}
    return {code: (set(e.shown.codes), e.statut, e.verdict if e.is_applicable else None) for code, e in etapes.items()}


# --- The computation --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("profil", CHANGES)
def test_what_is_announced_is_what_is_found(people, enrolled, profil):
    """CAT-2, WF-7: computed before without writing, recomputed after from the rows."""
    user, demarches = people["responsable"], ("socles", "mes-sans-echange")
    sujet = Sujet.tous.get(pk=enrolled.pk)
    fiche = fetch_fiche(sujet)
    before = {code: state(user, sujet, code) for code in demarches}
    rows = Reponse.tous.count()
    impact = compute_impact(fiche.suivis, fiche.qualification, proposed(sujet, fiche.referentiel, as_answers(profil)))
    assert Reponse.tous.count() == rows
    qualifier(sujet, profil)
    after = {code: state(user, sujet, code) for code in demarches}
    assert {demarche.demarche.code for demarche in impact.demarches} == set(demarches)
    for demarche in impact.demarches:
        was, will = before[demarche.demarche.code], after[demarche.demarche.code]
        for etape in demarche.etapes:
            (shown_before, *told_before), (shown_after, *told_after) = was[etape.info.code], will[etape.info.code]
            assert {critere.code for critere in etape.apparaissent} == shown_after - shown_before
            assert {critere.code for critere in etape.disparaissent} == shown_before - shown_after
            assert etape.inchanges == len(shown_before & shown_after)
            assert [etape.statut_avant, etape.verdict_avant] == told_before
            assert [etape.statut_apres, etape.verdict_apres] == told_after
            assert (etape in demarche.touched) is (was[etape.info.code] != will[etape.info.code])
            assert (etape in demarche.untouched) is (was[etape.info.code] == will[etape.info.code] and bool(shown_after))
            goes_back = bool(shown_after) and told_before[0] == Statut.TERMINE != told_after[0]
            assert (etape in impact.reprises) is goes_back
        assert demarche.statut_apres == fetch_suivi(user, demarche.demarche.code, sujet.pk).statut


def test_the_changes_of_these_tests_do_change_something(people, enrolled):
    """Control of the test above: criteria appear, disappear, and a finished questionnaire is taken up again."""
    fiche = fetch_fiche(Sujet.tous.get(pk=enrolled.pk))
    impacts = [compute_impact(fiche.suivis, fiche.qualification, proposed(fiche.sujet, fiche.referentiel, as_answers(profil))) for profil in CHANGES]
    etapes = [etape for impact in impacts for demarche in impact.demarches for etape in demarche.etapes]
    assert any(etape.apparaissent for etape in etapes)
    assert any(etape.disparaissent and etape.retirees for etape in etapes)
    assert any(etape.goes_back and etape.is_verdict_changed for etape in etapes)
    assert any(impact.is_touching for impact in impacts)
    assert not impacts[-1].is_touching


# --- The page ---------------------------------------------------------------------------------------------------------------
def test_the_form_shows_the_recorded_answers(client, people, enrolled):
    people.login(client, "redacteur")
    page = client.get(url_of(enrolled)).text
    assert 'value="saas" checked' in page
    assert f'name="depuis" value="{depuis(enrolled)}"' in page


def test_seeing_the_consequences_writes_nothing(client, people, enrolled):
    """CAT-2: before and after, « Vos réponses sont conservées », then a button that binds."""
    people.login(client, "redacteur")
    rows = Reponse.tous.count()
    page = client.post(url_of(enrolled), fields(SANS_ECHANGE, action="voir", depuis=depuis(enrolled))).text
    assert Reponse.tous.count() == rows
    for words in ("Vos réponses sont conservées", "Avant", "Après", "A08.1.1", "Confirmer les changements", "Évaluation Interopérabilité"):
        assert words in page
    assert f'<input type="hidden" name="depuis" value="{depuis(enrolled)}">' in page
    assert '<input type="hidden" name="v-QP.19" value="aucun">' in page


def test_the_page_promises_no_history_to_what_was_never_validated(client, people, produit):
    """CAT-2, R-2: the answer of a draft leaves it at the next save; only what was validated stays in the history."""
    InscriptionFactory(sujet=produit)
    ReponseFactory(sujet=produit, reponses={"A10.1": {"valeur": 2}})
    people.login(client, "redacteur")
    page = client.post(url_of(produit), fields({**R1, "QP.18": "non"}, action="voir", depuis=depuis(produit))).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "La réponse au critère qui disparaît quittera le questionnaire au prochain enregistrement" in page
    assert "reste dans l'historique" not in page and "l'historique garde ce qui a été validé" in page


def test_confirming_records_and_sends_finished_questionnaires_back(client, people, enrolled):
    """CAT-2: answers stay; the touched questionnaire is « En cours »."""
    people.login(client, "redacteur")
    answers = Reponse.tous.get(sujet=enrolled.pk, questionnaire__code="interoperabilite").reponses
    assert fetch_suivi(people["responsable"], "socles", enrolled.pk).etape("interoperabilite").statut == Statut.TERMINE
    shown = client.post(url_of(enrolled), fields(SANS_ECHANGE, action="voir", depuis=depuis(enrolled))).text
    carried: dict = {}
    for name, value in re.findall(r'<input type="hidden" name="((?:v-|depuis)[^"]*)" value="([^"]*)"', shown):
        carried.setdefault(name, []).append(value)
    answer = client.post(url_of(enrolled), {**carried, "action": "confirmer"}, follow=True)
    assert "À reprendre" in answer.text
    assert "Interopérabilité" in answer.text
    suivi = fetch_suivi(people["responsable"], "socles", enrolled.pk)
    assert suivi.etape("interoperabilite").statut == Statut.EN_COURS
    assert suivi.qualification.reponses["QP.19"] == {"valeur": ["aucun"]}
    assert Reponse.tous.get(sujet=enrolled.pk, questionnaire__code="interoperabilite").reponses == answers


def test_coming_back_from_the_consequences_keeps_what_was_typed(client, people, enrolled):
    people.login(client, "redacteur")
    page = client.post(url_of(enrolled), fields(SANS_ECHANGE, action="revoir", depuis=depuis(enrolled)))
    assert page.status_code == 200
    assert 'name="v-QP.19" value="aucun" data-exclusif checked' in page.text


def test_nothing_changed_is_said(client, people, enrolled):
    people.login(client, "redacteur")
    rows = Reponse.tous.count()
    page = client.post(url_of(enrolled), fields(R1, action="voir", depuis=depuis(enrolled)))
    assert "Vous n'avez changé aucune réponse" in page.text.replace("&#x27;", "'")
    assert Reponse.tous.count() == rows


@pytest.mark.parametrize("action", ["voir", "confirmer"])
@pytest.mark.parametrize("since", ["stale", "", "abc", "99999999999999999999999"])
def test_a_stale_page_records_nothing_and_shows_both(client, people, enrolled, action, since):
    """QST-4: somebody recorded another qualification meanwhile."""
    stale = depuis(enrolled)
    qualifier(enrolled, {**R1, "QP.05": "standard"})
    rows = Reponse.tous.count()
    people.login(client, "redacteur")
    answer = client.post(url_of(enrolled), fields(SANS_ECHANGE, action=action, depuis=stale if since == "stale" else since))
    assert answer.status_code == 409
    assert "La qualification a changé" in answer.text
    assert "Offre standardisée uniquement (installation chez le client)" in answer.text
    assert 'name="v-QP.19" value="aucun" data-exclusif checked' in answer.text
    assert f'name="depuis" value="{depuis(enrolled)}"' in answer.text
    assert Reponse.tous.count() == rows


@pytest.mark.parametrize("action", ["voir", "confirmer"])
def test_changes_to_different_questions_merge(client, people, enrolled, action):
    """QST-4: what the stale page had not changed takes the answers of the colleague; going on undoes none of them."""
    stale = depuis(enrolled)
    qualifier(enrolled, {**R1, "QP.05": "standard", "QP.18": "non"})
    people.login(client, "redacteur")
    answer = client.post(url_of(enrolled), fields({**R1, "QP.18": "oui", "QP.19": ["aucun"]}, action=action, depuis=stale))
    told = answer.text.split('id="resume-erreurs"')[1].split("</div>")[0]
    assert re.findall(r"<li>(\d+)\.", told) == ["19"]
    assert 'name="v-QP.05" value="standard" checked' in answer.text and 'name="v-QP.18" value="non" checked' in answer.text
    assert 'name="v-QP.19" value="aucun" data-exclusif checked' in answer.text


def test_the_same_question_shows_both_answers(client, people, enrolled):
    """QST-4: changed on both sides, the one typed stays in the form beside the one recorded."""
    stale = depuis(enrolled)
    qualifier(enrolled, {**R1, "QP.19": ["asynchrone"]})
    people.login(client, "redacteur")
    answer = client.post(url_of(enrolled), fields(SANS_ECHANGE, action="voir", depuis=stale))
    told = answer.text.split('id="resume-erreurs"')[1].split("</div>")[0]
    assert re.findall(r"<li>(\d+)\.", told) == ["19"] and "votre saisie" in told
    assert 'name="v-QP.19" value="aucun" data-exclusif checked' in answer.text


@pytest.mark.parametrize("action", ["voir", "confirmer"])
def test_archived_meanwhile_the_answers_are_not_lost(client, people, enrolled, action):
    """R-43, QST-3: nothing is recorded, the page says why and keeps what was typed; restored, it goes on."""
    data = fields(SANS_ECHANGE, action=action, depuis=depuis(enrolled))
    rows = Reponse.tous.count()
    Sujet.tous.filter(pk=enrolled.pk).update(archive_le=timezone.now(), archive_par=people["responsable"])
    people.login(client, "redacteur")
    refused = client.post(url_of(enrolled), data)
    assert refused.status_code == 403 and "Ce produit a été archivé" in refused.text
    assert 'name="v-QP.19" value="aucun" data-exclusif checked' in refused.text
    assert Reponse.tous.count() == rows
    Sujet.tous.filter(pk=enrolled.pk).update(archive_le=None, archive_par=None)
    assert client.post(url_of(enrolled), data).status_code in (200, 302)


def test_missing_answers_are_named(client, people, enrolled):
    people.login(client, "redacteur")
    data = fields(SANS_ECHANGE, action="voir", depuis=depuis(enrolled))
    del data["v-QP.12"]
    answer = client.post(url_of(enrolled), data)
    assert answer.status_code == 422
    assert 'href="#v-QP.12-' in answer.text


def test_a_first_qualification_is_recorded_at_once(client, people):
    """R-40: nothing to compare with; the fiche then says what it retains."""
    unqualified = ProduitFactory(entreprise=people.entreprise)
    people.login(client, "responsable")
    assert "Enregistrer la qualification" in client.get(url_of(unqualified)).text
    answer = client.post(url_of(unqualified), fields(R1, action="confirmer", depuis="0"), follow=True)
    assert "La qualification est enregistrée" in answer.text
    assert "Interopérabilité <strong>7</strong>" in answer.text


def test_two_first_qualifications_do_not_overwrite_each_other(client, people):
    """QST-4: the page that knew of none is told of the other."""
    unqualified = ProduitFactory(entreprise=people.entreprise)
    qualifier(unqualified, {**R1, "QP.05": "standard"})
    people.login(client, "responsable")
    assert client.post(url_of(unqualified), fields(R1, action="confirmer", depuis="0")).status_code == 409
    assert Reponse.tous.get(sujet=unqualified.pk).reponses["QP.05"] == {"valeur": "standard"}


def test_a_change_that_touches_no_demarche_says_so(client, people, produit):
    people.login(client, "redacteur")
    page = client.post(url_of(produit), fields(SANS_ECHANGE, action="voir", depuis=depuis(produit))).text
    assert "Aucune démarche n'est commencée" in page.replace("&#x27;", "'")


def test_the_qualification_of_the_strategie(client, people):
    """CAT-7: editable, with the same preview; back to its page."""
    strategie = StrategieFactory(entreprise=people.entreprise, responsable=people["responsable"], qualified=True)
    people.login(client, "responsable")
    page = client.post(url_of(strategie), {"v-QS.01": "oui", "v-QS.02": ["conseil"], "action": "voir", "depuis": depuis(strategie)}).text
    assert "Conseil, audit" in page
    answer = client.post(url_of(strategie), {"v-QS.01": "oui", "v-QS.02": ["conseil"], "action": "confirmer", "depuis": depuis(strategie)})
    assert answer["Location"] == reverse("parcours:strategie")
    assert Reponse.tous.filter(sujet=strategie.pk).count() == 2


def test_same_number_of_queries_whatever_the_enrolments(client, people, enrolled):
    """P22: at most 10 in all."""
    people.login(client, "redacteur")
    alone = ProduitFactory(entreprise=people.entreprise, responsable=people["redacteur"], qualified=True)
    client.get(url_of(alone))
    with CaptureQueriesContext(connection) as none:
        client.get(url_of(alone))
    with CaptureQueriesContext(connection) as many:
        client.get(url_of(enrolled))
    assert len(none) == len(many) <= 10


# --- A validation asked for (R-21) ------------------------------------------------------------------------------------------
@pytest.fixture
def asked(people, enrolled):
    """The produit with two drafts whose validation is asked for: the change of profile touches one of them."""
    for code in ("interoperabilite", "securite"):
        ReponseFactory(sujet=enrolled, code=code, par=people["valideur"], demandee=True, reponses={"A08.2.1": {"valeur": 2}})
    return enrolled


def requests(sujet) -> set[str]:
    return set(Reponse.tous.filter(sujet=sujet.pk, demandee_le__isnull=False).values_list("questionnaire__code", flat=True))


def test_a_touched_questionnaire_is_no_longer_asked_to_be_validated(client, people, asked):
    """CAT-2, R-21: it goes back to « En cours », who had asked is told why; the others wait as they did."""
    people.login(client, "redacteur")
    data = fields({**R1, "QP.12": "client"}, depuis=depuis(asked))
    page = client.post(url_of(asked), {**data, "action": "voir"}).text
    assert page.count("La demande de validation est retirée") == 2, "in each démarche that holds it"
    assert requests(asked) == {"interoperabilite", "securite"}
    client.post(url_of(asked), {**data, "action": "confirmer"})
    assert requests(asked) == {"securite"}
    assert fetch_suivi(people["responsable"], "socles", asked.pk).etape("interoperabilite").statut == Statut.EN_COURS
    (told,) = Notification.tous.filter(destinataire=people["valideur"])
    assert told.contenu.endswith("est retirée : la qualification a changé, et avec elle les critères affichés.")
    assert EntreeJournal.objects.filter(action="reponse.demande_retiree").count() == 1


def test_what_a_request_becomes_is_announced(people, asked):
    """CAT-2, WF-7: the state announced is the one found."""
    profil = {**R1, "QP.12": "client"}
    fiche = fetch_fiche(Sujet.tous.get(pk=asked.pk))
    impact = compute_impact(fiche.suivis, fiche.qualification, proposed(fiche.sujet, fiche.referentiel, as_answers(profil)))
    announced = {etape.info.code: (etape.statut_apres, etape.is_demande_retiree) for etape in impact.demarches[0].etapes}
    assert announced["interoperabilite"] == (Statut.EN_COURS, True) and announced["securite"] == (Statut.VALIDATION_DEMANDEE, False)


def test_a_change_that_touches_no_criterion_keeps_the_request(client, people, asked):
    """R-21, the control: what is asked to be validated is still what it was."""
    people.login(client, "redacteur")
    client.post(url_of(asked), fields({**R1, "QP.01": "non_probable"}, action="confirmer", depuis=depuis(asked)))
    assert requests(asked) == {"interoperabilite", "securite"}
