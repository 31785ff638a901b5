"""Answering a questionnaire: drafts, validation, sections, bad input (QST-2 to QST-5, R-1 to R-3, R-20, R-21, R-23)."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import EntreeJournal, Notification, User
from catalog.models import Produit
from parcours.actions import requalifier
from parcours.contexte import fetch_suivi
from parcours.referentiel import current
from questionnaires import actions
from questionnaires.engine.answers import digest, motif_token
from questionnaires.engine.statut import Statut
from questionnaires.enums import DroitSujet, EtatReponse
from questionnaires.models import Reponse, Sujet
from questionnaires.rights import grant
from tests.accounts.factories import UserFactory
from tests.catalog.factories import R1, ProduitFactory, as_answers, qualifier
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]
CODES = ["A08.1.1", "A08.2.1", "A08.3.1", "A08.4.1", "A08.5.01", "A08.5.23", "A10.1"]


@pytest.fixture
def produit() -> Produit:
    produit = ProduitFactory(qualified=True)
    InscriptionFactory(sujet=produit)
    return produit


@pytest.fixture
def responsable(produit: Produit) -> User:
    return produit.responsable


@pytest.fixture
def contributeur(produit: Produit) -> User:
    """May write, may not validate (ACC-5)."""
    user = UserFactory(entreprise=produit.entreprise)
    grant(user, produit, [DroitSujet.LECTURE, DroitSujet.SAISIE])
    return user


def url(produit: Produit, name: str = "questionnaire", questionnaire: str = "interoperabilite") -> str:
    return reverse(f"parcours:{name}", kwargs={"demarche": "socles", "reference": produit.pk, "questionnaire": questionnaire})


def post(client: Client, user: User, produit: Produit, answers: dict[str, Any], action: str = "enregistrer", **more: str) -> Any:
    """Send the form as the page would, from an empty draft unless tokens are given in ``more``."""
    client.force_login(user)
    data = {f"b-{code}": digest({}) for code in answers}
    data |= {f"v-{code}": str(valeur) for code, valeur in answers.items() if valeur is not None}
    return client.post(url(produit), {**data, "action": action, **more})


def draft(produit: Produit) -> Reponse | None:
    return Reponse.tous.filter(sujet=produit, questionnaire__code="interoperabilite", etat=EtatReponse.BROUILLON).first()


def validated(produit: Produit) -> list[Reponse]:
    return list(Reponse.tous.filter(sujet=produit, questionnaire__code="interoperabilite", etat=EtatReponse.VALIDEE))


def statut(produit: Produit) -> Statut:
    return fetch_suivi(produit.responsable, "socles", produit.pk).etape("interoperabilite").statut


# --- What the page shows ---------------------------------------------------------------------------------------------


def test_the_form_shows_exactly_the_criteria_of_the_profile(client: Client, produit: Produit, responsable: User) -> None:
    """QST-1, REFERENTIEL 1.5: profile R1 calls for seven criteria, and each says why."""
    client.force_login(responsable)
    html = client.get(url(produit)).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert [code for code in CODES if f'id="critere-{code}"' in html] == CODES
    assert html.count('<article class="critere') == 7
    assert "data-compte>0/0<" not in html, "nor any section without one"
    assert "Ce critère s&#x27;affiche parce que vous avez répondu « Appels synchrones » à la question QP.19" in html
    assert "Niveau recommandé par la doctrine : orange" in html


def test_a_draft_of_any_completion_is_kept(client: Client, produit: Produit, responsable: User) -> None:
    """QST-3: one answer is enough for a draft, and it comes back checked."""
    response = post(client, responsable, produit, {"A08.1.1": 2, "A10.1": None}, **{"c-A10.1": "à voir avec l'éditeur"})
    assert response.status_code == 302
    row = draft(produit)
    assert row.reponses == {"A08.1.1": {"valeur": 2}, "A10.1": {"commentaire": "à voir avec l'éditeur"}}
    html = client.get(url(produit)).content.decode()
    assert 'name="v-A08.1.1" value="2" checked' in html
    assert "à voir avec l&#x27;éditeur" in html
    assert statut(produit) == Statut.EN_COURS


def test_nothing_answered_makes_no_draft(client: Client, produit: Produit, responsable: User) -> None:
    """R-3: opening and saving an empty form leaves the questionnaire « À compléter »."""
    post(client, responsable, produit, dict.fromkeys(CODES))
    assert draft(produit) is None
    assert statut(produit) == Statut.A_COMPLETER


def test_an_answer_taken_back_leaves_nothing(client: Client, produit: Produit, responsable: User) -> None:
    """QST-3: a comment emptied is no answer, not even an empty one."""
    post(client, responsable, produit, {"A08.1.1": 2, "A10.1": None}, **{"c-A10.1": "À voir"})
    post(client, responsable, produit, {"A10.1": None}, **{"c-A10.1": "", "b-A10.1": digest({"commentaire": "À voir"})})
    assert draft(produit).reponses == {"A08.1.1": {"valeur": 2}}


# --- Validating ------------------------------------------------------------------------------------------------------


def test_validating_names_what_is_missing_and_keeps_what_was_typed(client: Client, produit: Produit, responsable: User) -> None:
    """QST-3: a summary with a link to each missing item; the rest is saved."""
    response = post(client, responsable, produit, {"A08.1.1": 2}, "valider")
    html = response.content.decode()
    assert response.status_code == 422
    assert 'href="#critere-A10.1">A10.1 –' in html and 'href="#critere-A08.1.1">A08.1.1 –' not in html
    assert draft(produit).reponses["A08.1.1"]["valeur"] == 2
    assert validated(produit) == []


def test_validating_an_untouched_form_names_everything(client: Client, produit: Produit, responsable: User) -> None:
    """QST-3: nothing was ever answered: each criterion is named, no draft is made."""
    response = post(client, responsable, produit, dict.fromkeys(CODES), "valider")
    assert response.status_code == 422
    summary = response.content.decode().split('id="resume-erreurs"')[1].split("</ul>")[0]
    assert all(f'href="#critere-{code}"' in summary for code in CODES) and summary.count("<li>") == len(CODES)
    assert draft(produit) is None


def test_validating_freezes_signs_and_records_where_from(client: Client, produit: Produit, responsable: User) -> None:
    """QST-5, R-1: the validated row bears its author, its date, its démarche and the revision of the profile."""
    response = post(client, responsable, produit, dict.fromkeys(CODES, 3), "valider")
    assert response.status_code == 302 and response["Location"] == url(produit, "resultats")
    (row,) = validated(produit)
    qualification = Reponse.tous.get(sujet=produit, questionnaire__code="qualification-produit")
    assert (row.validee_par, row.demarche, row.profil_id) == (responsable, "socles", qualification.pk)
    assert row.validee_le is not None and draft(produit) is None
    assert statut(produit) == Statut.TERMINE
    assert EntreeJournal.objects.filter(action="reponse.validee", target_id=str(row.pk)).count() == 1


def test_answering_again_starts_from_what_was_validated(client: Client, produit: Produit, responsable: User) -> None:
    """R-3, R-7: a draft beside the validated answers; the state stays Terminé, history keeps both."""
    post(client, responsable, produit, dict.fromkeys(CODES, 3), "valider")
    post(client, responsable, produit, {"A08.1.1": 1}, **{"b-A08.1.1": digest({"valeur": 3})})
    assert draft(produit).reponses == {**{code: {"valeur": 3} for code in CODES}, "A08.1.1": {"valeur": 1}}
    assert statut(produit) == Statut.TERMINE
    post(client, responsable, produit, {}, "valider")
    assert [row.reponses["A08.1.1"]["valeur"] for row in sorted(validated(produit), key=lambda row: row.pk)] == [3, 1]


def test_a_draft_says_who_wrote_in_it_last_and_when(client: Client, produit: Produit, responsable: User, contributeur: User) -> None:
    """R-3: « Brouillon du … »."""
    yesterday = timezone.now() - timedelta(days=1)
    ReponseFactory(sujet=produit, par=contributeur, modifiee_le=yesterday, reponses={"A08.1.1": {"valeur": 2}})
    post(client, responsable, produit, {"A10.1": 1})
    row = draft(produit)
    assert (row.created_by, row.modifiee_par) == (contributeur, responsable) and row.modifiee_le > yesterday


def test_saving_what_is_validated_as_it_is_makes_no_draft(client: Client, produit: Produit, responsable: User) -> None:
    """R-3: opening the form again and saving it changes nothing."""
    post(client, responsable, produit, dict.fromkeys(CODES, 3), "valider")
    post(client, responsable, produit, dict.fromkeys(CODES, 3), **{f"b-{code}": digest({"valeur": 3}) for code in CODES})
    assert draft(produit) is None


@pytest.mark.parametrize("act", ["demander", "valider", "brouillon_renvoyer", "brouillon_abandonner"])
def test_an_act_is_on_the_draft_of_its_own_questionnaire(client: Client, produit: Produit, responsable: User, act: str) -> None:
    """QST-3: those that wait beside it, older or younger, stay as they are."""
    codes = ("urbanisation", "interoperabilite", "securite")
    for code in codes:
        ReponseFactory(sujet=produit, code=code, demandee=act == "brouillon_renvoyer", reponses=complete_answers(responsable, produit, code))
    drafts = Reponse.tous.filter(sujet=produit, questionnaire__code__in=codes)
    before = {row["pk"]: row for row in drafts.values("pk", "questionnaire__code", "etat", "demandee_le", "renvoyee_le", "modifiee_le")}
    client.force_login(responsable)
    if act.startswith("brouillon"):
        assert client.post(url(produit, act), {"commentaire": "À revoir"}).status_code == 302
    else:
        assert client.post(url(produit), {"action": act}).status_code == 302
    after = drafts.values(*next(iter(before.values())))
    assert [row["questionnaire__code"] for row in after if row != before[row["pk"]]] == ["interoperabilite"]


def test_a_contributor_without_validation_cannot_validate(client: Client, produit: Produit, contributeur: User) -> None:
    """ACC-5, R-51: the draft is saved, the validation is a 403, and the page offers to ask for it instead."""
    client.force_login(contributeur)
    html = client.get(url(produit)).content.decode()
    assert 'value="demander"' in html and 'value="valider"' not in html
    response = post(client, contributeur, produit, dict.fromkeys(CODES, 3), "valider")
    assert response.status_code == 403
    assert validated(produit) == []


def test_asking_for_validation_tells_those_who_hold_it(client: Client, produit: Produit, contributeur: User, responsable: User) -> None:
    """R-21: allowed on an incomplete draft."""
    post(client, contributeur, produit, {"A08.1.1": 2}, "demander")
    assert statut(produit) == Statut.VALIDATION_DEMANDEE
    (notice,) = Notification.tous.filter(destinataire=responsable)
    assert "demande la validation" in notice.contenu
    assert "Vous avez demandé la validation" in client.get(url(produit)).content.decode()
    post(client, contributeur, produit, {}, "demander")
    assert Notification.tous.filter(destinataire=responsable).count() == 1, "asked twice, told once (WF-3)"


def test_any_later_change_ends_the_request_and_its_author_is_told(client: Client, produit: Produit, contributeur: User, responsable: User) -> None:
    """R-21."""
    post(client, contributeur, produit, {"A08.1.1": 2}, "demander")
    saved = post(client, responsable, produit, {"A10.1": 1})
    assert draft(produit).demandee_le is None
    assert "La demande de validation est retirée" in client.get(saved["Location"]).content.decode()
    assert Notification.tous.filter(destinataire=contributeur, contenu__contains="est retirée").exists()


def test_who_asked_is_told_of_the_validation_even_of_mended_answers(client: Client, produit: Produit, contributeur: User, responsable: User) -> None:
    """R-21, EXT-3: the validator mends an answer, which ends the request, then validates."""
    post(client, contributeur, produit, dict.fromkeys(CODES, 2), "demander")
    post(client, responsable, produit, {"A10.1": 1}, "valider", **{"b-A10.1": digest({"valeur": 2})})
    told = Notification.tous.filter(destinataire=contributeur).order_by("pk").values_list("type", flat=True)
    assert list(told) == ["Validation demandée", "Questionnaire validé"]


def test_saving_without_a_change_keeps_the_request(client: Client, produit: Produit, contributeur: User, responsable: User) -> None:
    """R-21, the control: the same answers sent again change nothing."""
    post(client, contributeur, produit, {"A08.1.1": 2}, "demander")
    post(client, responsable, produit, {"A08.1.1": 2}, **{"b-A08.1.1": digest({"valeur": 2})})
    assert draft(produit).demandee_le is not None


def test_sending_back_needs_words_and_reaches_the_author(client: Client, produit: Produit, contributeur: User, responsable: User) -> None:
    """R-21: « Renvoyer » with a comment."""
    post(client, contributeur, produit, {"A08.1.1": 2}, "demander")
    client.force_login(responsable)
    for commentaire in ("  ", "x" * 5001):
        refused = client.post(url(produit, "brouillon_renvoyer"), {"commentaire": commentaire})
        assert refused.status_code == 422 and commentaire in refused.content.decode()
    assert draft(produit).demandee_le is not None
    assert client.post(url(produit, "brouillon_renvoyer"), {"commentaire": "Revoir A08.1.1"}).status_code == 302
    assert (draft(produit).demandee_le, draft(produit).renvoi_commentaire) == (None, "Revoir A08.1.1")
    assert draft(produit).demandee_par == contributeur, "who had asked stays known"
    assert draft(produit).renvoyee_par == responsable and draft(produit).renvoyee_le is not None
    assert Notification.tous.filter(destinataire=contributeur, contenu__contains="Revoir A08.1.1").exists()


def test_only_what_is_asked_is_sent_back(client: Client, produit: Produit, responsable: User) -> None:
    """R-21."""
    ReponseFactory(sujet=produit, reponses={"A08.1.1": {"valeur": 2}})
    client.force_login(responsable)
    refused = client.post(url(produit, "brouillon_renvoyer"), {"commentaire": "Revoir A08.1.1"})
    assert refused.status_code == 422 and "Aucune validation n&#x27;est demandée" in refused.text
    assert draft(produit).renvoyee_le is None


def test_asked_again_a_draft_sent_back_is_no_longer_so(client: Client, produit: Produit, contributeur: User) -> None:
    """R-21: the words that sent it back are answered; they would otherwise stand above the next ones."""
    ReponseFactory(sujet=produit, reponses={"A08.1.1": {"valeur": 2}}, renvoyee=True)
    post(client, contributeur, produit, {}, "demander")
    row = draft(produit)
    assert row.demandee_le is not None and (row.renvoyee_le, row.renvoyee_par, row.renvoi_commentaire) == (None, None, "")


def test_abandoning_a_draft_ends_the_request_and_its_author_is_told(client: Client, produit: Produit, contributeur: User, responsable: User) -> None:
    """R-21: whoever asked hears of it; one is not told of what one did oneself."""
    for who, told in ((responsable, 1), (contributeur, 1)):
        post(client, contributeur, produit, {"A08.1.1": 2}, "demander")
        client.force_login(who)
        assert client.post(url(produit, "brouillon_abandonner")).status_code == 302
        assert Notification.tous.filter(destinataire=contributeur, contenu__contains="abandonné").count() == told


def test_abandoning_a_draft_brings_the_validated_answers_back(client: Client, produit: Produit, responsable: User, contributeur: User) -> None:
    """R-3: nothing is deleted, the draft is set aside."""
    post(client, responsable, produit, dict.fromkeys(CODES, 3), "valider")
    post(client, responsable, produit, {"A08.1.1": 1}, **{"b-A08.1.1": digest({"valeur": 3})})
    client.force_login(contributeur)
    assert client.post(url(produit, "brouillon_abandonner")).status_code == 302
    assert draft(produit) is None
    assert Reponse.tous.get(sujet=produit, etat=EtatReponse.ABANDONNEE).modifiee_par == contributeur
    assert client.post(url(produit, "brouillon_abandonner")).status_code == 409


# --- Sections, options, obsolete answers --------------------------------------------------------------------------------


def test_a_section_declared_non_applicable_counts_and_comes_back(client: Client, produit: Produit, responsable: User) -> None:
    """R-20: its criteria count as NA, its answers come back when it is taken back."""
    post(client, responsable, produit, {"A08.2.1": 1}, "section_na:A08.2")
    assert draft(produit).sections_na == {"A08.2": {"motif": ""}}
    etape = fetch_suivi(responsable, "socles", produit.pk).etape("interoperabilite")
    assert (etape.progress.faits, etape.progress.total) == (1, 7)
    assert "A08.2" not in {point.axe for point in etape.evaluate(etape.latest).radar}
    post(client, responsable, produit, {}, **{"m-A08.2": "Aucun échange"})
    assert draft(produit).sections_na == {"A08.2": {"motif": "Aucun échange"}}
    post(client, responsable, produit, {}, "section_active:A08.2")
    assert draft(produit).sections_na == {}
    assert draft(produit).reponses["A08.2.1"] == {"valeur": 1}


def test_each_section_is_declared_for_itself(client: Client, produit: Produit, responsable: User) -> None:
    """R-20: declaring one, or taking it back, leaves the others and their reasons."""
    post(client, responsable, produit, {}, "section_na:A08.2")
    post(client, responsable, produit, {}, **{"m-A08.2": "Aucun échange"})
    post(client, responsable, produit, {}, "section_na:A08.3")
    assert draft(produit).sections_na == {"A08.2": {"motif": "Aucun échange"}, "A08.3": {"motif": ""}}
    post(client, responsable, produit, {}, "section_active:A08.3")
    assert draft(produit).sections_na == {"A08.2": {"motif": "Aucun échange"}}


@pytest.mark.parametrize("typed", ["conforme", "vert", "4", "-1", "\uff11", "1.0", "x" * 6000])
def test_what_is_no_level_is_refused_in_words(client: Client, produit: Produit, responsable: User, typed: str) -> None:
    """R-10: an answer of another kind of criterion included; what was typed beside it stays."""
    refused = post(client, responsable, produit, {"A08.1.1": typed, "A10.1": 1}, **{"c-A10.1": "À la main"})
    assert refused.status_code == 422
    html = refused.content.decode()
    assert "Choisissez l&#x27;un des niveaux proposés" in html and "À la main" in html
    assert draft(produit) is None


@pytest.mark.parametrize("motif", ["x" * 5001, "Aucun \u202eéchange"])
def test_a_reason_that_does_not_hold_is_refused_in_words_and_comes_back(client: Client, produit: Produit, responsable: User, motif: str) -> None:
    """R-20: neither cut nor lost, and neither is what was typed beside it."""
    post(client, responsable, produit, {}, "section_na:A08.2")
    refused = post(client, responsable, produit, {"A08.1.1": 1}, **{"m-A08.2": motif})
    assert refused.status_code == 409
    html = refused.content.decode()
    assert motif in html and "Ce texte" in html
    assert draft(produit).sections_na == {"A08.2": {"motif": ""}}
    assert draft(produit).reponses["A08.1.1"] == {"valeur": 1}
    refused = post(client, responsable, produit, {"A10.1": 7}, **{"m-A08.2": "Aucun échange"})
    assert refused.status_code == 422 and "Aucun échange" in refused.content.decode()


def test_the_tokens_of_the_page_come_as_one_field(client: Client, produit: Produit, responsable: User) -> None:
    """WF-2: as the form sends them; what is not a page of ours counts as no token."""
    client.force_login(responsable)
    page = {"jetons": json.dumps(dict.fromkeys(CODES, digest({}))), "v-A08.1.1": "1", "action": "enregistrer"}
    assert client.post(url(produit), page).status_code == 302
    assert draft(produit).reponses == {"A08.1.1": {"valeur": 1}}
    for forged in ("pas du json", "[]", '{"A10.1": 3}', "[" * 100_000):
        assert client.post(url(produit), {"jetons": forged, "v-A10.1": "1", "action": "enregistrer"}).status_code == 409
    assert "A10.1" not in draft(produit).reponses


def test_a_section_the_content_does_not_mark_is_refused(client: Client, produit: Produit, responsable: User) -> None:
    """R-20."""
    response = post(client, responsable, produit, {"A08.1.1": 1}, "section_na:nimporte")
    assert response.status_code == 409
    assert "ne peut pas être déclarée" in response.content.decode()


def test_an_answer_no_longer_shown_leaves_at_the_next_save(client: Client, produit: Produit, responsable: User) -> None:
    """CAT-2, R-2: answers stay until the next save; former versions are untouched."""
    post(client, responsable, produit, dict.fromkeys(CODES, 3), "valider")
    qualifier(produit.sujet_ptr, {**R1, "QP.18": "non"})
    assert statut(produit) == Statut.EN_COURS, "an obsolete answer is no longer complete (R-3)"
    post(client, responsable, produit, {"A08.1.1": 2}, **{"b-A08.1.1": digest({"valeur": 3})})
    assert "A10.1" not in draft(produit).reponses
    assert "A10.1" in validated(produit)[0].reponses


def test_saving_is_enough_to_let_an_answer_no_longer_shown_go(client: Client, produit: Produit, responsable: User) -> None:
    """R-2, R-3: nothing else has changed, and the questionnaire can be finished again."""
    post(client, responsable, produit, dict.fromkeys(CODES, 3), "valider")
    qualifier(produit.sujet_ptr, {**R1, "QP.18": "non"})
    assert post(client, responsable, produit, {}, "valider").status_code == 302
    assert statut(produit) == Statut.TERMINE
    assert ["A10.1" in row.reponses for row in validated(produit)] == [False, True]


def test_what_is_frozen_holds_no_answer_no_longer_shown(produit: Produit, responsable: User) -> None:
    """R-2, R-3: whoever validates at once, without a save before."""
    ReponseFactory(sujet=produit, reponses=complete_answers(responsable, produit) | {"A08.5.02": {"valeur": 1}})
    actions.valider(cible=fetch_suivi(responsable, "socles", produit.pk).etape("interoperabilite").cible(), par=responsable)
    assert "A08.5.02" not in validated(produit)[0].reponses
    assert statut(produit) == Statut.TERMINE


def test_an_answer_comes_back_with_its_criterion(client: Client, produit: Produit, responsable: User) -> None:
    """R-2: it had left the draft, and even the last validated answers; the former version gives it back."""
    post(client, responsable, produit, {**dict.fromkeys(CODES, 3), "A10.1": 1}, "valider", **{"c-A10.1": "Listes chargées à la main"})
    for profil in ({**R1, "QP.18": "non"}, R1):
        client.force_login(responsable)
        current = produit.sujet_ptr.reponses.filter(questionnaire__code="qualification-produit").latest("pk")
        data = {f"v-{code}": valeur for code, valeur in profil.items()}
        response = client.post(reverse("parcours:qualification", args=[produit.pk]), {**data, "depuis": current.pk, "action": "confirmer"})
        assert response.status_code == 302
        if profil is not R1:
            post(client, responsable, produit, {}, "valider")
    assert draft(produit).reponses["A10.1"] == {"valeur": 1, "commentaire": "Listes chargées à la main"}
    assert post(client, responsable, produit, {}, "valider").status_code == 302
    assert statut(produit) == Statut.TERMINE


def test_each_answer_comes_back_from_the_latest_version_that_has_it(produit: Produit, responsable: User) -> None:
    """R-2: they left one after the other, the first in the middle of a change."""
    rest = {code: {"valeur": 3} for code in CODES if code not in ("A08.1.1", "A08.4.1", "A10.1")}
    taken_back = {"A08.4.1": {"valeur": 2}}  # it has shown all along: what was emptied stays so
    for gone in ({"A08.1.1": {"valeur": 2}, "A10.1": {"valeur": 2}, **taken_back}, {"A10.1": {"valeur": 1}}, {}):
        ReponseFactory(sujet=produit, validee=True, reponses={**rest, **gone})
    since = qualifier(produit.sujet_ptr, {**R1, "QP.18": "non", "QP.19": ["aucun"]})
    requalifier(sujet=Sujet.tous.get(pk=produit.pk), referentiel=current(), answers=as_answers(R1), par=responsable, since=since.pk)
    assert draft(produit).reponses == {**rest, "A08.1.1": {"valeur": 2}, "A10.1": {"valeur": 1}}


def test_another_demarche_keeps_an_answer_alive(client: Client, responsable: User, produit: Produit) -> None:
    """R-1, R-2, PAR-4: one set of answers; what one démarche still shows is kept, judged by each with its own levels."""
    InscriptionFactory(sujet=produit, code="mes-sans-echange")
    answers = complete_answers(responsable, produit, niveau=2) | {"A08.2.1": {"valeur": 0}, "A10.1": {"valeur": 0}}
    ReponseFactory(sujet=produit, validee=True, reponses=answers)
    doctrine = fetch_suivi(responsable, "socles", produit.pk).etape("interoperabilite")
    mes = fetch_suivi(responsable, "mes-sans-echange", produit.pk).etape("interoperabilite")
    assert (doctrine.verdict.value, mes.verdict.value) == ("non_atteint", "atteint")


def test_an_option_of_the_product_can_be_named(client: Client, produit: Produit, responsable: User) -> None:
    """R-23: among the options of this very product."""
    option = ProduitFactory(entreprise=produit.entreprise, responsable=responsable, option=True, socles=[produit])
    stranger = ProduitFactory(entreprise=produit.entreprise, responsable=responsable)
    offered = f"{option.pk} · {option.nom} {option.version}"
    assert post(client, responsable, produit, {"A08.1.1": 2}, **{"o-A08.1.1": offered}).status_code == 302
    assert f'<option value="{offered}">' in client.get(url(produit)).content.decode()
    assert draft(produit).reponses["A08.1.1"] == {"valeur": 2, "option": option.pk}
    refused = post(client, responsable, produit, {"A08.2.1": 2}, **{"o-A08.2.1": str(stranger.pk)})
    assert refused.status_code == 422


# --- Bad input ----------------------------------------------------------------------------------------------------------

BAD = {
    "level out of range": {"v-A08.1.1": "4"},
    "negative level": {"v-A08.1.1": "-1"},
    "full-width digit": {"v-A08.1.1": "２"},
    "huge number": {"v-A08.1.1": "9999999999999999999999"},
    "not a level": {"v-A08.1.1": "<script>alert(1)</script>"},
    "repeated parameter": {"v-A08.1.1": ["1", "2"]},
    "hidden criterion": {"v-A08.5.02": "1", "b-A08.5.02": digest({})},
    "unknown criterion": {"v-Z99": "1", "b-Z99": digest({})},
    "criterion of another questionnaire": {"v-01.01": "1", "b-01.01": digest({})},
    "too long a comment": {"c-A08.1.1": "a" * 5001},
    "control character": {"c-A08.1.1": "a\x07b"},
    "foreign option": {"o-A08.1.1": "1"},
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_in_words_and_loses_nothing(client: Client, produit: Produit, responsable: User, case: str) -> None:
    """Bad input: a 4xx page that says what is wrong; what else was typed is on it, nothing is stored."""
    client.force_login(responsable)
    good = {"v-A08.2.1": "1", "b-A08.2.1": digest({}), "c-A08.2.1": "à garder", "b-A08.1.1": digest({})}
    response = client.post(url(produit), {**good, **BAD[case], "action": "valider"})
    html = response.content.decode()
    assert response.status_code == 422, html[:500]
    assert 'id="resume-erreurs"' in html
    assert "à garder" in html and 'name="v-A08.2.1" value="1" checked' in html
    assert "<script>alert" not in html
    assert draft(produit) is None


def test_na_where_it_is_not_offered_is_refused(client: Client, produit: Produit, responsable: User) -> None:
    """R-10: 01.01 of Sécurité does not offer it."""
    client.force_login(responsable)
    data = {"v-01.01": "NA", "b-01.01": digest({}), "action": "enregistrer"}
    response = client.post(url(produit, questionnaire="securite"), data)
    assert response.status_code == 422
    assert "n&#x27;est pas proposé" in response.content.decode()


def test_an_answer_without_its_token_is_refused(client: Client, produit: Produit, responsable: User) -> None:
    """WF-2: saves carry a token per criterion; none sent = refused, and said."""
    client.force_login(responsable)
    response = client.post(url(produit), {"v-A08.1.1": "1", "action": "enregistrer"})
    assert response.status_code == 409
    assert "rechargez" in response.content.decode()
    assert draft(produit) is None


def test_two_tabs_on_one_criterion_show_both_answers(client: Client, produit: Produit, responsable: User, contributeur: User) -> None:
    """QST-4: the second sees both values; sending again keeps his, knowingly; other criteria are saved at once.

    Nothing says that it is somebody else: one may have answered in two tabs."""
    post(client, contributeur, produit, {"A08.1.1": 3})
    response = post(client, responsable, produit, {"A08.1.1": 1, "A10.1": 2})
    html = response.content.decode()
    assert response.status_code == 409
    assert "3 · Maturité forte" in html and 'name="v-A08.1.1" value="1" checked' in html
    assert "par une autre personne ou dans un autre onglet" in html and "Une autre personne a répondu" not in html
    assert draft(produit).reponses == {"A08.1.1": {"valeur": 3}, "A10.1": {"valeur": 2}}
    again = post(client, responsable, produit, {"A08.1.1": 1}, **{"b-A08.1.1": digest({"valeur": 3})})
    assert again.status_code == 302
    assert draft(produit).reponses["A08.1.1"] == {"valeur": 1}


def test_a_refused_page_keeps_the_tokens_it_was_read_with(client: Client, produit: Produit, responsable: User, contributeur: User) -> None:
    """QST-4, WF-2: what a colleague saved meanwhile is not overwritten by the page mended and sent again."""
    post(client, responsable, produit, {}, "section_na:A08.2")
    mine: dict[str, str] = {"m-A08.2": "Mon motif", "b-m-A08.2": motif_token("")}
    post(client, contributeur, produit, {"A08.1.1": 3}, **{"m-A08.2": "Son motif"})
    refused = post(client, responsable, produit, {"A08.1.1": 1, "A10.1": 7}, **mine)
    assert refused.status_code == 422
    tokens = json.loads(html.unescape(re.search(r'name="jetons" value="([^"]*)"', refused.text)[1]))
    assert (tokens["A08.1.1"], tokens["m-A08.2"]) == (digest({}), motif_token(""))
    again = client.post(url(produit), {"jetons": json.dumps(tokens), "v-A08.1.1": "1", "v-A10.1": "2", "m-A08.2": "Mon motif"})
    assert again.status_code == 409
    assert draft(produit).reponses == {"A08.1.1": {"valeur": 3}, "A10.1": {"valeur": 2}} and draft(produit).sections_na["A08.2"]["motif"] == "Son motif"


def test_autosave_answers_with_the_new_token_and_the_progress(client: Client, produit: Produit, responsable: User) -> None:
    """QST-3: as one answers, without reload."""
    client.force_login(responsable)
    body = client.post(url(produit, "enregistrement"), {"v-A08.1.1": "2", "b-A08.1.1": digest({})}).json()
    assert body["jetons"] == {"A08.1.1": digest({"valeur": 2})}
    assert body["sections"]["A08.1"] == [1, 1]
    assert "1/7" in body["panneau"]
    refused = client.post(url(produit, "enregistrement"), {"v-A08.1.1": "9", "b-A08.1.1": digest({"valeur": 2})})
    assert refused.status_code == 422 and "A08.1.1" in refused.json()["refus"]


def test_an_answer_left_as_the_page_showed_it_keeps_the_token_of_the_page(client: Client, produit: Produit, responsable: User, contributeur: User) -> None:
    """QST-4: taken back to what it was, while a colleague answered: the page does not pass for knowing what it never showed."""
    post(client, contributeur, produit, {"A08.1.1": 3})
    client.force_login(responsable)
    body = client.post(url(produit, "enregistrement"), {"c-A08.1.1": "", "b-A08.1.1": digest({})}).json()
    assert body["jetons"] == {"A08.1.1": digest({})}
    assert post(client, responsable, produit, {"A08.1.1": 1}, **{"b-A08.1.1": body["jetons"]["A08.1.1"]}).status_code == 409


def test_an_archived_product_is_read_only(client: Client, produit: Produit, responsable: User) -> None:
    """R-43: its answers are read, nothing is written."""
    from catalog.actions import archiver_produit

    archiver_produit(produit=produit, par=responsable)
    client.force_login(responsable)
    html = client.get(url(produit)).content.decode()
    assert "archivé" in html and 'value="enregistrer"' not in html
    typed = {"v-A08.1.1": "1", "c-A08.1.1": "Tapé avant l'archivage", "b-A08.1.1": digest({})}
    refused = client.post(url(produit), typed)
    assert refused.status_code == 403 and draft(produit) is None
    assert "Ce produit a été archivé" in refused.text and "Tapé avant l&#x27;archivage" in refused.text  # QST-3: said, and nothing lost
    autosave = client.post(url(produit, "enregistrement"), typed)
    assert (autosave.status_code, autosave.json()["refus"]) == (403, {}) and "archivé" in autosave.json()["message"]


def test_rights_withdrawn_act_at_the_next_request(client: Client, produit: Produit, contributeur: User) -> None:
    """AZ-8: succeed, withdraw, denied."""
    from questionnaires.rights import withdraw

    assert post(client, contributeur, produit, {"A08.1.1": 2}).status_code == 302
    withdraw(contributeur, produit, [DroitSujet.SAISIE])
    refused = post(client, contributeur, produit, {"A10.1": 2}, **{"c-A10.1": "Tapé avant le retrait"})
    assert refused.status_code == 403 and "A10.1" not in draft(produit).reponses
    assert "ne le donne plus" in refused.text and "Tapé avant le retrait" in refused.text, "QST-3: said, and nothing lost"
    assert EntreeJournal.objects.filter(action="acces.refuse", acteur=contributeur.pk).exists(), "AZ-4"


def test_the_right_to_validate_withdrawn_saves_the_draft_all_the_same(client: Client, produit: Produit, contributeur: User) -> None:
    """AZ-8, QST-3: what was typed before « Valider » is kept, and the page says that it is."""
    refused = post(client, contributeur, produit, {"A10.1": 2}, action="valider")
    assert refused.status_code == 403 and "Votre brouillon est enregistré" in refused.text and "Rien n'a été modifié" not in refused.text
    assert draft(produit).reponses == {"A10.1": {"valeur": 2}}


def test_a_criterion_hidden_meanwhile_gives_back_what_was_typed(client: Client, produit: Produit, responsable: User) -> None:
    """CAT-2, QST-3: a colleague changed the qualification; the page says so and shows the answer that has no place any more."""
    qualifier(produit, {**R1, "QP.19": ["aucun"]})
    (shown, *_) = shown_codes(produit)
    refused = post(client, responsable, produit, {"A08.1.1": 2, shown: 3}, **{"c-A08.1.1": "Longue justification"})
    assert refused.status_code == 422 and "plus affiché" in refused.text and "enregistrez de nouveau" in refused.text
    assert "Longue justification" in refused.text and "2 · Maturité moyenne" in refused.text and 'id="critere-A08.1.1"' in refused.text
    assert draft(produit) is None


def test_a_criterion_hidden_meanwhile_without_a_word_refuses_nothing(client: Client, produit: Produit, responsable: User) -> None:
    """CAT-2: the page, opened before, still sends its empty fields, and the answer it had shown."""
    post(client, responsable, produit, {"A08.2.1": 1})
    qualifier(produit, {**R1, "QP.19": ["aucun"]})
    hidden = {"c-A08.1.1": "", "b-A08.1.1": digest({}), "v-A08.2.1": "1", "c-A08.2.1": "", "b-A08.2.1": digest({"valeur": 1})}
    (shown, *_) = shown_codes(produit)
    assert post(client, responsable, produit, {shown: 2}, **hidden).status_code == 302
    assert draft(produit).reponses[shown] == {"valeur": 2}


def shown_codes(produit: Produit) -> list[str]:
    return list(fetch_suivi(produit.responsable, "socles", produit.pk).etape("interoperabilite").shown.codes)


def test_the_primary_button_is_what_comes_next(client: Client, produit: Produit, responsable: User) -> None:
    """UX: validating a complete draft; until then, or while nothing changed since the last validation, keeping the draft."""
    client.force_login(responsable)
    assert '<button class="fr-btn" name="action" value="enregistrer">' in client.get(url(produit)).content.decode()
    draft = ReponseFactory(sujet=produit, reponses=complete_answers(responsable, produit))
    assert '<button class="fr-btn" name="action" value="valider">' in client.get(url(produit)).content.decode()
    draft.delete()
    ReponseFactory(sujet=produit, validee=True, reponses=complete_answers(responsable, produit))
    assert '<button class="fr-btn" name="action" value="enregistrer">' in client.get(url(produit)).content.decode()
