"""What the database itself forbids: changing what is published or validated (WF-5), mixing two companies (AZ-12)."""

from django.db import migrations

from accounts.db import immutable_trigger_operations
from questionnaires.db import same_entreprise_operations

VERSION_CHANGED = (
    "OLD.etat <> 'brouillon' AND (NEW.empreinte <> OLD.empreinte OR NEW.numero <> OLD.numero OR NEW.etat = 'brouillon' "
    "OR NEW.questionnaire_id <> OLD.questionnaire_id OR CAST(NEW.document AS text) <> CAST(OLD.document AS text))"
)


def start_references(apps, schema_editor) -> None:
    """The first référence is 1001: four digits read as a number, not as a count (R-47)."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE questionnaires_sujet ALTER COLUMN id RESTART WITH 1001")
    else:
        schema_editor.execute("DELETE FROM sqlite_sequence WHERE name = 'questionnaires_sujet'")
        schema_editor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('questionnaires_sujet', 1000)")


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0001_initial")]

    operations = [
        *immutable_trigger_operations(
            "questionnaires_version", when=VERSION_CHANGED, events=("UPDATE",), message="Une version publiée ne change plus."
        ),
        *immutable_trigger_operations(
            "questionnaires_version", when="OLD.etat <> 'brouillon'", events=("DELETE",), message="Une version publiée ne se supprime pas."
        ),
        *immutable_trigger_operations(
            "questionnaires_reponse", when="OLD.etat <> 'brouillon'", message="Une réponse validée ne change plus et ne se supprime pas."
        ),
        *same_entreprise_operations("questionnaires_reponse"),
        migrations.RunPython(start_references, migrations.RunPython.noop),
    ]
