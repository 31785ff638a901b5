"""The back-office: who enters, the queue, taking and giving back, accepting, refusing (ACC-3, R-50, AZ-11, BO-6)."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import crypto
from accounts.actions import acceptation
from accounts.actions import demandes as actions
from accounts.actions.acceptation import accepter_demande, oldest_kbis
from accounts.courriels.outbox import PURPOSE
from accounts.enums import EtatDemande, Profil, Role
from accounts.errors import ActionRefused
from accounts.models import Courriel, DemandeDeCompte, EntreeJournal, Entreprise, NoteInterne, Notification, User
from accounts.perms_agence import roles
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.accounts.factories_demandes import PDF, DemandeFactory, LienFactory, PieceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def support(client: Client) -> User:
    account = UserFactory(agence=True, role="support", double_facteur=True)
    client.force_login(account)
    return account


def url(name: str, demande: DemandeDeCompte, **kwargs: Any) -> str:
    return reverse(f"gestion:{name}", kwargs={"pk": demande.pk, **kwargs})


def received(support: User, **fields: Any) -> DemandeDeCompte:
    return DemandeFactory(recue=True, prise_par=support, prise_le=timezone.now(), **fields)


def accept(demande: DemandeDeCompte, par: User, **changes: Any) -> User:
    return accepter_demande(
        demande=demande, par=par, **{"login": demande.login, "kbis_du": timezone.localdate(), "identite_verifiee": True, "rejoindre": False, **changes}
    )


# --- Who enters -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", list(Role))
def test_each_group_sees_its_own_queue_only(client: Client, role: Role) -> None:
    """AZ-11, R-55."""
    client.force_login(UserFactory(agence=True, role=role, double_facteur=True))
    demande = DemandeFactory()
    expected = 200 if role == Role.SUPPORT else 403
    assert client.get(reverse("gestion:demandes")).status_code == expected
    assert client.get(url("demande", demande)).status_code == expected
    assert client.get(reverse("gestion:journal")).status_code == (200 if role == Role.AUDITEUR else 403)
    home = client.get(reverse("gestion:accueil")).content.decode()
    assert ("Demandes de compte" in home, "Chaque consultation" in home) == (role == Role.SUPPORT, role == Role.AUDITEUR)


def test_without_second_factor_nobody_enters(client: Client) -> None:
    client.force_login(UserFactory(agence=True, role="support"))
    assert "double-authentification" in client.get(reverse("gestion:demandes")).headers["Location"]


def test_a_company_account_put_in_a_group_stays_out(client: Client) -> None:
    client.force_login(UserFactory(responsable=True, role="support"))
    assert client.get(reverse("gestion:demandes")).status_code == 403


def test_a_right_withdrawn_acts_at_the_next_request(client: Client, support: User) -> None:
    """AZ-8."""
    assert client.get(reverse("gestion:demandes")).status_code == 200
    support.groups.clear()
    assert client.get(reverse("gestion:demandes")).status_code == 403


@pytest.mark.parametrize("path", ["/tableau-de-bord/", "/catalogue/"])
def test_the_support_has_nothing_of_the_companies(client: Client, support: User, path: str, referentiel: None) -> None:
    assert client.get(path).status_code in (403, 404)


def test_the_agency_starts_from_its_back_office(client: Client, support: User) -> None:
    assert client.get("/").headers["Location"] == reverse("gestion:accueil")
    html = client.get(reverse("gestion:accueil")).content.decode()
    assert 'href="/gestion/demandes/"' in html and "gestion/journal" not in html


def test_a_command_opens_the_accounts_of_the_agency(capsys: pytest.CaptureFixture[str]) -> None:
    """R-55: nobody touches the database to let the first member of the support in."""
    call_command("creer_agent", "sophie", "sophie@agence.example", "Sophie", "Laurent", "--groupe=support", "--groupe=auditeur")
    agent = User.objects.get(username="sophie")
    assert roles(agent) == {"support", "auditeur"} and not agent.has_usable_password()
    assert "/compte/mot-de-passe/oubli/" in capsys.readouterr().out
    for login in ("SOPHIE", "x"):
        with pytest.raises(CommandError):
            call_command("creer_agent", login, "autre@agence.example", "S", "L", "--groupe=support")
    assert EntreeJournal.objects.filter(action="compte.cree").count() == 1


# --- The queue ------------------------------------------------------------------------------------------------------------
def test_the_queue_shows_the_oldest_first_with_counts_and_age(client: Client, support: User) -> None:
    DemandeFactory(raison_sociale="Récente")
    DemandeFactory(raison_sociale="Ancienne", deposee_le=timezone.now() - timedelta(days=3))
    DemandeFactory(recue=True, raison_sociale="Reçue", prise_par=support)
    DemandeFactory(refusee=True, raison_sociale="Close")
    html = client.get(reverse("gestion:demandes")).content.decode()
    assert html.index("Ancienne") < html.index("Récente") and "3 jours" in html
    assert "Close" not in html and "<strong>2</strong> à examiner" in html


@pytest.mark.parametrize(
    "query, seen",
    [
        ("q=ancienne", {"Ancienne"}),
        ("etat=refusee", {"Close"}),
        ("suivi=moi", {"Suivie"}),
        ("suivi=personne", {"Ancienne"}),
        ("etat=toutes", {"Ancienne", "Suivie", "Close"}),
    ],
)
def test_the_queue_can_be_narrowed(client: Client, support: User, query: str, seen: set[str]) -> None:
    DemandeFactory(raison_sociale="Ancienne")
    DemandeFactory(raison_sociale="Suivie", prise_par=support)
    DemandeFactory(refusee=True, raison_sociale="Close")
    html = client.get(f"{reverse('gestion:demandes')}?{query}").content.decode()
    assert {name for name in ("Ancienne", "Suivie", "Close") if f">{name}</a>" in html} == seen


@pytest.mark.parametrize("query, status", [("page=-1", 404), ("page=2", 404), ("page=1", 200), ("etat=zzz", 200), ("q=%27%22", 200)])
def test_odd_addresses_of_the_queue(client: Client, support: User, query: str, status: int) -> None:
    DemandeFactory()
    assert client.get(f"{reverse('gestion:demandes')}?{query}").status_code == status


def test_the_queue_asks_as_little_for_twenty_as_for_one(client: Client, support: User) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("gestion:demandes")).status_code == 200
        return len(queries)

    DemandeFactory(prise_par=support)
    count()
    few = count()
    DemandeFactory.create_batch(20, prise_par=support)
    assert count() == few


# --- Taking and giving back -------------------------------------------------------------------------------------------------
def test_one_person_at_a_time(client: Client, support: User) -> None:
    demande, colleague = DemandeFactory(), UserFactory(agence=True, role="support", first_name="Lou", last_name="Petit")
    client.post(url("demande_prendre", demande))
    demande.refresh_from_db()
    assert demande.prise_par == support
    with pytest.raises(ActionRefused, match="suit déjà"):
        actions.prendre_demande(demande=demande, par=colleague)
    with pytest.raises(ActionRefused, match="Prenez d'abord"):
        actions.refuser_demande(demande=demande, par=colleague, motif="non")
    actions.prendre_demande(demande=demande, par=colleague, reprendre=True)
    assert [row.type for row in Notification.objects.visible_to(support)] == ["Demande de compte reprise"]
    assert "Lou Petit suit cette demande" in client.get(url("demande", demande)).content.decode()
    assert client.post(url("demande_liberer", demande)).status_code == 409


def test_given_back_it_is_free_again(client: Client, support: User) -> None:
    demande = received(support)
    assert client.post(url("demande_liberer", demande)).status_code == 302
    demande.refresh_from_db()
    assert demande.prise_par is None


@pytest.mark.parametrize(
    "meanwhile, words",
    [
        ({"prise_par": None, "prise_le": None}, "Prenez d'abord cette demande"),
        ({"etat": "refusee", "motif": "Hors champ"}, "la situation a changé"),
        ({}, "Plusieurs liens viennent d'être envoyés"),
    ],
    ids=["released", "decided", "too many"],
)
def test_a_message_refused_is_not_lost(client: Client, support: User, meanwhile: dict[str, Any], words: str) -> None:
    """ACC-3, QST-3: what was typed for the applicant stays in its field, or is there to be copied when the field is gone."""
    demande, typed = received(support), "Le Kbis est <illisible> :\nmerci de le renvoyer."
    if not meanwhile:
        for _ in range(actions.LIENS_PAR_HEURE):
            actions.demander_pieces(demande=demande, par=support)
    if "etat" in meanwhile:
        meanwhile = {**meanwhile, "decidee_le": timezone.now(), "decidee_par": support}
    DemandeDeCompte.objects.filter(pk=demande.pk).update(**meanwhile)
    response = client.post(url("demande_pieces", demande), {"message": typed})
    html = unescape(response.content.decode()).replace("\u00a0", " ").replace("\r\n", "\n")
    assert response.status_code == 409
    assert words in html and "resume-erreurs" in html and typed in html


def test_notes_stay_inside(client: Client, support: User) -> None:
    demande = DemandeFactory()
    refused = client.post(url("demande_noter", demande), {"texte": ""})
    assert refused.status_code == 400 and 'href="#note_texte"' in refused.content.decode()  # AX-2: the summary takes the focus
    client.post(url("demande_noter", demande), {"texte": "Rappeler <jeudi>"})
    assert "Rappeler &lt;jeudi&gt;" in client.get(url("demande", demande)).content.decode()
    assert NoteInterne.objects.get().auteur == support
    assert not EntreeJournal.objects.filter(details__icontains="Rappeler").exists()
    assert not Courriel.objects.exists()


def test_a_note_sent_twice_is_added_once(client: Client, support: User) -> None:
    """WF-3: a double click; the same words said again later, after another note, are another note."""
    demande = received(support)
    for texte in ("À rappeler", "À rappeler", "Rappelé", "À rappeler"):
        assert client.post(url("demande_noter", demande), {"texte": texte}).status_code == 302
    assert list(NoteInterne.objects.order_by("pk").values_list("texte", flat=True)) == ["À rappeler", "Rappelé", "À rappeler"]


def test_the_page_says_what_is_known_and_what_happened(client: Client, support: User) -> None:
    known = EntrepriseFactory(raison_sociale="Maison Mère")
    UserFactory(entreprise=known, responsable=True, first_name="Zoé", last_name="Blanc", email="nora@labo.example", username="nora.d")
    other = DemandeFactory(refusee=True, siren=known.siren)
    demande = DemandeFactory(siren=known.siren, email="NORA@labo.example", login="Nora.D")
    actions.prendre_demande(demande=demande, par=support)
    html = client.get(url("demande", demande)).content.decode()
    for words in ("Maison Mère", "Zoé Blanc", "déjà utilisée", "déjà pris", url("demande", other), "Demande prise en charge"):
        assert words in html


def test_the_page_says_until_when_the_pieces_may_come(client: Client, support: User) -> None:
    """BO-6: whose turn it is, and what to do when nothing came."""
    demande = DemandeFactory(demandee=True)
    assert "Le lien de dépôt a expiré" in client.get(url("demande", demande)).content.decode()
    LienFactory(demande=demande)
    assert "Le demandeur peut déposer ses pièces jusqu'au" in client.get(url("demande", demande)).content.decode()


# --- The pièces -----------------------------------------------------------------------------------------------------------
def test_opening_a_piece_is_written_down_and_kept_by_nothing(client: Client, support: User) -> None:
    """FI-7."""
    piece = PieceFactory(demande=received(support), nom="kbis été.pdf")
    response = client.get(url("demande_piece", piece.demande, piece=piece.pk))
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment") and "no-store" in response["Cache-Control"]
    assert "sandbox" in response["Content-Security-Policy"] and response["X-Content-Type-Options"] == "nosniff"
    line = EntreeJournal.objects.get(action="demande.piece_ouverte")
    assert (line.acteur, line.details) == (support.pk, {"sha256": piece.sha256})


def test_a_piece_is_asked_through_its_own_request(client: Client, support: User) -> None:
    piece = PieceFactory()
    assert client.get(url("demande_piece", DemandeFactory(), piece=piece.pk)).status_code == 404


def test_a_deleted_piece_says_so(client: Client, support: User) -> None:
    piece = PieceFactory(demande=received(support))
    piece.fichier, piece.supprimee_le = "", timezone.now()
    piece.save()
    assert client.get(url("demande_piece", piece.demande, piece=piece.pk)).status_code == 409
    assert "supprimée" in client.get(url("demande", piece.demande)).content.decode()


# --- Accepting ------------------------------------------------------------------------------------------------------------
def test_acceptance_creates_company_and_responsable_in_one_go(client: Client, support: User) -> None:
    demande = received(support, login="Nora.Duval")
    data = {"kbis_du": timezone.localdate().isoformat(), "identite_verifiee": "on", "login": "Nora.Duval"}
    assert client.post(url("demande_accepter", demande), data).status_code == 302
    compte = User.objects.get(username="Nora.Duval")
    assert (compte.profil, compte.entreprise.siren, compte.email) == (Profil.RESPONSABLE, demande.siren, demande.email)
    assert not compte.has_usable_password() and compte.gestionnaire is None
    demande.refresh_from_db()
    assert (demande.etat, demande.compte, demande.entreprise) == (EtatDemande.ACCEPTEE, compte, compte.entreprise)
    written = set(EntreeJournal.objects.filter(acteur=support.pk).values_list("action", flat=True))
    assert {"demande.acceptee", "entreprise.creee", "compte.cree"} <= written
    courriel = Courriel.objects.get()
    text = crypto.decrypt(courriel.texte, purpose=PURPOSE)
    assert courriel.destinataire == demande.email and "/compte/mot-de-passe/oubli/" in text and "/compte/" not in courriel.texte


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"kbis_du": timezone.localdate() - timedelta(days=100)}, "trois mois"),
        ({"kbis_du": timezone.localdate() + timedelta(days=1)}, "trois mois"),
        ({"identite_verifiee": False}, "pièce d'identité"),
        ({"login": "PRIS"}, "déjà pris"),
    ],
)
def test_what_acceptance_refuses(support: User, changes: dict[str, Any], words: str) -> None:
    UserFactory(username="pris")
    demande = received(support)
    with pytest.raises(ActionRefused, match=words):
        accept(demande, support, **changes)
    demande.refresh_from_db()
    assert demande.etat == EtatDemande.PIECES_RECUES and not Entreprise.objects.filter(siren=demande.siren).exists()
    assert not Courriel.objects.exists()


def test_an_address_already_used_is_refused(support: User) -> None:
    UserFactory(email="nora@labo.example")
    with pytest.raises(ActionRefused, match="adresse électronique"):
        accept(received(support, email="nora@labo.example"), support)


@pytest.mark.parametrize("state", [{}, {"demandee": True}, {"refusee": True}])
def test_no_step_is_skipped(client: Client, support: User, state: dict[str, bool]) -> None:
    """WF-1: not even by its address."""
    demande = DemandeFactory(prise_par=support, **state)
    data = {"kbis_du": timezone.localdate().isoformat(), "identite_verifiee": "on", "login": "nora"}
    assert client.post(url("demande_accepter", demande), data).status_code == 400
    assert not User.objects.filter(username="nora").exists()


def test_a_company_already_there_gains_a_responsable_by_explicit_confirmation_only(client: Client, support: User) -> None:
    """R-50, R-54."""
    entreprise = EntrepriseFactory()
    demande = received(support, siren=entreprise.siren)
    assert "déjà représentée" in client.get(url("demande_accepter", demande)).content.decode()
    data = {"kbis_du": timezone.localdate().isoformat(), "identite_verifiee": "on", "login": "nora"}
    assert client.post(url("demande_accepter", demande), data).status_code == 400
    with pytest.raises(ActionRefused, match="déjà représentée"):
        accept(demande, support)
    client.post(url("demande_accepter", demande), {**data, "rejoindre": "on"})
    assert User.objects.get(username="nora").entreprise == entreprise
    assert Entreprise.objects.filter(siren=entreprise.siren).count() == 1


def test_nobody_joins_a_suspended_company(support: User) -> None:
    entreprise = EntrepriseFactory(suspendue=True)
    with pytest.raises(ActionRefused, match="suspendu"):
        accept(received(support, siren=entreprise.siren), support, rejoindre=True)


def test_accepted_twice_it_creates_one_account(support: User) -> None:
    """WF-3."""
    demande = received(support)
    accept(demande, support)
    with pytest.raises(ActionRefused):
        accept(demande, support, login="une.autre")
    assert User.objects.responsables().count() == 1


def test_the_link_of_the_mail_opens_the_account(client: Client, support: User) -> None:
    compte = accept(received(support), support)
    text = crypto.decrypt(Courriel.objects.get().texte, purpose=PURPOSE)
    link = next(line for line in text.splitlines() if "/compte/mot-de-passe/" in line)
    visitor = Client()
    page = visitor.get(link[link.index("/compte/") :], follow=True)
    password = "sept loutres dans un train"
    visitor.post(page.request["PATH_INFO"], {"password1": password, "password2": password})
    compte.refresh_from_db()
    assert compte.check_password(password)
    assert Courriel.objects.latest("pk").sujet == "Votre mot de passe a été choisi", "a first password replaces none"


@pytest.mark.parametrize(
    "today, oldest",
    [
        (date(2026, 11, 21), date(2026, 8, 21)),
        (date(2026, 5, 31), date(2026, 2, 28)),
        (date(2026, 1, 15), date(2025, 10, 15)),
        (date(2024, 5, 31), date(2024, 2, 29)),
    ],
)
def test_three_months(today: date, oldest: date) -> None:
    assert oldest_kbis(today) == oldest


def test_a_race_for_one_siren_ends_in_words(support: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two requests accepted at once for one new company: the second hears that the company is there."""
    demande = received(support)
    EntrepriseFactory(siren=demande.siren)
    with pytest.raises(ActionRefused, match="vient d'être créée"):
        acceptation._new_entreprise(demande, support)


# --- Refusing -------------------------------------------------------------------------------------------------------------
def test_a_refusal_has_a_reason_that_is_sent(client: Client, support: User) -> None:
    demande = received(support)
    assert client.post(url("demande_refuser", demande), {"motif": " "}).status_code == 400
    assert client.post(url("demande_refuser", demande), {"motif": "Le Kbis est celui d'une autre société."}).status_code == 302
    demande.refresh_from_db()
    assert (demande.etat, demande.decidee_par) == (EtatDemande.REFUSEE, support)
    courriel = Courriel.objects.get()
    assert "celui d'une autre société" in courriel.texte and "nouvelle demande" in courriel.texte
    assert client.post(url("demande_refuser", demande), {"motif": "encore"}).status_code == 400


def test_after_a_refusal_one_may_ask_again(support: User) -> None:
    former = DemandeFactory(refusee=True)
    demande = received(support, siren=former.siren, email=former.email, login=former.login)
    assert accept(demande, support).entreprise.siren == former.siren
