"""The groups of the agency, as data (AZ-11, R-55)."""

from django.db import migrations

GROUPES = (
    "support",
    "verificateur_ans",
    "verificateur_mes",
    "habilite_mes",
    "gestionnaire_contenu",
    "pilote",
    "auditeur",
    "administrateur",
)


def create_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects
    for name in GROUPES:
        groups.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_demandes"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(create_groups, migrations.RunPython.noop)]
