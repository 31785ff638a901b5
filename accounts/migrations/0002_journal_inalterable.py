"""The journal: its head, and the triggers that keep its lines as they were written (TR-3)."""

from django.db import migrations

from accounts.db import append_only_trigger_operations


def create_head(apps, schema_editor):
    apps.get_model("accounts", "JournalTete").objects.get_or_create(id=1)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunPython(create_head, migrations.RunPython.noop),
        *append_only_trigger_operations("accounts_entreejournal", message="Le journal est inaltérable : on y ajoute, on ne modifie ni ne supprime."),
    ]
