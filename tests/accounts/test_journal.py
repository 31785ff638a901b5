"""The journal: one adds to it, the database refuses the rest, and tampering shows (TR-1 to TR-6)."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts import journal
from accounts.db import truncate_trigger
from accounts.models import EntreeJournal, JournalTete, PersonneJournal
from accounts.selectors.journal import lire
from tests.accounts.factories import EntrepriseFactory, UserFactory
from tests.ensemble import times_at_once

TABLE = "accounts_entreejournal"
pytestmark = pytest.mark.django_db


@pytest.fixture
def three_lines() -> list[EntreeJournal]:
    user = UserFactory(first_name="Camille", last_name="Zola", username="camille.zola")
    token = journal.request_context.set({"request_id": "r-1", "adresse": "203.0.113.7"})
    try:
        return [journal.record(f"essai.{rank}", par=user, target=user.entreprise, details={"rang": rank}) for rank in range(3)]
    finally:
        journal.request_context.reset(token)


def execute(statement: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)


def tamper(statement: str, *params: object) -> None:
    """Do by SQL what the triggers forbid, as the owner of the tables could."""
    if connection.vendor == "postgresql":
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
        execute(statement, *params)
        execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE])
        saved = cursor.fetchall()
        for name, _ in saved:
            cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute(statement, params or None)
        for _, sql in saved:
            cursor.execute(sql)


def test_line_says_who_what_when_and_on_what(three_lines: list[EntreeJournal]) -> None:
    """TR-1."""
    line = EntreeJournal.objects.select_related("personne").get(pk=three_lines[0].pk)
    user_id, entreprise_id = line.personne.compte, line.entreprise
    assert (line.acteur, line.acteur_profil, line.acteur_entreprise) == (user_id, "contributeur", entreprise_id)
    assert (line.action, line.target_type, line.target_id) == ("essai.0", "accounts.entreprise", str(entreprise_id))
    assert (line.issue, line.details, line.request_id) == ("accepte", {"rang": 0}, "r-1")
    assert (line.personne.nom, line.personne.login, line.personne.adresse) == ("Camille Zola", "camille.zola", "203.0.113.7")


def test_chain_holds_no_name_and_no_address(three_lines: list[EntreeJournal]) -> None:
    """TR-6: what names a person stands in the side table only."""
    rows = json.dumps(list(EntreeJournal.objects.values()), default=str)
    assert not [text for text in ("Zola", "camille", "203.0.113.7") if text in rows]


def test_untouched_chain_is_valid(three_lines: list[EntreeJournal]) -> None:
    assert journal.verify_chain() is None
    call_command("verifier_integrite", verbosity=0)


def test_erasing_a_person_keeps_the_chain_valid(three_lines: list[EntreeJournal]) -> None:
    """TR-6."""
    PersonneJournal.objects.all().delete()
    assert journal.verify_chain() is None


@pytest.mark.parametrize("statement", [f"UPDATE {TABLE} SET action = 'x'", f"DELETE FROM {TABLE}"])
def test_database_refuses_change(three_lines: list[EntreeJournal], statement: str) -> None:
    """TR-3."""
    with pytest.raises(DatabaseError, match="inaltérable"), transaction.atomic():
        execute(statement)
    assert EntreeJournal.objects.filter(action__startswith="essai.").count() == 3


@pytest.mark.postgres
def test_database_refuses_truncate(three_lines: list[EntreeJournal]) -> None:
    """TR-3."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="inaltérable"), transaction.atomic():
        execute(f"TRUNCATE {TABLE} CASCADE")
    assert truncate_trigger(TABLE)


ALTERATIONS: dict[str, tuple[str, str]] = {
    "action": ("UPDATE {t} SET action = 'autre' WHERE sequence = {s}", "contenu"),
    "author": ("UPDATE {t} SET acteur = 999999 WHERE sequence = {s}", "contenu"),
    "company": ("UPDATE {t} SET entreprise = 999999 WHERE sequence = {s}", "contenu"),
    "outcome": ("UPDATE {t} SET issue = 'refuse' WHERE sequence = {s}", "contenu"),
    "details": ("UPDATE {t} SET details = '{{\"rang\": 7}}' WHERE sequence = {s}", "contenu"),
    "time": ("UPDATE {t} SET at = '2020-01-01 00:00:00+00:00' WHERE sequence = {s}", "contenu"),
    "previous": ("UPDATE {t} SET precedente = 'x' WHERE sequence = {s}", "précédente"),
    "digest": ("UPDATE {t} SET empreinte = 'x' WHERE sequence = {s}", "contenu"),
    "person": ("UPDATE accounts_personnejournal SET nom = 'Autre' WHERE entree_id = {s}", "personnelles"),
    "address": ("UPDATE accounts_personnejournal SET adresse = '198.51.100.1' WHERE entree_id = {s}", "personnelles"),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_alteration_by_sql_is_named(three_lines: list[EntreeJournal], name: str) -> None:
    """TR-3, TR-6: the first line altered is the one named."""
    statement, reason = ALTERATIONS[name]
    sequence = three_lines[1].pk
    tamper(statement.format(t=TABLE, s=sequence))
    found = journal.verify_chain()
    assert found is not None and found.sequence == sequence and reason in found.raison
    with pytest.raises(CommandError):
        call_command("verifier_integrite", verbosity=0)


@pytest.mark.parametrize("page", [1, 2, 3])
def test_chain_longer_than_a_page_is_read_to_its_end(three_lines: list[EntreeJournal], monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    """TR-6: whatever the lines read at once, none is left out."""
    monkeypatch.setattr(journal, "PAGE", page)
    assert journal.verify_chain() is None
    tamper(f"UPDATE {TABLE} SET action = 'autre' WHERE sequence = {three_lines[2].pk}")
    assert journal.verify_chain() == journal.Divergence(three_lines[2].pk, "son contenu ne correspond pas à son empreinte")


def test_line_removed_in_the_middle_is_named(three_lines: list[EntreeJournal]) -> None:
    PersonneJournal.objects.all().delete()
    tamper(f"DELETE FROM {TABLE} WHERE sequence = {three_lines[1].pk}")
    assert journal.verify_chain() == journal.Divergence(three_lines[2].pk, f"il manque la ligne {three_lines[1].pk}")


def test_tail_cut_off_is_named(three_lines: list[EntreeJournal]) -> None:
    PersonneJournal.objects.all().delete()
    tamper(f"DELETE FROM {TABLE} WHERE sequence = {three_lines[2].pk}")
    assert journal.verify_chain() == journal.Divergence(three_lines[2].pk, "la fin du journal a été coupée")


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DELETE FROM accounts_journaltete", "la tête du journal a disparu"),
        ("UPDATE accounts_journaltete SET empreinte = 'x'", "la tête du journal ne correspond pas à sa dernière ligne"),
    ],
)
def test_a_head_that_is_gone_or_changed_is_named(three_lines: list[EntreeJournal], statement: str, reason: str) -> None:
    """TR-3: without it the end of the journal could be cut unseen."""
    execute(statement)
    assert journal.verify_chain() == journal.Divergence(three_lines[2].pk, reason)


def test_the_chain_covers_every_column() -> None:
    """TR-3, TR-6: a column added to the journal, or to what names a person, is covered too."""
    assert {field.attname for field in EntreeJournal._meta.concrete_fields} - {"empreinte"} == set(journal.CHAINED)
    assert {field.attname for field in PersonneJournal._meta.concrete_fields} - {"entree_id"} == set(journal.PERSONAL)


def test_line_added_by_hand_is_named(three_lines: list[EntreeJournal]) -> None:
    last = three_lines[2]
    forged = EntreeJournal(sequence=last.pk + 1, at=last.at, action="forge", precedente=last.empreinte)
    forged.empreinte = journal.digest_entree(forged)
    forged.save(force_insert=True)
    found = journal.verify_chain()
    assert found is not None and found.sequence == last.pk + 1


def test_action_undone_leaves_no_trace_and_no_hole(three_lines: list[EntreeJournal]) -> None:
    """TR-2: the line shares the transaction of the action."""
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        journal.record("essai.perdu", par=None)
        raise ZeroDivisionError
    assert not EntreeJournal.objects.filter(action="essai.perdu").exists()
    journal.record("essai.suivant", par=None)
    assert journal.verify_chain() is None


def test_details_come_back_as_they_were_digested() -> None:
    """What JSON or a database would rewrite is reduced before the digest."""
    details = {"float": 1.0, "set": {"b", "a"}, "nul": "a\x00b", "lone": "\ud800", "big": 2**70, 3: (1, None, True), "deep": {"é": [1.5e300]}}
    journal.record("essai.details", par=None, details=details)
    assert journal.verify_chain() is None
    assert EntreeJournal.objects.latest("sequence").details["set"] == ["a", "b"]


def test_company_of_the_line_is_that_of_the_object() -> None:
    user, other = UserFactory(), EntrepriseFactory()
    assert journal.record("essai", par=user).entreprise == user.entreprise_id
    assert journal.record("essai", par=user, target=other).entreprise == other.pk
    assert journal.record("essai", par=None, entreprise=other).entreprise == other.pk


@pytest.mark.django_db(transaction=True)
def test_refusal_inside_a_transaction_is_a_bug() -> None:
    """AZ-4: with the transaction of the action, the line would be lost."""
    with pytest.raises(RuntimeError), transaction.atomic():
        journal.refused("essai.refuse", par=None)
    assert journal.refused("essai.refuse", par=None).issue == "refuse"


@pytest.mark.django_db(transaction=True)
def test_forty_writers_at_once_make_one_chain() -> None:
    """TR-3: writers stand in line at the head."""
    start = JournalTete.objects.get().sequence
    times_at_once(40, lambda _: journal.record("essai.ensemble", par=None))
    assert JournalTete.objects.get().sequence == start + 40
    assert journal.verify_chain() is None


def test_an_auditeur_reads_details_without_the_signs_of_a_program() -> None:
    """BO-7."""
    details = {"comptes": [5, 7], "coupes": {"droits": 0, "options": 2}, "strategie": "", "rien": [], "confirme": True, "nul": None}
    (ligne,) = lire([EntreeJournal(action="essai", details=details)])
    assert ligne.details == [("comptes", "5, 7"), ("coupes", "droits 0, options 2"), ("confirme", "oui")]
