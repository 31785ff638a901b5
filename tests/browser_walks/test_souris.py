"""The whole path by mouse: from sign-in to the results, their files, and a change of qualification (issue 2, « What a person can do »)."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tests.accounts.factories import UserFactory
from tests.catalog.factories import R1

from .gestes import (
    CONDITIONNELLES,
    R1_A,
    appuyer,
    carte,
    choisir,
    coche,
    codes_des_cartes,
    enregistre,
    identifier,
    qualifier,
    question,
    repondre,
    se_connecter,
    titre,
)

pytestmark = pytest.mark.browser


def test_from_sign_in_to_the_results(page: Page, recorder, worker, referentiel):
    recorder.allow(422)  # the validation refused
    responsable = UserFactory(responsable=True)
    se_connecter(page, responsable)
    add_produit(page)
    enrol(page)
    draft(page)
    validate(page)
    read_results(page)
    download_files(page)
    change_qualification(page)


def add_produit(page: Page) -> None:
    page.goto("/produits/ajouter/")
    identifier(page, "MonSuivi Android tablette")
    appuyer(page, "Suivant")
    show_and_hide_questions(page)
    lose_nothing_by_precedent(page)
    appuyer(page, "Suivant")
    expect(page.get_by_text("MonSuivi Android tablette")).to_be_visible()
    appuyer(page, "Valider")
    expect(titre(page)).to_have_text("Produit ajouté")


def show_and_hide_questions(page: Page) -> None:
    """QST-1: conditional questions come and go as one answers, without leaving the page."""
    page.evaluate("window.memePage = true")
    for code in CONDITIONNELLES:
        expect(question(page, code)).to_be_hidden()
    choisir(page, "QP.07", "oui")
    for code in ("QP.08", "QP.25", "QP.26"):
        expect(question(page, code)).to_be_visible()
    choisir(page, "QP.07", "non")
    for code in ("QP.08", "QP.25", "QP.26"):
        expect(question(page, code)).to_be_hidden()
    qualifier(page)
    expect(page.locator("[data-question]:visible")).to_have_count(28)
    expect(page.get_by_text("Toutes les questions sont renseignées.")).to_be_visible()
    assert page.evaluate("window.memePage")


def lose_nothing_by_precedent(page: Page) -> None:
    """CAT-1: going back and forth keeps the identification and the 28 answers."""
    appuyer(page, "Précédent")
    expect(page.locator("#id_nom")).to_have_value("MonSuivi Android tablette")
    expect(page.locator("#id_version")).to_have_value("2.1")
    appuyer(page, "Suivant")
    expect(page.locator("[data-question]:visible")).to_have_count(28)
    for code, valeurs in R1.items():
        for valeur in [valeurs] if isinstance(valeurs, str) else valeurs:
            expect(page.locator(f'[id="v-{code}-{valeur}"]')).to_be_checked()


def enrol(page: Page) -> None:
    page.get_by_role("article").filter(has_text="socles").get_by_role("button", name=re.compile("^Commencer")).first.click()
    expect(page).to_have_url(re.compile(r"/demarches/socles/sujets/\d+/"))
    page.get_by_role("link", name=re.compile(": Évaluation Interopérabilité")).click()
    expect(titre(page)).to_contain_text("Évaluation Interopérabilité")


def draft(page: Page) -> None:
    """QST-1, QST-3: exactly the criteria of the profile, the reason of each, and a draft that is there again."""
    assert codes_des_cartes(page) == list(R1_A)
    carte(page, "A08.1.1").get_by_text("Pourquoi ce critère ?").click()
    expect(carte(page, "A08.1.1").locator(".critere-pourquoi")).to_contain_text("Modes d'échange")
    repondre(page, {"A08.1.1": 1, "A08.2.1": 0})
    enregistre(page)
    names = page.locator(".restantes a").evaluate_all("links => links.map(link => [link.textContent, link.title])")
    titles = page.locator("article.critere h3").evaluate_all("all => all.map(one => one.textContent.trim())")
    assert sorted(f"{code} {title}" for code, title in names) == sorted(titles), "each line of the panel is named on hover, after a save too"
    carte(page, "A08.2.1").get_by_text("Commentaire").click()
    carte(page, "A08.2.1").get_by_role("textbox").fill("Alignement prévu sur la version 3.")
    carte(page, "A08.2.1").get_by_role("textbox").blur()
    enregistre(page)
    page.get_by_role("link", name="Tableau de bord").first.click()
    expect(titre(page)).to_be_visible()
    page.go_back()
    page.reload()
    assert coche(page, "A08.1.1") == "1"
    assert coche(page, "A08.2.1") == "0"
    expect(carte(page, "A08.2.1").get_by_role("textbox")).to_have_value("Alignement prévu sur la version 3.")
    expect(page.locator("[data-avancement]")).to_contain_text("2/7")


def validate(page: Page) -> None:
    """QST-5: what is missing is said, with a link to each, and the focus goes there."""
    appuyer(page, "Valider")
    summary = page.locator("#resume-erreurs")
    expect(summary).to_be_focused()
    missing = [code for code in R1_A if code not in ("A08.1.1", "A08.2.1")]
    expect(summary.get_by_role("link")).to_have_count(len(missing))
    for code in missing:
        expect(summary.get_by_role("link", name=re.compile(rf"^{re.escape(code)} – "))).to_be_visible()
    expect(carte(page, "A10.1")).to_have_class(re.compile("critere-en-erreur"))
    summary.get_by_role("link", name=re.compile("^A10.1")).click()
    expect(carte(page, "A10.1").get_by_role("radio").first).to_be_focused()
    repondre(page, {code: R1_A[code] for code in missing})
    enregistre(page)
    expect(carte(page, "A10.1").locator(".critere-sous-seuil")).to_be_visible()
    appuyer(page, "Valider")
    expect(page).to_have_url(re.compile("/resultats/$"))


def read_results(page: Page) -> None:
    """QST-6 to QST-8: the verdict in words, the radar beside its table, the gap, the recommendations, the history."""
    expect(page.locator(".verdict")).to_contain_text("Non atteint")
    expect(page.locator(".radar-figure svg title")).to_have_count(1)
    table = page.get_by_role("table", name="Moyenne par axe")
    expect(table.get_by_role("row")).to_have_count(1 + 6)
    expect(page.get_by_role("table", name="Niveaux manquants par critère")).to_contain_text("A10.1")
    expect(page.locator(".recommandations li").first).to_be_visible()
    expect(page.locator(".frise li")).to_have_count(1)
    expect(page.get_by_text("Alignement prévu sur la version 3.")).to_be_visible()


def download_files(page: Page) -> None:
    """XP-1, XP-5: each file is a job with its own page, done by the worker."""
    results = page.url
    appuyer(page, "Télécharger en Excel")
    sheets = openpyxl.load_workbook(BytesIO(collect(page)), read_only=True)
    words = " ".join(str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)
    for expected in (*R1_A, "MonSuivi Android tablette", "Non atteint", "Alignement prévu sur la version 3."):
        assert expected in words, expected
    page.goto(results)
    appuyer(page, "Télécharger en PDF")
    with pikepdf.open(BytesIO(collect(page))) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang).startswith("fr")
        assert "MonSuivi Android tablette" in str(document.docinfo["/Title"])
        assert len(document.pages) >= 2
    page.goto(results)


def collect(page: Page) -> bytes:
    """Wait on the page of the job until its file is there, then take it."""
    expect(titre(page)).to_have_text("Préparation de votre fichier")
    link = page.get_by_role("link", name="Télécharger le fichier")
    expect(link).to_be_visible(timeout=30_000)
    with page.expect_download() as waiting:
        link.click()
    return Path(waiting.value.path()).read_bytes()


def change_qualification(page: Page) -> None:
    """CAT-2, R-8: the consequences are named before anything is recorded, then the questionnaire is open again."""
    page.goto(re.sub(r".*/sujets/(\d+)/.*", r"/produits/\1/qualification/", page.url))
    choisir(page, "QP.21", ["aucun", "vac"])
    choisir(page, "QP.23", ["aucun", "mdp"])
    choisir(page, "QP.18", "non")
    appuyer(page, "Voir les conséquences")
    expect(titre(page)).to_contain_text("Conséquences")
    impact = page.locator(".impact-etape").filter(has_text="Évaluation Interopérabilité")
    expect(impact.locator("li", has_text="A08.5.02")).to_be_visible()
    expect(impact).to_contain_text("+ 2 critères apparaissent")
    expect(impact).to_contain_text("− 1 critère disparaît")
    expect(impact.locator("li", has_text="A10.1")).to_be_visible()
    expect(impact).to_contain_text("repasse « En cours »")
    appuyer(page, "Confirmer les changements")
    page.goto(re.sub(r".*/produits/(\d+)/.*", r"/demarches/socles/sujets/\1/", page.url))
    expect(page.get_by_role("article").filter(has_text="Interopérabilité").first).to_contain_text("En cours")
