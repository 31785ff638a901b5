"""A new row holds its sujet, on the databases too where a migration of another room had written the former function back (AZ-12)."""

from django.db import migrations

from questionnaires.db import lock_parent_operations


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0005_index_des_listes")]

    operations = lock_parent_operations()
