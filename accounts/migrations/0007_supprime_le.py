"""When an account was deleted, said by a column rather than guessed from its erased address (ACC-7)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_adresse"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="supprime_le",
            field=models.DateTimeField(blank=True, null=True, verbose_name="supprimé le"),
        ),
    ]
