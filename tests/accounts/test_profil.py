"""One's own account: address, preferences, second factor proposed once (ACC-4, ACC-8, AU-3, AU-5, AU-6)."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time

from accounts import crypto, notifications, preferences
from accounts.actions import profil
from accounts.courriels import outbox
from accounts.errors import ActionRefused
from accounts.models import ChangementAdresse, Courriel, EntreeJournal, User
from tests.accounts.factories import PASSWORD, CguFactory, EntrepriseFactory, UserFactory

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
NEW = "ada@nouvelle.example"


@pytest.fixture
def user(client: Client) -> User:
    account = UserFactory(email="ada@ancienne.example")
    client.force_login(account)
    return account


def recognised(client: Client) -> None:
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def texts() -> dict[str, str]:
    """Give the waiting mails by address and subject."""
    return {f"{row.destinataire} {row.sujet}": crypto.decrypt(row.texte, purpose=outbox.PURPOSE) if row.confidentiel else row.texte for row in all_mails()}


def all_mails() -> list[Courriel]:
    return list(Courriel.objects.order_by("pk"))


def link() -> str:
    """Give the path of the last link of confirmation."""
    text = next(text for name, text in reversed(texts().items()) if "Confirmez" in name)
    return re.search(r"https?://[^/]+(/compte/adresse/\S+)", text)[1]


# --- The e-mail address -------------------------------------------------------------------------------------------------
def test_address_asks_to_be_recognised_again(client: Client, user: User) -> None:
    """AU-6: for the page, and for what is posted without it."""
    url = reverse("accounts:adresse")
    for response in (client.get(url), client.post(url, {"email": NEW})):
        assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert not ChangementAdresse.objects.exists() and not all_mails()


def test_address_changes_once_confirmed(client: Client, user: User) -> None:
    """AU-3: both addresses are told, when it is asked and when it is done."""
    recognised(client)
    assert client.post(reverse("accounts:adresse"), {"email": NEW})["Location"] == reverse("accounts:mes_informations")
    user.refresh_from_db()
    assert user.email == "ada@ancienne.example"
    assert [row.destinataire for row in all_mails()] == [NEW, "ada@ancienne.example"]
    assert NEW in client.get(reverse("accounts:mes_informations")).content.decode()
    assert NEW in client.get(link()).content.decode()
    assert client.post(link()).status_code == 302
    user.refresh_from_db()
    assert user.email == user.email_cle == NEW
    assert [row.destinataire for row in all_mails()][2:] == ["ada@ancienne.example", NEW]
    assert EntreeJournal.objects.filter(action="adresse.changee", acteur=user.pk).count() == 1


def test_reading_the_link_changes_nothing(client: Client, user: User) -> None:
    """WB-2: a mail scanner may follow it."""
    profil.demander_adresse(par=user, nouvelle=NEW)
    assert client.get(link()).status_code == 200
    user.refresh_from_db()
    assert user.email != NEW


def test_link_is_used_once(client: Client, user: User) -> None:
    """AU-5: replay."""
    profil.demander_adresse(par=user, nouvelle=NEW)
    url = link()
    client.post(url)
    User.objects.filter(pk=user.pk).update(email="autre@example.org", email_cle="autre@example.org")
    again = client.post(url).content.decode()
    assert "ne peut plus servir" in again and "<strong>autre@example.org</strong>" in again  # a second click is not told that nothing changed
    user.refresh_from_db()
    assert user.email == "autre@example.org"


def test_token_is_kept_by_its_digest_alone(user: User) -> None:
    """AU-5."""
    profil.demander_adresse(par=user, nouvelle=NEW)
    jeton = link().rstrip("/").rsplit("/", 1)[1]
    assert len(jeton) == 22
    row = ChangementAdresse.objects.get()
    assert jeton not in {str(value) for value in vars(row).values()}
    assert all(jeton not in mail.texte for mail in all_mails())


@pytest.mark.parametrize("hours, opens", [(23, True), (25, False)])
def test_link_lasts_a_day(user: User, hours: int, opens: bool) -> None:
    """AU-5."""
    with freeze_time("2026-11-21 08:00:00", ignore=["_pytest.timing"]) as clock:
        profil.demander_adresse(par=user, nouvelle=NEW)
        jeton = link().rstrip("/").rsplit("/", 1)[1]
        clock.tick(timedelta(hours=hours))
        if opens:
            assert profil.confirmer_adresse(par=user, jeton=jeton).email == NEW
        else:
            with pytest.raises(ActionRefused):
                profil.confirmer_adresse(par=user, jeton=jeton)


def test_link_of_another_account_is_no_link(client: Client, user: User) -> None:
    """AZ-4: the same page as for a link that never was."""
    profil.demander_adresse(par=UserFactory(), nouvelle=NEW)
    pages = [client.post(url).content.decode() for url in (link(), reverse("accounts:adresse_confirmer", args=["A" * 22]))]
    assert all("ne peut plus servir" in page for page in pages)
    assert not User.objects.filter(email=NEW).exists()


def test_new_request_replaces_the_one_before(client: Client, user: User) -> None:
    profil.demander_adresse(par=user, nouvelle="premiere@example.org")
    first = link()
    profil.demander_adresse(par=user, nouvelle=NEW)
    assert "ne peut plus servir" in client.post(first).content.decode()
    assert ChangementAdresse.objects.filter(ferme_le__isnull=True).count() == 1


def test_change_can_be_given_up(client: Client, user: User) -> None:
    profil.demander_adresse(par=user, nouvelle=NEW)
    client.post(reverse("accounts:adresse_annuler"))
    assert "ne peut plus servir" in client.post(link()).content.decode()
    assert EntreeJournal.objects.filter(action="adresse.changement_annule", acteur=user.pk).exists()


@pytest.mark.parametrize("typed", ["prise@example.org", "PRISE@example.org"])
def test_address_of_another_account_is_not_disclosed(client: Client, user: User, typed: str) -> None:
    """AU-4: the same answer; only the owner of the address learns it."""
    UserFactory(email="prise@example.org")
    recognised(client)
    response = client.post(reverse("accounts:adresse"), {"email": typed}, follow=True)
    assert "Ouvrez le message envoyé à" in response.content.decode().replace("\xa0", " ")
    assert "Changement demandé vers" in response.content.decode(), "as for a free address"
    mails = texts()
    assert any(name.startswith("prise@example.org") for name in mails) and all("/compte/adresse/" not in text for text in mails.values())


def test_address_taken_meanwhile(user: User) -> None:
    """AU-10: the database has the last word."""
    profil.demander_adresse(par=user, nouvelle=NEW)
    UserFactory(email=NEW)
    with pytest.raises(ActionRefused):
        profil.confirmer_adresse(par=user, jeton=link().rstrip("/").rsplit("/", 1)[1])
    user.refresh_from_db()
    assert user.email == "ada@ancienne.example"


@pytest.mark.parametrize(
    "typed, words", [("", "Indiquez"), ("ada", "complète"), ("Ada@Ancienne.example", "déjà l"), ("a@b.example\nBcc: c@d.example", "complète")]
)
def test_address_that_cannot_be(client: Client, user: User, typed: str, words: str) -> None:
    recognised(client)
    response = client.post(reverse("accounts:adresse"), {"email": typed})
    assert response.status_code == 400 and words in response.content.decode()
    assert not all_mails()


def test_requests_are_bounded(user: User) -> None:
    for rank in range(5):
        profil.demander_adresse(par=user, nouvelle=f"n{rank}@example.org")
    with pytest.raises(ActionRefused):
        profil.demander_adresse(par=user, nouvelle=NEW)


def test_link_dies_with_the_account(user: User) -> None:
    """AZ-8."""
    profil.demander_adresse(par=user, nouvelle=NEW)
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(PermissionDenied):
        profil.confirmer_adresse(par=user, jeton=link().rstrip("/").rsplit("/", 1)[1])


def test_journal_keeps_no_address(client: Client, user: User) -> None:
    """TR-3."""
    profil.demander_adresse(par=user, nouvelle=NEW)
    client.post(link())
    assert not any(NEW in str(line.details) or "ancienne.example" in str(line.details) for line in EntreeJournal.objects.all())


# --- Preferences --------------------------------------------------------------------------------------------------------
def test_preferences_are_honoured(client: Client, user: User) -> None:
    """ACC-8: the notice stays in the platform, the mail does not leave."""
    kept = [famille.code for famille in preferences.FAMILLES if famille.code != "validation"]
    client.post(reverse("accounts:preferences"), {"courriels": kept})
    user.refresh_from_db()
    for type_ in ("Validation demandée", "Questionnaire validé", "Autre chose"):
        notifications.notify([user], type=type_, contenu="Voyez.")
    assert [row.sujet for row in all_mails()] == ["Questionnaire validé", "Autre chose"]
    assert notifications.unread_count(user) == 3


def test_preferences_show_what_was_chosen(client: Client, user: User) -> None:
    url = reverse("accounts:preferences")
    assert client.get(url).content.decode().count(" checked") == len(preferences.FAMILLES)
    client.post(url, {"courriels": ["acces"]})
    assert client.get(url).content.decode().count(" checked") == 1
    client.post(url, {})
    assert client.get(url).content.decode().count(" checked") == 0


def test_unknown_preference_is_refused(client: Client, user: User) -> None:
    response = client.post(reverse("accounts:preferences"), {"courriels": ["validation", "tout"]})
    assert response.status_code == 400
    user.refresh_from_db()
    assert user.preferences == {}


@pytest.mark.parametrize("found", [None, [], "x", {"sans_courriel": None}, {"sans_courriel": [1, {}]}, {"sans_courriel": "validation"}])
def test_strange_preferences_leave_nothing_out(user: User, found: object) -> None:
    user.preferences = found
    assert preferences.wants_mail(user, "Validation demandée")


def test_every_type_of_notice_stands_in_a_family() -> None:
    """A notice that nobody could leave out would be forgotten on the page of preferences; some are never mailed."""
    known = {type_ for famille in preferences.FAMILLES for type_ in famille.types}
    sources = [path.read_text(encoding="utf-8") for room in ("catalog", "parcours", "questionnaires") for path in (ROOT / room / "actions").glob("*.py")]
    calls = [node for text in sources for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    named = [{keyword.arg: getattr(keyword.value, "value", None) for keyword in call.keywords} for call in calls]
    used = {names["type"] for names in named if isinstance(names.get("type"), str) and names.get("mail") is not False}
    assert used and used <= known


# --- Second factor, proposed once ---------------------------------------------------------------------------------------
def accept(client: Client, page: str) -> str:
    cgu = CguFactory()
    return client.post(reverse("accounts:cgu_accepter"), {"version": cgu.pk, "accepte": "on", "next": page})["Location"]


def test_second_factor_is_proposed_once(client: Client, user: User) -> None:
    """ACC-4: at the first sign-in, after the conditions; a later version of these proposes nothing."""
    page = reverse("accounts:notifications")
    proposal = accept(client, page)
    assert proposal == f"{reverse('accounts:double_facteur')}?next={page.replace('/', '%2F')}"
    assert "Plus tard" in client.get(proposal).content.decode()
    assert client.post(reverse("accounts:double_facteur"), {"next": page, "choix": "plus_tard"})["Location"] == page
    assert accept(client, page) == page


def test_proposal_leads_to_the_second_factor(client: Client, user: User) -> None:
    assert client.post(reverse("accounts:double_facteur"), {"choix": "activer"})["Location"] == reverse("mfa_index")


@pytest.mark.parametrize("target", ["https://voleur.example/", "//voleur.example", "javascript:alert(1)", "0", "mfa_index"])
def test_proposal_never_leads_elsewhere(client: Client, user: User, target: str) -> None:
    """WB-5."""
    assert client.post(reverse("accounts:double_facteur"), {"next": target})["Location"] == reverse("parcours:tableau_de_bord")


@pytest.mark.parametrize("traits", [{"agence": True, "double_facteur": True}, {"double_facteur": True}])
def test_second_factor_is_not_proposed_to_whom_has_one(client: Client, traits: dict[str, bool]) -> None:
    account = UserFactory(**traits)
    assert Authenticator.objects.filter(user=account).exists()
    client.force_login(account)
    assert accept(client, reverse("accounts:notifications")) == reverse("accounts:notifications")


# --- Whoever the account belongs to ---------------------------------------------------------------------------------------
def test_visitor_is_sent_to_sign_in(client: Client) -> None:
    """AZ-4: and comes back to the link once signed in."""
    url = reverse("accounts:adresse_confirmer", args=["A" * 22])
    assert client.get(url)["Location"] == f"/compte/connexion/?next={url}"


def test_suspended_company_changes_nothing(client: Client) -> None:
    """AZ-8."""
    account = UserFactory(entreprise=EntrepriseFactory(suspendue=True))
    with pytest.raises(PermissionDenied):
        profil.enregistrer_preferences(par=account, courriels=[])
