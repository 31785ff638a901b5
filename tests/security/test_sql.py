"""What the database itself refuses, whoever writes to it (WF-4, WF-5, AZ-12)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from parcours.models import Inscription
from questionnaires.enums import EtatReponse
from questionnaires.models import Reponse, Sujet
from tests.parcours.factories import ReponseFactory

from .monde import Monde, create_monde

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]


@pytest.fixture
def monde() -> Monde:
    return create_monde()


def sql(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    "change",
    ["reponses = '{}'", "validee_par_id = 1", "validee_le = NULL", "etat = 'brouillon'", "demarche = 'autre'", "modifiee_par_id = 1"],
)
def test_validated_answers_do_not_change(monde: Monde, change: str) -> None:
    """WF-5, QST-5: no column of a validated row can be written over."""
    with pytest.raises(DatabaseError):
        sql(f"UPDATE questionnaires_reponse SET {change} WHERE id = %s", monde.a.validee.pk)
    assert Reponse.tous.get(pk=monde.a.validee.pk).reponses == monde.a.validee.reponses


def test_validated_answers_are_not_deleted(monde: Monde) -> None:
    """WF-5: history stays."""
    with pytest.raises(DatabaseError):
        sql("DELETE FROM questionnaires_reponse WHERE id = %s", monde.a.validee.pk)
    assert Reponse.tous.filter(pk=monde.a.validee.pk).exists()


def test_a_draft_still_changes(monde: Monde) -> None:
    """The control of the two tests above: the same statement passes on a draft."""
    sql("UPDATE questionnaires_reponse SET reponses = '{}' WHERE id = %s", monde.a.brouillon.pk)
    assert Reponse.tous.get(pk=monde.a.brouillon.pk).reponses == {}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE questionnaires_version SET document = '{}'",
        "UPDATE questionnaires_version SET empreinte = 'x'",
        "UPDATE questionnaires_version SET etat = 'brouillon'",
        "DELETE FROM questionnaires_version",
        "UPDATE parcours_exigences SET document = '[]'",
        "DELETE FROM parcours_exigences",
    ],
)
def test_published_content_does_not_change(statement: str) -> None:
    """WF-5, QST-0: published versions and exigences are immutable."""
    with pytest.raises(DatabaseError):
        sql(statement)


def test_a_version_can_be_retired() -> None:
    """The control: what may change of a published version is its state."""
    sql("UPDATE questionnaires_version SET etat = 'retiree'")


def test_a_row_of_one_company_cannot_hang_on_a_sujet_of_another(monde: Monde) -> None:
    """AZ-12: child and parent agree on the company."""
    with pytest.raises(DatabaseError):
        sql("UPDATE questionnaires_reponse SET entreprise_id = %s WHERE id = %s", monde.b.entreprise.pk, monde.a.brouillon.pk)
    with pytest.raises(DatabaseError):
        sql("UPDATE parcours_inscription SET entreprise_id = %s WHERE sujet_id = %s", monde.b.entreprise.pk, monde.a.produit.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReponseFactory(sujet=Sujet.tous.get(pk=monde.a.produit.pk), entreprise=monde.b.entreprise, code="securite")


@pytest.mark.parametrize("table", ["questionnaires_sujet", "questionnaires_reponse", "parcours_inscription"])
def test_company_is_never_null(table: str) -> None:
    """AZ-12: introspection of each company table; a job of the agency says that it is of none (``test_gestion_journal.py``)."""
    with connection.cursor() as cursor:
        columns = {column.name: column.null_ok for column in connection.introspection.get_table_description(cursor, table)}
    assert columns["entreprise_id"] is False or columns["entreprise_id"] == 0


def test_one_draft_at_most(monde: Monde) -> None:
    """WF-4: a partial unique index."""
    with pytest.raises(IntegrityError), transaction.atomic():
        ReponseFactory(sujet=Sujet.tous.get(pk=monde.a.produit.pk))
    assert Reponse.tous.filter(sujet=monde.a.produit.pk, etat=EtatReponse.BROUILLON).count() == 1


def test_one_open_enrolment_at_most(monde: Monde) -> None:
    """WF-4, R-44."""
    row = Inscription.tous.get(sujet=monde.a.produit.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Inscription.tous.create(entreprise=row.entreprise, sujet=row.sujet, demarche=row.demarche, inscrite_par=row.inscrite_par)


def test_one_strategie_per_company(monde: Monde) -> None:
    """WF-4, CAT-7."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Sujet.tous.create(entreprise=monde.a.entreprise, genre="strategie", nom="Deux", responsable=monde.a.responsable, created_by=monde.a.responsable)
