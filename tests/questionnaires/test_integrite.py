"""``manage.py verifier_integrite``: what was changed outside the service is named (WF-5, AZ-12)."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from questionnaires.models import Version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("referentiel")]


def test_untouched_data_is_intact(capsys: pytest.CaptureFixture) -> None:
    call_command("verifier_integrite")
    assert "questionnaires\N{NO-BREAK SPACE}: intact" in capsys.readouterr().out


def test_a_published_version_changed_behind_the_triggers_is_named(capsys: pytest.CaptureFixture) -> None:
    """OP-1: with its trigger taken away, a document is changed by hand; the command says which."""
    version = Version.objects.select_related("questionnaire").get(questionnaire__code="securite")
    suffix = " ON questionnaires_version" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER immuable_questionnaires_version_update{suffix}")
    Version.objects.filter(pk=version.pk).update(document={**version.document, "titre": "Autre"})
    with pytest.raises(CommandError):
        call_command("verifier_integrite")
    assert str(version) in capsys.readouterr().out
