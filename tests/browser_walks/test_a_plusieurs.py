"""Several pages on one draft, and a session that ends while one types: nothing typed is ever lost (QST-3, QST-4)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.sessions.backends.cached_db import SessionStore
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from questionnaires.enums import DroitSujet, EtatReponse
from questionnaires.models import Reponse
from questionnaires.rights import grant
from tests.accounts.factories import UserFactory
from tests.parcours.factories import InscriptionFactory

from .gestes import appuyer, carte, coche, enregistre, repondre, se_connecter

pytestmark = pytest.mark.browser

ETAT = "[data-etat-enregistrement]"


def test_two_people_and_a_session_that_ends(new_page: Any, sign_in: Any, recorder: Any, referentiel: None):
    recorder.allow(409)
    sujet = InscriptionFactory().sujet
    colleague = UserFactory(entreprise=sujet.entreprise)
    grant(colleague, sujet, list(DroitSujet))
    address = f"/demarches/socles/sujets/{sujet.pk}/interoperabilite/"
    first, second = new_page(), new_page()
    sign_in(first, sujet.responsable)
    sign_in(second, colleague)
    for page in (first, second):
        page.goto(address)

    merge(first, second, sujet)
    choose(first, second, sujet)
    choose_after_a_full_save(first, second, sujet)
    outlive_the_session(first, recorder, sujet)


def test_the_network_goes_and_comes_back(page: Any, sign_in: Any, recorder: Any, referentiel: None):
    """QST-3: the form stays, whatever is pressed; what was answered is saved as soon as the network is back."""
    sujet = InscriptionFactory().sujet
    sign_in(page, sujet.responsable)
    address = f"/demarches/socles/sujets/{sujet.pk}/interoperabilite/"
    page.goto(address)
    retry = page.locator(ETAT).get_by_role("button", name="Non enregistré — réessayer")
    page.context.set_offline(True)
    repondre(page, {"A08.1.1": 3})
    expect(retry).to_be_visible()
    page.get_by_role("button", name="Enregistrer comme brouillon").click()
    expect(retry).to_be_visible()
    expect(page).to_have_url(re.compile(address))
    assert coche(page, "A08.1.1") == "3"
    page.context.set_offline(False)
    enregistre(page)
    assert stored(sujet) == {"A08.1.1": {"valeur": 3}}
    page.route("**/enregistrement/", lambda route: route.abort())
    repondre(page, {"A08.1.1": 2})
    expect(retry).to_be_visible()
    appuyer(page, "Enregistrer comme brouillon")  # the autosave alone fails: the button works
    expect(page.get_by_text("Votre brouillon est enregistré.")).to_be_visible()
    assert stored(sujet) == {"A08.1.1": {"valeur": 2}}
    assert all("ERR_INTERNET_DISCONNECTED" in problem or "net::ERR_FAILED" in problem for problem in recorder.problems), recorder.problems
    recorder.problems.clear()  # the requests that met no network


def stored(sujet: Any) -> dict[str, Any]:
    return Reponse.objects.of_sujet(sujet).get(etat=EtatReponse.BROUILLON, questionnaire__code="interoperabilite").reponses


def merge(first: Page, second: Page, sujet: Any) -> None:
    """Different criteria: both are kept, nobody is bothered."""
    repondre(first, {"A08.1.1": 1})
    enregistre(first)
    repondre(second, {"A10.1": 3})
    enregistre(second)
    assert stored(sujet) == {"A08.1.1": {"valeur": 1}, "A10.1": {"valeur": 3}}


def choose(first: Page, second: Page, sujet: Any) -> None:
    """The same criterion: the later sees both values, and hers is stored only once she says so."""
    repondre(first, {"A08.2.1": 2})
    enregistre(first)
    repondre(second, {"A08.2.1": 3})
    conflict = carte(second, "A08.2.1").locator(".critere-conflit")
    expect(conflict).to_contain_text("2 · Maturité moyenne")
    assert coche(second, "A08.2.1") == "3"
    assert stored(sujet)["A08.2.1"] == {"valeur": 2}
    appuyer(second, "Enregistrer comme brouillon")
    expect(second.get_by_text("Votre brouillon est enregistré.")).to_be_visible()
    assert stored(sujet)["A08.2.1"] == {"valeur": 3}


def choose_after_a_full_save(first: Page, second: Page, sujet: Any) -> None:
    """The same by the button: the page comes back with both values, what was typed, and the rest saved."""
    repondre(second, {"A08.3.1": 0})
    enregistre(second)
    first.evaluate("document.getElementById('saisie').dataset.enregistrement = '/sante'")  # its autosave finds nobody
    recorder_quiet(first)
    repondre(first, {"A08.3.1": 1, "A08.4.1": 2})
    carte(first, "A08.3.1").get_by_text("Commentaire", exact=True).click()
    carte(first, "A08.3.1").get_by_role("textbox").fill("Mon commentaire.")
    appuyer(first, "Enregistrer comme brouillon")
    expect(first.locator("#resume-erreurs")).to_be_focused()
    card = carte(first, "A08.3.1")
    expect(card.locator(".critere-conflit")).to_contain_text("0 · Maturité très faible")
    expect(card.get_by_role("textbox")).to_have_value("Mon commentaire.")
    assert coche(first, "A08.3.1") == "1"
    assert stored(sujet)["A08.4.1"] == {"valeur": 2}
    repondre(first, {"A08.3.1": 0})  # she chooses the other value
    card.get_by_role("textbox").fill("")
    enregistre(first)
    assert stored(sujet)["A08.3.1"] == {"valeur": 0}


def recorder_quiet(page: Page) -> None:
    """Let the autosave of this page fail without waiting for a network."""
    page.route("**/sante", lambda route: route.fulfill(status=200, content_type="text/html", body=""))


def outlive_the_session(page: Page, recorder: Any, sujet: Any) -> None:
    """The save says that it failed; signing in again in another tab, « réessayer » saves what is still on the page."""
    for row in Session.objects.all():
        SessionStore(row.pk).delete()
    repondre(page, {"A08.5.01": 3})
    carte(page, "A08.5.01").get_by_text("Commentaire", exact=True).click()
    carte(page, "A08.5.01").get_by_role("textbox").fill("Tapé après la fin de la session.")
    retry = page.locator(ETAT).get_by_role("button", name=re.compile("réessayer"))
    expect(retry).to_be_visible()
    assert coche(page, "A08.5.01") == "3"
    assert "A08.5.01" not in stored(sujet)
    other_tab = page.context.new_page()
    se_connecter(other_tab, sujet.responsable)
    expect(carte(page, "A08.5.01").get_by_role("textbox")).to_have_value("Tapé après la fin de la session.")
    retry.click()
    enregistre(page)
    assert stored(sujet)["A08.5.01"] == {"valeur": 3, "commentaire": "Tapé après la fin de la session."}
    provoked = (  # the saves that met no session, and the fresh copy of the page that a second try asks for
        "/enregistrement/ (net::ERR_FAILED)",
        "/interoperabilite/ (net::ERR_FAILED)",
        "console : Failed to load resource: net::ERR_FAILED",
        "réponse 403",
        "status of 403",
    )
    assert all(any(words in problem for words in provoked) for problem in recorder.problems), recorder.problems
    recorder.problems.clear()  # the save that met no session
