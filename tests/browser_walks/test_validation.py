"""Who prepares and who validates: asking, sending back, asking again, validating (R-21); strangers see nothing (AZ-4)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from questionnaires.enums import DroitSujet
from questionnaires.rights import grant
from tests.accounts.factories import UserFactory
from tests.parcours.factories import InscriptionFactory, ReponseFactory, complete_answers

from .gestes import R1_A, appuyer, carte, enregistre, partir, repondre

pytestmark = pytest.mark.browser

DEMANDER = "Enregistrer et demander validation"


def test_a_contributeur_asks_and_the_responsable_decides(new_page: Any, sign_in: Any, recorder: Any, referentiel: None):
    inscription = InscriptionFactory()
    sujet = inscription.sujet
    responsable = sujet.responsable
    contributeur = UserFactory(entreprise=sujet.entreprise, gestionnaire=responsable)
    grant(contributeur, sujet, [DroitSujet.LECTURE, DroitSujet.SAISIE])
    address = f"/demarches/socles/sujets/{sujet.pk}/interoperabilite/"
    his, hers = new_page(), new_page()
    sign_in(his, contributeur)
    sign_in(hers, responsable)

    ask(his, address)
    send_back(hers)
    ask_again(his, address)
    withdraw_by_changing(his)
    validate(hers, his, address)
    meet_nothing(new_page, sign_in, recorder, address)


def test_the_last_validation_opens_what_comes_next(new_page: Any, sign_in: Any, axe: Any, referentiel: None):
    """PAR-5: a modal offers the results and the next step, once; without a script it stands in the page and closes too."""
    inscription = InscriptionFactory()
    sujet, responsable = inscription.sujet, inscription.sujet.responsable
    for code in ("urbanisation", "securite"):
        ReponseFactory(sujet=sujet, code=code, validee=True, reponses=complete_answers(responsable, sujet, code))
    ReponseFactory(sujet=sujet, reponses=complete_answers(responsable, sujet))
    page, plain = new_page(), new_page(java_script_enabled=False)
    for one in (page, plain):
        sign_in(one, responsable)
    page.goto(f"/demarches/socles/sujets/{sujet.pk}/interoperabilite/")
    appuyer(page, "Valider")
    modal = page.get_by_role("dialog", name="Tous les questionnaires ouverts de cette démarche sont terminés")
    expect(modal).to_be_visible()
    expect(modal).to_contain_text("Projection Interopérabilité")
    axe(page)
    page.keyboard.press("Escape")
    expect(modal).to_be_hidden()
    expect(page).to_have_url(re.compile("/resultats/$"))
    plain.goto(f"{page.url}?terminee")
    expect(plain.get_by_role("dialog")).to_be_visible()
    plain.get_by_role("button", name="Fermer").click()
    expect(plain.get_by_role("dialog")).to_be_hidden()


def test_what_happened_is_in_sight_and_true(page: Page, sign_in: Any, recorder: Any, referentiel: None):
    """QST-3: the line of a criterion leaves the summary once answered, a reason is saved as one writes, and each act is told where one is."""
    recorder.allow(422)  # the validation refused
    inscription = InscriptionFactory()
    sign_in(page, inscription.sujet.responsable)
    page.goto(f"/demarches/socles/sujets/{inscription.sujet_id}/interoperabilite/")
    appuyer(page, "Valider")
    summary = page.locator("#resume-erreurs")
    expect(summary).to_contain_text("Choisissez un niveau de maturité.")
    expect(summary.get_by_role("listitem")).to_have_count(7)
    carte(page, "A10.1").get_by_text("Commentaire").click()
    carte(page, "A10.1").get_by_role("textbox").fill("À revoir avec l'équipe.")
    enregistre(page)
    expect(summary.get_by_role("listitem")).to_have_count(7)
    repondre(page, {"A10.1": 2})
    expect(summary.get_by_role("listitem")).to_have_count(6)

    carte(page, "A10.1").scroll_into_view_if_needed()
    appuyer(page, "Enregistrer comme brouillon")
    expect(carte(page, "A10.1")).to_be_in_viewport()
    expect(page.locator("[data-etat-enregistrement]")).to_have_text(re.compile("^Brouillon enregistré à"))
    expect(page.get_by_role("button", name="Enregistrer comme brouillon")).to_be_focused()

    section = page.locator('[id="section-A08.2"]')
    partir(page, section.get_by_role("button", name="Déclarer la section non applicable"))
    expect(carte(page, "A08.2.1").locator("input").first).to_be_disabled()
    expect(section.get_by_label("Motif")).to_be_focused()
    section.get_by_label("Motif").fill("Aucun échange d'objets de santé.")
    enregistre(page)
    appuyer(page, DEMANDER)
    expect(page.get_by_text("Votre demande est envoyée")).to_be_in_viewport()
    expect(section.get_by_label("Motif")).to_have_value("Aucun échange d'objets de santé.")


def ask(his: Page, address: str) -> None:
    """He may draft and ask; no button of validation is offered to him."""
    his.goto(address)
    expect(his.get_by_role("button", name="Valider", exact=True)).to_have_count(0)
    repondre(his, dict(list(R1_A.items())[:3]))
    enregistre(his)
    appuyer(his, DEMANDER)
    expect(his.get_by_text("Votre demande est envoyée")).to_be_visible()
    expect(his.locator(".entete-saisie")).to_contain_text("Validation demandée")


def send_back(hers: Page) -> None:
    """She is told by the count of the header, reads, and sends the draft back with a comment."""
    hers.goto("/tableau-de-bord/")
    expect(hers.get_by_role("banner").get_by_role("link", name=re.compile("^Notifications"))).to_contain_text("1 non lue")
    hers.get_by_role("banner").get_by_role("link", name=re.compile("^Notifications")).click()
    hers.get_by_role("link", name=re.compile("^Ouvrir")).first.click()
    hers.get_by_role("link", name="Renvoyer avec un commentaire").click()
    hers.get_by_label(re.compile("^Ce qui est à reprendre")).fill("Répondez aussi à A10.1 & à A08.4.1.")
    appuyer(hers, "Renvoyer le brouillon")
    expect(hers.get_by_text("Le brouillon est renvoyé avec votre commentaire.")).to_be_visible()


def ask_again(his: Page, address: str) -> None:
    his.goto("/notifications/")
    expect(his.get_by_role("main")).to_contain_text("Répondez aussi à A10.1 & à A08.4.1.")
    his.goto(address)
    expect(his.locator(".entete-saisie")).to_contain_text("Répondez aussi à A10.1 & à A08.4.1.")
    repondre(his, dict(list(R1_A.items())[3:]))
    enregistre(his)
    appuyer(his, DEMANDER)
    expect(his.locator(".entete-saisie")).to_contain_text("Validation demandée")


def withdraw_by_changing(his: Page) -> None:
    """R-21: any later change withdraws the request; he asks once more."""
    repondre(his, {"A08.1.1": 3})
    enregistre(his)
    his.reload()
    expect(his.locator(".entete-saisie")).not_to_contain_text("Validation demandée")
    repondre(his, {"A08.1.1": 1})
    enregistre(his)
    appuyer(his, DEMANDER)
    expect(his.locator(".entete-saisie")).to_contain_text("Validation demandée")


def validate(hers: Page, his: Page, address: str) -> None:
    hers.goto(address)
    expect(hers.locator(".entete-saisie")).to_contain_text("demande la validation")
    expect(carte(hers, "A08.1.1").locator('input[value="1"]')).to_be_checked()
    appuyer(hers, "Valider")
    expect(hers).to_have_url(re.compile("/resultats/$"))
    his.goto("/notifications/")
    expect(his.get_by_role("main")).to_contain_text("a validé le questionnaire")
    his.goto(address)
    expect(his.locator(".entete-saisie")).to_contain_text("Terminé")


def meet_nothing(new_page: Any, sign_in: Any, recorder: Any, address: str) -> None:
    """AZ-4: for the responsable of another company these addresses do not exist."""
    recorder.allow(404)
    stranger = new_page()
    sign_in(stranger, UserFactory(responsable=True))
    reference = re.search(r"sujets/(\d+)/", address)[1]
    ends = ("", "resultats/", "comparer/", "abandonner/", "renvoyer/")
    produit = f"/produits/{reference}/"
    for path in (*(address + end for end in ends), address.replace("interoperabilite/", ""), *(produit + end for end in ("", "modifier/", "qualification/"))):
        assert stranger.goto(path).status == 404, path
        expect(stranger.get_by_role("heading", level=1)).to_contain_text("ne trouvons pas")
