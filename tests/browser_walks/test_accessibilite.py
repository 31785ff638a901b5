"""axe finds nothing on any page, in any state, at 1280 and 320 pixels and at 200 % (AX-1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.enums import EtatTravail
from accounts.models import Travail
from catalog.models import Produit
from questionnaires.models import Reponse
from questionnaires.rights import grant
from tests.accounts.factories import CguFactory, NotificationFactory, UserFactory
from tests.parcours.factories import InscriptionFactory, ReponseFactory
from tests.security.monde import create_monde
from tests.security.table import TABLE

from .gestes import appuyer, carte, choisir, enregistre, identifier, partir, qualifier, repondre
from .pages import readers

pytestmark = pytest.mark.browser

OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4"]},
}
SEVERAL_WIDTHS = (
    "questionnaires:liste_questionnaire",
    "parcours:tableau_de_bord",
    "catalog:catalogue",
    "catalog:produit_ajouter",
    "parcours:fiche_produit",
    "parcours:demarche",
    "parcours:sujet_inscrit",
    "parcours:questionnaire",
    "parcours:resultats",
    "accounts:notifications",
)


@dataclass
class Inspection:
    """axe over pages and states; all that is found is told together at the end."""

    page: Page
    found: list[str] = field(default_factory=list)
    visited: set[str] = field(default_factory=set)

    def look(self, state: str) -> None:
        """Run axe on the page as it stands."""
        for rule in Axe().run(self.page, options=OPTIONS).response["violations"]:
            nodes = [f"{node['html'][:180]} ({node['failureSummary'].splitlines()[-1].strip()[:160]})" for node in rule["nodes"][:3]]
            self.found.append(f"{state} — {rule['id']} : {rule['help']} → {nodes}")

    def visit(self, name: str, kwargs: dict[str, Any] | None = None, query: str = "", *, state: str = "", words: str = "") -> None:
        """Open a page by the name of its URL, then look; ``words`` prove that the state is there."""
        self.page.goto(reverse(name, kwargs=kwargs) + query, wait_until="load")
        expect(self.page.get_by_role("main")).to_contain_text(words)
        self.look(" ".join(filter(None, (name, query, state))))
        self.visited.add(name)

    def conclude(self) -> None:
        assert not self.found, f"{len(self.found)} anomalies\n" + "\n".join(self.found)


def test_every_page_as_found(page: Page, new_page: Callable[..., Page], sign_in, recorder, referentiel):
    """Every GET page of the URLconf, filled, each as somebody who may read it."""
    monde = create_monde()
    pages = readers(monde.acteurs)
    inspection = Inspection(page)
    for actor in dict.fromkeys(pages.values()):
        inspection.page = new_page()
        if user := monde.acteurs[actor]:
            sign_in(inspection.page, user)
        for name in (name for name, wanted in pages.items() if wanted == actor):
            inspection.visit(name, TABLE[name].kwargs(monde.a))
    assert inspection.visited == set(pages)
    inspection.conclude()


def test_small_screens_and_large_letters(new_page: Callable[..., Page], sign_in, recorder, referentiel):
    """320 pixels; and 200 %: half of 1280, each pixel drawn twice."""
    monde = create_monde()
    found: list[str] = []
    for options in ({"viewport": {"width": 320, "height": 700}}, {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}):
        inspection = Inspection(new_page(**options), found)
        sign_in(inspection.page, monde.a.responsable)
        for name in SEVERAL_WIDTHS:
            inspection.visit(name, TABLE[name].kwargs(monde.a), state=f"à {options['viewport']['width']} px")
    assert not found, "\n".join(found)


def test_states_of_the_catalogue_and_of_the_wizard(page: Page, new_page, sign_in, recorder, referentiel):
    recorder.allow(403, 404, 422, 409)
    inspection = Inspection(page)
    responsable = UserFactory(responsable=True)
    sign_in(page, responsable)
    empty_states(inspection)
    wizard_states(inspection)
    error_pages(inspection, sign_in)
    inspection.conclude()


def empty_states(inspection: Inspection) -> None:
    for name in ("parcours:tableau_de_bord", "catalog:catalogue", "accounts:notifications"):
        inspection.visit(name, state="vide")
    inspection.visit("parcours:demarche", {"demarche": "socles"}, state="vide")
    inspection.visit("catalog:catalogue", query="?q=introuvable", state="sans résultat")
    for parcours in ("mes", "dmn", "bouquet"):
        inspection.visit("parcours:parcours", {"parcours": parcours})


def wizard_states(inspection: Inspection) -> None:
    page = inspection.page
    page.goto(reverse("catalog:produit_ajouter"))
    appuyer(page, "Suivant")
    inspection.look("étape 1, erreurs")
    identifier(page, "Produit de la revue")
    appuyer(page, "Suivant")
    inspection.look("étape 2")
    choisir(page, "QP.07", "oui")
    expect(page.locator('[id="question-QP.08"]')).to_be_visible()
    appuyer(page, "Suivant")
    inspection.look("étape 2, erreurs")
    qualifier(page)
    appuyer(page, "Suivant")
    inspection.look("étape 3")
    appuyer(page, "Valider")
    inspection.look("produit ajouté")
    reference = int(re.search(r"/produits/(\d+)/", page.url)[1])
    page.goto(reverse("parcours:qualification", args=[reference]))
    choisir(page, "QP.18", "non")
    appuyer(page, "Voir les conséquences")
    inspection.look("conséquences, aucune démarche")
    page.goto(reverse("parcours:demarche", args=["socles"]))
    page.locator("select[name=produit]").select_option(str(reference))
    appuyer(page, "Ajouter ce produit")
    inspection.look("sujet inscrit, rien de répondu")
    page.goto(reverse("parcours:qualification", args=[reference]))
    choisir(page, "QP.21", ["aucun", "vac"])
    choisir(page, "QP.18", "non")
    appuyer(page, "Voir les conséquences")
    inspection.look("conséquences")


def error_pages(inspection: Inspection, sign_in) -> None:
    page = inspection.page
    page.goto("/nulle-part/")
    inspection.look("404")
    sign_in(page, UserFactory())
    page.goto(reverse("catalog:produit_ajouter"))
    inspection.look("403")


def test_states_of_the_questionnaire(page: Page, new_page, sign_in, recorder, referentiel):
    recorder.allow(409, 422)
    inspection = Inspection(page)
    sujet = InscriptionFactory().sujet
    kwargs = {"demarche": "socles", "reference": sujet.pk, "questionnaire": "interoperabilite"}
    sign_in(page, sujet.responsable)
    inspection.visit("parcours:resultats", kwargs, state="vides")
    inspection.visit("parcours:comparer", kwargs, state="vide")
    inspection.visit("parcours:questionnaire", kwargs, state="vide")
    draft_states(inspection, sujet)
    conflict_states(inspection, new_page, sign_in, sujet, kwargs)
    validated_states(inspection, sujet, kwargs)
    readonly_states(inspection, sign_in, sujet, kwargs)
    inspection.conclude()


def draft_states(inspection: Inspection, sujet: Any) -> None:
    page = inspection.page
    page.locator("article.critere details.critere-pourquoi").first.locator("summary").click()
    repondre(page, {"A08.1.1": 0, "A08.2.1": "NA"})
    enregistre(page)
    inspection.look("brouillon, un critère sous le seuil")
    appuyer(page, "Valider")
    inspection.look("validation refusée")
    partir(page, page.locator("#section-A08\\.2").get_by_role("button", name="Déclarer la section non applicable"))
    inspection.look("section non applicable")
    appuyer(page, "Réactiver la section")
    appuyer(page, "Enregistrer et demander validation")
    inspection.look("validation demandée")
    partir(page, page.get_by_role("link", name="Renvoyer avec un commentaire"))
    appuyer(page, "Renvoyer le brouillon")
    inspection.look("renvoi sans commentaire")


def conflict_states(inspection: Inspection, new_page, sign_in, sujet: Any, kwargs: dict[str, Any]) -> None:
    page, other = inspection.page, new_page()
    sign_in(other, sujet.responsable)
    address = reverse("parcours:questionnaire", kwargs=kwargs)
    page.goto(address)
    other.goto(address)
    repondre(other, {"A08.3.1": 1})
    enregistre(other)
    repondre(page, {"A08.3.1": 3})
    expect(carte(page, "A08.3.1").locator(".critere-conflit")).to_be_visible()
    inspection.look("conflit à l'enregistrement automatique")
    repondre(other, {"A08.3.1": 2})
    enregistre(other)
    appuyer(page, "Enregistrer comme brouillon")
    inspection.look("conflit 409")
    appuyer(page, "Enregistrer comme brouillon")


def validated_states(inspection: Inspection, sujet: Any, kwargs: dict[str, Any]) -> None:
    Reponse.objects.of_sujet(sujet).filter(questionnaire__code="interoperabilite", etat="brouillon").delete()
    levels = {code: {"valeur": rank % 4} for rank, code in enumerate(("A08.1.1", "A08.2.1", "A08.3.1", "A08.4.1", "A08.5.01", "A08.5.23", "A10.1"))}
    old = ReponseFactory(sujet=sujet, validee=True, reponses=levels)
    new = ReponseFactory(sujet=sujet, validee=True, reponses={code: {"valeur": 3} for code in levels})
    inspection.visit("parcours:resultats", kwargs, state="atteint", words="Atteint")
    inspection.visit("parcours:version_validee", {**kwargs, "version": old.pk}, state="version passée")
    inspection.visit("parcours:comparer", kwargs, f"?de={old.pk}&a={new.pk}", state="deux versions")
    inspection.visit("parcours:sujet_inscrit", {key: kwargs[key] for key in ("demarche", "reference")}, state="terminé", words="Terminé")
    inspection.visit("parcours:questionnaire", kwargs, state="terminé", words="Terminé")


def readonly_states(inspection: Inspection, sign_in, sujet: Any, kwargs: dict[str, Any]) -> None:
    lecteur = UserFactory(entreprise=sujet.entreprise)
    grant(lecteur, sujet, ["lecture"])
    sign_in(inspection.page, lecteur)
    inspection.visit("parcours:questionnaire", kwargs, state="lecture seule", words="Vous pouvez lire ces réponses.")
    sign_in(inspection.page, sujet.responsable)
    produit = Produit.objects.of_entreprise(sujet.entreprise_id).get(pk=sujet.pk)
    produit.archive_le, produit.archive_par = timezone.now(), sujet.responsable
    produit.save()
    inspection.visit("parcours:questionnaire", kwargs, state="archivé", words="Ce produit est archivé")
    inspection.visit("parcours:fiche_produit", {"reference": sujet.pk}, state="archivé")


def test_states_of_the_account(page: Page, new_page, sign_in, recorder, referentiel):
    recorder.allow(400, 403, 404, 422)
    inspection = Inspection(page)
    sign_in_states(inspection)
    user = UserFactory(responsable=True)
    sign_in(page, user)
    for _ in range(3):
        NotificationFactory(destinataire=user, contenu="Un contenu\nsur deux lignes", emetteur=user, produit_label="Ordo+", url="/tableau-de-bord/")
    inspection.visit("accounts:notifications", state="non lues")
    job_states(inspection, user)
    totp_states(inspection, sign_in)
    CguFactory()
    inspection.visit("accounts:cgu_accepter", state="à accepter")
    partir(page, page.locator("main form button").first)
    inspection.look("conditions, accord manquant")
    inspection.conclude()


def sign_in_states(inspection: Inspection) -> None:
    page = inspection.page
    page.goto(reverse("account_login"))
    page.locator("#id_login").fill("inconnu")
    page.locator("#id_password").fill("mauvais mot de passe")
    appuyer(page, "Se connecter")
    inspection.look("connexion refusée")
    inspection.visit("account_reset_password")
    partir(page, page.locator("main form button").first)
    inspection.look("mot de passe oublié, adresse manquante")
    user = UserFactory()
    link = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    inspection.visit("account_reset_password_from_key", link, state="lien valable", words="mot de passe")
    partir(page, page.locator("main form button").first)
    inspection.look("nouveau mot de passe, erreurs")


def job_states(inspection: Inspection, user: Any) -> None:
    now = timezone.now()
    facts: dict[str, dict[str, Any]] = {
        EtatTravail.EN_ATTENTE: {},
        EtatTravail.EN_COURS: {"jeton": uuid4(), "bail_jusqu_a": now, "progres": 3, "total": 7},
        EtatTravail.TERMINE: {"termine_le": now},  # its file is no longer kept
        EtatTravail.ECHEC: {"termine_le": now, "erreur": "Vos droits ne permettent plus cette opération."},
    }
    assert set(facts) == set(EtatTravail)
    for etat, fields in facts.items():
        travail = Travail.tous.create(kind="resultats-excel", cle=f"etat-{etat}", demandeur=user, entreprise=user.entreprise, etat=etat, **fields)
        inspection.visit("accounts:travail", {"pk": travail.pk}, state=str(etat))


def totp_states(inspection: Inspection, sign_in) -> None:
    sign_in(inspection.page, UserFactory(agence=True))
    inspection.visit("mfa_activate_totp", state="agence")
    partir(inspection.page, inspection.page.locator("main form button").first)
    inspection.look("double authentification, code manquant")
