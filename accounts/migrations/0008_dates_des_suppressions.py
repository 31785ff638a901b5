"""Date the deletions already made: by their line of the journal, else by today (ACC-7)."""

from django.db import migrations
from django.utils import timezone

ERASED = "@compte-supprime.invalid"


def date_deletions(apps, schema_editor):
    lines = apps.get_model("accounts", "EntreeJournal").objects.filter(action="compte.supprime", target_type="accounts.user")
    users = apps.get_model("accounts", "User").objects.filter(is_active=False, email__endswith=ERASED, supprime_le__isnull=True)
    for user in users:
        line = lines.filter(target_id=str(user.pk)).order_by("sequence").first()
        user.supprime_le = line.at if line else timezone.now()
        user.save(update_fields=["supprime_le"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_supprime_le"),
    ]

    operations = [
        migrations.RunPython(date_deletions, migrations.RunPython.noop),
    ]
