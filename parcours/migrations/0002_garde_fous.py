"""What the database itself forbids: changing exigences once written (R-12), mixing two companies (AZ-12)."""

from django.db import migrations

from accounts.db import append_only_trigger_operations
from questionnaires.db import same_entreprise_operations


class Migration(migrations.Migration):
    dependencies = [("parcours", "0001_initial"), ("questionnaires", "0002_garde_fous")]

    operations = [
        *append_only_trigger_operations("parcours_exigences", message="Des exigences ne changent plus : on en écrit une nouvelle révision."),
        *same_entreprise_operations("parcours_inscription"),
    ]
