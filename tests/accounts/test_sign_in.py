"""Signing in and out, forgotten passwords, second factor: French, discreet, traced (AU-1 to AU-5)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings as site
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from freezegun import freeze_time
from pytest_django.fixtures import Settings

from accounts import crypto
from accounts.courriels import mailing, outbox
from accounts.models import Courriel, EntreeJournal, User
from accounts.session_engine import SessionStore
from accounts.sign_in.adapter import AccountAdapter, MFAAdapter
from tests.accounts.factories import PASSWORD, SECRET, EntrepriseFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

LOGIN = "/compte/connexion/"
RESET = "/compte/mot-de-passe/oubli/"
NEW = "trois hiboux dans une bibliothèque"


def sign_in(client: Client, login: str, password: str = PASSWORD, **extra: str) -> Any:
    return client.post(LOGIN, {"login": login, "password": password}, **extra)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def totp_code() -> str:
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def reset_link(address: str) -> str:
    courriel = Courriel.objects.filter(destinataire=address).latest("pk")
    return re.search(r"https?://\S+", crypto.decrypt(courriel.texte, purpose=outbox.PURPOSE))[0]


# --- Signing in -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["Jean.Dupont", "JEAN.DUPONT", "jean.dupont", " jean.dupont ", "ｊean.dupont"])
def test_login_in_any_casing(client: Client, typed: str) -> None:
    """AU-10."""
    UserFactory(username="Jean.Dupont")
    assert sign_in(client, typed).status_code == 302
    assert is_in(client)


def test_address_is_not_a_login(client: Client) -> None:
    user = UserFactory(email="jean@lab.fr")
    sign_in(client, user.email)
    assert not is_in(client)


def test_a_new_session_is_written_once(client: Client) -> None:
    """P18: with all that signing in puts into it, under a key that nobody else has."""
    user = UserFactory()
    with CaptureQueriesContext(connection) as queries:
        sign_in(client, user.username)
    asked = [query["sql"] for query in queries if "django_session" in query["sql"]]
    assert [sql.split()[0] for sql in asked] == ["INSERT"]
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session["ouverte_le"]
    assert len(client.session.session_key) == 32


def test_an_empty_session_drawn_anew_is_written_under_its_key() -> None:
    store = SessionStore()
    store.save()
    assert Session.objects.filter(session_key=store.session_key).exists()
    other = SessionStore(store.session_key)
    other["trace"] = 1
    other.save()
    assert SessionStore(store.session_key).get("trace") == 1


def test_a_session_ended_elsewhere_is_not_written_again(client: Client) -> None:
    """AU-7: saving what was read before it ended brings nothing back."""
    user = UserFactory()
    client.force_login(user)
    session = client.session
    session["trace"] = session["_auth_user_id"]
    client.session.delete()
    with pytest.raises(UpdateError):
        session.save()
    assert not session.exists(session.session_key)


def test_session_key_changes_at_sign_in(client: Client) -> None:
    """AU-7."""
    user = UserFactory()
    client.get(LOGIN)
    client.session["before"] = True
    before = client.session.session_key
    sign_in(client, user.username)
    assert client.session.session_key != before


@pytest.mark.parametrize("fields", [{"inactif": True}, {"entreprise__suspendue": True}])
def test_closed_account_does_not_come_in(client: Client, fields: dict[str, bool]) -> None:
    """AZ-8."""
    sign_in(client, UserFactory(**fields).username)
    assert not is_in(client)


def test_unknown_login_and_wrong_password_answer_alike(client: Client) -> None:
    """AU-4: same status, same text."""
    user = UserFactory(username="camille.zola")
    pages = []
    for login in (user.username, "personne.ici"):
        response = Client().post(LOGIN, {"login": login, "password": "mauvais mot de passe"})
        html = re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"', "", response.content.decode())
        pages.append((response.status_code, html.replace(login, "LOGIN")))
    assert pages[0] == pages[1]
    assert "ne convient pas" in pages[0][1]


def test_five_failures_then_a_delay_even_with_the_right_password(client: Client) -> None:
    """AU-2."""
    user = UserFactory()
    for _ in range(5):
        sign_in(client, user.username, "mauvais mot de passe")
    response = sign_in(client, user.username)
    assert "réessayez dans une minute" in response.content.decode()
    assert response.status_code == 429
    assert not is_in(client)


def test_a_stranger_does_not_lock_the_account(client: Client) -> None:
    """AU-2."""
    user = UserFactory()
    for _ in range(8):
        sign_in(Client(), user.username, "mauvais mot de passe", REMOTE_ADDR="198.51.100.9")
    sign_in(client, user.username)
    assert is_in(client)


def test_failure_is_written_down_without_the_login_typed(client: Client) -> None:
    """TR-1, TR-4: some type their password in the wrong field."""
    sign_in(client, "MonMotDePasseSecret", "x")
    line = EntreeJournal.objects.get(action="session.refusee")
    assert line.issue == "refuse"
    assert "MonMotDePasse" not in str(line.details)


def test_sign_in_and_out_are_written_down(client: Client) -> None:
    """TR-1."""
    user = UserFactory()
    sign_in(client, user.username)
    client.post("/compte/deconnexion/")
    assert not is_in(client)
    lines = EntreeJournal.objects.filter(acteur=user.pk).order_by("sequence").values_list("action", flat=True)
    assert list(lines) == ["session.ouverte", "session.fermee"]


def test_sign_out_asks_for_a_post(client: Client) -> None:
    """WB-2."""
    client.force_login(UserFactory())
    client.get("/compte/deconnexion/")
    assert is_in(client)


def test_foreign_next_is_not_followed(client: Client) -> None:
    """WB-5."""
    user = UserFactory()
    response = client.post(f"{LOGIN}?next=https://voleur.example/", {"login": user.username, "password": PASSWORD, "next": "https://voleur.example/"})
    assert response["Location"] == reverse(site.LOGIN_REDIRECT_URL)


# --- No open sign-up --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["account_login", "account_reset_password"])
@pytest.mark.parametrize("headers", [{"content-type": "application/json"}, {"accept": "application/json"}, {"x-requested-with": "XMLHttpRequest"}])
def test_form_of_an_account_is_never_given_as_json(client: Client, page: str, headers: dict[str, str]) -> None:
    """WB-5: what a person typed and the errors of the form stay in the page, which is the one of everybody."""
    response = client.post(reverse(page), b"{}", content_type=headers.get("content-type", "application/x-www-form-urlencoded"), headers=headers)
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/html")


def test_sign_up_has_no_page() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


@pytest.mark.parametrize("path", ["/compte/inscription/", "/compte/signup/", "/accounts/signup/", "/signup/"])
def test_sign_up_paths_do_not_exist(client: Client, path: str) -> None:
    assert client.post(path, {"username": "intrus", "email": "i@x.fr", "password1": NEW, "password2": NEW}).status_code in (302, 404)
    assert not User.objects.exists()


def test_adapter_opens_no_account() -> None:
    adapter = AccountAdapter()
    assert adapter.is_open_for_signup(None) is False
    with pytest.raises(PermissionDenied):
        adapter.save_user(None, None, None)


# --- Forgotten password -----------------------------------------------------------------------------------------------------
def ask_reset(client: Client, address: str) -> Any:
    return client.post(RESET, {"email": address})


def choose(client: Client, link: str, password: str = NEW) -> Any:
    """Open the link of the mail and choose a password."""
    page = client.get(link.removeprefix(site.BASE_URL), follow=True)
    return client.post(page.request["PATH_INFO"], {"password1": password, "password2": password})


def test_reset_from_the_mail(client: Client) -> None:
    """AU-5."""
    user = UserFactory(email="camille@lab.example")
    ask_reset(client, "CAMILLE@lab.example")
    choose(client, reset_link("camille@lab.example"))
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert not is_in(client)
    assert EntreeJournal.objects.filter(action="mot_de_passe.choisi").count() == 1
    assert Courriel.objects.latest("pk").sujet == "Votre mot de passe a été réinitialisé"


def test_link_serves_once(client: Client) -> None:
    """AU-5."""
    user = UserFactory()
    ask_reset(client, user.email)
    link = reset_link(user.email)
    choose(client, link)
    choose(Client(), link, "un autre mot de passe très long")
    user.refresh_from_db()
    assert user.check_password(NEW)


@pytest.mark.parametrize("minutes, works", [(59, True), (61, False)])
def test_link_lives_an_hour(client: Client, minutes: int, works: bool) -> None:
    """AU-5."""
    user = UserFactory()
    with freeze_time("2026-11-21 08:00:00", ignore=["_pytest.timing"]) as clock:
        ask_reset(client, user.email)
        clock.tick(timedelta(minutes=minutes))
        choose(client, reset_link(user.email))
    user.refresh_from_db()
    assert user.check_password(NEW if works else PASSWORD)


def test_altered_link_opens_nothing(client: Client) -> None:
    user = UserFactory()
    ask_reset(client, user.email)
    link = reset_link(user.email)
    choose(client, link[:-2] + ("0/" if link[-2] != "0" else "1/"))
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_known_and_unknown_addresses_answer_alike(client: Client) -> None:
    """AU-4: same page, one mail each."""
    user = UserFactory(email="camille@lab.example")
    answers = [ask_reset(Client(), address) for address in (user.email, "personne@lab.example")]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, reverse("account_reset_password_done"))}
    assert Courriel.objects.count() == 2


@pytest.mark.parametrize("known", [True, False])
def test_a_stranger_neither_floods_an_address_nor_takes_its_link_away(client: Client, known: bool) -> None:
    """AU-2, AU-4: five mails an hour and the same page; those sent still serve, and the next hour sends others."""
    address = UserFactory().email if known else "personne@lab.example"
    with freeze_time("2026-11-21 08:00:00", ignore=["_pytest.timing"]) as clock:
        for _ in range(40):
            assert ask_reset(client, address)["Location"] == reverse("account_reset_password_done")
            clock.tick(timedelta(seconds=61))
        assert Courriel.objects.count() == 5
        if known:
            choose(client, reset_link(address))
            assert User.objects.get(email=address).check_password(NEW)
        clock.tick(timedelta(minutes=20))
        ask_reset(client, address)
        assert Courriel.objects.count() > 5


@pytest.mark.parametrize("fields", [{"inactif": True}, {"entreprise__suspendue": True}])
def test_closed_account_gets_no_link(client: Client, fields: dict[str, bool]) -> None:
    user = UserFactory(**fields)
    ask_reset(client, user.email)
    assert "/oubli/" not in crypto.decrypt(Courriel.objects.get().texte, purpose=outbox.PURPOSE)


def test_link_stands_on_the_address_of_the_site(client: Client, settings: Settings) -> None:
    """WB-5: a forged Host never reaches the mail."""
    settings.ALLOWED_HOSTS = ["*"]
    user = UserFactory()
    client.post(RESET, {"email": user.email}, headers={"host": "voleur.example"})
    assert reset_link(user.email).startswith(f"{site.BASE_URL}/compte/mot-de-passe/oubli/")


def test_link_never_stands_in_clear_in_the_database(client: Client) -> None:
    """CF-5."""
    user = UserFactory()
    ask_reset(client, user.email)
    key = reset_link(user.email).rsplit("-", 1)[1].strip("/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT texte, html, sujet, dedupe_key FROM accounts_courriel")
        assert key not in str(cursor.fetchall())


def test_mail_of_the_link_is_french_and_names_the_login(client: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    user = UserFactory(username="camille.zola")
    ask_reset(client, user.email)
    mailing.send_due()
    assert "camille.zola" in mail.outbox[0].body and "une heure" in mail.outbox[0].body


def test_weak_password_is_refused_in_words(client: Client) -> None:
    """AU-1."""
    user = UserFactory()
    ask_reset(client, user.email)
    response = choose(client, reset_link(user.email), "court")
    assert "au moins 12 caractères" in response.content.decode()


def test_other_sessions_end_with_the_password(client: Client) -> None:
    """AU-7."""
    user = UserFactory()
    client.force_login(user)
    other = Client()
    ask_reset(other, user.email)
    choose(other, reset_link(user.email))
    response = client.get(reverse("accounts:mes_informations"))
    assert response.status_code == 302 and response["Location"].startswith(LOGIN)


# --- Second factor ----------------------------------------------------------------------------------------------------------
def test_second_step_after_the_password(client: Client) -> None:
    user = UserFactory(double_facteur=True)
    assert sign_in(client, user.username)["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    assert is_in(client)


def test_code_serves_once(client: Client) -> None:
    """AU-3."""
    user, code = UserFactory(double_facteur=True), totp_code()
    for browser in (client, other := Client()):
        sign_in(browser, user.username)
        browser.post(reverse("mfa_authenticate"), {"code": code})
    assert is_in(client) and not is_in(other)


def test_secret_is_encrypted_at_rest() -> None:
    """CF-5: grep of a dump."""
    UserFactory(double_facteur=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        assert SECRET not in str(cursor.fetchall())


def test_secret_of_one_purpose_is_not_another() -> None:
    token = crypto.encrypt("secret", purpose="totp")
    with pytest.raises(crypto.UnreadableSecret):
        crypto.decrypt(token, purpose="courriel")


def test_key_may_be_rotated(settings: Settings) -> None:
    """CF-5."""
    settings.ENCRYPTION_KEYS = ["ancienne"]
    token = crypto.encrypt("secret", purpose="totp")
    settings.ENCRYPTION_KEYS = ["nouvelle", "ancienne"]
    renewed = crypto.rotate(token, purpose="totp")
    settings.ENCRYPTION_KEYS = ["nouvelle"]
    assert crypto.decrypt(renewed, purpose="totp") == "secret"
    with pytest.raises(crypto.UnreadableSecret):
        crypto.decrypt(token, purpose="totp")


def test_enrolment_from_the_page(client: Client) -> None:
    """AU-3: password asked again, then the code; traced, and told by mail."""
    user = UserFactory()
    sign_in(client, user.username)
    page = client.get(reverse("mfa_activate_totp"), follow=True)
    if page.request["PATH_INFO"] == reverse("account_reauthenticate"):
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        page = client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    client.post(reverse("mfa_activate_totp"), {"code": code})
    assert Authenticator.objects.filter(user=user, type="totp").count() == 1
    assert EntreeJournal.objects.filter(action="double_facteur.ajoute", acteur=user.pk).exists()
    assert Courriel.objects.filter(destinataire=user.email, sujet__icontains="activée").exists()


def test_wrong_code_is_written_down(client: Client) -> None:
    user = UserFactory(double_facteur=True)
    sign_in(client, user.username)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert EntreeJournal.objects.filter(action="double_facteur.refuse", target_id=str(user.pk)).count() == 1


def test_agency_cannot_drop_its_second_factor() -> None:
    """AZ-11."""
    staff, other = UserFactory(agence=True, double_facteur=True), UserFactory(double_facteur=True)
    assert MFAAdapter().can_delete_authenticator(Authenticator.objects.get(user=staff)) is False
    assert MFAAdapter().can_delete_authenticator(Authenticator.objects.get(user=other)) is True


def test_account_of_a_suspended_company_stays_as_it_was(client: Client) -> None:
    """The refusal at sign-in changes no row."""
    user = UserFactory(entreprise=EntrepriseFactory(suspendue=True))
    sign_in(client, user.username)
    user.refresh_from_db()
    assert user.is_active


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_change_password", "account_reauthenticate"])
def test_an_empty_field_says_what_it_waits_for(client: Client, name: str) -> None:
    """AX-2."""
    if name not in ("account_login", "account_reset_password"):
        client.force_login(UserFactory())
    html = client.post(reverse(name), {}).content.decode()
    assert 'id="resume-erreurs"' in html and "Ce champ est obligatoire" not in html
