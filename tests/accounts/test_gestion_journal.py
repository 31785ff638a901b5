"""The journal in the back-office: it is searched and exported by the auditeurs, and each reading is written in it (BO-7, TR-5, XP-1)."""

from __future__ import annotations

import csv
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts import journal
from accounts.actions import demandes as actions
from accounts.exports.journal import harmless
from accounts.models import EntreeJournal
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.accounts.factories_demandes import DemandeFactory

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


def test_the_export_holds_no_formula_and_is_written_down(client: Client) -> None:
    """XP-1, TR-5."""
    auditeur = UserFactory(agence=True, role="auditeur", double_facteur=True)
    client.force_login(auditeur)
    actions.prendre_demande(demande=DemandeFactory(), par=UserFactory(agence=True, role="support", first_name="=1+1", last_name='x";\r\n@SUM'))
    response = client.get(f"{reverse('gestion:journal_exporter')}?action=demande.prise")
    assert response["Content-Disposition"].startswith("attachment") and "no-store" in response["Cache-Control"]
    rows = list(csv.reader(response.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert len(rows) == 2 and rows[1][4].startswith("'=1+1")
    assert EntreeJournal.objects.get(action="journal.exporte").details == {"criteres": ["action"], "lignes": 1, "format": "csv"}


def test_the_workbook_types_its_texts_and_is_written_down(client: Client) -> None:
    """BO-7, XP-1, TR-5."""
    client.force_login(UserFactory(agence=True, role="auditeur", double_facteur=True))
    entreprise = EntrepriseFactory(raison_sociale='=HYPERLINK("http://x")')
    journal.record("entreprise.creee", par=UserFactory(agence=True, role="support", first_name="=1+1"), target=entreprise)
    response = client.get(f"{reverse('gestion:journal_excel')}?type=accounts.entreprise")
    assert response["Content-Disposition"] == 'attachment; filename="journal.xlsx"' and "no-store" in response["Cache-Control"]
    headings, row = load_workbook(BytesIO(response.content)).active.iter_rows()
    line = dict(zip([cell.value for cell in headings], row, strict=True))
    assert (line["Auteur"].data_type, line["Entreprise"].data_type, line["Entreprise"].value) == ("s", "s", '=HYPERLINK("http://x")')
    assert (line["En mots"].value, line["Objet"].value, line["Ligne"].data_type, line["Le (Paris)"].data_type) == (
        "Entreprise inscrite",
        "Entreprise",
        "n",
        "d",
    )
    assert EntreeJournal.objects.get(action="journal.exporte").details == {"criteres": ["type"], "lignes": 1, "format": "xlsx"}


@pytest.mark.parametrize("name", ["journal_exporter", "journal_excel"])
def test_an_export_whose_criteria_cannot_be_read_gives_nothing(client: Client, name: str) -> None:
    """More than was asked never leaves."""
    client.force_login(UserFactory(agence=True, role="auditeur", double_facteur=True))
    assert client.get(f"{reverse(f'gestion:{name}')}?du=31/02/2026").headers["Location"] == f"{reverse('gestion:journal')}?du=31%2F02%2F2026"
    assert not EntreeJournal.objects.filter(action="journal.exporte").exists()


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
    answers = [client.get(reverse(f"gestion:{name}"), {"adresse": typed}).content.decode() for name in ("journal", "journal_exporter")]
    assert [{number for number in (1, 2, 3) if f"numero-{number}" in answer} for answer in answers] == [seen, seen]


@pytest.mark.parametrize("text, cell", [("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "' x"), ("＝1", "'＝1"), ("a=1", "a=1"), ("", "")])
def test_what_a_spreadsheet_would_run_is_made_harmless(text: str, cell: str) -> None:
    assert harmless(text) == cell
