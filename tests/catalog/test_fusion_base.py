"""What the database itself holds to when two companies merge: no row changes company outside of it, none is left out (AZ-12, WF-4, WF-5, BO-3)."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Q

from accounts import db_entreprise
from accounts.models import Entreprise, Fusion
from accounts.rattachement import tables
from catalog.actions.fusion import approuver_fusion
from questionnaires.models import Reponse, Sujet
from tests.accounts.factories import EntrepriseFactory
from tests.catalog.paire import Paire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]


def test_every_company_table_says_what_it_follows() -> None:
    """AZ-12: a table that names a company and is not declared would stay behind in a merge without anybody having decided so."""
    naming = {model for model in apps.get_models() if not model._meta.proxy and any(f.related_model is Entreprise for f in model._meta.local_fields)}
    assert naming - {Entreprise} == {table.model for table in tables()}


def test_the_triggers_are_there() -> None:
    assert db_entreprise.held(connection) == set(db_entreprise.names())


@pytest.mark.postgres
def test_a_new_row_holds_its_sujet() -> None:
    """AZ-12: whatever the order in which the rooms were migrated, the function that compares a row with its parent is the one that locks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('refuser_autre_entreprise'::regproc)")
        assert "FOR KEY SHARE" in cursor.fetchone()[0]


@pytest.mark.parametrize("table", [table.nom for table in tables() if table.bouge])
def test_no_row_changes_company_outside_a_merge(paire: Paire, table: str) -> None:
    """AZ-12, by SQL: neither one row nor all of them, not even towards the other company of a merge that is proposed or done."""
    rows = f"UPDATE {table} SET entreprise_id = %s WHERE entreprise_id = %s"
    for merge in (lambda: None, paire.propose):
        merge()
        with pytest.raises(DatabaseError):
            sql(rows, paire.b.entreprise.pk, paire.a.entreprise.pk)
    approuver_fusion(fusion=Fusion.objects.get(), par=paire.karim)
    with pytest.raises(DatabaseError):
        sql(rows, paire.a.entreprise.pk, paire.b.entreprise.pk)


def test_only_the_company_of_a_validated_answer_changes_and_only_in_a_merge(paire: Paire) -> None:
    """WF-5: with the door open, every other column is still refused, one by one."""
    fusion = paire.propose()
    pk, b = paire.a.validee.pk, paire.b.entreprise.pk
    with transaction.atomic():
        Fusion.objects.filter(pk=fusion.pk).update(deplacement="aller")
        Sujet.tous.filter(pk=paire.a.produit.pk).update(entreprise=b)
        for field in Reponse._meta.concrete_fields:
            if field.name != "entreprise":
                with pytest.raises(DatabaseError):
                    sql(f"UPDATE questionnaires_reponse SET entreprise_id = %s, {field.column} = {other_value(field)} WHERE id = %s", b, pk)
        with pytest.raises(DatabaseError):
            sql("UPDATE questionnaires_reponse SET entreprise_id = entreprise_id WHERE id = %s", pk)
        with pytest.raises(DatabaseError):
            sql("DELETE FROM questionnaires_reponse WHERE id = %s", pk)
        sql("UPDATE questionnaires_reponse SET entreprise_id = %s WHERE id = %s", b, pk)
        transaction.set_rollback(True)


def other_value(field: Any) -> str:
    """Write in SQL another value of a column, of its type."""
    kind = field.get_internal_type()
    if kind in ("JSONField", "CharField", "TextField"):
        return "'{\"autre\": 1}'"
    return "CURRENT_TIMESTAMP" if kind == "DateTimeField" else "987654"


@pytest.mark.parametrize("table", [table for table in tables() if table.is_racine], ids=lambda table: table.nom)
def test_nothing_new_is_written_in_an_absorbed_company(paire: Paire, table: Any) -> None:
    paire.merge()
    row = table.model._base_manager.first()
    names = [field.column for field in table.model._meta.concrete_fields if field.column not in ("id", "entreprise_id")]
    values = ", ".join({"username_cle": "'neuve'", "email_cle": "'neuve@x'", "cle": "'neuve'"}.get(name, name) for name in names)
    statement = f"INSERT INTO {table.nom} (entreprise_id, {', '.join(names)}) SELECT %s, {values} FROM {table.nom} WHERE id = %s"
    with pytest.raises(DatabaseError, match="absorbée"):
        sql(statement, paire.a.entreprise.pk, row.pk)


def test_a_merge_is_whole_in_the_database(paire: Paire) -> None:
    """WF-4: dates, authors, reasons, one open merge a company whatever its side, none deleted."""
    third = EntrepriseFactory()
    values = {"motif": "x", "proposee_par": paire.sophie}
    for wrong in (
        {"absorbee": third, "absorbante": third},
        {"absorbee": third, "absorbante": paire.a.entreprise, "motif": ""},
        {"absorbee": third, "absorbante": paire.a.entreprise, "etat": "approuvee"},
        {"absorbee": third, "absorbante": paire.a.entreprise, "etat": "ecartee"},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Fusion.objects.create(**{**values, **wrong})
    fusion = paire.propose()
    for parts in ((paire.a, third), (third, paire.b), (third, paire.a), (paire.b, third)):
        absorbee, absorbante = (getattr(part, "entreprise", part) for part in parts)
        with pytest.raises(DatabaseError), transaction.atomic():
            Fusion.objects.create(absorbee=absorbee, absorbante=absorbante, **values)
    with pytest.raises(DatabaseError), transaction.atomic():
        sql("DELETE FROM accounts_fusion WHERE id = %s", fusion.pk)


def sql(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.embedded
@pytest.mark.django_db(transaction=True)
def test_a_table_the_triggers_read_can_still_be_rebuilt() -> None:
    """On SQLite a migration that adds a constraint rebuilds its table: the triggers step aside before, and are set again after."""
    constraint = models.CheckConstraint(condition=~Q(raison_sociale="jamais"), name="essai_de_reconstruction")
    db_entreprise.take_down(plan=["une migration"])
    assert db_entreprise.held(connection) == set()
    for change in ("add_constraint", "remove_constraint"):
        with connection.schema_editor() as editor:
            getattr(editor, change)(Entreprise, constraint)
    db_entreprise.set_up()
    assert db_entreprise.held(connection) == set(db_entreprise.names())
