"""The journal in the back-office: it is searched and exported by the auditeurs, and each reading is written in it (BO-7, TR-5, XP-1)."""

from __future__ import annotations

import csv
import re
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest import MonkeyPatch

from accounts import jobs, journal
from accounts.actions import demandes as actions
from accounts.exports import journal as export
from accounts.exports.journal import harmless
from accounts.models import EntreeJournal, Travail, User
from accounts.selectors import journal as selectors
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.accounts.factories_demandes import DemandeFactory
from tests.people import as_client

pytestmark = pytest.mark.django_db


def test_each_reading_of_the_journal_is_written_down(client: Client) -> None:
    auditeur = UserFactory(agence=True, role="auditeur", double_facteur=True)
    client.force_login(auditeur)
    actions.prendre_demande(demande=DemandeFactory(), par=UserFactory(agence=True, role="support", last_name="Cherchee"))
    html = client.get(f"{reverse('gestion:journal')}?action=demande.prise&personne=cherchee").content.decode()
    assert "demande.prise" in html and "1 ligne<" in html
    line = EntreeJournal.objects.get(action="journal.lu")
    assert (line.acteur, line.details["criteres"]) == (auditeur.pk, ["action", "personne"])


@pytest.mark.parametrize(
    "query, status",
    [
        ("du=31/02/2026", 400),
        ("objet=abc", 400),
        ("page=0", 404),
        ("du=2026-01-01&au=2099-12-31", 200),
        ("issue=refuse", 200),
        ("du=2026-02-01&au=2026-01-01", 400),
        ("type=zzz", 400),
        ("entreprise=%27%25", 200),
    ],
)
def test_odd_searches_in_the_journal(client: Client, query: str, status: int) -> None:
    client.force_login(UserFactory(agence=True, role="auditeur", double_facteur=True))
    assert client.get(f"{reverse('gestion:journal')}?{query}").status_code == status


# --- Export -----------------------------------------------------------------------------------------------------------------
@pytest.fixture
def auditeur(client: Client) -> User:
    auditeur = UserFactory(agence=True, role="auditeur", double_facteur=True)
    client.force_login(auditeur)
    return auditeur


def exported(client: Client, format: str, **criteres: str) -> HttpResponse:
    """Ask for an export, have it made, and download it."""
    response = client.post(reverse("gestion:journal_exporter"), {"format": format, **criteres})
    travail = Travail.tous.latest("pk")
    assert (response.status_code, response["Location"]) == (302, reverse("accounts:travail", args=[travail.pk]))
    assert jobs.run(travail.pk)
    return client.get(reverse("accounts:travail_fichier", args=[travail.pk]))


def rows_of(response: HttpResponse) -> list[list[str]]:
    return list(csv.reader(b"".join(response).decode("utf-8-sig").splitlines(), delimiter=";"))[1:]


def test_the_export_holds_no_formula_and_is_written_down(client: Client, auditeur: User) -> None:
    """XP-1, TR-5."""
    actions.prendre_demande(demande=DemandeFactory(), par=UserFactory(agence=True, role="support", first_name="=1+1", last_name='x";\r\n@SUM'))
    response = exported(client, "csv", action="demande.prise")
    assert response["Content-Disposition"].startswith("attachment") and "no-store" in response["Cache-Control"]
    (row,) = rows_of(response)
    assert row[4].startswith("'=1+1")
    assert EntreeJournal.objects.get(action="journal.exporte").details == {"criteres": ["action"], "lignes": 1, "format": "csv"}


def test_the_workbook_types_its_texts_and_is_written_down(client: Client, auditeur: User) -> None:
    """BO-7, XP-1, TR-5."""
    entreprise = EntrepriseFactory(raison_sociale='=HYPERLINK("http://x")')
    journal.record("entreprise.creee", par=UserFactory(agence=True, role="support", first_name="=1+1"), target=entreprise)
    response = exported(client, "xlsx", type="accounts.entreprise")
    assert 'filename="journal-' in response["Content-Disposition"] and "no-store" in response["Cache-Control"]
    headings, row = load_workbook(BytesIO(b"".join(response))).active.iter_rows()
    line = dict(zip([cell.value for cell in headings], row, strict=True))
    assert (line["Auteur"].data_type, line["Entreprise"].data_type, line["Entreprise"].value) == ("s", "s", '=HYPERLINK("http://x")')
    assert (line["En mots"].value, line["Objet"].value, line["Ligne"].data_type, line["Le (Paris)"].data_type) == (
        "Entreprise inscrite",
        "Entreprise",
        "n",
        "d",
    )
    assert EntreeJournal.objects.get(action="journal.exporte").details == {"criteres": ["type"], "lignes": 1, "format": "xlsx"}


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_an_export_is_prepared_in_the_background_from_all_that_was_found(client: Client, auditeur: User, monkeypatch: MonkeyPatch, format: str) -> None:
    """BO-7, XP-5: each line once, the last first, however many spans they take; those of before the demand only, tried again or not."""
    monkeypatch.setattr(selectors, "TRANCHE", 3)
    for number in range(8):
        journal.record("session.ouverte" if number % 2 else "session.refusee", par=None, details={"essai": f"numero-{number}"})
    client.post(reverse("gestion:journal_exporter"), {"format": format, "action": "session.ouverte"})
    travail = Travail.tous.latest("pk")
    journal.record("session.ouverte", par=None, details={"essai": "trop tard"})
    assert client.post(reverse("gestion:journal_exporter"), {"format": format, "action": "session.ouverte"})["Location"].endswith(f"/{travail.pk}/")
    assert jobs.run(travail.pk)
    travail.refresh_from_db()
    content = travail.fichier.read()
    told = content.decode() if format == "csv" else str([cell.value for row in load_workbook(BytesIO(content)).active.iter_rows() for cell in row])
    assert re.findall(r"numero-(\d)|trop tard", told) == ["7", "5", "3", "1"]
    assert travail.entreprise is None and travail.progres == travail.total == travail.params["lignes"]
    page = client.get(reverse("accounts:travail", args=[travail.pk])).content.decode()
    assert f'href="{reverse("gestion:journal")}?action=session.ouverte">Journal</a>' in page


def test_more_lines_than_a_file_may_hold_are_refused_with_their_number(client: Client, auditeur: User, monkeypatch: MonkeyPatch) -> None:
    """BO-7: nothing is left out in silence; the criteria stay."""
    monkeypatch.setattr(export, "MAX_LIGNES", 1)
    for _ in range(2):
        journal.record("session.refusee", par=None)
    response = client.post(reverse("gestion:journal_exporter"), {"format": "csv", "action": "session.refusee"}, follow=True)
    page = response.content.decode()
    assert "Ces critères donnent 2 lignes, et un fichier en contient 1 au plus" in page and 'value="session.refusee"' in page
    assert not Travail.tous.exists() and not EntreeJournal.objects.filter(action="journal.exporte").exists()


def test_an_export_whose_criteria_cannot_be_read_gives_nothing(client: Client, auditeur: User) -> None:
    """More than was asked never leaves."""
    response = client.post(reverse("gestion:journal_exporter"), {"format": "csv", "du": "31/02/2026"})
    assert response.headers["Location"] == f"{reverse('gestion:journal')}?du=31%2F02%2F2026"
    assert client.post(reverse("gestion:journal_exporter"), {"format": "pdf"}).status_code == 404
    assert not Travail.tous.exists() and not EntreeJournal.objects.filter(action="journal.exporte").exists()


@pytest.mark.parametrize("when", ["asked", "made"])
def test_who_is_no_longer_an_auditeur_gets_no_export(client: Client, auditeur: User, when: str) -> None:
    """AZ-8, AZ-11: the right is asked again when the file is made, then when it is taken; a colleague has no file of his."""
    client.post(reverse("gestion:journal_exporter"), {"format": "csv"})
    travail = Travail.tous.latest("pk")
    if when == "made":
        jobs.run(travail.pk)
        other = UserFactory(agence=True, role="auditeur", double_facteur=True)
        assert as_client(other).get(reverse("accounts:travail_fichier", args=[travail.pk])).status_code == 404
    auditeur.groups.clear()
    jobs.run(travail.pk)
    assert client.get(reverse("accounts:travail_fichier", args=[travail.pk])).status_code == 403
    travail.refresh_from_db()
    assert bool(travail.fichier) is (when == "made")


@pytest.mark.parametrize("kind, named", [("agence.journal", True), ("resultats.excel", False)])
def test_only_a_job_of_the_agency_is_of_no_company(kind: str, named: bool) -> None:
    """AZ-12: said by the database itself."""
    user = UserFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Travail.tous.create(kind=kind, cle="x", demandeur=user, entreprise=user.entreprise if named else None)
    Travail.tous.create(kind=kind, cle="x", demandeur=user, entreprise=None if named else user.entreprise)


def test_nobody_of_a_company_asks_for_a_job_of_the_agency() -> None:
    """AZ-8, AZ-12."""
    with pytest.raises(PermissionDenied):
        jobs.submit(export.KIND, par=UserFactory(responsable=True), entreprise=None, cle="x")


# --- Searching ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "query, seen",
    [
        ("entreprise=lune", {"lune"}),
        ("entreprise=730000015", {"lune"}),
        ("type=accounts.user", {"lune", "soleil"}),
        ("type=accounts.entreprise", set()),
        ("action=droits du compte", {"lune"}),
        ("action=MODIFIES droits", {"lune"}),
        ("action=droits.modifies", set()),
        ("entreprise=730 000\u00a0015", {"lune"}),
        ("action=compte.suspendu", {"soleil"}),
        ("personne=martin", {"lune"}),
        ("personne=MARTÍN camille", {"lune"}),
        ("personne=personne", set()),
        ("au=2020-01-01", set()),
    ],
)
def test_the_journal_is_searched_by_who_what_where_and_when(client: Client, query: str, seen: set[str]) -> None:
    """BO-7: who, action, object, company, period."""
    client.force_login(UserFactory(agence=True, role="auditeur", double_facteur=True))
    lune, soleil = EntrepriseFactory(raison_sociale="Lune", siren="730000015"), EntrepriseFactory(raison_sociale="Soleil")
    chef, autre = UserFactory(entreprise=lune, last_name="Martin"), UserFactory(entreprise=soleil)
    journal.record("compte.droits_modifies", par=chef, target=chef, details={"donnes": ["valider"], "retires": []})
    journal.record("compte.suspendu", par=autre, target=autre)
    html = client.get(reverse("gestion:journal"), dict([query.split("=")])).content.decode()
    assert {name for name in ("lune", "soleil") if f'data-label="Entreprise">{name.title()}<' in html} == seen


@pytest.mark.parametrize("typed, seen", [("203.0.113.", {1, 2}), ("203.0.113.7", {1}), ("2001:DB8::", {3}), ("13.7", set()), ("%", set())])
def test_the_journal_is_searched_by_where_from(client: Client, typed: str, seen: set[int]) -> None:
    """BO-7: a network or an address, those nobody signed in from included."""
    client.force_login(UserFactory(agence=True, role="auditeur", double_facteur=True))
    for number, adresse in enumerate(("203.0.113.7", "203.0.113.40", "2001:db8::1"), 1):
        token = journal.request_context.set({"adresse": adresse})
        journal.record("session.refusee", par=None, details={"essai": f"numero-{number}"})
        journal.request_context.reset(token)
    answers = [client.get(reverse("gestion:journal"), {"adresse": typed}).content.decode(), str(rows_of(exported(client, "csv", adresse=typed)))]
    assert [{number for number in (1, 2, 3) if f"numero-{number}" in answer} for answer in answers] == [seen, seen]


@pytest.mark.parametrize("text, cell", [("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "' x"), ("＝1", "'＝1"), ("a=1", "a=1"), ("", "")])
def test_what_a_spreadsheet_would_run_is_made_harmless(text: str, cell: str) -> None:
    assert harmless(text) == cell
