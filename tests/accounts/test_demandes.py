"""Asking for an account: keys, the same answer for all, once only, nothing in the logs (ACC-2, R-54, AU-4)."""

from __future__ import annotations

import time

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time

from accounts import crypto
from accounts.actions import demandes as actions
from accounts.courriels.outbox import PURPOSE
from accounts.enums import EtatDemande
from accounts.errors import ActionRefused
from accounts.forms.demandes import DemandeForm, new_stamp
from accounts.models import Courriel, DemandeDeCompte, DemandeWorkflow, EntreeJournal, Notification, User
from accounts.rules.identity import is_siren, is_siret
from tests.accounts.factories import EntrepriseFactory, UserFactory, siren
from tests.accounts.factories_demandes import SAISIE, SIREN, URL, DemandeFactory, confirm, old_stamp, siret

SENT = "/demander-un-compte/envoyee/"


def text_of(courriel: Courriel) -> str:
    return crypto.decrypt(courriel.texte, purpose=PURPOSE) if courriel.confidentiel else courriel.texte


# --- Keys -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text, siren_ok",
    [("732829320", True), ("552100554", True), ("356000000", True), ("732829321", False), ("000000000", False), ("73282932", False), ("73282932０", False)],
)
def test_siren(text: str, siren_ok: bool) -> None:
    assert is_siren(text) is siren_ok


@pytest.mark.parametrize(
    "text, ok",
    [
        ("73282932000074", True),
        ("73282932000075", False),
        ("35600000000048", True),  # La Poste, by the ordinary key
        ("35600000049837", True),  # La Poste, by its own rule: the sum of the digits is a multiple of five
        ("35600000049838", False),
        ("7328293200007", False),
        ("73282932100074", False),
        ("", False),
        ("7328293200007a", False),
    ],
)
def test_siret(text: str, ok: bool) -> None:
    assert is_siret(text) is ok


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"siren": "732829321"}, "siren"),
        ({"siret": "73282932000074"}, "siret"),  # another company's
        ({"siret": SIREN + "00000"}, "siret"),
        ({"email": "pas une adresse"}, "email"),
        ({"telephone": "appelez-moi"}, "telephone"),
        ({"login": "аdmin"}, "login"),  # a Cyrillic « а » (AU-10)
        ({"qualite": "agence"}, "qualite"),
        ({"nom": ""}, "nom"),
        ({"site": "javascript:alert(1)"}, "site"),
        ({"raison_sociale": "x" * 201}, "raison_sociale"),
    ],
)
def test_what_the_form_refuses(changes: dict[str, str], field: str) -> None:
    form = DemandeForm({**SAISIE, **changes})
    assert not form.is_valid() and field in form.errors


def test_spaces_in_the_numbers_are_left_out() -> None:
    form = DemandeForm({**SAISIE, "siren": f"{SIREN[:3]} {SIREN[3:6]}\u00a0{SIREN[6:]}"})
    assert form.is_valid() and form.cleaned_data["siren"] == SIREN


# --- The two steps --------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_nothing_is_recorded_before_the_confirmation(client: Client) -> None:
    html = client.post(URL, {**SAISIE, "cachet": new_stamp(), "etape": "relire"}).content.decode()
    assert "Relire ma demande" in html and "Cobalt Santé" in html
    assert not DemandeDeCompte.objects.exists()


@pytest.mark.django_db
def test_going_back_loses_nothing(client: Client) -> None:
    html = client.post(URL, {**SAISIE, "login": "x", "cachet": new_stamp(), "etape": "modifier"}).content.decode()
    assert 'value="Cobalt Santé"' in html and 'value="x"' in html
    assert "resume-erreurs" not in html


@pytest.mark.django_db
def test_what_is_to_mend_is_no_success(client: Client) -> None:
    """AX-2: the page keeps what was typed, and its status says that nothing was taken."""
    refused = client.post(URL, {**SAISIE, "siren": "123456789", "cachet": new_stamp()})
    assert refused.status_code == 400
    assert 'value="Cobalt Santé"' in refused.content.decode() and "resume-erreurs" in refused.content.decode()


@pytest.mark.django_db
def test_a_confirmed_request_is_recorded_told_and_journaled(client: Client) -> None:
    support = UserFactory(agence=True, role="support")
    UserFactory(agence=True, role="pilote")
    assert confirm(client).headers["Location"] == SENT
    demande = DemandeDeCompte.objects.get()
    assert (demande.etat, demande.siren, demande.adresse) == (EtatDemande.DEPOSEE, SIREN, SAISIE["adresse"])
    courriel = Courriel.objects.get()
    assert courriel.destinataire == SAISIE["email"] and "déjà représentée" not in text_of(courriel)
    assert EntreeJournal.objects.filter(action="demande.deposee", target_id=str(demande.pk)).count() == 1
    assert [row.destinataire for row in Notification.objects.visible_to(support)] == [support]
    assert Notification.tous.count() == 1


@pytest.mark.django_db
def test_a_mail_repeats_nothing_that_a_stranger_could_have_typed(client: Client) -> None:
    confirm(client, raison_sociale="Gagnez un lot", prenom="Cliquez", nom="https://piege.example")
    text = text_of(Courriel.objects.get())
    assert not [word for word in ("Gagnez", "Cliquez", "piege") if word in text]


@pytest.mark.django_db
def test_sent_twice_it_acts_once(client: Client) -> None:
    """WF-3."""
    with freeze_time(time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() - 10))):
        stamp = new_stamp()
    assert [confirm(client, stamp).status_code for _ in range(2)] == [302, 302]
    assert (DemandeDeCompte.objects.count(), Courriel.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_corrected_by_going_back_it_is_another_request(client: Client) -> None:
    """WF-3: whoever sees his address is wrong goes back, mends it, confirms again; what he mended is not lost without a word."""
    stamp = old_stamp()
    for email in ("yanis.perot@cobalt.example", SAISIE["email"], SAISIE["email"]):
        assert confirm(client, stamp, email=email).status_code == 302
    assert [row.email for row in DemandeDeCompte.objects.order_by("pk")] == ["yanis.perot@cobalt.example", SAISIE["email"]]
    assert [row.destinataire for row in Courriel.objects.order_by("pk")] == ["yanis.perot@cobalt.example", SAISIE["email"]]


@pytest.mark.django_db
@pytest.mark.parametrize("stamp", ["", "faux", new_stamp()[:-2]])
def test_a_stamp_that_is_not_ours_records_nothing(client: Client, stamp: str) -> None:
    response = client.post(URL, {**SAISIE, "cachet": stamp, "etape": "confirmer"})
    assert response.status_code == 200 and 'value="Cobalt Santé"' in response.content.decode()
    assert not DemandeDeCompte.objects.exists()


# --- The same answer to all -----------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_known_or_not_the_answer_is_the_same(client: Client) -> None:
    """R-54, AU-4: the SIREN, the address and the login known to the platform change nothing to what one sees."""
    known = EntrepriseFactory()
    account = UserFactory(entreprise=known, username="deja.la", email="deja.la@known.example")
    answers = [
        confirm(client),
        confirm(client, siren=known.siren, siret=siret(known.siren)),
        confirm(client, login=account.username),
        confirm(client, email=account.email),
        confirm(client, deuxieme_site="https://spam.example"),
    ]
    assert {(answer.status_code, answer.headers["Location"], answer.content) for answer in answers} == {(302, SENT, b"")}
    assert DemandeDeCompte.objects.count() == 4  # the last one came from a script
    mails = [text_of(courriel) for courriel in Courriel.objects.order_by("pk")]
    assert ["déjà représentée" in text for text in mails] == [False, True, False, False]


@pytest.mark.django_db
def test_the_page_always_asks_to_check(client: Client) -> None:
    assert "déjà représentée" in client.get(URL).content.decode()


@pytest.mark.django_db
def test_known_or_not_it_takes_the_same_time() -> None:
    """AU-4, in work rather than in seconds: as many queries in both cases."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    known = EntrepriseFactory()
    counts = []
    for number in (known.siren, siren(9500)):
        champs = {**{name: value for name, value in SAISIE.items() if name != "deuxieme_site"}, "siren": number, "siret": siret(number)}
        with CaptureQueriesContext(connection) as queries:
            actions.deposer_demande(jeton=DemandeFactory.build().jeton, champs=champs)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Floods ---------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_an_address_that_asks_too_much_waits_and_keeps_what_it_typed(client: Client) -> None:
    for _ in range(10):
        assert confirm(client).status_code == 302
    refused = confirm(client)
    assert refused.status_code == 429 and "Cobalt Santé" in refused.content.decode()
    assert DemandeDeCompte.objects.count() == 10
    assert Courriel.objects.count() == 3  # one's mailbox is not flooded through us


@pytest.mark.django_db
def test_too_fast_is_asked_to_read_again(client: Client) -> None:
    response = confirm(client, new_stamp())
    assert response.status_code == 200 and "Relisez" in response.content.decode()
    assert not DemandeDeCompte.objects.exists()


# --- The workflow ---------------------------------------------------------------------------------------------------------
LIFE = {
    "demander_pieces": {"deposee": "pieces_demandees", "pieces_demandees": "pieces_demandees", "pieces_recues": "pieces_demandees"},
    "transmettre_pieces": {"pieces_demandees": "pieces_recues"},
    "accepter": {"pieces_recues": "acceptee"},
    "refuser": {"deposee": "refusee", "pieces_demandees": "refusee", "pieces_recues": "refusee"},
}


@pytest.mark.parametrize("verb", LIFE)
@pytest.mark.parametrize("state", EtatDemande.values)
def test_the_whole_matrix(verb: str, state: str) -> None:
    """WF-1: each state × each verb."""
    demande = DemandeDeCompte(etat=state)
    if reached := LIFE[verb].get(state):
        DemandeWorkflow.apply(demande, verb)
        assert demande.etat == reached
    else:
        with pytest.raises(ActionRefused):
            DemandeWorkflow.apply(demande, verb)
        assert demande.etat == state


def test_the_matrix_knows_every_verb() -> None:
    assert set(LIFE) == set(DemandeWorkflow.transitions)


@pytest.mark.django_db
def test_nothing_of_a_request_is_in_the_logs(client: Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """TR-4."""
    caplog.set_level("DEBUG", logger="accounts")
    caplog.set_level("DEBUG", logger="convergence")
    confirm(client, nom="Canari-7f3a", email="canari7f3a@labo.example")
    out, err = capfd.readouterr()
    assert "7f3a" not in (caplog.text + out + err)


@pytest.mark.django_db
def test_a_siren_with_a_wrong_key_cannot_be_saved() -> None:
    with pytest.raises(ValidationError):
        DemandeFactory.build(siren="732829321", siret="73282932100074").full_clean()


def test_the_way_in_is_shown(client: Client, db: None, referentiel: None) -> None:
    assert all(reverse("accounts:demande_compte") in client.get(path).content.decode() for path in ("/", "/compte/connexion/"))


@pytest.mark.django_db
def test_each_field_says_what_it_waits_for(client: Client) -> None:
    """AX-2: linked to its field, never « obligatoire » alone."""
    html = client.post(URL, {"cachet": new_stamp(), "etape": "relire", "email": "yanis", "site": "pas un site"}).content.decode()
    required = [field for field in DemandeForm().fields.values() if field.required]
    assert "Ce champ est obligatoire" not in html
    assert len({str(field.error_messages["required"]) for field in required}) == len(required)
    assert html.count("n&#x27;est pas complète") >= 4, "the address and the site, each in the summary and in place"


def test_the_support_sees_what_is_close_to_a_company(client: Client, support: User) -> None:
    """R-54: the company of this SIREN, suspended or absorbed by another, and one of the same name under another SIREN."""

    def seen(demande: DemandeDeCompte) -> str:
        return client.get(reverse("gestion:demande", args=[demande.pk])).content.decode().replace("&#x27;", "'").replace("\u00a0", " ")

    client.force_login(support)
    suspendue, absorbante = EntrepriseFactory(suspendue=True), EntrepriseFactory(raison_sociale="Réunion Santé")
    absorbee = EntrepriseFactory(fusionnee_dans=absorbante)
    page = seen(DemandeFactory(siren=suspendue.siren))
    assert "déjà représentée" in page and "dont l'accès est suspendu" in page
    page = seen(DemandeFactory(siren=absorbee.siren))
    assert "Réunion Santé</a>, qui a absorbé celle de ce SIREN" in page
    for name in ("réunion santé", "REUNION SANTE"):  # as the registers write it
        page = seen(DemandeFactory(raison_sociale=name))
        assert "une entreprise de ce nom est déjà inscrite" in page and absorbante.siren in page
    assert "Entreprise inconnue de Convergence" in seen(DemandeFactory(raison_sociale="Réunion"))
