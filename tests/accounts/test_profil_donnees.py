"""« Mes données »: what is held about oneself, for oneself alone (DP-2)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts import jobs
from accounts.actions.comptes import modifier_droits
from accounts.actions.profil import demander_adresse
from accounts.enums import Droit, NaturePiece
from accounts.exports import donnees as export_donnees
from accounts.models import AcceptationCgu, Cgu, EntreeJournal, Travail, User
from tests.accounts.factories import SECRET, CguFactory, NotificationFactory, UserFactory
from tests.accounts.factories_demandes import DemandeFactory, PieceFactory


@pytest.fixture
def user(db: None, client: Client) -> User:
    account = UserFactory(first_name="Ada", last_name="Lovelace", telephone="01 23 45 67 89", peut_valider=True, double_facteur=True)
    AcceptationCgu.objects.create(user=account, cgu=CguFactory(version="2026.77"))
    client.force_login(account)
    NotificationFactory(destinataire=account, contenu="Pour moi seule")
    NotificationFactory(destinataire=UserFactory(entreprise=account.entreprise), contenu="Pour un collègue")
    return account


def exported(client: Client, user: User) -> dict[str, Any]:
    """Ask for the file, run the job, and download it."""
    page = client.post(reverse("accounts:mes_donnees_exporter"))["Location"]
    travail = Travail.objects.visible_to(user).get()
    assert page == reverse("accounts:travail", args=[travail.pk])
    assert jobs.run(travail.pk)
    response = client.get(reverse("accounts:travail_fichier", args=[travail.pk]))
    assert response["Content-Type"] == "application/json" and response["Content-Disposition"].startswith("attachment")
    return json.loads(b"".join(response.streaming_content))


def test_file_holds_what_is_kept_about_oneself(client: Client, user: User) -> None:
    donnees = exported(client, user)
    assert donnees["identite"]["nom"] == "Lovelace" and donnees["identite"]["telephone"] == "01 23 45 67 89"
    assert donnees["droits"] == ["Valider"]
    assert [row["genre"] for row in donnees["double_authentification"]] == ["Application d'authentification"]
    assert [row["version"] for row in donnees["conditions_acceptees"]] == ["2026.77"]
    assert [row["contenu"] for row in donnees["notifications"]] == ["Pour moi seule"]
    assert {"session.ouverte", "travail.demande"} <= {row["action"] for row in donnees["journal"]}


def test_file_holds_no_secret_and_nobody_else(client: Client, user: User) -> None:
    """TR-4, AZ-5."""
    text = json.dumps(exported(client, user), ensure_ascii=False)
    user.refresh_from_db()
    for absent in (user.password, SECRET, client.session.session_key, "Pour un collègue", "empreinte"):
        assert absent not in text


def test_file_is_for_its_owner_alone(client: Client, user: User) -> None:
    """AZ-4: not even for the responsable of the company."""
    exported(client, user)
    other = Client()
    responsable = UserFactory(entreprise=user.entreprise, responsable=True)
    AcceptationCgu.objects.create(user=responsable, cgu=Cgu.objects.get(version="2026.77"))
    other.force_login(responsable)
    pk = Travail.objects.visible_to(user).get().pk
    assert other.get(reverse("accounts:travail_fichier", args=[pk])).status_code == 404


def test_file_is_not_made_for_an_account_shut_meanwhile(client: Client, user: User) -> None:
    """AZ-8: rights are asked again when the job runs."""
    travail = export_donnees.demander(par=user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    jobs.run(travail.pk)
    travail.refresh_from_db()
    assert not travail.is_disponible and travail.erreur == jobs.DENIED


def test_asked_twice_it_is_prepared_once(client: Client, user: User) -> None:
    """JB-3."""
    assert export_donnees.demander(par=user) == export_donnees.demander(par=user)


@pytest.mark.django_db
def test_agency_gets_its_file_at_once(client: Client) -> None:
    account = UserFactory(agence=True, double_facteur=True)
    client.force_login(account)
    response = client.post(reverse("accounts:mes_donnees_exporter"))
    assert json.loads(response.content)["identite"]["nom_d_utilisateur"] == account.username
    assert response["Content-Disposition"].startswith("attachment") and "no-store" in response["Cache-Control"]
    assert EntreeJournal.objects.filter(action="donnees.exportees", acteur=account.pk).count() == 1


def test_page_shows_the_last_lines(client: Client, user: User) -> None:
    for _ in range(30):
        NotificationFactory(destinataire=user)
    html = client.get(reverse("accounts:mes_donnees")).content.decode()
    assert html.count('data-label="Contenu"') == export_donnees.SHOWN
    assert "Lovelace" in html and "2026.77" in html and "Pour un collègue" not in html


PAGES = ("accounts:mes_informations", "accounts:preferences", "accounts:double_facteur", "accounts:mes_donnees")


@pytest.mark.browser
@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 900}, {"width": 390, "height": 844}])
def test_pages_are_accessible(
    transactional_db: None, new_page: Callable[..., Page], sign_in: Any, axe: Callable[[Page], None], viewport: dict[str, int]
) -> None:
    """AX-1: at both sizes, without horizontal scroll."""
    account = UserFactory(first_name="Ada")
    NotificationFactory(destinataire=account)
    page = new_page(viewport=viewport)
    sign_in(page, account)
    for name in PAGES:
        page.goto(reverse(name))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


@pytest.mark.browser
def test_pages_work_without_javascript(transactional_db: None, page_without_js: Page, sign_in: Any) -> None:
    """AX-2."""
    account = UserFactory()
    sign_in(page_without_js, account)
    page_without_js.goto(reverse("accounts:preferences"))
    page_without_js.get_by_text("Une validation vous est demandée").click()
    page_without_js.get_by_role("button", name="Enregistrer mes préférences").click()
    expect(page_without_js.get_by_text("Vos préférences sont enregistrées.")).to_be_visible()
    account.refresh_from_db()
    assert account.preferences == {"sans_courriel": ["validation"]}


# --- Nothing forgotten ----------------------------------------------------------------------------------------------------
# Where each column that names a person is told; « journal » where his act is one of its lines, « autre » where the row is somebody else's.
DIT = {
    "accounts.AcceptationCgu.user": "conditions_acceptees",
    "accounts.AvisInactivite.compte": "avis_d_inactivite",
    "accounts.ChangementAdresse.compte": "changements_d_adresse",
    "accounts.DemandeDeCompte.compte": "demande_de_compte",
    "accounts.IdentiteExterne.compte": "identites_externes",
    "accounts.Notification.destinataire": "notifications",
    "accounts.Travail.demandeur": "fichiers_prepares",
    "catalog.DemandeAcces.demandeur": "demandes_d_acces",
    "mfa.Authenticator.user": "double_authentification",
    "parcours.Inscription.inscrite_par": "inscriptions",
    "parcours.Inscription.retiree_par": "inscriptions",
    "questionnaires.DroitSurSujet.user": "droits_sur_les_produits",
    "questionnaires.Reponse.demandee_par": "signatures",
    "questionnaires.Reponse.modifiee_par": "signatures",
    "questionnaires.Reponse.renvoyee_par": "signatures",
    "questionnaires.Reponse.validee_par": "signatures",
    "questionnaires.Sujet.responsable": "responsabilites",
    "usersessions.UserSession.user": "sessions",
    **dict.fromkeys(("accounts.User.gestionnaire", "accounts.Notification.emetteur"), "autre"),
    **dict.fromkeys(("account.EmailAddress.user", "admin.LogEntry.user", "guardian.UserObjectPermission.user"), "vide"),  # tables of libraries, unused
    **dict.fromkeys(
        (
            *(f"accounts.{name}" for name in ("DemandeDeCompte.prise_par", "DemandeDeCompte.decidee_par", "NoteInterne.auteur", "User.suspendu_par")),
            *(f"accounts.{name}" for name in ("Entreprise.suspendue_par", "Fusion.proposee_par", "Fusion.approuvee_par", "Fusion.finie_par")),
            *(f"accounts.{name}" for name in ("Passation.nouveau", "Passation.faite_par")),
            *(f"questionnaires.{name}" for name in ("Reponse.created_by", "Sujet.created_by", "Sujet.archive_par")),
            "catalog.DemandeAcces.decidee_par",
        ),
        "journal",
    ),
}


def test_every_column_that_names_a_person_is_told_somewhere(client: Client, user: User) -> None:
    """DP-2: a new table that names somebody says here where he reads it."""
    naming = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if not model._meta.proxy and not model._meta.parents
        for field in model._meta.get_fields()
        if field.concrete and field.related_model is User and field in model._meta.local_fields
    }
    assert naming == set(DIT)
    assert set(DIT.values()) - {"autre", "journal", "vide"} <= set(exported(client, user))


def test_file_tells_the_request_the_address_the_mails_and_what_others_did(client: Client, user: User) -> None:
    """DP-2, AZ-5: and of the others nothing, not even who."""
    responsable = UserFactory(entreprise=user.entreprise, responsable=True, last_name="Décideuse")
    DemandeFactory(acceptee=True, compte=user, telephone="09 87 65 43 21")
    DemandeFactory(telephone="01 11 11 11 11")
    demander_adresse(par=user, nouvelle="nouvelle@lab.example")
    modifier_droits(compte=user, par=responsable, donner=[Droit.CREER_PRODUITS])
    donnees = exported(client, user)
    assert [row["telephone"] for row in donnees["demande_de_compte"]] == ["09 87 65 43 21"]
    assert [row["nouvelle"] for row in donnees["changements_d_adresse"]] == ["nouvelle@lab.example"]
    assert "Un changement d'adresse est demandé" in [row["objet"] for row in donnees["courriels"]]
    assert [row["quoi"] for row in donnees["actes_sur_le_compte"]] == ["Droits du compte modifiés"]
    assert "Décideuse" not in json.dumps(donnees["actes_sur_le_compte"], ensure_ascii=False)
    page = client.get(reverse("accounts:mes_donnees")).text
    assert "09 87 65 43 21" in page and "nouvelle@lab.example" in page and "01 11 11 11 11" not in page


def test_file_tells_the_pieces_of_the_request_and_when_they_go(client: Client, user: User) -> None:
    """DP-2: what was deposited stays told once its file is deleted; nothing of another's request, no way to a file."""
    demande, now = DemandeFactory(acceptee=True, compte=user), timezone.now()
    gone = PieceFactory(demande=demande, nom="ancien.pdf", nature=NaturePiece.IDENTITE)
    gone.fichier, gone.supprimee_le = "", now
    gone.save()
    PieceFactory(demande=demande, nom="extrait.pdf")
    PieceFactory(nom="autre.pdf")
    found = exported(client, user)["pieces_justificatives"]
    assert [(row["fichier"], row["nature"]) for row in found] == [("extrait.pdf", NaturePiece.KBIS.label), ("ancien.pdf", NaturePiece.IDENTITE.label)]
    assert [row["fin"] for row in found] == [(demande.decidee_le + timedelta(days=30)).isoformat(), now.isoformat()]
    page = client.get(reverse("accounts:mes_donnees")).text
    assert "extrait.pdf" in page and "autre.pdf" not in page and "justificatifs/" not in page
