"""Say of the requests for access that wait that they ask for an answer."""

from django.db import migrations


def forwards(apps, schema_editor):
    Notification = apps.get_model("accounts", "Notification")
    Notification._base_manager.filter(type="Demande d'accès", lue_le__isnull=True).update(attend_reponse=True)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0018_notification_attend_reponse"),
    ]

    operations = [
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
